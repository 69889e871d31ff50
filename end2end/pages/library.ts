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

  /** The titles that are shown, in their order. */
  get titles(): Locator {
    return this.page.getByRole('article').getByRole('heading', { level: 2 });
  }

  /** A tag to choose playbooks by. */
  tag(name: string): Locator {
    return this.page.getByRole('list', { name: 'Tags' }).getByRole('link', { name });
  }

  /** Goes to the page of a playbook. */
  async choose(title: string) {
    await this.card(title).getByRole('link', { name: title, exact: true }).click();
  }

  /** Brings back a playbook that was taken out. */
  async restore(title: string) {
    await this.page.getByRole('button', { name: `Restore: ${title}` }).click();
  }

  /** Opens the dialog in which a playbook is started. */
  async start(title: string): Promise<StartDialog> {
    await this.card(title).getByRole('button', { name: 'Start' }).click();
    const dialog = new StartDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }
}
