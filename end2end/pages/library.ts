import type { Locator, Page } from '@playwright/test';
import { StartDialog } from './dialogs.ts';
import { SitePage } from './site.ts';

/** `/playbooks`: every playbook, to be found and started. */
export class LibraryPage extends SitePage {
  readonly search: Locator;

  constructor(page: Page) {
    super(page);
    this.search = page.getByRole('searchbox', { name: 'Search playbooks' });
  }

  async open() {
    await this.visit('/playbooks');
  }

  /** The card of a playbook; of several with one title, the newest. */
  card(title: string): Locator {
    return this.page.getByRole('article').filter({ has: this.page.getByRole('link', { name: title, exact: true }) }).first();
  }

  /** Opens the dialog in which a playbook is started. */
  async start(title: string): Promise<StartDialog> {
    await this.card(title).getByRole('button', { name: 'Start' }).click();
    const dialog = new StartDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }
}
