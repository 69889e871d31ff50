import { expect, type Locator, type Page } from '@playwright/test';
import { NameDialog } from './dialogs.ts';

/** What every page has: the bar at its top, messages, and a moment from which it answers. */
export class SitePage {
  /** Who sits here; opens the dialog in which that is changed. */
  readonly analyst: Locator;
  readonly theme: Locator;
  /** What was just done here, with the way back. */
  readonly done: Locator;
  /** Every other message. */
  readonly toasts: Locator;

  constructor(readonly page: Page) {
    this.analyst = page.locator('.analyst-button');
    this.theme = page.getByRole('button', { name: /^Theme/ });
    this.done = page.locator('.toast.done');
    this.toasts = page.locator('.toast:not(.done)');
  }

  /** From here on the page answers; before, it can only be read, and a click would be lost. */
  async isReady() {
    await expect(this.page.locator('html[data-hydrated]')).toBeVisible({ timeout: 30_000 });
  }

  async visit(address: string) {
    const response = await this.page.goto(address);
    await this.isReady();
    return response;
  }

  /** Reads every message and dismisses it. */
  async dismissAll() {
    while ((await this.toasts.count()) > 0) await this.toasts.first().getByRole('button', { name: 'Dismiss' }).click();
  }

  /** Goes to another page by the links at the top. */
  async follow(link: 'Dashboard' | 'Executions' | 'Playbooks') {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: link }).click();
    await expect(this.page.getByRole('heading', { level: 1, name: link })).toBeVisible();
  }

  /** Opens the dialog in which the analyst is named. */
  async rename(): Promise<NameDialog> {
    await this.analyst.click();
    const dialog = new NameDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }
}
