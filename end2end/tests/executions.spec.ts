import { expect, test } from '@playwright/test';
import { ExecutionsPage } from '../pages/executions.ts';
import { analyst, crowd } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

/** Words that only the executions of one test have. */
let last = 0;
const word = () => `W${process.pid}x${last++}`;

test('filters stand in the address, take effect at once, and go back and forward', async ({ browser, request }) => {
  const own = word();
  await started(request, `${own} runs`);
  await (await started(request, `${own} Überlast`)).end('paused');
  const page = await analyst(browser, 'Ana');
  const executions = new ExecutionsPage(page);
  await executions.open();
  await executions.search.fill(own);
  await expect(page).toHaveURL(`/executions?q=${own}`);
  await expect(executions.cards('Active')).toHaveCount(1);
  await executions.status('Paused').check();
  await expect(page).toHaveURL(`/executions?status=paused&q=${own}`);
  await expect(executions.card(`${own} runs`)).toHaveCount(0);
  await expect(executions.card(`${own} Überlast`)).toBeVisible();
  await executions.status('Active').check();
  await expect(page).toHaveURL(`/executions?status=active&status=paused&q=${own}`);
  await expect(executions.card(`${own} runs`)).toBeVisible();
  await page.goBack();
  await expect(executions.status('Active')).not.toBeChecked();
  await expect(executions.card(`${own} runs`)).toHaveCount(0);
  await page.goForward();
  await expect(executions.card(`${own} runs`)).toBeVisible();
  await executions.search.fill(`${own} üBERLAST`);
  await expect(executions.card(`${own} runs`)).toHaveCount(0);
  await expect(executions.card(`${own} Überlast`)).toBeVisible();
  await executions.search.fill('no such thing');
  await expect(page.getByText('No execution matches.')).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL('/executions');
  await expect(executions.search).toHaveValue('');
});

test('filters work without a script', async ({ browser, request }) => {
  const own = word();
  await started(request, `${own} runs`);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const executions = new ExecutionsPage(page);
  await page.goto('/executions');
  await executions.search.fill(own);
  await executions.status('Active').check({ force: true });
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(executions.titles).toHaveCount(1);
  await expect(executions.status('Active')).toBeChecked();
});

test('the list follows what happens, with who is there', async ({ browser, request }) => {
  const own = word();
  const execution = await started(request, `${own} watched`);
  const executions = new ExecutionsPage(await analyst(browser, 'Ana'));
  await executions.open(`?q=${own}`);
  const ben = await crowd(browser, execution.id, [{ name: 'Ben' }]);
  await expect(executions.card(own).locator('.card-online')).toHaveAttribute('title', 'Ben here now');
  await execution.change('Revoke every session', { status: 'blocked' });
  await expect(executions.card(own).getByText(/^1 blocked \d+ s$/)).toBeVisible();
  await execution.end('paused');
  await expect(executions.cards('Paused')).toHaveCount(1);
  await ben.close();
  await expect(executions.card(own).locator('.card-online')).toHaveCount(0);
});

test('who has scrolled is told of new executions, and nothing moves', async ({ browser, request }) => {
  const own = word();
  for (let number = 0; number < 12; number++) await started(request, `${own} case ${number}`);
  const page = await analyst(browser, 'Ana');
  await page.setViewportSize({ width: 1280, height: 500 });
  const executions = new ExecutionsPage(page);
  await executions.open(`?q=${own}`);
  await page.mouse.wheel(0, 400);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(200);
  const before = await executions.titles.allTextContents();
  await started(request, `${own} new`);
  await started(request, `${own} newer`);
  const show = page.getByRole('button', { name: '2 new executions: show' });
  await expect(show).toBeVisible();
  expect(await executions.titles.allTextContents()).toEqual(before);
  await show.click();
  await expect(executions.titles.first()).toHaveText(`${own} newer`);
  await expect(show).toHaveCount(0);
});

test('a list that cannot be kept up to date says since when', async ({ browser }) => {
  const executions = new ExecutionsPage(await analyst(browser, 'Ana'));
  await executions.open();
  const { page } = executions;
  await page.context().setOffline(true);
  await expect(executions.notices).toContainText(/This is how it was at \d\d:\d\d:\d\d UTC.*cannot be reached/);
  await page.context().setOffline(false);
  await expect(executions.notices.locator('.banner')).toHaveCount(0);
});
