/** Analysts, each with a browser of their own. */

import { expect, type Browser, type Page } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';

export type Theme = 'dark' | 'light';

/** An analyst with a browser of their own; without a name, one who has never been here. */
export async function analyst(browser: Browser, name?: string, theme?: Theme): Promise<Page> {
  const context = await browser.newContext();
  const url = process.env.FORGE_URL!;
  if (name) await context.addCookies([{ name: 'analyst', value: encodeURIComponent(name), url }]);
  if (theme) await context.addCookies([{ name: 'theme', value: theme, url }]);
  return context.newPage();
}

/** An analyst at an execution. */
export async function at(browser: Browser, address: string, name: string, theme?: Theme): Promise<ExecutionPage> {
  const page = new ExecutionPage(await analyst(browser, name, theme));
  await page.open(address);
  return page;
}

/** Several analysts at one address, who come one after the other. */
export async function together<const Names extends string[]>(browser: Browser, address: string, names: Names) {
  const pages: ExecutionPage[] = [];
  for (const name of names) pages.push(await at(browser, address, name));
  return pages as { [Place in keyof Names]: ExecutionPage };
}

/**
 * Further analysts on an execution, without a page of their own: connections, as scripts have them. They leave when the page
 * is closed that holds them.
 */
export async function crowd(browser: Browser, id: string, people: { name: string; node?: string; editing?: boolean }[]): Promise<Page> {
  const page = await analyst(browser);
  // Any page of this site may connect.
  await page.goto('/executions');
  await page.evaluate(
    async ({ id, people }) => {
      const join = ({ name, node, editing = false }: (typeof people)[number]) =>
        new Promise<void>((joined, failed) => {
          const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/executions/${id}/live`);
          socket.onerror = () => failed(new Error(`${name} cannot connect`));
          socket.onopen = () => {
            socket.send(JSON.stringify({ type: 'hello', protocol: 1, analyst: name, last_seq: 0 }));
            if (node) socket.send(JSON.stringify({ type: 'viewing', node_id: node, editing }));
            joined();
          };
        });
      await Promise.all(people.map(join));
    },
    { id, people },
  );
  return page;
}

/** Hides a page, as another tab in front of it does, or shows it again. */
export async function hide(page: Page, hidden: boolean) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

/** Cuts the line of an analyst, and waits until their page has noticed. */
export async function cutOff({ page, connection }: ExecutionPage) {
  await page.context().setOffline(true);
  await expect(connection).toHaveText('Offline');
}
