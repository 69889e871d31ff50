import type { Locator, Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/executions`: what is going on and what was. */
export class ExecutionsPage extends SitePage {
  readonly search: Locator;
  readonly titles: Locator;
  /** That there is something new, or that what is shown is old. */
  readonly notices: Locator;

  constructor(page: Page) {
    super(page);
    this.search = page.getByRole('searchbox', { name: 'Search executions' });
    this.titles = page.getByRole('article').getByRole('heading', { level: 3 });
    this.notices = page.locator('.list-notices');
  }

  async open(query = '') {
    await this.visit(`/executions${query}`);
  }

  /** The card of an execution, by its incident. */
  card(incident: string): Locator {
    return this.page.getByRole('article').filter({ has: this.page.getByRole('link', { name: incident }) });
  }

  /** The executions of a section, such as those that are active. */
  cards(section: string): Locator {
    return this.page.getByRole('region', { name: section, exact: true }).getByRole('article');
  }

  /** Whether executions of a status are shown. */
  status(name: string): Locator {
    return this.page.getByRole('checkbox', { name });
  }
}
