/** Every address at its worst, each request judged. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { kilobytes, milliseconds, table } from '../bench/figures.ts';
import { ATTACKS, type World } from './attacks.ts';
import { Judge } from './judge.ts';
import { json, PROGRAM, Subject } from './subject.ts';
import { TEXTS, type Text } from './texts.ts';
import { attached, started } from './world.ts';

const IS_SHORT = process.env.FORGE_LONG !== '1';
/** How many of the costliest are printed. */
const SHOWN = 25;

let subject: Subject;
let judge: Judge;
let world: World;

test.beforeAll(async () => {
  subject = await Subject.start();
  judge = await Judge.of(subject, IS_SHORT);
  const execution = await started(subject);
  world = { ...execution, evidence: await attached(subject, execution, Buffer.alloc(100_000, 'a')) };
});

test.afterAll(async () => {
  const costs = judge.costs.toSorted((one, other) => other.processor - one.processor);
  const head = ['trial', 'request', 'status', 'until the answer', 'processor', 'memory', "others' p99"];
  const rows = costs.map(({ trial, request, status, took, processor, memory, others }) => [
    trial, request, status, milliseconds(took), milliseconds(processor), kilobytes(memory), others === undefined ? '' : milliseconds(others),
  ]);
  const folder = join(import.meta.dirname, '..', 'test-results', 'torture');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'costs.md'), `${table(head, rows)}\n`);
  console.log(`The costliest of ${rows.length} requests:\n${table(head, rows.slice(0, SHOWN))}`);
  const most = (of: (cost: Judge['costs'][number]) => number) => Math.max(0, ...costs.map(of));
  console.log(`most processor time ${milliseconds(most(({ processor }) => processor))}, most memory ${kilobytes(most(({ memory }) => memory))}`);
  await subject.stop();
});

test.afterEach(() => {
  expect(subject.faults, 'faults in the log').toEqual([]);
});

/** Everything that reads a playbook, or an execution of it. */
async function readAll(name: string, playbook: string) {
  for (const path of ['', '/edit', '/new'].map((more) => `/playbooks/${playbook}${more}`).slice(0, 2)) {
    await judge.judge(name, { method: 'GET', path });
  }
  await judge.judge(name, { method: 'GET', path: `/api/playbooks/${playbook}` });
  for (const format of IS_SHORT ? ['cacao', 'png'] : ['json', 'cacao', 'markdown', 'mermaid', 'svg', 'png']) {
    await judge.judge(name, { method: 'GET', path: `/api/playbooks/${playbook}/export?format=${format}` });
  }
  const start = { playbook_id: playbook, incident_title: 'Torture', started_by: 'Ana' };
  const answer = await judge.judge(name, json('POST', '/api/executions', start));
  if (answer?.status !== 201) return;
  const { id } = JSON.parse(answer.text.length < 4_000_000 ? answer.text : `${answer.text.slice(0, answer.text.indexOf(','))}}`);
  for (const path of [`/execute/${id}`, `/api/executions/${id}`, `/executions/${id}/report`]) {
    await judge.judge(name, { method: 'GET', path });
  }
  for (const form of IS_SHORT ? ['report.pdf'] : ['report', 'report.md', 'report.pdf']) {
    await judge.judge(name, { method: 'GET', path: `/api/executions/${id}/${form}` });
  }
}

async function tryText({ name, format, source }: Text) {
  await judge.judge(name, json('POST', '/api/playbooks/preview', { source }));
  await judge.judge(name, json('POST', '/api/playbooks/preview', { source, format }));
  const kept = await judge.judge(name, json('POST', '/api/playbooks', { source, format, title: name.slice(0, 100) }));
  if (kept?.status !== 201) {
    expect.soft(kept?.text, `${name}: a refusal says what to do`).toMatch(/"detail":"[^"]{10,}/);
    return;
  }
  const { id } = await subject.get<{ id: string }>({ method: 'GET', path: kept.headers.location ?? '' });
  await judge.judge(name, json('PUT', `/api/playbooks/${id}`, { source: `${source} `, format, title: 'Again' }));
  await judge.judge(name, { method: 'GET', path: `/api/playbooks/${id}/diff?from=1&to=2` });
  await readAll(name, id);
}

for (const text of TEXTS.filter(({ short }) => short || !IS_SHORT)) {
  test(text.name, () => tryText(text));
}

for (const { route, name, asks } of ATTACKS.filter(({ short }) => short || !IS_SHORT)) {
  test(`${route}: ${name}`, async () => {
    for (const ask of asks(world)) await judge.judge(name, ask);
  });
}

test('no address is left out', () => {
  const routes = execFileSync(PROGRAM, ['routes'], { encoding: 'utf8' }).trim().split('\n');
  const known = new Set(ATTACKS.map(({ route }) => route));
  const all = routes.map((line) => line.trim().split(/\s{2,}/)).map(([methods, path]) => `${methods} ${path?.replace(/^\/pkg\/[^/]+/, '/pkg/{build}')}`);
  expect(all.filter((route) => !known.has(route))).toEqual([]);
});
