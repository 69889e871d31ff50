/** Lighthouse, over a browser that it is given. */

import { createServer, type AddressInfo } from 'node:net';
import { chromium, type LaunchOptions } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { median } from './figures.ts';

/** What Lighthouse says of a page. Scores are out of 100, times in milliseconds. */
export interface Verdict {
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** As they were, on loopback; Lighthouse's scores are of a simulated slower line. */
  firstPaint: number;
  largestPaint: number;
  layoutShift: number;
  blocked: number;
  /** Over the network, of everything. */
  bytes: number;
  /** What has cost points, by its id. */
  lost: string[];
}

/** A browser that Lighthouse can reach, and what it is asked by. */
export async function auditor(options: LaunchOptions) {
  const port = await freePort();
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), `--remote-debugging-port=${port}`] });
  return {
    /** The medians of some runs. */
    async judge(url: string, runs: number): Promise<Verdict> {
      const verdicts: Verdict[] = [];
      for (let run = 0; run < runs; run += 1) verdicts.push(await judgeOnce(url, port));
      const middle = (what: (verdict: Verdict) => number) => median(verdicts.map(what));
      return {
        performance: middle(({ performance }) => performance),
        accessibility: middle(({ accessibility }) => accessibility),
        bestPractices: middle(({ bestPractices }) => bestPractices),
        firstPaint: middle(({ firstPaint }) => firstPaint),
        largestPaint: middle(({ largestPaint }) => largestPaint),
        layoutShift: middle(({ layoutShift }) => layoutShift),
        blocked: middle(({ blocked }) => blocked),
        bytes: middle(({ bytes }) => bytes),
        lost: verdicts.at(-1)!.lost,
      };
    },
    close: () => browser.close(),
  };
}

async function judgeOnce(url: string, port: number): Promise<Verdict> {
  const onlyCategories = ['performance', 'accessibility', 'best-practices'];
  const result = await lighthouse(url, { port, logLevel: 'error', onlyCategories }, desktopConfig);
  if (!result || result.lhr.runtimeError) throw new Error(`${url}: ${result?.lhr.runtimeError?.message ?? 'no result'}`);
  const { audits, categories } = result.lhr;
  const score = (category: string) => Math.round((categories[category]?.score ?? 0) * 100);
  const number = (audit: string) => audits[audit]?.numericValue ?? Number.NaN;
  // What was seen, besides what was simulated.
  const details = audits['metrics']?.details;
  const [seen] = details?.type === 'debugdata' ? (details['items'] as Record<string, number>[]) : [];
  const costs = Object.values(categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    bestPractices: score('best-practices'),
    firstPaint: seen?.['observedFirstContentfulPaint'] ?? Number.NaN,
    largestPaint: seen?.['observedLargestContentfulPaint'] ?? Number.NaN,
    layoutShift: number('cumulative-layout-shift'),
    blocked: number('total-blocking-time'),
    bytes: number('total-byte-weight'),
    lost: costs.map(({ id }) => id).filter((id) => (audits[id]?.score ?? 1) < 0.9),
  };
}

/** A port that nobody listens on; the browser has to be told one. */
function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => found(port));
    });
  });
}
