import { expect, test } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { DashboardPage } from '../pages/dashboard.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { analyst } from '../world/analysts.ts';
import { past } from '../world/past.ts';

const FIRST = 'Confirm the alert with the user';

test('what goes on comes first, and leads to what is stuck', async ({ browser, request }) => {
  const dashboard = new DashboardPage(await analyst(browser, 'Ana'));
  await dashboard.open(`?playbook=${await past(request, 'Stuck')}`);
  await expect(dashboard.tile('Active').locator('strong')).toHaveText('1');
  await expect(dashboard.tile('Active')).toContainText('1 blocked');
  await expect(dashboard.tile('Paused').locator('strong')).toHaveText('1');
  await expect(dashboard.tile('Blocked').locator('.blocked-step')).toHaveCount(2);
  await dashboard.tile('Blocked').getByRole('link', { name: 'Stuck: stuck' }).click();
  await new ExecutionPage(dashboard.page).isLive();
  await expect(dashboard.page.getByRole('heading', { level: 1 })).toHaveText('Stuck: stuck');
});

test('figures are those of the API, and lead to the list of the same executions', async ({ browser, request }) => {
  const id = await past(request, 'Counted');
  const summary = await (await request.get(`/api/metrics/summary?playbook_id=${id}`)).json();
  const dashboard = new DashboardPage(await analyst(browser, 'Ana'));
  await dashboard.open(`?playbook=${id}`);
  expect(summary.executions).toMatchObject({ started_count: 5, completed_count: 2, abandoned_count: 1, open_count: 2 });
  await expect(dashboard.tile('Started').locator('strong')).toHaveText('5');
  await expect(dashboard.tile('Completion rate').locator('strong')).toHaveText('67 %');
  const row = (part: string, name: string) => dashboard.part(part).getByRole('row', { name });
  await expect(row('Most time', FIRST)).toContainText(/100 %median \d+ s, n = 3/);
  await expect(row('Blocked most often', FIRST)).toContainText(/33 %1 of n = 3, \d+ s in all/);
  await expect(row('Skipped most often', 'Search for the same address')).toContainText('100 %2 of n = 2');
  await expect(row('Decisions', 'No')).toContainText('67 %2');
  await expect(row('Most used playbooks', 'Counted').getByRole('cell')).toHaveText(['5', '67 %', /^\d+ s$/, /^\d+ s$/, '3', /^\d{4}-\d\d-\d\d$/]);
  const today = dashboard.overTime.getByRole('row').last();
  await dashboard.overTime.getByText('As a table').click();
  await expect(today.getByRole('cell')).toHaveText(['5', '2', '1', '2']);

  await dashboard.tile('Median time').click();
  await expect(dashboard.page).toHaveURL(`/executions?status=completed&status=abandoned&playbook=${id}`);
  const executions = new ExecutionsPage(dashboard.page);
  await expect(executions.titles).toHaveText(['Counted: No, abandoned', 'Counted: No, completed', 'Counted: Yes, completed']);
  await dashboard.page.goBack();
  await dashboard.overTime.getByText('As a table').click();
  await today.getByRole('link').click();
  await expect(executions.titles).toHaveCount(5);
});

test('filters stand in the address, take effect at once, and go back and forward', async ({ browser, request }) => {
  const id = await past(request, 'Chosen');
  const dashboard = new DashboardPage(await analyst(browser, 'Ana'));
  await dashboard.open();
  const loads: string[] = [];
  dashboard.page.on('request', (asked) => asked.isNavigationRequest() && loads.push(asked.url()));
  await dashboard.playbook.selectOption('Chosen');
  await expect(dashboard.page).toHaveURL(`/?playbook=${id}`);
  await expect(dashboard.tile('Started').locator('strong')).toHaveText('5');
  await expect(dashboard.playbook, 'who chose goes on there').toBeFocused();
  await dashboard.range('7 days').click();
  await expect(dashboard.page).toHaveURL(/\/\?playbook=[^&]+&from=\d{4}-\d\d-\d\d$/);
  await expect(dashboard.range('7 days')).toHaveAttribute('aria-current', 'true');
  await dashboard.from.fill('2001-01-01');
  await dashboard.to.fill('2001-12-31');
  await dashboard.show.click();
  await expect(dashboard.page).toHaveURL(`/?playbook=${id}&from=2001-01-01&to=2001-12-31`);
  await expect(dashboard.page.getByText('No execution began in this time')).toBeVisible();
  await expect(dashboard.tile('Active').locator('strong'), 'what goes on goes on at any time').toHaveText('1');
  await dashboard.page.getByRole('link', { name: 'Look at any time' }).click();
  await expect(dashboard.tile('Started').locator('strong')).toHaveText('5');
  await dashboard.page.goBack();
  await expect(dashboard.to).toHaveValue('2001-12-31');
  await dashboard.page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect(dashboard.page).toHaveURL('/');
  await expect(dashboard.playbook).toHaveValue('');
  expect(loads, 'nothing was loaded anew').toEqual([]);
});

test('the dashboard works without a script', async ({ browser, request }) => {
  const id = await past(request, 'By hand');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const dashboard = new DashboardPage(await context.newPage());
  await dashboard.page.goto('/');
  await dashboard.playbook.selectOption('By hand');
  await dashboard.show.click();
  await expect(dashboard.page).toHaveURL(`/?from=&to=&playbook=${id}`);
  await expect(dashboard.tile('Started').locator('strong')).toHaveText('5');
  await expect(dashboard.playbook).toHaveValue(id);
  await dashboard.overTime.getByText('As a table').click();
  await expect(dashboard.overTime.getByRole('table')).toBeVisible();
  await context.close();
});

test('a playbook shows its past on its steps and as a table', async ({ browser, request }) => {
  const id = await past(request, 'Remembered');
  const playbook = new PlaybookPage(await analyst(browser, 'Ana'));
  await playbook.open(id);
  await expect(playbook.line(FIRST)).toBeHidden();
  await playbook.history.check();
  await expect(playbook.line(FIRST)).toBeVisible();
  await expect(playbook.line(FIRST).locator('text')).toHaveText(/^\d+ s · n = 3 · 33 % blocked$/);
  await expect(playbook.line('Revoke every session').locator('text')).toHaveText('never worked on');
  await playbook.past.getByText('Past executions').click();
  const cells = playbook.past.getByRole('row', { name: FIRST }).getByRole('cell');
  await expect(cells).toHaveText([/^\d+ s$/, '33 %', '0 %', '3']);
  expect(await barriers(playbook.page)).toEqual([]);
});

test('the past of a playbook is there without a script, and not where there is none', async ({ browser, request }) => {
  const id = await past(request, 'Read by hand');
  const context = await browser.newContext({ javaScriptEnabled: false });
  const playbook = new PlaybookPage(await context.newPage());
  await playbook.page.goto(`/playbooks/${id}?history=open`);
  await expect(playbook.history).toBeChecked();
  await expect(playbook.past.getByRole('row')).toHaveCount(7);
  await context.close();
  const { id: unused } = await (await request.post('/api/playbooks', { data: { source: '# Unused\n\n1. Look\n' } })).json();
  const fresh = new PlaybookPage(await analyst(browser, 'Ana'));
  await fresh.open(unused);
  await expect(fresh.history).toBeHidden();
  await expect(fresh.past).toBeHidden();
});
