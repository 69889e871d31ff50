import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { LibraryPage } from '../pages/library.ts';
import { SitePage } from '../pages/site.ts';
import { analyst } from '../world/analysts.ts';
import { existing, imported } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

const DEMO = 'Phishing email with link or attachment';

test('who has never been here starts a playbook and completes a first step', async ({ browser }) => {
  const page = await analyst(browser);
  const site = new SitePage(page);
  await site.visit('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible();
  await site.follow('Playbooks');
  const dialog = await new LibraryPage(page).start(DEMO);
  await dialog.incident.fill('A mail to the whole of finance');
  await dialog.name.fill('Nora');
  await dialog.start.click();

  const execution = new ExecutionPage(page);
  await execution.isLive();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A mail to the whole of finance');
  const step = await execution.title.innerText();
  await expect(execution.node(step), 'a first step is open, without a search for it').toBeInViewport({ ratio: 0.99 });
  await execution.press('Start');
  await execution.isAt(step, 'in_progress');
  await expect(execution.assignee).toHaveValue('Nora');
  await execution.note('The mail is saved as mail.eml');
  await execution.press('Complete');
  await execution.isAt(step, 'completed');
  await expect(execution.progress).toHaveAttribute('aria-valuetext', /^1 of \d+ done/);

  await execution.follow('Executions');
  await expect(new ExecutionsPage(page).card('A mail to the whole of finance').first()).toContainText('Nora');
});

test('an execution from its start to its end, and open again', async ({ browser, request }) => {
  await imported(request, PLAYBOOK, 'From start to end');
  const library = new LibraryPage(await analyst(browser, 'Ana'));
  const { page } = library;
  await library.open();
  const dialog = await library.start('From start to end');
  await dialog.incident.fill('Login from two countries');
  await dialog.incidentId.fill('INC-2026-0044');
  await dialog.start.click();
  const execution = new ExecutionPage(page);
  await execution.isLive();

  await test.step('step by step', async () => {
    await execution.isChosen('Confirm the alert with the user');
    await execution.press('Start');
    await execution.press('Complete');
    await execution.isAt('Confirm the alert with the user', 'completed');
  });

  await test.step('a decision, with its reason', async () => {
    await execution.choose('Was it the user?');
    await execution.why.fill('She was asleep');
    await execution.press('No');
    await execution.isAt('Was it the user?', 'completed');
    await expect(execution.decided).toContainText('She was asleep');
    await expect(execution.node('Close the alert as benign')).toHaveClass(/dimmed/);
  });

  await test.step('evidence: chosen, dropped and pasted', async () => {
    await execution.choose('Disable the account');
    await execution.press('Start');
    await execution.description.fill('Of the last night');
    await execution.files.setInputFiles({ name: 'proxy.log', mimeType: 'text/plain', buffer: Buffer.from('GET /evil\n') });
    await execution.bring('drop', 'dropped.txt', 'by drop');
    await execution.bring('paste', 'pasted.txt', 'by paste');
    await expect(execution.attached).toHaveCount(3);
    await expect(execution.attached.filter({ hasText: 'proxy.log' })).toContainText('Of the last night');
    await execution.press('Complete');
    await execution.isAt('Disable the account', 'completed');
  });

  await test.step('what blocks', async () => {
    await execution.choose('Revoke every session');
    await execution.press('Start');
    await execution.block();
    await execution.isAt('Revoke every session', 'blocked');
  });

  await test.step('its end, after what is open was shown', async () => {
    const dialog = await execution.ask('Close incident');
    await expect(dialog.root).toContainText('1 step not started');
    await expect(dialog.root).toContainText('1 blocked');
    await dialog.outcome.fill('The account was taken over; its sessions are revoked.');
    await dialog.end.click();
    await dialog.isClosed();
    await expect(execution.banner).toContainText('its sessions are revoked');
    await expect(execution.button('Unblock')).toBeDisabled();
  });

  await test.step('open again', async () => {
    await execution.action('Reopen').click();
    await expect(execution.banner).toHaveCount(0);
    await execution.press('Unblock');
    await execution.isAt('Revoke every session', 'in_progress');
  });

  await test.step('all of it is in the timeline, and in the record', async () => {
    await execution.openTimeline();
    await expect(execution.happened('step_unblocked')).toBeInViewport();
    const events = await (await existing(request, page.url().match(/execute\/([^/?]+)/)![1]!)).events();
    // Who starts a step has it; that is of no importance here.
    expect(events.map(({ event_type }) => event_type).filter((type) => type !== 'assignee_changed')).toEqual([
      'execution_started',
      ...['step_started', 'step_completed'],
      ...['decision_taken', 'step_completed'],
      ...['step_started', 'evidence_attached', 'evidence_attached', 'evidence_attached', 'step_completed'],
      ...['step_started', 'step_blocked'],
      'execution_completed',
      'execution_reopened',
      'step_unblocked',
    ]);
  });
});
