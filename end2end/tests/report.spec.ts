import { expect, test, type APIRequestContext, type Browser } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { ReportPage } from '../pages/report.ts';
import { analyst } from '../world/analysts.ts';
import { started } from '../world/executions.ts';

const STEP = 'Disable the account';

async function reported(browser: Browser, request: APIRequestContext, incident: string) {
  const execution = await started(request, incident);
  const ana = new ReportPage(await analyst(browser, 'Ana'));
  await ana.open(execution.id);
  return { execution, ana };
}

/** What is recommended, as the server knows it. */
async function recommended(request: APIRequestContext, id: string): Promise<string | null> {
  return (await (await request.get(`/api/executions/${id}`)).json()).recommendations;
}

test('the report of an execution is reached from it and says what became of it', async ({ browser, request }) => {
  const execution = await started(request, 'Over before lunch');
  await execution.change(STEP, { status: 'completed', notes: 'Disabled in the directory', assignee: 'Ben' });
  await execution.end('completed', 'Contained');
  const page = await analyst(browser, 'Ana');
  const ana = new ExecutionPage(page);
  await ana.open(execution.address);
  await ana.head.getByRole('link', { name: 'Report' }).click();
  const report = new ReportPage(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Over before lunch' })).toBeVisible();
  await expect(report.fact('Outcome')).toHaveText('Contained');
  await expect(report.section('Timeline')).toContainText('Disabled in the directory');
  await expect(report.section('Step details').getByRole('article').filter({ hasText: STEP })).toContainText('Ben');
  await expect(report.section('Integrity')).toContainText('every event follows from the one before');
  await report.contents.getByRole('link', { name: 'Integrity' }).click();
  await expect(report.section('Integrity')).toBeInViewport();
});

test('a report is complete without a script, and its files can be fetched', async ({ browser, request }) => {
  const execution = await started(request, 'Read on a locked-down machine');
  await execution.change(STEP, { status: 'blocked', notes: 'No access' });
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`/executions/${execution.id}/report`);
  await expect(page.getByText('Interim report')).toBeVisible();
  const report = new ReportPage(page);
  for (const name of ['Executive summary', 'Flowchart', 'Timeline', 'Step details', 'Metrics', 'Recommendations', 'Integrity']) {
    await expect(report.section(name)).toBeVisible();
  }
  await expect(page.locator('svg.flowchart .node[data-status="blocked"]')).toBeVisible();
  for (const name of ['Markdown', 'JSON', 'PDF']) {
    const address = await page.getByRole('link', { name, exact: true }).getAttribute('href');
    expect((await request.get(address!)).status(), name).toBe(200);
  }
});

test('recommendations are saved while they are written and shown when they are done', async ({ browser, request }) => {
  const { execution, ana } = await reported(browser, request, 'What we learned');
  await expect(ana.recommendations).toContainText('None have been written yet');
  await ana.edit();
  await ana.field.fill('# Backups\n\nKeep one **offline**.');
  await expect(ana.saved).toHaveText('Saved');
  expect(await recommended(request, execution.id)).toBe('# Backups\n\nKeep one **offline**.');
  await ana.press('Done');
  await expect(ana.recommendations.locator('strong')).toHaveText(['# Backups', 'offline']);
  await expect(ana.recommendations).toContainText('Last changed by Ana');
});

test('what was typed and not saved survives a server that cannot be reached and a reload', async ({ browser, request }) => {
  const { execution, ana } = await reported(browser, request, 'On the train again');
  await ana.edit();
  await ana.page.context().setOffline(true);
  await ana.field.fill('Call the lawyers earlier');
  await expect(ana.saved).toContainText('Not saved');
  await ana.page.context().setOffline(false);
  await ana.page.reload();
  await expect(ana.field).toHaveValue('Call the lawyers earlier');
  await expect.poll(() => recommended(request, execution.id)).toBe('Call the lawyers earlier');
});

test('whoever replaces what somebody else wrote meanwhile is told, and can put it back', async ({ browser, request }) => {
  const { execution, ana } = await reported(browser, request, 'Two pens');
  await ana.edit();
  const ben = { recommendations: 'From Ben', actor: 'Ben' };
  await request.patch(`/api/executions/${execution.id}`, { data: ben });
  await ana.field.fill('From Ana');
  await expect(ana.conflict).toContainText('Ben had changed the recommendations meanwhile');
  await expect.poll(() => recommended(request, execution.id)).toBe('From Ana');
  await ana.press('Put theirs back');
  await expect(ana.field).toHaveValue('From Ben');
  await expect.poll(() => recommended(request, execution.id)).toBe('From Ben');
  await expect(ana.conflict).toBeHidden();
  await request.patch(`/api/executions/${execution.id}`, { data: { recommendations: 'From Ben again', actor: 'Ben' } });
  await ana.field.fill('From Ana again');
  await expect(ana.conflict).toContainText('Ben had changed');
  await ana.press('Keep mine');
  await expect(ana.conflict).toBeHidden();
  expect(await recommended(request, execution.id)).toBe('From Ana again');
});
