import { expect, test } from '@playwright/test';
import { at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const DECISION = 'Was it the user?';
const OTHER = 'Close the alert as benign';

test('an answer is taken back by keyboard, at once here and on every other screen', async ({ browser, request }) => {
  const execution = await started(request, 'Taken back');
  const ana = await at(browser, execution.address, 'Ana');
  const ben = await at(browser, execution.address, 'Ben');
  await ana.choose(DECISION);
  await expect(ana.takeBack, 'there is nothing to take back').toHaveCount(0);
  await ana.press('No');
  await ana.isAt(DECISION, 'completed');
  await expect(ben.node(OTHER)).toHaveClass(/dimmed/);

  await ana.takeBack.focus();
  await ana.page.keyboard.press('Enter');
  await expect(ana.decided).toHaveCount(0);
  await expect(ana.button('Yes'), 'the focus is where the next answer is given').toBeFocused();
  await ana.isAt(DECISION, 'in_progress');
  await expect(ben.node(OTHER), 'every branch applies again').not.toHaveClass(/dimmed/);
  await ben.isAt(DECISION, 'in_progress');
  await ben.openTimeline();
  await expect(ben.happened('decision_withdrawn')).toContainText('took back “No” at');

  await ana.page.reload();
  await ana.isLive();
  await ana.choose(DECISION);
  await expect(ana.decided).toHaveCount(0);
});

test('who takes back an answer that they had not seen is told, and can set it back', async ({ browser, request }) => {
  const execution = await started(request, 'Taken back unseen');
  await execution.change(DECISION, { decision_taken: 'Yes', rationale: 'She was asleep' }, 'Ana');
  const ana = await at(browser, execution.address, 'Ana');
  await execution.change(DECISION, { decision_taken: null, base_seq: 1 }, 'Ben');
  await expect(ana.toasts).toContainText(`Ben took back the answer at “${DECISION}”`);
  await ana.toasts.getByRole('button', { name: 'Back to “Yes”' }).click();
  await ana.choose(DECISION);
  await expect(ana.decided).toContainText('She was asleep');
});

test('a paused execution takes no answer back', async ({ browser, request }) => {
  const execution = await started(request, 'Taken back while paused');
  await execution.change(DECISION, { decision_taken: 'Yes' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(DECISION);
  await ana.pause();
  await expect(ana.banner).toContainText('Paused');
  await expect(ana.takeBack).toBeDisabled();
});

test('resetting a step says what it keeps', async ({ browser, request }) => {
  const execution = await started(request, 'Reset');
  await execution.change(DECISION, { decision_taken: 'Yes', status: 'completed', notes: 'One' });
  await execution.change(DECISION, { notes: 'Two' });
  await execution.attach(DECISION, { name: 'call.txt', mimeType: 'text/plain', buffer: Buffer.from('She said no') }, 'The call');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(DECISION);
  await ana.status.selectOption('not_started');
  await expect(ana.done).toContainText(`Reset “${DECISION}” to not started; 2 notes, 1 file, the assignee Ben and the answer “Yes” are kept.`);
  await ana.isAt(DECISION, 'not_started');
  await ana.openTimeline();
  await expect(ana.happened('step_reset')).toContainText('2 notes, 1 file, the assignee Ben and the answer “Yes” are kept');
});
