import { expect, type Locator, type Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/executions/{id}/report`: the after-action report. */
export class ReportPage extends SitePage {
  readonly contents: Locator;
  /** What is recommended, as it is shown. */
  readonly recommendations: Locator;
  /** What is recommended, as it is written. */
  readonly field: Locator;
  /** Whether it was saved. */
  readonly saved: Locator;
  /** That somebody else wrote meanwhile. */
  readonly conflict: Locator;

  constructor(page: Page) {
    super(page);
    this.contents = page.getByRole('navigation', { name: 'Contents' });
    this.recommendations = page.locator('#recommendations');
    this.field = this.recommendations.getByRole('textbox');
    this.saved = this.recommendations.getByRole('status');
    this.conflict = this.recommendations.getByRole('alert');
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

  /** Opens the field of the recommendations, with what is there. */
  async edit() {
    await this.recommendations.getByRole('button', { name: 'Edit' }).click();
    await expect(this.field).toBeFocused();
  }

  press(button: string) {
    return this.recommendations.getByRole('button', { name: button }).click();
  }
}
