import { expect, type Locator, type Page } from '@playwright/test';
import { SitePage } from './site.ts';

/** `/playbooks/{id}/edit`: the text of a playbook, and what is read from it. */
export class EditorPage extends SitePage {
  readonly field: Locator;
  readonly nodes: Locator;
  /** Which part of the text is read. */
  readonly part: Locator;
  readonly remarks: Locator;
  readonly restored: Locator;
  readonly state: Locator;
  readonly summary: Locator;
  /** What somebody else saved meanwhile, or what was put aside for it. */
  readonly theirs: Locator;

  constructor(page: Page) {
    super(page);
    this.field = page.getByRole('textbox', { name: 'Text of the playbook' });
    this.nodes = page.locator('.canvas .node');
    this.part = page.getByRole('combobox', { name: 'Read' });
    this.remarks = page.getByRole('region', { name: 'Remarks on the text' });
    this.restored = page.getByText('Your unsaved work was brought back');
    this.state = page.locator('.editor-state');
    this.summary = page.getByRole('textbox', { name: 'What changed' });
    this.theirs = page.getByRole('region', { name: 'Their text' });
  }

  async open(id: string, query = '') {
    await this.visit(`/playbooks/${id}/edit${query}`);
    await expect(this.field).not.toHaveValue('');
  }

  node(label: string): Locator {
    return this.nodes.filter({ hasText: label });
  }

  async press(button: string) {
    await this.page.getByRole('button', { name: button }).click();
  }

  async save() {
    await this.page.getByRole('button', { name: /^Save (as a new version|the playbook)$/ }).click();
  }

  /** The line in which the cursor is, counted from 1. */
  async line(): Promise<number> {
    return this.field.evaluate((field: HTMLTextAreaElement) => field.value.slice(0, field.selectionStart).split('\n').length);
  }
}
