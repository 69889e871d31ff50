import { expect, test, type FileChooser } from '@playwright/test';
import { EndDialog, ReasonDialog, StartDialog } from '../pages/dialogs.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { reach, watchMouse } from '../pages/keyboard.ts';
import { LibraryPage } from '../pages/library.ts';
import { analyst, at } from '../world/analysts.ts';
import { imported, started } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

const CONFIRM = 'Confirm the alert with the user';
const DECISION = 'Was it the user?';
const DISABLE = 'Disable the account';
const REVOKE = 'Revoke every session';

test('single keys can be switched off, and stay off in this browser', async ({ browser, request }) => {
  const { address } = await started(request, 'Without single keys');
  const ana = await at(browser, address, 'Ana');
  const { page, keyboard } = ana;
  await ana.row(CONFIRM).click();
  const choice = keyboard.root.getByRole('checkbox', { name: /^Single keys/ });
  await page.keyboard.press('?');
  await keyboard.isOpen();
  await choice.uncheck();
  await page.keyboard.press('Escape');
  await keyboard.isClosed();
  for (const again of [false, true]) {
    if (again) {
      await page.reload();
      await ana.isLive();
    }
    await page.keyboard.press('s');
    await page.keyboard.press('?');
    await keyboard.isClosed();
    await ana.isAt(CONFIRM, 'not_started');
  }
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: /Jump/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await ana.more();
  await page.getByRole('button', { name: 'Keyboard' }).click();
  await choice.check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await ana.isAt(CONFIRM, 'in_progress');
});

