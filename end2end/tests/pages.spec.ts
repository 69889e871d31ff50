import { expect, test } from '@playwright/test';
import { hasNoViolations } from '../pages/accessibility.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { Library } from '../pages/library.ts';

const DEMO = ['Ransomware', 'Phishing', 'compromised', 'shell'];

test('the demo playbooks are offered', async ({ page, request }) => {
  expect((await request.get('/readyz')).status()).toBe(200);
  await page.goto('/playbooks');
  for (const word of DEMO) {
    await expect(page.getByRole('heading', { level: 2, name: new RegExp(word, 'i') })).toBeVisible();
  }
});

test('a page is readable without its script', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/playbooks');
  await page.getByRole('link', { name: /ransomware/i }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: /ransomware/i })).toBeVisible();
  await expect(page.locator('.canvas .node').first()).toBeVisible();
});

test('a page reached by a link shows what it shows when it is loaded', async ({ page, request }) => {
  const [playbook] = await (await request.get('/api/playbooks')).json();
  const data = { playbook_id: playbook.id, incident_title: 'Reached by a link', started_by: 'Ana' };
  await request.post('/api/executions', { data });
  const failures: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`);
  });
  await page.goto('/executions');
  await new Library(page).isReady();
  await page.getByRole('link', { name: 'Playbooks', exact: true }).click();
  await page.getByRole('link', { name: playbook.title }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: playbook.title })).toBeVisible();
  await expect(page.locator('.canvas .node').first()).toBeVisible();
  await page.getByRole('link', { name: 'Executions', exact: true }).click();
  await page.getByRole('link', { name: 'Reached by a link' }).first().click();
  await new ExecutionPage(page).isLive();
  expect(failures).toEqual([]);
});

test('the addresses with a hash lead to the same pages', async ({ page }) => {
  await page.goto('/playbooks#/executions');
  await expect(page.getByRole('heading', { level: 1, name: 'Executions' })).toBeVisible();
});

test('what is not there is said in words', async ({ page }) => {
  for (const address of ['/execute/nothing', '/playbooks/019a0000-0000-7000-8000-000000000000', '/nowhere']) {
    const response = await page.goto(address);
    expect(response?.status(), address).toBe(404);
    await expect(page.getByRole('link', { name: 'All executions' })).toBeVisible();
  }
});

test('a text that is no playbook is refused in words and stays in its field', async ({ page }) => {
  const library = new Library(page);
  const source = 'sequenceDiagram\n  Alice->>Bob: Hello';
  await library.importText('```mermaid\n' + source + '\n```');
  await expect(page.getByRole('alert')).toContainText('only flowcharts');
  await expect(page.getByRole('textbox', { name: 'Or paste its text' })).toHaveValue(/sequenceDiagram/);
});

test('a playbook can be imported from a file', async ({ page }) => {
  await page.goto('/playbooks/new');
  await new Library(page).isReady();
  const buffer = Buffer.from('flowchart TD\n  a[Isolate host] --> b{Spreading?}\n  b -->|Yes| c[Cut network]\n  b -->|No| d[Watch]\n');
  await page.getByLabel('From a file').setInputFiles({ name: 'chart.mmd', mimeType: 'text/plain', buffer });
  await page.getByRole('textbox', { name: /^Title/ }).fill('عزل المضيف');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('status').first()).toContainText('4 nodes');
  await page.getByRole('link', { name: 'عزل المضيف' }).click();
  await expect(page.locator('.canvas .node')).toHaveCount(4);
});

for (const theme of ['dark', 'light'] as const) {
  test(`no page has an accessibility violation (${theme})`, async ({ page, context, request, baseURL }) => {
    await context.addCookies([{ name: 'theme', value: theme, url: baseURL! }, { name: 'analyst', value: 'Ana', url: baseURL! }]);
    const [playbook] = await (await request.get('/api/playbooks')).json();
    const data = { playbook_id: playbook.id, incident_title: `Accessible in ${theme}`, incident_id: 'INC-1', started_by: 'Ana' };
    const execution = await (await request.post('/api/executions', { data })).json();
    for (const address of ['/executions', '/playbooks', '/playbooks/new', `/playbooks/${playbook.id}`]) {
      await page.goto(address);
      await new Library(page).isReady();
      await hasNoViolations(page, address);
    }
    const live = new ExecutionPage(page);
    await live.open(`/execute/${execution.id}`);
    await live.press('Start');
    await live.note('A note');
    await live.openTimeline();
    await hasNoViolations(page, 'execution');
    await page.getByRole('button', { name: 'Complete', exact: true }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await hasNoViolations(page, 'dialog');
  });
}
