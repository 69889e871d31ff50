/**
 * Measures how heavy and how fast the pages are: Lighthouse over every page, the bytes of a first visit, and how long a
 * press takes. Prints tables, and everything as JSON in the last line. Never fails over a figure; tests/weight.spec.ts
 * holds the bound of the bytes.
 */

import { expect, test, type Browser } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { traffic } from '../pages/traffic.ts';
import { analyst } from '../world/analysts.ts';
import { imported, started, type Execution } from '../world/executions.ts';
import { large } from '../world/playbooks.ts';
import { halfway } from '../world/states.ts';
import { auditor, type Verdict } from './audit.ts';
import { kilobytes, milliseconds, table } from './figures.ts';
import { latency, sum, watchLatency } from './latency.ts';

const RUNS = Number(process.env.FORGE_RUNS) || 3;
const ROUNDS = 4;
const PRESSES = 8;

test('how heavy and how fast the pages are', async ({ browser, request, baseURL }, { project }) => {
  const small = await started(request, 'Login from two countries', { incident_id: 'INC-2026-0042' });
  const big = await halfway(request);
  const playbook = await imported(request, large(200), 'Recovery of the data centre');
  const addresses = {
    'dashboard': '/',
    'executions': '/executions',
    'playbooks': '/playbooks',
    'playbook, 200 steps': `/playbooks/${playbook.id}`,
    'import': '/playbooks/new',
    'execution, 6 steps': small.address,
    'execution, 200 steps': big.address,
  };

  const lighthouse = await auditor(project.use.launchOptions!);
  const verdicts: Record<string, Verdict> = {};
  for (const [name, address] of Object.entries(addresses)) {
    verdicts[name] = await lighthouse.judge(new URL(address, baseURL).href, RUNS);
  }
  await lighthouse.close();
  const visit = await firstVisit(browser, small);
  const presses = { 'execution, 6 steps': await answers(browser, await started(request, 'Pressed')), 'execution, 200 steps': await answers(browser, big) };

  console.log(`\nLighthouse, desktop, median of ${RUNS}; times as seen on loopback\n`);
  console.log(
    table(
      ['page', 'performance', 'accessibility', 'best practices', 'first paint', 'LCP', 'TBT', 'CLS', 'bytes', 'lost points by'],
      Object.entries(verdicts).map(([name, verdict]) => [
        name,
        verdict.performance,
        verdict.accessibility,
        verdict.bestPractices,
        milliseconds(verdict.firstPaint),
        milliseconds(verdict.largestPaint),
        milliseconds(verdict.blocked),
        verdict.layoutShift.toFixed(3),
        kilobytes(verdict.bytes),
        verdict.lost.join(', '),
      ]),
    ),
  );
  console.log('\nFirst visit of an execution, over the network\n');
  const total = visit.reduce((bytes, answer) => bytes + answer.bytes, 0);
  console.log(
    table(
      ['what', 'bytes', 'compressed by'],
      [...visit.map(({ path, bytes, encoding }) => [path, bytes, encoding || 'nothing']), ['**everything**', total, kilobytes(total)]],
    ),
  );
  console.log(`\nFrom a press to its paint (Event Timing, in steps of 8 ms), median of ${ROUNDS} rounds of ${PRESSES}\n`);
  console.log(
    table(
      ['press', ...Object.keys(presses).flatMap((name) => [name, 'longest'])],
      Object.keys(presses['execution, 6 steps']).map((press) => [
        press,
        ...Object.values(presses).flatMap((of) => [milliseconds(of[press]!.median), milliseconds(of[press]!.longest)]),
      ]),
    ),
  );
  console.log(`\n${JSON.stringify({ lighthouse: verdicts, first_visit: { total, answers: visit }, presses })}`);
});

async function firstVisit(browser: Browser, execution: Execution) {
  const page = new ExecutionPage(await analyst(browser));
  const visit = await traffic(page.page);
  await page.open(execution.address);
  await page.page.waitForLoadState('networkidle');
  await page.page.context().close();
  return visit.map(({ path, kind, bytes, encoding }) => ({ path: kind === 'Document' ? 'the page itself' : path, bytes, encoding }));
}

/** How soon an execution's page answers, by what is pressed. */
async function answers(browser: Browser, execution: Execution) {
  const times: Record<string, number[][]> = {};
  const open = execution.actionable.filter(({ kind }) => kind !== 'decision').slice(-PRESSES);
  for (let round = 0; round < ROUNDS; round += 1) {
    const ana = new ExecutionPage(await analyst(browser, 'Ana'));
    await watchLatency(ana.page);
    await ana.open(execution.address);
    const { keyboard } = ana.page;
    const measure = async (what: string, act: () => Promise<void>) => {
      const rounds = (times[what] ??= []);
      (rounds[round] ??= []).push(await latency(ana.page, act));
    };
    for (const { node_id, label } of [...open, ...open].slice(0, PRESSES)) {
      await measure('choose a step', () => ana.row(label).click());
      await ana.isChosen(label);
      await measure('start it', () => ana.press('Start'));
      await ana.isAt(label, 'in_progress');
      await ana.newNote.click();
      await measure('type into a note', () => keyboard.press('a'));
      await keyboard.press('Backspace');
      await measure('open the timeline', () => ana.openTimeline());
      await ana.timeline.getByRole('button', { name: 'Close the timeline' }).click();
      await expect(ana.timeline).toBeHidden();
      // The same again in the next round.
      await execution.changeNode(node_id, { status: 'not_started' }, 'Ana');
      await ana.isAt(label, 'not_started');
    }
    await ana.page.context().close();
  }
  return Object.fromEntries(Object.entries(times).map(([what, rounds]) => [what, sum(rounds)]));
}
