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
  await expect(report.section('Executive summary')).toContainText('Ben completed it on');
  await expect(report.section('Annex: Step details').getByRole('article').filter({ hasText: STEP })).toContainText('Ben');
  await expect(report.section('Annex: Integrity')).toContainText('every event follows from the one before');
  await report.contents.getByRole('link', { name: 'Annex: Integrity' }).click();
  await expect(report.section('Annex: Integrity')).toBeInViewport();
});

test('a report is complete without a script, and its files can be fetched', async ({ browser, request }) => {
  const execution = await started(request, 'Read on a locked-down machine');
  await execution.change(STEP, { status: 'blocked', notes: 'No access' });
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`/executions/${execution.id}/report`);
  await expect(page.getByText('Interim report')).toBeVisible();
  const report = new ReportPage(page);
  for (const name of [
    'Executive summary',
    'Key events',
    'Findings and recommendations',
    'Metrics',
    'Annex: Flowchart',
    'Annex: Step details',
    'Annex: Integrity',
  ]) {
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
  await expect(ana.passage).toContainText('Nothing has been written yet');
  await ana.edit();
  await ana.field.fill('# Backups\n\nKeep one **offline**.');
  await expect(ana.saved).toHaveText('Saved');
  expect(await recommended(request, execution.id)).toBe('# Backups\n\nKeep one **offline**.');
  await ana.press('Done');
  await expect(ana.passage.locator('strong')).toHaveText(['# Backups', 'offline']);
  await expect(ana.passage).toContainText('Last changed by Ana');
});

test('all events are a switch away from the key events, also without a script', async ({ browser, request }) => {
  const execution = await started(request, 'Told to the board');
  await execution.change(STEP, { status: 'blocked', reason: 'The directory is down' });
  await execution.change(STEP, { notes: 'Only a trace' });
  await execution.change(STEP, { notes: 'The mailbox was **forwarded**', key: true });
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`/executions/${execution.id}/report`);
  const report = new ReportPage(page);
  const events = report.section('Key events');
  await expect(events.getByText('The directory is down')).toBeVisible();
  await expect(events.getByText('Only a trace')).toBeHidden();
  await expect(report.section('Findings and recommendations').locator('strong', { hasText: 'forwarded' })).toBeVisible();
  await events.getByRole('checkbox', { name: /^All \d+ events/ }).check();
  await expect(events.getByText('Only a trace')).toBeVisible();
});

test('a note that is marked in the panel, or on the whole, is told first in the report', async ({ browser, request }) => {
  const execution = await started(request, 'What matters');
  const page = await analyst(browser, 'Ana');
  const ana = new ExecutionPage(page);
  await ana.open(execution.address);
  await ana.choose(STEP);
  await ana.panel.getByRole('button', { name: 'Key event' }).click();
  await ana.panel.getByRole('textbox', { name: 'New note' }).fill('The way in');
  await ana.panel.getByRole('button', { name: 'Add note' }).click();
  await expect(ana.panel.locator('.note', { hasText: 'The way in' })).toContainText('key event');
  await expect(ana.panel.getByRole('button', { name: 'Key event' })).toHaveAttribute('aria-pressed', 'false');
  await ana.head.getByRole('button', { name: 'Note' }).click();
  const dialog = page.getByRole('dialog', { name: 'Note on the whole execution' });
  await dialog.getByRole('textbox').fill('The board knows');
  await dialog.getByRole('checkbox', { name: 'Key event' }).check();
  await dialog.getByRole('button', { name: 'Add note' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await (await request.get(`/api/executions/${execution.id}`)).json()).notes.length).toBe(1);
  const report = new ReportPage(page);
  await report.open(execution.id);
  const findings = report.section('Findings and recommendations');
  await expect(findings).toContainText('The way in');
  await expect(findings).toContainText('The board knows');
});

test('impact and cause are written in place, each on its own, and stay after the end', async ({ browser, request }) => {
  const execution = await started(request, 'What it did to us');
  await execution.end('completed', 'Contained');
  const page = await analyst(browser, 'Ana');
  for (const [name, text] of [
    ['impact', 'Forty mailboxes'],
    ['cause', 'No second factor'],
  ] as const) {
    const ana = new ReportPage(page, name);
    await ana.open(execution.id);
    await ana.edit();
    await ana.field.fill(text);
    await expect(ana.saved).toHaveText('Saved');
    await ana.press('Done');
    await expect(ana.passage).toContainText(text);
    await expect(ana.passage).toContainText('Last changed by Ana');
  }
  const detail = await (await request.get(`/api/executions/${execution.id}`)).json();
  expect([detail.impact, detail.cause]).toEqual(['Forty mailboxes', 'No second factor']);
  const md = await (await request.get(`/api/executions/${execution.id}/report.md`)).text();
  expect(md).toContain('Forty mailboxes');
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
