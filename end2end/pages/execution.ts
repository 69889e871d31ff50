import { expect, type Locator, type Page } from '@playwright/test';
import { EndDialog, JumpDialog, KeyboardDialog, NoteDialog, ReasonDialog } from './dialogs.ts';
import { SitePage } from './site.ts';

/** What can be done with the whole of an execution. */
export type Action = 'Note' | 'Pause' | 'Resume' | 'Close incident' | 'Abandon' | 'Reopen';

/** `/execute/{id}`: one execution, as an analyst uses it. */
export class ExecutionPage extends SitePage {
  /** What the analyst must know: paused, over, or cut off. */
  readonly banner: Locator;
  /** What others did while nobody looked. */
  readonly changes: Locator;
  readonly connection: Locator;
  readonly head: Locator;
  readonly outline: Locator;
  readonly people: Locator;
  readonly progress: Locator;
  readonly timeline: Locator;
  /** The events of the timeline that are in the page. */
  readonly events: Locator;
  /** Names of what the outline shows. */
  readonly listed: Locator;

  /** The chosen step. */
  readonly panel: Locator;
  readonly title: Locator;
  readonly assignee: Locator;
  readonly status: Locator;
  /** Why a branch was taken. */
  readonly why: Locator;
  readonly decided: Locator;
  /** Takes the answer back. */
  readonly takeBack: Locator;
  readonly newNote: Locator;
  readonly notes: Locator;
  readonly evidence: Locator;
  /** The files that are there. */
  readonly attached: Locator;
  readonly files: Locator;
  /** What the next file shows. */
  readonly description: Locator;

  readonly jump: JumpDialog;
  readonly keyboard: KeyboardDialog;

  constructor(page: Page) {
    super(page);
    this.banner = page.locator('.banner');
    this.changes = page.locator('.changes');
    this.connection = page.locator('.connection');
    this.head = page.locator('.execution-head');
    this.outline = page.getByRole('navigation', { name: 'Steps' });
    this.people = page.getByRole('list', { name: 'Analysts here' });
    this.progress = page.getByRole('progressbar', { name: 'Progress' }).first();
    this.timeline = page.getByRole('region', { name: 'Timeline' });
    this.events = this.timeline.locator('[data-event]');
    this.listed = this.outline.locator('.outline-row:visible .outline-label');

    this.panel = page.getByRole('complementary', { name: 'Chosen step' });
    this.title = this.panel.getByRole('heading', { level: 2 });
    this.assignee = this.panel.getByRole('combobox', { name: 'Assignee' });
    this.status = this.panel.getByRole('combobox', { name: 'Status' });
    this.why = this.panel.getByRole('textbox', { name: 'Why' });
    this.decided = this.panel.locator('.decision-taken');
    this.takeBack = this.panel.getByRole('button', { name: 'Take back' });
    this.newNote = this.panel.getByRole('textbox', { name: 'New note' });
    this.notes = this.panel.locator('.note');
    this.evidence = this.panel.getByRole('region', { name: 'Evidence' });
    this.attached = this.evidence.locator('.attached:not(.on-its-way)');
    this.files = this.evidence.locator('input[type=file]');
    this.description = this.evidence.getByRole('textbox', { name: 'What the next file shows' });

    this.jump = new JumpDialog(page);
    this.keyboard = new KeyboardDialog(page);
  }

  async open(address: string) {
    await this.page.goto(address);
    await this.isLive();
  }

  /** Every event arrives as it happens. */
  async isLive() {
    await this.isReady();
    await expect(this.connection).toHaveText('Live');
  }

  /** The node on the canvas. */
  node(label: string): Locator {
    return this.page.locator('.canvas .node').and(this.page.getByRole('button', { name: `: ${label}` }));
  }

  /** The step in the outline. */
  row(label: string): Locator {
    return this.outline.locator('.outline-choose').and(this.page.getByRole('button', { name: label }));
  }

  /** Folds the phase in the outline, or unfolds it. */
  fold(phase: string): Locator {
    return this.outline.locator('.outline-row', { hasText: phase }).getByRole('button', { name: `Steps of “${phase}”` });
  }

  /** Shows only some of the steps in the outline; without a name, all of these buttons. */
  filter(name?: string): Locator {
    return this.page.getByRole('group', { name: 'Filter steps' }).getByRole('button', { name });
  }

  /** Shows only some of the events in the timeline. */
  filterEvents(by: 'of what kind' | 'by whom' | 'at which step'): Locator {
    return this.timeline.getByRole('combobox', { name: `Events ${by}` });
  }

  /** Somebody's avatar in the head. */
  person(name: string): Locator {
    return this.people.getByRole('button', { name });
  }

  /** A note that is confirmed. */
  noted(text: string): Locator {
    return this.panel.locator('.note:not(.pending)', { hasText: text });
  }

  /** What the timeline says about events of a type. */
  happened(type: string): Locator {
    return this.timeline.locator(`[data-event="${type}"]`);
  }

  async choose(label: string) {
    await this.row(label).click();
    await this.isChosen(label);
  }

  async isChosen(label: string) {
    await expect(this.title).toHaveText(label);
  }

  /** The step has this status, as everybody sees it. */
  async isAt(label: string, status: string) {
    await expect(this.node(label)).toHaveAttribute('data-status', status);
  }

  /** A button of the chosen step. */
  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  async press(button: string) {
    await this.button(button).click();
  }

  /** Adds a note; how it fares is the caller's to see. */
  async write(text: string) {
    await this.newNote.fill(text);
    await this.page.keyboard.press('Control+Enter');
  }

  /** Adds a note, and sees it confirmed. */
  async note(text: string) {
    await this.write(text);
    await expect(this.noted(text)).toBeVisible();
  }

  /** Brings a file as another program does: out of the clipboard, or dragged over. */
  async bring(event: 'paste' | 'drop', name: string, text: string) {
    await this.evidence.evaluate(
      (section, { event, name, text }) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name, { type: 'text/plain' }));
        const options = { bubbles: true, cancelable: true };
        section.dispatchEvent(
          event === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data }),
        );
      },
      { event, name, text },
    );
  }

  /** A button for the whole execution. */
  action(name: Action): Locator {
    return this.head.getByRole('button', { name, exact: true });
  }

  /** Opens the menu of what has no room in the head. */
  async more() {
    await this.head.locator('summary', { hasText: 'More' }).click();
  }

  /** Pauses the execution. */
  async pause(reason?: string) {
    await this.action('Pause').click();
    await new ReasonDialog(this.page).answer(reason);
  }

  /** Blocks the chosen step. */
  async block(reason?: string) {
    const step = await this.title.innerText();
    await this.press('Block');
    await new ReasonDialog(this.page, step).answer(reason);
  }

  /** Gives the chosen step to somebody, whom nobody need have named before. */
  async assign(name: string) {
    await this.assignee.fill(name);
    await this.panel.getByRole('option', { name }).first().click();
  }

  /** Opens the dialog in which the execution is ended. */
  async ask(how: 'Close incident' | 'Abandon'): Promise<EndDialog> {
    if (!(await this.action(how).isVisible())) await this.more();
    await this.action(how).click();
    const dialog = new EndDialog(this.page, how);
    await dialog.isOpen();
    return dialog;
  }

  /** Opens the dialog for a note on the whole execution. */
  async askForNote(): Promise<NoteDialog> {
    await this.action('Note').click();
    const dialog = new NoteDialog(this.page);
    await dialog.isOpen();
    return dialog;
  }

  async openTimeline() {
    await this.head.getByRole('button', { name: /^Timeline/ }).click();
    await expect(this.timeline).toBeVisible();
  }
}
