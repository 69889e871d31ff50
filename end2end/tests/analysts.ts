import { expect, type APIRequestContext, type Browser, type Page } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { PLAYBOOK } from './playbook.ts';

/** An analyst with a browser of their own. */
export async function analyst(browser: Browser, name: string, theme?: 'dark' | 'light') {
  const context = await browser.newContext();
  await context.addCookies([{ name: 'analyst', value: encodeURIComponent(name), url: process.env.FORGE_URL! }]);
  if (theme) await context.addCookies([{ name: 'theme', value: theme, url: process.env.FORGE_URL! }]);
  return context.newPage();
}

/** Several analysts at one address, each with a browser of their own. */
export async function together<const Names extends string[]>(
  browser: Browser,
  address: string,
  names: Names,
  theme?: 'dark' | 'light',
) {
  const pages = await Promise.all(names.map(async (name) => new ExecutionPage(await analyst(browser, name, theme))));
  for (const page of pages) await page.open(address);
  return pages as { [Place in keyof Names]: ExecutionPage };
}

/** From here on the page answers; before, it can only be read. */
export async function hydrated(page: Page) {
  await expect(page.locator('html[data-hydrated]')).toBeVisible({ timeout: 15_000 });
}

/** An execution of the playbook of these tests. */
export async function started(request: APIRequestContext, incident: string): Promise<Started> {
  const playbook = await (await request.post('/api/playbooks', { data: { source: PLAYBOOK } })).json();
  const data = { playbook_id: playbook.id, incident_title: incident, started_by: 'Ana' };
  return (await request.post('/api/executions', { data })).json();
}

/** Somebody without a browser, who looks at a node until the page of another one is closed. */
export async function ghost(page: Page, execution: Started, name: string, label?: string) {
  const nodeId = execution.steps.find((step) => step.label === label)?.node_id ?? null;
  await page.evaluate(
    async ({ id, name, nodeId }) => {
      const socket = new WebSocket(`/api/executions/${id}/live`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send(JSON.stringify({ type: 'hello', protocol: 1, analyst: name, last_seq: 1 }));
      socket.send(JSON.stringify({ type: 'viewing', node_id: nodeId, editing: false }));
    },
    { id: execution.id, name, nodeId },
  );
}

/** Changes a step, as somebody without a browser. */
export async function patchStep(request: APIRequestContext, execution: Started, label: string, data: object) {
  const step = execution.steps.find((step) => step.label === label)!;
  const answer = await request.patch(`/api/executions/${execution.id}/steps/${step.node_id}`, { data: { actor: 'Ben', ...data } });
  expect(answer.status()).toBe(200);
}

export interface Started {
  id: string;
  steps: { node_id: string; label: string }[];
}
