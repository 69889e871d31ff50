import { expect, test } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { at, crowd } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const [FIRST, REVOKE] = ['Confirm the alert with the user', 'Revoke every session'];
const LONG = 'Verschlüsselungstrojaner auf dem Personalverwaltungsdateiserver der Hauptniederlassung Süd-Württemberg mit Verdacht auf Datenabfluss 🚨';
const OTHERS = ['Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gül', 'عمر الفاروق'];

test('completing shows what is open, blocked first, and a step of it is one click away', async ({ browser, request }) => {
  const execution = await started(request, 'Nearly done');
  await execution.change(REVOKE, { status: 'blocked' });
  await execution.change(FIRST, { status: 'completed' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.locator('.actions').getByRole('button', { name: 'Complete' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Complete this execution?' });
  await expect(dialog).toContainText('Still open: 4 steps not started, 1 blocked.');
  await expect(dialog.getByRole('textbox')).toBeFocused();
  const open = dialog.getByRole('list', { name: 'Open steps' }).getByRole('listitem');
  await expect(open).toHaveCount(5);
  await expect(open.first()).toHaveText(`Blocked${REVOKE}`);
  expect(await barriers(ana.page)).toEqual([]);
  await open.first().getByRole('button').click();
  await expect(dialog).toBeHidden();
  await expect(ana.panel.getByRole('heading', { level: 2 })).toHaveText(REVOKE);

  await ana.page.locator('.actions').getByRole('button', { name: 'Complete' }).click();
  await dialog.getByRole('textbox').fill('Contained');
  await dialog.getByRole('button', { name: 'Complete', exact: true }).click();
  await expect(ana.banner).toContainText('Contained');
  await ana.page.getByRole('button', { name: 'Reopen' }).click();
  await expect(ana.banner).toHaveCount(0);
});

test('abandoning asks why, and pausing stops the clock', async ({ browser, request }) => {
  const execution = await started(request, 'A false alarm');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.getByRole('button', { name: 'Pause' }).click();
  await expect(ana.banner).toContainText('Paused: the clocks stand still');
  const clock = await ana.page.locator('.elapsed').textContent();
  await ana.page.waitForTimeout(2_500);
  expect(await ana.page.locator('.elapsed').textContent()).toBe(clock);
  await ana.page.getByRole('button', { name: 'Abandon' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Abandon this execution?' });
  await dialog.getByRole('button', { name: 'Abandon', exact: true }).click();
  await expect(dialog, 'not without a reason').toBeVisible();
  await dialog.getByRole('textbox', { name: 'Why?' }).fill('A test of the backup');
  await dialog.getByRole('button', { name: 'Abandon', exact: true }).click();
  await expect(ana.banner).toContainText('A test of the backup');
});

test('a note on the whole is kept while it is typed, and stands in the timeline', async ({ browser, request }) => {
  const execution = await started(request, 'To be noted');
  const ana = await at(browser, execution.address, 'Ana');
  const dialog = ana.page.getByRole('dialog', { name: 'Note on the whole execution' });
  const open = () => ana.page.locator('.actions').getByRole('button', { name: 'Note' }).click();
  await open();
  await dialog.getByRole('textbox').fill('The press has called');
  await ana.page.reload();
  await ana.isLive();
  await open();
  await expect(dialog.getByRole('textbox')).toHaveValue('The press has called');
  await ana.page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  await ana.openTimeline();
  await expect(ana.timeline).toContainText('The press has called');
  await open();
  await expect(dialog.getByRole('textbox')).toHaveValue('');
});

test('what is blocked is seen at once, and shown alone by one click', async ({ browser, request }) => {
  const execution = await started(request, 'Stuck');
  await execution.change(REVOKE, { status: 'blocked' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.getByRole('button', { name: '1 blocked' }).click();
  await expect(ana.row(REVOKE)).toBeVisible();
  await expect(ana.page.getByRole('group', { name: 'Filter steps' }).getByRole('button', { name: 'Blocked' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
});

test('the head has two lines, however long the title and many the people', async ({ browser, request }) => {
  const execution = await started(request, LONG);
  await execution.change(REVOKE, { status: 'blocked' });
  await execution.change(FIRST, { status: 'in_progress' });
  const ana = await at(browser, execution.address, 'Ana');
  const { page } = ana;
  await crowd(browser, execution.id, OTHERS.map((name) => ({ name })));
  await expect(ana.people.getByRole('listitem')).toHaveCount(OTHERS.length + 1);
  for (const width of [1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const head = page.locator('.execution-head');
    const lines = await head.locator('.head-line').evaluateAll((lines) =>
      lines.map((line) => ({ height: line.getBoundingClientRect().height, over: line.scrollWidth - line.clientWidth })),
    );
    expect(lines).toHaveLength(2);
    for (const { height, over } of lines) {
      expect(height, `${width}`).toBeLessThan(44);
      expect(over, `${width}`).toBeLessThanOrEqual(0);
    }
    await expect(head.getByRole('heading', { level: 1 })).toHaveAttribute('title', LONG);
  }
});
