import type { Locator, Page } from '@playwright/test';
import { Dialog } from './dialogs.ts';

/** What waits to be saved: on every page the notice, and behind it the list. */
export class WaitingDialog extends Dialog {
  readonly notice: Locator;
  readonly changes = this.root.getByRole('listitem');

  constructor(page: Page) {
    super(page, 'Waiting to be saved');
    this.notice = page.locator('.outbox-notice');
  }

  /** Opens the list. */
  async open() {
    await this.notice.click();
    await this.isOpen();
  }

  /** Gives up the change that says this. */
  discard(words: string): Locator {
    return this.changes.filter({ hasText: words }).getByRole('button', { name: /^(Discard|Cancel)/ });
  }
}
