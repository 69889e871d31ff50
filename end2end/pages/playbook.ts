import { expect, type Locator, type Page } from '@playwright/test';
import { DeleteDialog, StartDialog } from './dialogs.ts';
import { SitePage } from './site.ts';

/** `/playbooks/{id}`: one playbook, its flowchart and its text. */
export class PlaybookPage extends SitePage {
  readonly nodes: Locator;
  readonly source: Locator;
  /** What the importer had to say. */
  readonly remarks: Locator;

  /** Whether every node says what became of it. */
  readonly history: Locator;
  /** The same as a table. */
  readonly past: Locator;

  constructor(page: Page) {
    super(page);
    this.nodes = page.locator('.canvas .node');
    this.source = page.getByRole('complementary', { name: 'Source' });
    this.history = page.getByRole('checkbox', { name: 'History' });
    this.past = page.locator('details.past');
    this.remarks = this.source.getByRole('group').filter({ hasText: 'on the text' });
  }

  async open(id: string) {
    await this.visit(`/playbooks/${id}`);
  }

  /** Opens the dialog in which it is started. */
  async start(): Promise<StartDialog> {
    await this.page.getByRole('button', { name: 'Start an execution' }).click();
    const dialog = new StartDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }

  /** Opens the dialog that asks before it is deleted. */
  async delete(): Promise<DeleteDialog> {
    await this.page.getByRole('button', { name: 'Delete' }).click();
    const dialog = new DeleteDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }

  /** What became of a node in past executions. */
  line(label: string): Locator {
    return this.nodes.filter({ hasText: label }).locator('.node-history');
  }

  async isShown(title: string) {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(this.nodes.first()).toBeVisible();
    await this.isReady();
  }
}
