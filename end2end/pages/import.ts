import type { Locator, Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/playbooks/new`: importing a playbook. */
export class ImportPage extends SitePage {
  readonly error: Locator;
  readonly file: Locator;
  readonly submit: Locator;
  readonly text: Locator;
  readonly title: Locator;
  /** What became of it, with the importer's remarks. */
  readonly created: Locator;

  constructor(page: Page) {
    super(page);
    this.error = page.getByRole('alert');
    this.file = page.getByLabel('From a file');
    this.submit = page.getByRole('button', { name: 'Import', exact: true });
    this.text = page.getByRole('textbox', { name: 'Or paste its text' });
    this.title = page.getByRole('textbox', { name: /^Title/ });
    this.created = page.getByRole('status').filter({ hasText: 'Imported' });
  }

  async open() {
    await this.visit('/playbooks/new');
  }

  async importText(source: string) {
    await this.open();
    await this.text.fill(source);
    await this.submit.click();
  }

  /** Goes to the page of what was imported. */
  async openCreated(title: string) {
    await this.created.getByRole('link', { name: title }).click();
  }
}
