import { expect, test } from '@playwright/test';
import { at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const STEP = 'Revoke every session';

test('of many notes the newest are shown, and the others when they are asked for', async ({ browser, request }) => {
  const execution = await started(request, 'Noted sixty times');
  for (let note = 1; note <= 60; note += 1) await execution.change(STEP, { notes: `Note number ${note}.` });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const notes = ana.panel.locator('.note');
  await expect(notes).toHaveCount(50);
  await expect(notes.first()).toContainText('Note number 60.');
  await expect(ana.panel.getByRole('heading', { name: 'Notes 60' })).toBeVisible();

  await execution.change(STEP, { notes: 'One more.' });
  await expect(notes.first()).toContainText('One more.');
  await ana.panel.getByRole('button', { name: 'Show older notes (11 more)' }).click();
  await expect(notes).toHaveCount(61);
  await expect(notes.last()).toContainText('Note number 1.');
  await expect(ana.panel.getByRole('button', { name: /Show older notes/ })).toBeHidden();
});
