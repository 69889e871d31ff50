import { expect, test } from '@playwright/test';
import { at, crowd } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const [FIRST, REVOKE] = ['Confirm the alert with the user', 'Revoke every session'];
const LONG = 'Verschlüsselungstrojaner auf dem Personalverwaltungsdateiserver der Hauptniederlassung Süd-Württemberg mit Verdacht auf Datenabfluss 🚨';
const OTHERS = ['Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gül', 'عمر الفاروق'];

test('completing shows what is open, blocked first, and a step of it is one click away', async ({ browser, request }) => {
  const execution = await started(request, 'Nearly done');
  const ana = await at(browser, execution.address, 'Ana');
  await execution.change(REVOKE, { status: 'blocked' });
  await execution.change(FIRST, { status: 'completed' });
  await ana.isAt(FIRST, 'completed');
  const dialog = await ana.ask('Close incident');
  await expect(dialog.root).toContainText('Still open: 4 steps not started, 1 blocked.');
  await expect(dialog.outcome).toBeFocused();
  await expect(dialog.open).toHaveCount(5);
  await expect(dialog.open.first()).toHaveText(`Blocked${REVOKE}`);
  await dialog.open.first().getByRole('button').click();
  await dialog.isClosed();
  await ana.isChosen(REVOKE);
});

test('abandoning asks why, and pausing stops the clock', async ({ browser, request }) => {
  const execution = await started(request, 'A false alarm');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.pause();
  await expect(ana.banner).toContainText('timers stopped');
  const clock = await ana.page.locator('.elapsed').textContent();
  await ana.page.waitForTimeout(2_500);
  expect(await ana.page.locator('.elapsed').textContent()).toBe(clock);
  const dialog = await ana.ask('Abandon');
  await dialog.end.click();
  await expect(dialog.root, 'not without a reason').toBeVisible();
  await dialog.outcome.fill('A test of the backup');
  await dialog.end.click();
  await expect(ana.banner).toContainText('A test of the backup');
});

test('a note on the whole is kept while it is typed, and stands in the timeline', async ({ browser, request }) => {
  const execution = await started(request, 'To be noted');
  const ana = await at(browser, execution.address, 'Ana');
  const dialog = await ana.askForNote();
  await dialog.note.fill('The press has called');
  await ana.page.reload();
  await ana.isLive();
  await ana.askForNote();
  await expect(dialog.note).toHaveValue('The press has called');
  await ana.page.keyboard.press('Control+Enter');
  await dialog.isClosed();
  await ana.openTimeline();
  await expect(ana.timeline).toContainText('The press has called');
  await ana.askForNote();
  await expect(dialog.note).toHaveValue('');
});

test('what is blocked is seen at once, and shown alone by one click', async ({ browser, request }) => {
  const execution = await started(request, 'Stuck');
  await execution.change(REVOKE, { status: 'blocked' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.head.getByRole('button', { name: '1 blocked' }).click();
  await expect(ana.row(REVOKE)).toBeVisible();
  await expect(ana.filter('Blocked')).toHaveAttribute('aria-pressed', 'true');
});

test('the head has two lines, however long the title and many the people', async ({ browser, request }) => {
  const execution = await started(request, LONG);
  await execution.change(REVOKE, { status: 'blocked' });
  await execution.change(FIRST, { status: 'in_progress' });
  const ana = await at(browser, execution.address, 'Ana');
  const { head, page } = ana;
  await crowd(browser, execution.id, OTHERS.map((name) => ({ name })));
  await expect(ana.people.getByRole('listitem')).toHaveCount(OTHERS.length + 1);
  for (const width of [1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
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