test('an execution is started, worked on and ended without a mouse', async ({ browser, request }) => {
  await imported(request, PLAYBOOK, 'Without a mouse');
  const library = new LibraryPage(await analyst(browser));
  const { page } = library;
  const { keyboard } = page;
  const uses = await watchMouse(page);
  // From the start, so that none is missed.
  const choosers: FileChooser[] = [];
  page.on('filechooser', (chooser) => choosers.push(chooser));
  const execution = new ExecutionPage(page);

  await test.step('the playbook is found and started', async () => {
    await library.open();
    await reach(page, library.search);
    await keyboard.type('Without a mouse');
    await reach(page, library.card('Without a mouse').getByRole('button', { name: 'Start' }));
    await keyboard.press('Enter');
    const dialog = new StartDialog(page);
    await dialog.isOpen();
    await expect(dialog.incident, 'who types right away types into the first field').toBeFocused();
    await keyboard.type('Nothing but keys');
    await reach(page, dialog.name);
    await keyboard.type('Kim');
    await keyboard.press('Enter');
    await execution.isLive();
  });

  await test.step('? shows the keys, and Escape leads back', async () => {
    await keyboard.press('?');
    await execution.keyboard.isOpen();
    await expect(execution.keyboard.root).toContainText('Ctrl+K');
    await keyboard.press('Escape');
    await execution.keyboard.isClosed();
  });

  await test.step('s starts, n notes, c completes', async () => {
    await execution.isChosen(CONFIRM);
    await keyboard.press('s');
    await execution.isAt(CONFIRM, 'in_progress');
    await keyboard.press('n');
    await expect(execution.newNote).toBeFocused();
    // Every key of the page is in it, and none of them may be taken for one.
    await keyboard.type('safe jackbox, a cent /?');
    await execution.isAt(CONFIRM, 'in_progress');
    await execution.isChosen(CONFIRM);
    await keyboard.press('Control+Enter');
    await expect(execution.noted('safe jackbox, a cent /?')).toBeVisible();
    await keyboard.press('Escape');
    await expect(execution.newNote).not.toBeFocused();
    await keyboard.press('c');
    await execution.isAt(CONFIRM, 'completed');
  });

  await test.step('j leads to the next step, k back', async () => {
    await keyboard.press('j');
    await execution.isChosen(DECISION);
    await keyboard.press('k');
    await execution.isChosen(CONFIRM);
    await keyboard.press('j');
    await execution.isChosen(DECISION);
  });

  await test.step('a decision, with its reason', async () => {
    await reach(page, execution.why);
    await keyboard.type('She was asleep');
    await reach(page, execution.button('No'), 'Shift+Tab');
    await keyboard.press('Enter');
    await execution.isAt(DECISION, 'completed');
    await expect(execution.decided).toContainText('She was asleep');
    await keyboard.press('Escape');
  });

  await test.step('Ctrl+K and / find a step by its text', async () => {
    await keyboard.press('Control+k');
    await execution.jump.isOpen();
    await expect(execution.jump.text).toBeFocused();
    await keyboard.type('disable');
    await expect(execution.jump.options).toHaveCount(1);
    await keyboard.press('Enter');
    await execution.jump.isClosed();
    await execution.isChosen(DISABLE);
    await keyboard.press('/');
    await execution.jump.isOpen();
    await keyboard.press('Escape');
    await execution.jump.isClosed();
    await execution.isChosen(DISABLE);
  });

  await test.step('a takes a step, b blocks it, s goes on, x skips it', async () => {
    await keyboard.press('a');
    await expect(execution.assignee).toHaveValue('Kim');
    await keyboard.press('b');
    await new ReasonDialog(page, DISABLE).isOpen();
    await keyboard.type('The directory team');
    await keyboard.press('Enter');
    await execution.isAt(DISABLE, 'blocked');
    await expect(execution.panel.locator('.hold')).toContainText('The directory team');
    await keyboard.press('s');
    await execution.isAt(DISABLE, 'in_progress');
    await keyboard.press('x');
    await execution.isAt(DISABLE, 'skipped');
  });

  await test.step('e attaches a file', async () => {
    await keyboard.press('e');
    await expect.poll(() => choosers.length).toBe(1);
    await choosers[0]!.setFiles({ name: 'proxy.log', mimeType: 'text/plain', buffer: Buffer.from('GET /evil\n') });
    await expect(execution.attached).toHaveText(/proxy\.log/);
  });

  await test.step('t opens the timeline and closes it', async () => {
    await keyboard.press('t');
    await expect(execution.timeline).toBeVisible();
    await expect(execution.happened('evidence_attached')).toHaveCount(1);
    await keyboard.press('t');
    await expect(execution.timeline).toBeHidden();
  });

  await test.step('it is ended with an outcome', async () => {
    await reach(page, execution.action('Close incident'), 'Shift+Tab');
    await keyboard.press('Enter');
    const dialog = new EndDialog(page, 'Close incident');
    await dialog.isOpen();
    await expect(dialog.outcome).toBeFocused();
    await keyboard.type('By keys alone');
    await reach(page, dialog.end);
    await keyboard.press('Enter');
    await expect(execution.banner).toContainText('By keys alone');
  });

  await test.step('a key changes nothing once it is over', async () => {
    await keyboard.press('Control+k');
    await execution.jump.isOpen();
    await keyboard.type('revoke');
    await keyboard.press('Enter');
    await execution.isChosen(REVOKE);
    // The focus goes to the panel a frame later.
    await expect(page.locator('#panel-title')).toBeFocused();
    await keyboard.press('s');
    await keyboard.press('n');
    await keyboard.type('Afterwards');
    await keyboard.press('Control+Enter');
    await expect(execution.noted('Afterwards')).toBeVisible();
    await execution.isAt(REVOKE, 'not_started');
  });

  await test.step('it is opened again', async () => {
    await reach(page, execution.action('Reopen'), 'Shift+Tab');
    await keyboard.press('Enter');
    await expect(execution.banner).toHaveCount(0);
    await execution.isAt(REVOKE, 'not_started');
  });

  expect(uses).toEqual([]);
});

test('f follows whoever changes something, and lets them go', async ({ browser, request }) => {
  const execution = await started(request, 'Followed');
  const ana = await at(browser, execution.address, 'Ana');
  const follow = ana.page.getByRole('button', { name: /^Follow/ });
  await ana.page.keyboard.press('f');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await ana.page.keyboard.press('f');
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
});

test('keys that the browser has a use for are left to it, and so are those in a dialog', async ({ browser, request }) => {
  const execution = await started(request, 'Left alone');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.isChosen(CONFIRM);
  for (const key of ['Control+c', 'Alt+s', 'Meta+x']) await ana.page.keyboard.press(key);
  const dialog = await ana.ask('Abandon');
  await ana.page.keyboard.press('Tab');
  for (const key of ['s', 'j']) await ana.page.keyboard.press(key);
  await ana.page.keyboard.press('Escape');
  await dialog.isClosed();
  await ana.isChosen(CONFIRM);
  expect((await execution.events()).map(({ event_type }) => event_type)).toEqual(['execution_started']);
  await ana.page.keyboard.press('j');
  await ana.isChosen(DECISION);
});
