import type { Locator, Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/`: what goes on, and what many executions tell. */
export class DashboardPage extends SitePage {
  readonly playbook: Locator;
  readonly from: Locator;
  readonly to: Locator;
  readonly show: Locator;
  /** The executions over time, as a table. */
  readonly overTime: Locator;

  constructor(page: Page) {
    super(page);
    this.playbook = page.getByRole('combobox', { name: 'Playbook' });
    this.from = page.getByLabel('From');
    this.to = page.getByLabel('to', { exact: true });
    this.show = page.getByRole('button', { name: 'Show' });
    this.overTime = this.part(/^Executions by/);
  }

  async open(query = '') {
    await this.visit(`/${query}`);
  }

  /** A figure with its name, such as “Median time”. */
  tile(name: string): Locator {
    return this.page.locator('.tile').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** A part of the page by its heading. */
  part(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** A link to a usual range. */
  range(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Time' }).getByRole('link', { name });
  }
}
