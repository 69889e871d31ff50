/**
 * How long a page takes to answer, by the Event Timing API: from the press until what it changed is painted. The browser
 * rounds to 8 ms and is silent about what took less than 16 ms.
 */

import type { Page } from '@playwright/test';
import { median } from './figures.ts';

/** What is reported of an answer about which the browser is silent. */
const SILENT = 8;

interface Timed {
  /** How long each answer took, in milliseconds. */
  timed?: number[];
}

/** To be called before the page is opened. */
export async function watchLatency(page: Page) {
  await page.addInitScript(() => {
    const timed: number[] = [];
    (window as Timed).timed = timed;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId: number })[]) {
        if (entry.interactionId > 0) timed.push(entry.duration);
      }
    });
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** How long the page took over what is done here, in milliseconds. */
export async function latency(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => ((window as Timed).timed!.length = 0));
  await act();
  return page.evaluate(async (silent) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (let frames = 0; frames < 4; frames += 1) await frame();
    return Math.max(silent, ...(window as Timed).timed!);
  }, SILENT);
}

/** The median of the rounds' medians, and the longest of all. */
export function sum(rounds: number[][]): { median: number; longest: number; count: number } {
  return { median: median(rounds.map(median)), longest: Math.max(...rounds.flat()), count: rounds.flat().length };
}
