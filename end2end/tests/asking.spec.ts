import { expect, test } from '@playwright/test';
import { AnswerDialog, EarlyDialog, NameDialog, ReasonDialog } from '../pages/dialogs.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { analyst, at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const [CONFIRM, DECISION, REVOKE, SEARCH] = [
  'Confirm the alert with the user',
  'Was it the user?',
  'Revoke every session',
  'Search for the same address elsewhere',
];

test('a first change without a name asks for one, once, and does what was pressed', async ({ browser, request }) => {
  const execution = await started(request, 'Nobody yet');
  const page = new ExecutionPage(await analyst(browser));
  await page.open(execution.address);
  const name = new NameDialog(page.page);
  await page.choose(CONFIRM);
  await page.write('The user is on a plane');
  await name.isOpen();
  await expect(name.root).toContainText('This is your first change here.');

  await test.step('closed, nothing is done and nothing is lost', async () => {
    await page.page.keyboard.press('Escape');
    await name.isClosed();
    await expect(page.notes).toHaveCount(0);
    await expect(page.newNote).toHaveValue('The user is on a plane');
  });

  await page.newNote.press('Control+Enter');
  await name.name.fill('Kim');
  await name.save.click();
  await name.isClosed();
  await expect(page.noted('The user is on a plane')).toContainText('Kim');
  await expect(page.newNote).toHaveValue('');
  await page.press('Start');
  await page.isAt(CONFIRM, 'in_progress');
  await name.isClosed();
});

test('who stays anonymous is asked once, and has no step for it', async ({ browser, request }) => {
  const execution = await started(request, 'Incognito');
  const page = new ExecutionPage(await analyst(browser));
  await page.open(execution.address);
  await page.choose(CONFIRM);
  await page.press('Complete');
  const name = new NameDialog(page.page);
  await name.anonymous.click();
  await page.isAt(CONFIRM, 'completed');
  await page.choose(REVOKE);
  await page.press('Start');
  await page.isAt(REVOKE, 'in_progress');
  await expect(page.assignee).toHaveValue('');
});

test('what happened before the start is recorded after a question', async ({ browser, request }) => {
  const execution = await started(request, 'Known since noon');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(CONFIRM);
  await ana.button('Late entry').click();
  await ana.panel.getByLabel('When it happened (UTC)').fill('2026-01-01T12:00');
  await ana.write('The user called');
  const early = new EarlyDialog(ana.page);
  await early.isOpen();
  await expect(early.root).toContainText('This is before the playbook started. Record it anyway?');
  await ana.page.keyboard.press('Escape');
  await early.isClosed();
  await expect(ana.newNote, 'nothing is lost').toHaveValue('The user called');
  await ana.newNote.press('Control+Enter');
  await early.record.click();
  await expect(ana.noted('The user called')).toContainText('2026-01-01 12:00');
});

test('a block says what is waited for, on every screen, until it ends', async ({ browser, request }) => {
  const execution = await started(request, 'Stuck at the provider');
  const ana = await at(browser, execution.address, 'Ana');
  const ben = await at(browser, execution.address, 'Ben');
  await ana.choose(REVOKE);
  await ana.block('The provider’s call');
  await ben.isAt(REVOKE, 'blocked');
  await expect(ben.node(REVOKE).locator('.node-hold')).toContainText(/^Ana, \d\d:\d\d UTC: The provider/);
  await expect(ben.row(REVOKE)).toContainText('The provider’s call');
  await ben.choose(REVOKE);
  await expect(ben.panel.locator('.hold')).toContainText(/Blocked since .* UTC by Ana. Waiting for: The provider’s call/);
  await expect(ben.assignee, 'who blocks what nobody has, has it').toHaveValue('Ana');

  await test.step('the reason can be changed, and the block goes on', async () => {
    await ben.panel.locator('.hold').getByRole('button', { name: 'Change' }).click();
    await new ReasonDialog(ben.page, REVOKE).answer('The lawyer');
    await expect(ana.node(REVOKE).locator('.node-hold')).toContainText('The lawyer');
  });

  await ana.press('Unblock');
  await ben.isAt(REVOKE, 'in_progress');
  await expect(ben.panel.locator('.hold')).toHaveCount(0);
  await expect(ben.node(REVOKE).locator('.node-hold')).toHaveCount(0);
});

