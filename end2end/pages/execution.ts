import { expect, type Locator, type Page } from '@playwright/test';

/** The page of an execution, as an analyst uses it. */
export class ExecutionPage {
  readonly banner: Locator;
  /** What others did while nobody looked. */
  readonly changes: Locator;
  readonly connection: Locator;
  readonly evidence: Locator;
  /** The files that are there. */
  readonly attached: Locator;
  readonly panel: Locator;
  readonly people: Locator;
  readonly timeline: Locator;
  readonly toasts: Locator;

  constructor(readonly page: Page) {
    this.banner = page.locator('.banner');
    this.changes = page.locator('.changes');
    this.connection = page.locator('.connection');
    this.panel = page.getByRole('complementary', { name: 'Chosen step' });
    this.people = page.getByRole('list', { name: 'Analysts here' });
    this.timeline = page.locator('#timeline');
    this.toasts = page.locator('.toast');
    this.evidence = this.panel.getByRole('region', { name: 'Evidence' });
    this.attached = this.evidence.locator('.attached:not(.on-its-way)');
  }

  async open(address: string) {
    await this.page.goto(address);
    await this.isLive();
  }

  /** Hydrated, and every event arrives as it happens. */
  async isLive() {
    await expect(this.connection).toHaveText('Live', { timeout: 15_000 });
  }

  /** The node on the canvas. */
  node(label: string): Locator {
    return this.page.locator('.canvas .node').and(this.page.getByRole('button', { name: `: ${label}` }));
  }

  /** The step in the outline. */
  row(label: string): Locator {
    return this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: label });
  }

  /** Somebody's avatar in the head. */
  person(name: string): Locator {
    return this.people.getByRole('button', { name });
  }

  async choose(label: string) {
    await this.row(label).click();
    await expect(this.panel.getByRole('heading', { level: 2 })).toHaveText(label);
  }

  async press(button: string) {
    await this.panel.getByRole('button', { name: button, exact: true }).click();
  }

  /** Adds a note; how it fares is the caller's to see. */
  async write(text: string) {
    await this.panel.getByRole('textbox', { name: 'New note' }).fill(text);
    await this.page.keyboard.press('Control+Enter');
  }

  /** Adds a note, and sees it confirmed. */
  async note(text: string) {
    await this.write(text);
    await expect(this.panel.locator('.note:not(.pending)', { hasText: text })).toBeVisible();
  }

  async openTimeline() {
    await this.page.getByRole('button', { name: /^Timeline/ }).click();
    await expect(this.timeline).toBeVisible();
  }
}
