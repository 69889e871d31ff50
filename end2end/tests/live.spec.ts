import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { Library } from '../pages/library.ts';
import { analyst, started } from './analysts.ts';
import { PLAYBOOK } from './playbook.ts';

test('one analyst imports, starts and works, and another sees all of it live', async ({ browser }) => {
  const ana = await analyst(browser, 'Ana');
  const library = new Library(ana);
  await library.importText(PLAYBOOK);
  await ana.getByRole('status').getByRole('link', { name: 'Suspicious login' }).click();
  await expect(ana.locator('.canvas .node').first()).toBeVisible();
  await library.start('Login from two countries', 'Ana Öz');

  const first = new ExecutionPage(ana);
  await first.isLive();
  await expect(first.node('Confirm the alert with the user')).toBeInViewport({ ratio: 1 });
  const second = new ExecutionPage(await analyst(browser, 'Ben'));
  await second.open(ana.url());
  await second.page.evaluate(() => ((window as Window & { neverReloaded?: boolean }).neverReloaded = true));

  await test.step('a status', async () => {
    await first.choose('Confirm the alert with the user');
    await first.press('Start');
    await expect(second.node('Confirm the alert with the user')).toHaveAttribute('data-status', 'in_progress');
    await expect(second.node('Confirm the alert with the user')).toContainText('In progress');
    await first.press('Complete');
    await expect(second.node('Confirm the alert with the user')).toHaveAttribute('data-status', 'completed');
  });

  await test.step('a decision, and the steps it rules out', async () => {
    await first.choose('Was it the user?');
    await first.panel.getByRole('textbox', { name: 'Why' }).fill('She was asleep');
    await first.press('No');
    await expect(second.node('Was it the user?')).toHaveAttribute('data-status', 'completed');
    await expect(second.node('Close the alert as benign')).toHaveClass(/dimmed/);
    await expect(second.node('Disable the account')).not.toHaveClass(/dimmed/);
    await second.choose('Was it the user?');
    await expect(second.panel.locator('.decision-taken')).toContainText('She was asleep');
  });

  await test.step('an assignee and a note', async () => {
    await first.choose('Disable the account');
    await second.choose('Disable the account');
    await first.press('Me');
    await expect(second.panel.getByRole('combobox', { name: 'Assignee' })).toHaveValue('Ana Öz');
    await first.note('Disabled at the directory 🔒 <b>not bold</b>');
    await expect(second.panel.locator('.note')).toHaveText(/Disabled at the directory 🔒 <b>not bold<\/b>/);
  });

  await test.step('the progress and the timeline', async () => {
    await expect(second.page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '40');
    await second.openTimeline();
    await expect(second.timeline.locator('[data-event="decision_taken"]')).toContainText('decided “No” at');
    await expect(second.timeline.locator('.timeline-row')).toHaveCount(8);
    await expect(second.timeline.locator('[data-event="assignee_changed"]').first(), 'who starts a step has it').toContainText('assigned to Ana');
  });

  await test.step('the other way round, and no reload', async () => {
    await second.choose('Revoke every session');
    await second.press('Skip');
    await expect(first.node('Revoke every session')).toHaveAttribute('data-status', 'skipped');
    expect(await second.page.evaluate(() => (window as Window & { neverReloaded?: boolean }).neverReloaded)).toBe(true);
  });

  await test.step('everything is there after a reload', async () => {
    await first.page.reload();
    await first.isLive();
    await expect(first.node('Revoke every session')).toHaveAttribute('data-status', 'skipped');
    await first.choose('Disable the account');
    await expect(first.panel.locator('.note')).toHaveCount(1);
  });
});

test('a paused execution refuses statuses, and a completed one takes only notes', async ({ browser, request }) => {
  const execution = await started(request, 'Pause and end');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await ana.open(`/execute/${execution.id}`);
  await ana.page.getByRole('button', { name: 'Pause' }).click();
  await expect(ana.page.locator('.banner')).toContainText('Paused');
  await ana.choose('Revoke every session');
  await expect(ana.panel.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
  await ana.page.getByRole('button', { name: 'Resume' }).click();
  await ana.page.getByRole('button', { name: 'Complete', exact: true }).first().click();
  const dialog = ana.page.getByRole('dialog', { name: 'Complete this execution?' });
  await expect(dialog).toContainText('Still open: 6 not started.');
  await dialog.getByRole('textbox').fill('False alarm');
  await dialog.getByRole('button', { name: 'Complete' }).click();
  await expect(ana.page.locator('.banner')).toContainText('False alarm');
  await expect(ana.panel.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
  await ana.note('Written afterwards');
});

test('drafts stay with their step, also through a reload', async ({ browser, request }) => {
  const execution = await started(request, 'Drafts');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await ana.open(`/execute/${execution.id}`);
  await ana.choose('Revoke every session');
  const field = ana.panel.getByRole('textbox', { name: 'New note' });
  await field.fill('Half a thought');
  await ana.choose('Disable the account');
  await expect(field).toHaveValue('');
  await ana.page.reload();
  await ana.isLive();
  await ana.choose('Revoke every session');
  await expect(field).toHaveValue('Half a thought');
  await ana.page.keyboard.press('Tab');
  await ana.press('Add note');
  await expect(field).toHaveValue('');
  await expect(ana.panel.locator('.note')).toHaveText(/Half a thought/);
});