test('Enter blocks without a reason, and Escape does not block', async ({ browser, request }) => {
  const execution = await started(request, 'No reason');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(REVOKE);
  await ana.press('Block');
  await ana.page.keyboard.press('Escape');
  await new ReasonDialog(ana.page, REVOKE).isClosed();
  await ana.isAt(REVOKE, 'not_started');
  await ana.block();
  await ana.isAt(REVOKE, 'blocked');
  await expect(ana.panel.locator('.hold')).toContainText('by Ana');
});

test('a pause says what is waited for', async ({ browser, request }) => {
  const execution = await started(request, 'On hold');
  const ana = await at(browser, execution.address, 'Ana');
  const ben = await at(browser, execution.address, 'Ben');
  await ana.pause('The board decides at nine');
  await expect(ben.banner).toContainText('Waiting for: The board decides at nine.');
  await expect(ben.banner).toContainText('by Ana');
});

test('a decision asks for its answer, and is completed without one only on purpose', async ({ browser, request }) => {
  const execution = await started(request, 'Undecided');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(DECISION);
  await ana.press('Complete');
  const answer = new AnswerDialog(ana.page, DECISION);
  await answer.isOpen();
  await ana.page.keyboard.press('Escape');
  await ana.isAt(DECISION, 'not_started');
  await ana.press('Complete');
  await answer.branch('No').click();
  await ana.isAt(DECISION, 'completed');
  await expect(ana.decided).toContainText('No');

  const other = await started(request, 'Never decided');
  await ana.visit(other.address);
  await ana.choose(DECISION);
  await ana.press('Complete');
  await answer.without.click();
  await ana.isAt(DECISION, 'completed');
  await expect(ana.decided).toHaveCount(0);
});

test('an answer need not complete its step, and its reason can come later', async ({ browser, request }) => {
  const execution = await started(request, 'Answered in part');
  const ana = await at(browser, execution.address, 'Ana');
  const ben = await at(browser, execution.address, 'Ben');
  await ana.choose(DECISION);
  await ana.panel.getByRole('checkbox', { name: 'and complete the step' }).uncheck();
  await ana.press('No');
  await expect(ana.decided).toContainText('No');
  await ana.isAt(DECISION, 'not_started');
  await ana.why.fill('She was asleep');
  await ana.press('Save the reason');
  await expect(ana.why).toHaveValue('');
  await ben.choose(DECISION);
  await expect(ben.decided).toContainText('She was asleep');
  await expect(ben.decided).toContainText('by Ana');
});

test('whatever was done to a step is undone by its button or Ctrl+Z, as a change of its own', async ({ browser, request }) => {
  const execution = await started(request, 'Slipped');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(CONFIRM);
  await ana.page.keyboard.press('c');
  await ana.isAt(CONFIRM, 'completed');
  await expect(ana.done).toContainText(`Completed “${CONFIRM}”. Next: “${DECISION}”.`);
  await ana.done.getByRole('button', { name: 'Undo (restore “Not started”)' }).click();
  await ana.isAt(CONFIRM, 'not_started');
  await expect(ana.assignee, 'nobody has it, as before').toHaveValue('');
  await expect(ana.done).toHaveCount(0);

  await ana.press('Start');
  await ana.block('The user');
  await ana.isAt(CONFIRM, 'blocked');
  await ana.page.keyboard.press('x');
  await ana.isAt(CONFIRM, 'skipped');
  for (const status of ['blocked', 'in_progress', 'not_started']) {
    await ana.page.keyboard.press('Control+z');
    await ana.isAt(CONFIRM, status);
    if (status === 'blocked') await expect(ana.panel.locator('.hold')).toContainText('The user');
  }
  await ana.page.keyboard.press('Control+z');
  await expect(ana.toasts).toContainText('There is nothing to undo.');
  await ana.openTimeline();
  await expect(ana.happened('step_reset'), 'both are in the log').toHaveCount(2);
});

test('what somebody else has changed since is not undone', async ({ browser, request }) => {
  const execution = await started(request, 'Too late');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(CONFIRM);
  await ana.press('Start');
  await ana.isAt(CONFIRM, 'in_progress');
  await execution.change(CONFIRM, { status: 'completed' });
  await ana.isAt(CONFIRM, 'completed');
  await ana.page.keyboard.press('Control+z');
  await expect(ana.toasts).toContainText(`“${CONFIRM}” has been changed since, so nothing was undone.`);
  await ana.isAt(CONFIRM, 'completed');
});

