import type { Locator, Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/playbooks/new`: importing playbooks, and templates to begin with. */
export class ImportPage extends SitePage {
  readonly error: Locator;
  readonly files: Locator;
  readonly submit: Locator;
  readonly text: Locator;
  readonly title: Locator;
  /** What became of what was pasted. */
  readonly created: Locator;
  readonly templates: Locator;

  constructor(page: Page) {
    super(page);
    this.error = page.getByRole('alert');
    this.files = page.locator('input[type="file"]');
    this.submit = page.getByRole('button', { name: 'Import', exact: true });
    this.text = page.getByRole('textbox', { name: 'Or paste its text' });
    this.title = page.getByRole('textbox', { name: /^Title/ });
    this.created = page.getByRole('status').filter({ hasText: 'Imported' });
    this.templates = page.getByRole('region', { name: 'Or begin with a template' });
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

  /** What became of a file. */
  row(file: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name: file, exact: true }) });
  }
}
