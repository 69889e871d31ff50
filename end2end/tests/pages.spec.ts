import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { ImportPage } from '../pages/import.ts';
import { LibraryPage } from '../pages/library.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { started } from '../world/executions.ts';

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
  await page.getByRole('article').getByRole('heading').getByRole('link', { name: /ransomware/i }).click();
  await expect(page.getByRole('heading', { level: 1, name: /ransomware/i })).toBeVisible();
  await expect(new PlaybookPage(page).nodes.first()).toBeVisible();
});

test('a page reached by a link shows what it shows when it is loaded', async ({ page, request }) => {
  await started(request, 'Reached by a link');
  const failures: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`);
  });
  const executions = new ExecutionsPage(page);
  await executions.open();
  await executions.follow('Playbooks');
  await new LibraryPage(page).choose('Suspicious login');
  const playbook = new PlaybookPage(page);
  await playbook.isShown('Suspicious login');
  await playbook.follow('Executions');
  await executions.card('Reached by a link').getByRole('link', { name: 'Reached by a link' }).click();
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
  const importing = new ImportPage(page);
  await importing.importText('```mermaid\nsequenceDiagram\n  Alice->>Bob: Hello\n```');
  await expect(importing.error).toContainText('only flowcharts');
  await expect(importing.text).toHaveValue(/sequenceDiagram/);
});