test('g goes on: what is next is chosen and started', async ({ browser, request }) => {
  const execution = await started(request, 'Swiftly');
  const ana = await at(browser, execution.address, 'Ana');
  await execution.change(DECISION, { status: 'in_progress', assignee: 'Ben' });
  await ana.choose(CONFIRM);
  await ana.press('Complete');
  await expect(ana.done, 'Ben has the decision').toContainText('Next:');
  await ana.page.keyboard.press('g');
  await expect(ana.title).not.toHaveText(CONFIRM);
  await expect(ana.title).not.toHaveText(DECISION);
  await ana.isAt(await ana.title.innerText(), 'in_progress');
});

test('a step is given to who is known, and to a new name only by saying so', async ({ browser, request }) => {
  const execution = await started(request, 'Whose is it');
  await execution.change(SEARCH, { notes: 'Looking' }, 'Beatrix');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(REVOKE);
  await ana.assignee.fill('bea');
  await expect(ana.panel.getByRole('option', { name: 'Beatrix' })).toBeVisible();
  await ana.assignee.press('Enter');
  await expect(ana.panel.getByRole('alert').filter({ hasText: 'Nobody here is called “bea”' }), 'two can be meant').toBeVisible();
  await ana.assignee.press('ArrowDown');
  await ana.assignee.press('Enter');
  await expect(ana.assignee).toHaveValue('Beatrix');

  await ana.assignee.fill('bne');
  await ana.assignee.press('Enter');
  await expect(ana.panel.getByText('Choose “Add bne” if that is right.')).toBeVisible();
  await ana.assignee.press('Escape');
  await expect(ana.assignee, 'nothing happened').toHaveValue('Beatrix');
  await ana.assign('Benedikt');
  await expect(ana.assignee).toHaveValue('Benedikt');
  await ana.press('Unassign');
  await expect(ana.assignee).toHaveValue('');
  await ana.press('Assign to me');
  await expect(ana.assignee).toHaveValue('Ana');
});

test('a step has an address; Back, Forward and reload keep step, filter and timeline', async ({ browser, request }) => {
  const execution = await started(request, 'To be linked');
  const ana = await at(browser, execution.address, 'Ana');
  const { page } = ana;
  const step = execution.step(REVOKE).node_id;
  await ana.choose(REVOKE);
  await expect(page).toHaveURL(new RegExp(`/execute/${execution.id}/step/${step}$`));
  await page.waitForTimeout(1_100);
  await ana.choose(SEARCH);
  await ana.filter('Open').click();
  await ana.openTimeline();
  await expect(page).toHaveURL(/filter=open&timeline=open$/);
  await page.reload();
  await ana.isLive();
  await ana.isChosen(SEARCH);
  await expect(ana.filter('Open')).toHaveAttribute('aria-pressed', 'true');
  await expect(ana.timeline).toBeVisible();

  await ana.visit(`${execution.address}/step/${step}`);
  await ana.isChosen(REVOKE);
  await page.waitForTimeout(1_100);
  await ana.choose(CONFIRM);
  await page.goBack();
  await ana.isChosen(REVOKE);
  await page.goForward();
  await ana.isChosen(CONFIRM);

  const unknown = await page.goto(`${execution.address}/step/no-such-step`);
  expect(unknown?.status()).toBe(200);
  await ana.isReady();
  await expect(ana.title).not.toBeEmpty();
  expect((await page.goto(`${execution.address}/nonsense`))?.status()).toBe(404);
});

test('one event is told per press: who starts a step takes it, in one line', async ({ browser, request }) => {
  const execution = await started(request, 'One line');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(CONFIRM);
  await ana.press('Start');
  await ana.isAt(CONFIRM, 'in_progress');
  await ana.openTimeline();
  await expect(ana.happened('step_started')).toContainText(new RegExp(`took and started\\s*${CONFIRM}`));
  await expect(ana.happened('assignee_changed')).toHaveCount(0);
  await ana.filterEvents('of what kind').selectOption('Assignees');
  await expect(ana.happened('assignee_changed')).toHaveCount(1);
  const note = await ana.askForNote();
  await note.note.fill('Of no step');
  await ana.page.keyboard.press('Control+Enter');
  await ana.filterEvents('of what kind').selectOption('The whole execution');
  await expect(ana.events).toHaveCount(2);
  await expect(ana.happened('execution_noted')).toContainText('Of no step');
});
