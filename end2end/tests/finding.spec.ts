import { expect, test } from '@playwright/test';
import { DashboardPage } from '../pages/dashboard.ts';
import { ImportPage } from '../pages/import.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { analyst, at } from '../world/analysts.ts';
import { imported, started } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

const REVOKE = 'Revoke every session';

test('a step of a playbook says what is to be done, without an execution', async ({ browser, request }) => {
  const { id } = await imported(request, PLAYBOOK, 'Read before');
  const playbook = new PlaybookPage(await analyst(browser, 'Ana'));
  await playbook.open(id);
  await playbook.page.locator('.canvas .node', { hasText: REVOKE }).click();
  const detail = playbook.page.getByRole('region', { name: 'Chosen step' });
  await expect(detail.getByRole('heading', { level: 2 })).toHaveText(REVOKE);
  await expect(detail).toContainText('Command · Contain');
  await expect(detail.locator('code')).toContainText('Revoke-MgUserSignInSession');
  await detail.getByRole('button', { name: 'Close the step' }).click();
  await expect(detail).toHaveCount(0);
});

test('the editor numbers its lines, as remarks name them', async ({ browser, request }) => {
  const { id } = await imported(request, PLAYBOOK, 'Numbered');
  const { page } = new PlaybookPage(await analyst(browser, 'Ana'));
  await page.goto(`/playbooks/${id}/edit`);
  const line = page.locator('.editor-mirror > span').nth(4);
  const number = () => line.evaluate((line) => getComputedStyle(line, '::before').content);
  await expect.poll(number).toContain('counter(line)');
});

test('what was imported before is said, and its copy can be taken out', async ({ browser, request }) => {
  const source = `# Twice\n\n1. Call ${Date.now()}\n`;
  await imported(request, source);
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  await importing.files.setInputFiles([{ name: 'twice.md', mimeType: 'text/plain', buffer: Buffer.from(source) }]);
  const row = importing.row('twice.md');
  await expect(row).toContainText('The library has the same playbook already.');
  await row.getByRole('button', { name: 'Remove this copy' }).click();
  await expect(row).toContainText('This copy was removed.');
});

test('a chart without a title has the name of its file', async ({ browser }) => {
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  const chart = `flowchart TD\n  a[Look ${Date.now()}] --> b[Close]\n`;
  await importing.files.setInputFiles([{ name: 'lost-laptop.mmd', mimeType: 'text/plain', buffer: Buffer.from(chart) }]);
  await expect(importing.row('lost-laptop.mmd').getByRole('link', { name: 'lost-laptop' })).toBeVisible();
});

test('the dashboard names what is stuck, why and for how long, and follows what happens', async ({ browser, request }) => {
  const execution = await started(request, 'Stuck in the cloud');
  const dashboard = new DashboardPage(await analyst(browser, 'Ana'));
  await dashboard.open(`?playbook=${(await (await request.get(`/api/executions/${execution.id}`)).json()).playbook_id}`);
  await expect(dashboard.tile('Blocked')).toContainText('No blocked steps');
  const url = `/api/executions/${execution.id}/steps/${execution.step(REVOKE).node_id}`;
  await request.patch(url, { data: { status: 'blocked', reason: 'The provider’s call', actor: 'Ben' } });
  const step = dashboard.tile('Blocked').locator('.blocked-step');
  await expect(step, 'by itself').toContainText('The provider’s call', { timeout: 20_000 });
  await expect(step).toContainText(/\d+ s/);
  await expect(dashboard.page.getByRole('link', { name: 'Start a playbook' })).toBeVisible();
  await step.getByRole('link', { name: REVOKE }).click();
  await expect(dashboard.page).toHaveURL(new RegExp(`/execute/${execution.id}/step/`));
  await expect(dashboard.page.getByRole('complementary', { name: 'Chosen step' }).getByRole('heading', { level: 2 })).toHaveText(REVOKE);
});

test('of what goes on, what has been blocked longest comes first', async ({ browser, request }) => {
  const own = `urgent${Date.now()}`;
  const old = await started(request, `${own} old`);
  const newer = await started(request, `${own} newer`);
  await started(request, `${own} newest`);
  await newer.change(REVOKE, { status: 'blocked' });
  await old.change(REVOKE, { status: 'blocked' });
  const executions = new ExecutionsPage(await analyst(browser, 'Ana'));
  await executions.open(`?q=${own}`);
  const titles = () => executions.page.getByRole('article').getByRole('heading').allTextContents();
  await expect.poll(titles).toEqual([`${own} newer`, `${own} old`, `${own} newest`]);
  await executions.page.getByRole('combobox', { name: 'Sort' }).selectOption('Newest first');
  await expect.poll(titles).toEqual([`${own} newest`, `${own} newer`, `${own} old`]);
  const listed = await (await request.get(`/api/executions?q=${own}&sort=urgency`)).json();
  expect(listed.map(({ incident_title }: { incident_title: string }) => incident_title)).toEqual([`${own} newer`, `${own} old`, `${own} newest`]);
});

test('the head is whole and readable from 1024 pixels on', async ({ browser, request }) => {
  const execution = await started(request, 'A title that is long enough to be cut where there is no room for it');
  await execution.change(REVOKE, { status: 'blocked' });
  const ana = await at(browser, execution.address, 'Ana');
  for (const width of [1024, 1280, 1440, 1920]) {
    await ana.page.setViewportSize({ width, height: 800 });
    for (const control of await ana.head.locator('.head-line :is(button, a, summary):visible').all()) {
      const { left, right, cut, name } = await control.evaluate((element) => {
        const { left, right } = element.getBoundingClientRect();
        return { left, right, cut: element.scrollWidth - element.clientWidth, name: element.textContent };
      });
      expect(left, `${width}: ${name}`).toBeGreaterThanOrEqual(0);
      expect(right, `${width}: ${name}`).toBeLessThanOrEqual(width);
      expect(cut, `${width}: ${name} is cut`).toBeLessThanOrEqual(1);
      expect(name?.trim(), `${width}: a button without a word`).not.toBe('');
    }
    await ana.more();
    await expect(ana.head.locator('.menu-facts')).toContainText('Version 1');
    await expect(ana.head.getByRole('link', { name: 'Report' }).filter({ visible: true })).toHaveCount(1);
    await expect(ana.action('Abandon')).toBeVisible();
    await ana.page.keyboard.press('Escape');
    await expect(ana.action('Abandon')).toBeHidden();
  }
});

test('a printed execution has its situation, every step with its status, and what is open', async ({ browser, request }) => {
  const execution = await started(request, 'On paper');
  await execution.change(REVOKE, { status: 'blocked' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.emulateMedia({ media: 'print' });
  await ana.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const printed = ana.page.locator('.printed');
  await expect(printed.getByRole('listitem').first()).toContainText(`Blocked: ${REVOKE}, assigned to Ben`);
  await expect(printed.getByRole('listitem')).toHaveCount(6);
  await expect(ana.row(REVOKE).getByText('Blocked', { exact: true })).toBeVisible();
  const { document: height, window } = await ana.page.evaluate(() => ({ document: document.documentElement.scrollHeight, window: innerHeight }));
  expect(height, 'nothing is clipped to a window').toBeGreaterThan(window / 2);
});
