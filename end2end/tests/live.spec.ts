import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { ImportPage } from '../pages/import.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { analyst, at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

const CONFIRM = 'Confirm the alert with the user';
const DECISION = 'Was it the user?';
const DISABLE = 'Disable the account';
const REVOKE = 'Revoke every session';

test('one analyst imports, starts and works, and another sees all of it live', async ({ browser }) => {
  const page = await analyst(browser, 'Ana');
  const importing = new ImportPage(page);
  await importing.importText(PLAYBOOK);
  await importing.openCreated('Suspicious login');
  const playbook = new PlaybookPage(page);
  await playbook.isShown('Suspicious login');
  const dialog = await playbook.start();
  await dialog.incident.fill('Login from two countries');
  await dialog.name.fill('Ana Öz');
  await dialog.start.click();
  await page.waitForURL(/\/execute\//);

  const first = new ExecutionPage(page);
  await first.isLive();
  await expect(first.node(CONFIRM)).toBeInViewport({ ratio: 0.99 });
  const second = await at(browser, page.url(), 'Ben');
  await second.page.evaluate(() => ((window as Window & { neverReloaded?: boolean }).neverReloaded = true));

  await test.step('a status', async () => {
    await first.choose(CONFIRM);
    await first.press('Start');
    await second.isAt(CONFIRM, 'in_progress');
    await expect(second.node(CONFIRM)).toContainText('In progress');
    await first.press('Complete');
    await second.isAt(CONFIRM, 'completed');
  });

  await test.step('a decision, and the steps it rules out', async () => {
    await first.choose(DECISION);
    await first.why.fill('She was asleep');
    await first.press('No');
    await second.isAt(DECISION, 'completed');
    await expect(second.node('Close the alert as benign')).toHaveClass(/dimmed/);
    await expect(second.node(DISABLE)).not.toHaveClass(/dimmed/);
    await second.choose(DECISION);
    await expect(second.decided).toContainText('She was asleep');
  });

  await test.step('an assignee and a note', async () => {
    await first.choose(DISABLE);
    await second.choose(DISABLE);
    await first.press('Assign to me');
    await expect(second.assignee).toHaveValue('Ana Öz');
    await first.note('Disabled at the directory 🔒 <b>not bold</b>');
    await expect(second.notes).toHaveText(/Disabled at the directory 🔒 <b>not bold<\/b>/);
  });

  await test.step('the progress and the timeline', async () => {
    await expect(second.progress).toHaveAttribute('aria-valuenow', '40');
    await second.openTimeline();
    await expect(second.happened('decision_taken')).toContainText('decided “No” at');
    await expect(second.timeline.locator('[data-event]')).toHaveCount(7);
    await expect(second.happened('assignee_changed').first(), 'who starts a step has it').toContainText('took');
  });

  await test.step('the other way round, and no reload', async () => {
    await second.choose(REVOKE);
    await second.press('Skip');
    await first.isAt(REVOKE, 'skipped');
    expect(await second.page.evaluate(() => (window as Window & { neverReloaded?: boolean }).neverReloaded)).toBe(true);
  });

  await test.step('everything is there after a reload', async () => {
    await first.page.reload();
    await first.isLive();
    await first.isAt(REVOKE, 'skipped');
    await first.choose(DISABLE);
    await expect(first.notes).toHaveCount(1);
  });
});

test('a paused execution refuses statuses, and a completed one takes only notes', async ({ browser, request }) => {
  const execution = await started(request, 'Pause and end');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.pause();
  await expect(ana.banner).toContainText('Paused');
  await ana.choose(REVOKE);
  await expect(ana.button('Start')).toBeDisabled();
  await ana.action('Resume').click();
  const dialog = await ana.ask('Close incident');
  await expect(dialog.root).toContainText('Still open: 6 steps not started.');
  await dialog.outcome.fill('False alarm');
  await dialog.end.click();
  await expect(ana.banner).toContainText('False alarm');
  await expect(ana.button('Start')).toBeDisabled();
  await ana.note('Written afterwards');
});

test('drafts stay with their step, also through a reload', async ({ browser, request }) => {
  const execution = await started(request, 'Drafts');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(REVOKE);
  await ana.newNote.fill('Half a thought');
  await ana.choose(DISABLE);
  await expect(ana.newNote).toHaveValue('');
  await ana.page.reload();
  await ana.isLive();
  await ana.choose(REVOKE);
  await expect(ana.newNote).toHaveValue('Half a thought');
  await ana.page.keyboard.press('Tab');
  await ana.press('Add note');
  await expect(ana.newNote).toHaveValue('');
  await expect(ana.notes).toHaveText(/Half a thought/);
});
