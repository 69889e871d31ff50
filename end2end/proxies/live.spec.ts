import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { violations } from '../pages/violations.ts';

/** What tools/proxies.sh made through the proxy: an execution, and the first of its steps. */
const made: { id: string; node_id: string; label: string } = JSON.parse(readFileSync(process.env.FORGE_MADE!, 'utf8'));

test('a page is live through the proxy, violates nothing, and sees what another analyst does', async ({ page, context }) => {
  const found = await violations(page);
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  const first = new ExecutionPage(page);
  await first.open(`/execute/${made.id}`);
  expect(sockets.join()).toContain(`wss://${new URL(process.env.FORGE_URL!).host}/api/executions/${made.id}/live`);

  const second = new ExecutionPage(await context.newPage());
  await second.open(`/execute/${made.id}`);
  await second.choose(made.label);
  await second.press('Start');
  await expect(first.node(made.label)).toHaveAttribute('data-status', 'in_progress');
  await second.note('Written by the second analyst');
  await first.choose(made.label);
  await expect(first.panel.locator('.note', { hasText: 'Written by the second analyst' })).toBeVisible();
  expect(sockets).toHaveLength(1);
  expect(found).toEqual([]);
});

test('a live connection holds although nobody does anything', async ({ page }) => {
  test.slow();
  const ends: string[] = [];
  page.on('websocket', (socket) => socket.on('close', () => ends.push(socket.url())));
  const execution = new ExecutionPage(page);
  await execution.open(`/execute/${made.id}`);
  // Two heartbeats.
  await page.waitForTimeout(35_000);
  await execution.isLive();
  expect(ends).toEqual([]);
});
