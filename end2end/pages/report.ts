import { expect, type Locator, type Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/executions/{id}/report`: the after-action report. */
export class ReportPage extends SitePage {
  readonly contents: Locator;
  /** What is recommended, or another text that analysts write, as it is shown. */
  readonly passage: Locator;
  /** The same as it is written. */
  readonly field: Locator;
  /** Whether it was saved. */
  readonly saved: Locator;
  /** That somebody else wrote meanwhile. */
  readonly conflict: Locator;

  constructor(
    page: Page,
    readonly name: 'impact' | 'cause' | 'recommendations' = 'recommendations',
  ) {
    super(page);
    this.contents = page.getByRole('navigation', { name: 'Contents' });
    this.passage = page.locator(`#${name}`);
    this.field = this.passage.getByRole('textbox');
    this.saved = this.passage.getByRole('status');
    this.conflict = this.passage.getByRole('alert');
  }

  async open(execution: string) {
    await this.visit(`/executions/${execution}/report`);
  }

  /** A section, by its heading. */
  section(name: string): Locator {
    return this.page.locator('section').filter({ has: this.page.getByRole('heading', { level: 2, name, exact: true }) });
  }

  /** The value of a fact. */
  fact(name: string): Locator {
    return this.page.locator('dl.facts > div').filter({ has: this.page.getByText(name, { exact: true }) }).first().locator('dd');
  }

  /** Opens the field, with what is there. */
  async edit() {
    await this.passage.getByRole('button', { name: 'Edit' }).click();
    await expect(this.field).toBeFocused();
  }

  press(button: string) {
    return this.passage.getByRole('button', { name: button }).click();
  }
}
