import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const [FIRST, REVOKE] = ['Confirm the alert with the user', 'Revoke every session'];

test('events are filtered by kind, analyst and step, with how many of how many', async ({ browser, request }) => {
  const execution = await started(request, 'Much happened');
  await execution.change(FIRST, { status: 'in_progress', notes: 'Called her' }, 'Ana');
  await execution.change(REVOKE, { notes: 'Not yet' }, 'Ben');
  const ana = await at(browser, execution.address, 'Ana');
  await expect(ana.events, 'while it is closed, there is nothing of it').toHaveCount(0);
  await ana.openTimeline();
  await expect(ana.timeline.getByText('5 events')).toBeVisible();
  await ana.filterEvents('of what kind').selectOption('Notes');
  await expect(ana.events).toHaveCount(2);
  await expect(ana.timeline.getByText('Showing 2 of 5')).toBeVisible();
  await ana.filterEvents('by whom').selectOption('Ben');
  await expect(ana.events).toHaveCount(1);
  await ana.filterEvents('at which step').selectOption({ label: FIRST });
  await expect(ana.timeline.getByText('No event matches.')).toBeVisible();
  await ana.timeline.getByRole('button', { name: 'Clear' }).click();
  await expect(ana.events).toHaveCount(5);
  await expect(ana.filterEvents('by whom')).toHaveValue('');
});

test('a row leads to its step, says what it replaced, and when a late entry happened', async ({ browser, request }) => {
  const execution = await started(request, 'Replaced');
  await execution.change(REVOKE, { status: 'in_progress' }, 'Ben');
  await execution.change(REVOKE, { status: 'completed', base_seq: 1 }, 'Ana');
  await execution.change(REVOKE, { notes: 'By hand', occurred_at: '2020-01-01T10:00:00Z', before_start: true }, 'Ana');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.openTimeline();
  await expect(ana.events.nth(2)).toContainText('replacing Ben’s “In progress”');
  await expect(ana.events.nth(3)).toContainText('late entry: happened at 2020-01-01 10:00:00');
  await ana.events.nth(1).getByText('started').click();
  await ana.isChosen(REVOKE);
});

test('a late change says from when it counts, if somebody has changed the status since', async ({ browser, request }) => {
  const execution = await started(request, 'Late');
  await execution.change(REVOKE, { status: 'in_progress' }, 'Ben');
  const late = { status: 'completed' as const, occurred_at: '2020-01-01T10:00:00Z', before_start: true };
  await execution.change(REVOKE, late, 'Ana');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.openTimeline();
  await expect(ana.events.nth(2)).toContainText('late entry: happened at 2020-01-01 10:00:00');
  await expect(ana.events.nth(2)).toContainText(/counted from (?!2020)/);
});

test('the newest is followed until the reader goes back; then a button leads there', async ({ browser, request }) => {
  const execution = await started(request, 'Long');
  const add = async (from: number, to: number) => {
    for (let number = from; number < to; number++) await execution.change(FIRST, { notes: `Note ${number}.` }, 'Ben');
  };
  await add(0, 200);
  const ana = await at(browser, execution.address, 'Ana');
  await ana.openTimeline();
  await expect(ana.timeline.getByText('Note 199.')).toBeInViewport();
  await add(200, 201);
  await expect(ana.timeline.getByText('Note 200.')).toBeInViewport();
  expect(await ana.events.count(), 'only what is in sight is in the page').toBeLessThan(60);

  const list = ana.timeline.getByRole('group', { name: 'Events' });
  await list.evaluate((list) => (list.scrollTop = 1_500));
  await expect(ana.timeline.getByText('Note 199.')).toHaveCount(0);
  const top = () =>
    list.evaluate((list) => {
      const edge = list.getBoundingClientRect().top;
      const row = [...list.querySelectorAll('.timeline-row')].find((row) => row.getBoundingClientRect().bottom > edge)!;
      return [row.getAttribute('data-seq'), Math.round(row.getBoundingClientRect().top - edge)];
    });
  await ana.page.waitForTimeout(300);
  const before = await top();
  await add(201, 204);
  const news = ana.timeline.getByRole('button', { name: '3 new' });
  await expect(news).toBeVisible();
  expect(await top(), 'what is read stays where it is').toEqual(before);
  await news.click();
  await expect(ana.timeline.getByText('Note 203.')).toBeInViewport();
  await expect(news).toBeHidden();
});

test('without a script the timeline is a page away', async ({ browser, request }) => {
  const execution = await started(request, 'Read only');
  await execution.change(FIRST, { notes: 'Written down' }, 'Ben');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = new ExecutionPage(await context.newPage());
  await page.page.goto(execution.address);
  await page.openTimeline();
  await expect(page.timeline.getByText('Written down')).toBeVisible();
});
