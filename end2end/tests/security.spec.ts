import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { ImportPage } from '../pages/import.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { SitePage } from '../pages/site.ts';
import { violations } from '../pages/violations.ts';
import { started } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

test('nothing on any page violates the policy', async ({ page, request }) => {
  const found = await violations(page);
  const site = new SitePage(page);
  const [demo] = await (await request.get('/api/playbooks')).json();
  for (const address of ['/', '/executions', '/playbooks', '/playbooks/new', `/playbooks/${demo.id}`, '/nowhere', '/execute/nothing']) {
    const response = await site.visit(address);
    expect(response?.headers()['content-security-policy'], address).toContain("'nonce-");
    expect(found, address).toEqual([]);
  }

  await test.step('from page to page in the browser', async () => {
    const importing = new ImportPage(page);
    await importing.importText(PLAYBOOK);
    await importing.openCreated('Suspicious login');
    const playbook = new PlaybookPage(page);
    await playbook.isShown('Suspicious login');
    const dialog = await playbook.start();
    await dialog.incident.fill('Strict');
    await dialog.name.fill('Ana');
    await dialog.start.click();
    const execution = new ExecutionPage(page);
    await execution.isLive();
    await execution.choose('Confirm the alert with the user');
    await execution.press('Start');
    await execution.press('Complete');
    await execution.note('Noted');
    await execution.openTimeline();
    await execution.theme.click();
    await execution.ask('Close incident');
    await page.keyboard.press('Escape');
    await execution.follow('Executions');
    await expect(page.getByRole('progressbar').first()).toBeVisible();
    expect(found).toEqual([]);
  });
});

test('the progress and the depth of the outline are drawn without styles, before and after the script', async ({ browser, request }) => {
  const execution = await started(request, 'Drawn');
  await execution.change('Confirm the alert with the user', { status: 'completed' });
  for (const javaScriptEnabled of [false, true]) {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(execution.address);
    const bar = (await page.getByRole('progressbar').boundingBox())!;
    const segment = (await page.locator('.segment[data-status="completed"]').boundingBox())!;
    expect(segment.width / bar.width).toBeGreaterThan(0.1);
    expect(segment.width / bar.width).toBeLessThan(0.5);
    const indent = async (label: string) => (await page.locator('.outline-label', { hasText: label }).boundingBox())!.x;
    expect(await indent('Revoke every session')).toBeGreaterThan(await indent('Contain'));
    await context.close();
  }
});

test('a script that got into a page does not run', async ({ page }) => {
  const found = await violations(page);
  await new SitePage(page).visit('/playbooks');
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="/favicon.svg" onload="window.taken = true"><p style="color: red">x</p>');
    const script = document.createElement('script');
    script.textContent = 'window.taken = true';
    document.body.append(script);
  });
  await expect.poll(() => found.length).toBeGreaterThanOrEqual(3);
  expect(await page.evaluate(() => (window as Window & { taken?: boolean }).taken)).toBeUndefined();
  expect(found.join('\n')).toMatch(/script-src-attr[\s\S]*style-src-attr|style-src-attr[\s\S]*script-src-attr/);
});

test.describe('a page of another site', () => {
  let foreign: Server;
  let address: string;

  test.beforeAll(async () => {
    foreign = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Foreign</title>'));
    await new Promise<void>((ready) => foreign.listen(0, '127.0.0.1', ready));
    address = `http://localhost:${(foreign.address() as AddressInfo).port}`;
  });

  test.afterAll(() => new Promise((done) => foreign.close(done)));

  test('can neither post, listen, read, nor frame', async ({ page, request, baseURL }) => {
    const execution = await started(request, 'Secret');
    const api = new URL(`/api/executions/${execution.id}`, baseURL).href;
    await page.goto(address);

    // Without a content type there is no preflight: the request itself arrives.
    const blind = await page.evaluate(async (url) => {
      const body = new Blob([JSON.stringify({ source: '- Posted by a foreign page' })]);
      return (await fetch(url, { method: 'POST', mode: 'no-cors', body }).catch(() => 'blocked')) !== undefined;
    }, new URL('/api/playbooks', baseURL).href);
    expect(blind).toBe(true);
    const read = await page.evaluate((url) => fetch(url).then(() => 'read', () => 'kept'), api);
    expect(read).toBe('kept');
    const heard = await page.evaluate(
      (url) =>
        new Promise((done) => {
          const socket = new WebSocket(url);
          socket.onmessage = () => done('heard');
          socket.onerror = () => done('kept');
        }),
      `${api.replace('http', 'ws')}/live?last_seq=0`,
    );
    expect(heard).toBe('kept');
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, new URL('/playbooks', baseURL).href);
    await expect.poll(() => page.frames()[1]?.url()).toContain('chrome-error');

    const titles = (await (await request.get('/api/playbooks')).json()).map((playbook: { title: string }) => playbook.title);
    expect(titles.join()).not.toContain('Posted by a foreign page');
  });
});
