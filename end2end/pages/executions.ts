import type { Locator, Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/executions`: what is going on and what was. */
export class ExecutionsPage extends SitePage {
  readonly search: Locator;

  constructor(page: Page) {
    super(page);
    this.search = page.getByRole('searchbox', { name: 'Search executions' });
  }

  async open(query = '') {
    await this.visit(`/executions${query}`);
  }

  /** The card of an execution, by its incident. */
  card(incident: string): Locator {
    return this.page.getByRole('article').filter({ has: this.page.getByRole('link', { name: incident }) });
  }
}
