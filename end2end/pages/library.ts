import { expect, type Page } from '@playwright/test';

/** Importing and starting playbooks. */
export class Library {
  constructor(readonly page: Page) {}

  /** Waits until the browser has taken the page over; before that, a click would be lost. */
  async isReady() {
    await expect(this.page.locator('html[data-hydrated]')).toBeAttached();
  }

  async importText(source: string) {
    await this.page.goto('/playbooks/new');
    await this.isReady();
    await this.page.getByRole('textbox', { name: 'Or paste its text' }).fill(source);
    await this.page.getByRole('button', { name: 'Import', exact: true }).click();
  }

  /** Starts the playbook whose page is shown. */
  async start(incident: string, analyst: string) {
    await this.isReady();
    await this.page.getByRole('button', { name: 'Start an execution' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Start an execution' });
    await dialog.getByRole('textbox', { name: 'What is the incident?' }).fill(incident);
    await dialog.getByRole('textbox', { name: 'Your name' }).fill(analyst);
    await dialog.getByRole('button', { name: 'Start execution' }).click();
    await this.page.waitForURL(/\/execute\//);
  }
}
