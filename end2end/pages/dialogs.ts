import { expect, type Locator, type Page } from '@playwright/test';

/** A dialog, known by its name. */
export class Dialog {
  readonly root: Locator;

  constructor(
    readonly page: Page,
    name: string,
  ) {
    this.root = page.getByRole('dialog', { name, exact: true });
  }

  async isOpen() {
    await expect(this.root).toBeVisible();
  }

  async isClosed() {
    await expect(this.root).toHaveCount(0);
  }

  protected button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true });
  }

  protected field(name: string): Locator {
    return this.root.getByRole('textbox', { name });
  }
}

/** Asks what the incident is called and who is there. */
export class StartDialog extends Dialog {
  readonly incident = this.field('Incident title');
  readonly incidentId = this.field('Incident ID');
  readonly name = this.field('Your name');
  readonly start = this.button('Start execution');

  constructor(page: Page) {
    super(page, 'Start an execution');
  }
}

/** Asks who sits here. */
export class NameDialog extends Dialog {
  readonly name = this.field('Name');
  readonly save = this.button('Save');
  readonly anonymous = this.button('Stay anonymous');

  constructor(page: Page) {
    super(page, 'Your name');
  }
}

/** Shows what is open, and asks how an execution ended or why it is given up. */
export class EndDialog extends Dialog {
  readonly outcome = this.root.getByRole('textbox');
  readonly open = this.root.getByRole('list', { name: 'Open steps' }).getByRole('listitem');
  readonly end: Locator;

  constructor(page: Page, how: 'Close incident' | 'Abandon') {
    super(page, how === 'Abandon' ? 'Abandon this execution?' : 'Close this incident?');
    this.end = this.button(how);
  }
}

/** Asks what a step, or the execution, waits for. */
export class ReasonDialog extends Dialog {
  readonly reason = this.field('What are you waiting for?');
  readonly go: Locator;

  constructor(page: Page, step?: string) {
    super(page, step === undefined ? 'Pause this execution' : `Block “${step}”`);
    this.go = this.button(step === undefined ? 'Pause' : 'Block');
  }

  /** Answers, or says nothing. */
  async answer(reason?: string) {
    await this.isOpen();
    if (reason) await this.reason.fill(reason);
    await this.reason.press('Enter');
    await this.isClosed();
  }
}

/** Asks which way a decision goes that is completed. */
export class AnswerDialog extends Dialog {
  readonly without = this.button('Complete without an answer');

  constructor(page: Page, step: string) {
    super(page, `Complete “${step}”`);
  }

  branch(name: string): Locator {
    return this.button(name);
  }
}

/** Asks whether something happened before the start. */
export class EarlyDialog extends Dialog {
  readonly record = this.button('Record it');

  constructor(page: Page) {
    super(page, 'Before the start');
  }
}

/** Takes a note that belongs to no step. */
export class NoteDialog extends Dialog {
  readonly note = this.root.getByRole('textbox');

  constructor(page: Page) {
    super(page, 'Note on the whole execution');
  }
}

/** Asks before a playbook is no longer offered. */
export class DeleteDialog extends Dialog {
  readonly delete = this.button('Delete');
  readonly keep = this.button('Keep it');

  constructor(page: Page) {
    super(page, 'Delete this playbook?');
  }
}

/** Every key and what it does. */
export class KeyboardDialog extends Dialog {
  constructor(page: Page) {
    super(page, 'Keyboard');
  }
}

/** Finds a step by its text. */
export class JumpDialog extends Dialog {
  readonly text = this.root.getByRole('combobox');
  readonly options = this.root.getByRole('listbox').getByRole('option');

  constructor(page: Page) {
    super(page, 'Jump to a step');
  }
}
