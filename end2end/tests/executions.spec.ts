import { expect, test, type Page } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { analyst, crowd } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const card = (page: Page, title: string) => page.locator('.execution-card', { hasText: title });
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** Words that only the executions of one test have. */
let last = 0;
const word = () => `W${Date.now()}${last++}`;

const open = (page: Page, query = '') => new ExecutionsPage(page).open(query);

test('filters stand in the address, take effect at once, and go back and forward', async ({ browser, request }) => {
  const own = word();
  await started(request, `${own} runs`);
  await (await started(request, `${own} Überlast`)).end('paused');
  const page = await analyst(browser, 'Ana');
  await open(page);
  await page.getByRole('searchbox').fill(own);
  await expect(page).toHaveURL(`/executions?q=${own}`);
  await expect(section(page, 'Active').locator('.execution-card')).toHaveCount(1);
  await page.getByRole('checkbox', { name: 'Paused' }).check();
  await expect(page).toHaveURL(`/executions?status=paused&q=${own}`);
  await expect(card(page, `${own} runs`)).toHaveCount(0);
  await expect(card(page, `${own} Überlast`)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Active' }).check();
  await expect(page).toHaveURL(`/executions?status=active&status=paused&q=${own}`);
  await expect(card(page, `${own} runs`)).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('checkbox', { name: 'Active' })).not.toBeChecked();
  await expect(card(page, `${own} runs`)).toHaveCount(0);
  await page.goForward();
  await expect(card(page, `${own} runs`)).toBeVisible();
  await page.getByRole('searchbox').fill(`${own} üBERLAST`);
  await expect(card(page, `${own} runs`)).toHaveCount(0);
  await expect(card(page, `${own} Überlast`)).toBeVisible();
  await page.getByRole('searchbox').fill('no such thing');
  await expect(page.getByText('No execution matches.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL('/executions');
  await expect(page.getByRole('searchbox')).toHaveValue('');
});

test('filters work without a script', async ({ browser, request }) => {
  const own = word();
  await started(request, `${own} runs`);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/executions');
  await page.getByRole('searchbox').fill(own);
  await page.getByRole('checkbox', { name: 'Active' }).check({ force: true });
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.locator('.execution-card')).toHaveCount(1);
  await expect(page.getByRole('checkbox', { name: 'Active' })).toBeChecked();
});

test('the list follows what happens, with who is there', async ({ browser, request }) => {
  const own = word();
  const execution = await started(request, `${own} watched`);
  const page = await analyst(browser, 'Ana');
  await open(page, `?q=${own}`);
  await crowd(browser, execution.id, [{ name: 'Ben' }]);
  await expect(card(page, own).locator('.card-online')).toHaveAttribute('title', 'Ben here now');
  await execution.change('Revoke every session', { status: 'blocked' });
  await expect(card(page, own).getByText('1 blocked', { exact: true })).toBeVisible();
  await execution.end('paused');
  await expect(section(page, 'Paused').locator('.execution-card')).toHaveCount(1);
  expect(await barriers(page)).toEqual([]);
});

test('who has scrolled is told of new executions, and nothing moves', async ({ browser, request }) => {
  test.setTimeout(60_000);
  const own = word();
  for (let number = 0; number < 12; number++) await started(request, `${own} case ${number}`);
  const page = await analyst(browser, 'Ana');
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, `?q=${own}`);
  await page.mouse.wheel(0, 400);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(200);
  const titles = () => page.locator('.execution-card h3').allTextContents();
  const before = await titles();
  await started(request, `${own} new`);
  await started(request, `${own} newer`);
  const show = page.getByRole('button', { name: '2 new executions: show' });
  await expect(show).toBeVisible();
  expect(await titles()).toEqual(before);
  await show.click();
  await expect(page.locator('.execution-card h3').first()).toHaveText(`${own} newer`);
  await expect(show).toHaveCount(0);
});

test('a list that cannot be kept up to date says since when', async ({ browser }) => {
  const page = await analyst(browser, 'Ana');
  await open(page);
  await page.context().setOffline(true);
  await expect(page.locator('.list-notices')).toContainText(/This is how it was at \d\d:\d\d:\d\d UTC.*cannot be reached/);
  await page.context().setOffline(false);
  await expect(page.locator('.list-notices .banner')).toHaveCount(0);
});
