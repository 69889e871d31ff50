import { expect, type Locator, type Page } from '@playwright/test';

/** The page of an execution, as an analyst uses it. */
export class ExecutionPage {
  readonly connection: Locator;
  readonly evidence: Locator;
  /** The files that are there. */
  readonly attached: Locator;
  readonly panel: Locator;
  readonly timeline: Locator;

  constructor(readonly page: Page) {
    this.connection = page.locator('.connection');
    this.panel = page.getByRole('complementary', { name: 'Chosen step' });
    this.timeline = page.locator('#timeline');
    this.evidence = this.panel.getByRole('region', { name: 'Evidence' });
    this.attached = this.evidence.locator('.attached:not(.on-its-way)');
  }

  async open(address: string) {
    await this.page.goto(address);
    await this.isLive();
  }

  /** Hydrated, and every event arrives as it happens. */
  async isLive() {
    await expect(this.connection).toHaveText('Live');
  }

  /** The node on the canvas. */
  node(label: string): Locator {
    return this.page.locator('.canvas .node').and(this.page.getByRole('button', { name: `: ${label}` }));
  }

  async choose(label: string) {
    await this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: label }).click();
    await expect(this.panel.getByRole('heading', { level: 2 })).toHaveText(label);
  }

  async press(button: string) {
    await this.panel.getByRole('button', { name: button, exact: true }).click();
  }

  async note(text: string) {
    await this.panel.getByRole('textbox', { name: 'New note' }).fill(text);
    await this.page.keyboard.press('Control+Enter');
    await expect(this.panel.locator('.note', { hasText: text })).toBeVisible();
  }

  async openTimeline() {
    await this.page.getByRole('button', { name: /^Timeline/ }).click();
    await expect(this.timeline).toBeVisible();
  }
}
