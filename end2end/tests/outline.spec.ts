import { expect, test } from '@playwright/test';
import { at, crowd } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const [FIRST, DECISION] = ['Confirm the alert with the user', 'Was it the user?'];
const [REVOKE, SEARCH] = ['Revoke every session', 'Search for the same address elsewhere'];

test('a phase folds, says what it holds, is folded after a reload, and opens when a step in it is chosen', async ({
  browser,
  request,
}) => {
  const execution = await started(request, 'Folded');
  const ana = await at(browser, execution.address, 'Ana');
  await expect(ana.fold('Contain')).toHaveAttribute('aria-expanded', 'true');
  await ana.fold('Contain').click();
  await expect(ana.fold('Contain')).toHaveAttribute('aria-expanded', 'false');
  await expect(ana.row(REVOKE)).toBeHidden();

  await crowd(browser, execution.id, [{ name: 'Ben', node: execution.step(REVOKE).node_id }]);
  await execution.change(REVOKE, { status: 'completed' });
  const phase = ana.outline.locator('.outline-row', { hasText: 'Contain' });
  await expect(phase.locator('.outline-count')).toHaveText('1 / 2');
  await expect(phase.locator('.looking'), 'who is inside').toHaveCount(1);

  await ana.page.reload();
  await ana.isLive();
  await expect(ana.fold('Contain')).toHaveAttribute('aria-expanded', 'false');
  await ana.node(SEARCH).press('Enter');
  await expect(ana.row(SEARCH)).toBeVisible();
  await expect(ana.fold('Contain')).toHaveAttribute('aria-expanded', 'true');
});

test('filters count, leave out phases without a match, and never take the chosen step away', async ({ browser, request }) => {
  const execution = await started(request, 'Filtered');
  const ana = await at(browser, execution.address, 'Ana');
  await expect(ana.filter()).toHaveText([/All 6/, /Mine 0/, /Open 6/, /Blocked 0/, /Unassigned 6/]);
  await ana.choose(REVOKE);
  await ana.press('Start');
  await expect(ana.filter('Mine')).toHaveText('Mine 1');
  await ana.filter('Mine').click();
  await expect(ana.filter('Mine')).toHaveAttribute('aria-pressed', 'true');
  await expect(ana.listed).toHaveText(['Contain', REVOKE]);
  await expect(ana.page.getByText('5 more, hidden by the filter.')).toBeVisible();

  await ana.filter('Open').click();
  await ana.press('Complete');
  await expect(ana.filter('Open')).toHaveText('Open 5');
  await expect(ana.row(REVOKE), 'it is read just now').toBeVisible();
  await ana.choose(SEARCH);
  await expect(ana.row(REVOKE)).toBeHidden();
  await expect(ana.page.getByText('1 more, hidden by the filter.')).toBeVisible();

  await ana.filter('Blocked').click();
  await expect(ana.page.getByText('No step is blocked.')).toBeVisible();
  await ana.page.getByRole('button', { name: 'Show all' }).click();
  await expect(ana.filter('All')).toHaveAttribute('aria-pressed', 'true');
});

test('the outline works by keyboard alone, as one stop of the tab key', async ({ browser, request }) => {
  const execution = await started(request, 'By keyboard');
  const ana = await at(browser, execution.address, 'Ana');
  await expect(ana.outline.locator('[tabindex="0"]')).toHaveCount(1);
  const press = (key: string) => ana.page.keyboard.press(key);
  const hasFocus = (label: string) => expect(ana.row(label)).toBeFocused();
  await ana.row(FIRST).focus();
  await press('ArrowDown');
  await hasFocus(DECISION);
  await press('ArrowLeft');
  await hasFocus('Triage');
  await press('ArrowLeft');
  await expect(ana.row(FIRST)).toBeHidden();
  await press('ArrowDown');
  await hasFocus('Contain');
  await press('ArrowRight');
  await hasFocus(REVOKE);
  await press('Home');
  await hasFocus('Triage');
  await press('ArrowRight');
  await expect(ana.row(FIRST)).toBeVisible();
  await press('End');
  await hasFocus(SEARCH);
  await expect(ana.outline.locator('[tabindex="0"]')).toHaveCount(1);
  await press('Enter');
  await ana.isChosen(SEARCH);
});

test('no row moves when a badge arrives', async ({ browser, request }) => {
  const execution = await started(request, 'At rest');
  const ana = await at(browser, execution.address, 'Ana');
  const places = () => ana.outline.locator('.outline-row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
  const before = await places();
  await crowd(browser, execution.id, [{ name: 'Ben', node: execution.step(FIRST).node_id, editing: true }]);
  await execution.change(FIRST, { status: 'in_progress', assignee: 'Ben' });
  await expect(ana.row(FIRST).locator('.avatar')).toBeVisible();
  await expect(ana.row(FIRST).locator('.looking')).toBeVisible();
  expect(await places()).toEqual(before);
});

test('of a long outline only what is in sight is in the page, and it is worked with like a short one', async ({ browser, request }) => {
  const source = `# Long\n\n${Array.from({ length: 2_000 }, (_, at) => `${at + 1}. Step number ${at + 1}\n`).join('')}`;
  const execution = await started(request, 'A long one', { source });
  const ana = await at(browser, execution.address, 'Ana');
  const { page, outline } = ana;
  const rows = outline.locator('.outline-row');
  const row = (number: number) => rows.filter({ has: page.getByText(`Step number ${number}`, { exact: true }) });
  await expect.poll(() => rows.count()).toBeLessThan(100);
  await expect(row(1)).toHaveAttribute('aria-setsize', '2000');

  await test.step('by scrolling', async () => {
    await outline.evaluate((place) => place.scrollTo(0, 995 * 32));
    await expect(row(1_000)).toBeInViewport();
    await expect.poll(() => rows.count()).toBeLessThan(100);
    await row(1_000).getByRole('button').click();
    await ana.isChosen('Step number 1000');
  });

  await test.step('by keys, also far away', async () => {
    await page.keyboard.press('ArrowDown');
    await expect(row(1_001).getByRole('button')).toBeFocused();
    await page.keyboard.press('End');
    await expect(row(2_000).getByRole('button')).toBeFocused();
    await expect(row(2_000)).toBeInViewport();
    await page.keyboard.press('Home');
    await expect(row(1).getByRole('button')).toBeFocused();
    await outline.evaluate((place) => place.scrollTo(0, place.scrollHeight));
    await expect(row(1_990)).toBeInViewport();
    await expect(row(1).getByRole('button'), 'the focus stays where it was').toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(row(2).getByRole('button')).toBeFocused();
    await expect(row(2)).toBeInViewport();
  });

  await test.step('by being chosen elsewhere', async () => {
    await page.keyboard.press('k');
    await ana.isChosen('Step number 999');
    await expect(row(999)).toBeInViewport();
    await page.getByRole('group', { name: 'Filter steps' }).getByRole('button', { name: /^Blocked/ }).click();
    await expect(row(999), 'the chosen step stays').toBeInViewport();
    await expect(rows).toHaveCount(1);
  });
});
