/** Many at once, each of whom asks for nothing wrong. Only in `make torture`: what is judged here is time. */

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { kilobytes, milliseconds } from '../bench/figures.ts';
import { Bystander, quantile } from './bystander.ts';
import { type Ask, json, Subject } from './subject.ts';
import { attached, form, imported, started } from './world.ts';

test.skip(process.env.FORGE_LONG !== '1', 'only in the long form');

/** Milliseconds in which 99 of 100 changes of somebody else are made meanwhile (DESIGN §16). */
const OTHERS = 50;

let subject: Subject;
let bystander: Bystander;

test.beforeEach(async () => {
  subject = await Subject.start();
  bystander = await Bystander.at(subject);
});

test.afterEach(async () => {
  expect(subject.faults, 'faults in the log').toEqual([]);
  await subject.stop();
});

/** Does something so many times, some at once. */
async function times(count: number, act: (at: number) => Promise<unknown>, atOnce = 32) {
  let next = 0;
  const worker = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Holds what others notice of an ordeal to the bound, and prints what it has cost. */
async function endured(name: string, ordeal: () => Promise<unknown>, most = { memory: 400_000_000, others: OTHERS }) {
  await subject.rests();
  subject.forgetPeak();
  const [memory, processor, began] = [subject.memory(), subject.processorTime(), performance.now()];
  const others = await bystander.during(ordeal);
  const lasted = performance.now() - began;
  await subject.rests();
  const spent = subject.processorTime() - processor;
  const grown = Math.max(0, subject.peak() - memory);
  const p99 = quantile(others, 0.99);
  console.log(
    `${name}: ${milliseconds(lasted)}, ${milliseconds(spent)} of processor time, ${kilobytes(grown)} of memory; ` +
      `others' ${others.length} changes: median ${milliseconds(quantile(others, 0.5))}, p99 ${milliseconds(p99)}`,
  );
  expect.soft(grown, 'bytes of memory').toBeLessThan(most.memory);
  expect.soft(p99, "p99 of others' changes in milliseconds").toBeLessThan(most.others);
}

/** An execution with so many events. */
async function long(events: number): Promise<string> {
  const execution = await started(subject);
  const path = `/api/executions/${execution.id}/steps/${execution.node}`;
  await times(events, (at) => subject.get(json('PATCH', path, { actor: 'Ana', notes: `Looked at host ${at}` })));
  return execution.id;
}

/** What a client sends that never reads what comes back. */
function deaf(path: string): Socket {
  const socket = connect(Number(subject.address.port), subject.address.hostname);
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${subject.address.host}\r\n\r\n`);
  socket.pause();
  return socket;
}

function repeatedly(ask: Ask, clients: number, each: number) {
  return Promise.all(
    Array.from({ length: clients }, async () => {
      for (let left = each; left > 0; left -= 1) await subject.ask(ask);
    }),
  );
}

test('40 read the report of 20,000 events', async () => {
  const id = await long(20_000);
  for (const readers of [10, 40]) {
    const ask = { method: 'GET', path: `/executions/${id}/report` };
    await endured(`${readers} readers of a report of 20,000 events`, () => repeatedly(ask, readers, 1));
  }
  const answer = await subject.ask({ method: 'GET', path: '/readyz' });
  expect(answer.status).toBe(200);
});

test('27 ask for a long report and never read it', async () => {
  const id = await long(20_000);
  const sockets: Socket[] = [];
  await endured('27 who never read', async () => {
    for (let client = 0; client < 27; client += 1) sockets.push(deaf(`/executions/${id}/report`));
    await pause(20_000);
  });
  for (const socket of sockets) socket.destroy();
});

test('100 ask for a picture and leave', async () => {
  const source = `flowchart TD\n${Array.from({ length: 3_000 }, (_, at) => `a${at}-->a${at + 1}`).join('\n')}`;
  const playbook = await imported(subject, source);
  await endured('100 pictures that nobody waits for', async () => {
    const sockets = Array.from({ length: 100 }, () => deaf(`/api/playbooks/${playbook}/export?format=png`));
    await pause(300);
    for (const socket of sockets) socket.destroy();
    await pause(5_000);
  });
});

test('60 keep a list of 20,000 executions open', async () => {
  const playbook = await imported(subject);
  const start = (at: number) => json('POST', '/api/executions', { playbook_id: playbook, incident_title: `Alert ${at}`, started_by: 'Ana' });
  await times(20_000, (at) => subject.get(start(at)));
  await endured('60 lists, each read every second for ten', () =>
    Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        await pause((at / 60) * 1_000);
        for (let left = 10; left > 0; left -= 1) {
          const { took } = await subject.ask({ method: 'GET', path: '/api/executions?status=active' });
          await pause(Math.max(0, 1_000 - took));
        }
      }),
    ),
  );
});

test('16 read single bytes of a file of 50 MB', async () => {
  const execution = await started(subject);
  const file = await attached(subject, execution, Buffer.alloc(50_000_000, 'a'));
  const ask = { method: 'GET', path: `/api/executions/${execution.id}/evidence/${file}`, headers: { range: 'bytes=7-7' } };
  await endured('16 readers of single bytes', () => repeatedly(ask, 16, 50));
});

test('an upload that trickles in is ended', async () => {
  const execution = await started(subject);
  const { type, head } = form();
  const path = `/api/executions/${execution.id}/steps/${execution.node}/evidence`;
  let open = 0;
  await endured('100 uploads of a byte every two seconds', async () => {
    const sockets = Array.from({ length: 100 }, () => {
      const socket = connect(Number(subject.address.port), subject.address.hostname);
      open += 1;
      socket.on('error', () => undefined).on('close', () => (open -= 1));
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: ${subject.address.host}\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n${head}`,
      );
      const trickle = setInterval(() => socket.destroyed || socket.write('a'), 2_000);
      socket.on('close', () => clearInterval(trickle)).resume();
      return socket;
    });
    for (let seconds = 0; open > 0 && seconds < 180; seconds += 1) await pause(1_000);
    for (const socket of sockets) socket.destroy();
    expect.soft(open, 'uploads that are still open after three minutes').toBe(0);
  });
});

test('a step with 2,000 long notes costs the next change little', async () => {
  const execution = await started(subject);
  const path = `/api/executions/${execution.id}/steps/${execution.node}`;
  const other = `/api/executions/${execution.id}/steps/${execution.decision}`;
  const change = async (step: string) => {
    const took: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      took.push((await subject.ask(json('PATCH', step, { actor: 'Ben', assignee: `Ana ${at % 2}` }))).took);
    }
    return quantile(took, 0.5);
  };
  const before = { other: await change(other), own: await change(path) };
  const note = 'All of a long note. '.repeat(950);
  await times(2_000, (at) => subject.ask(json('PATCH', path, { actor: 'Ana', notes: `${at} ${note}` })), 8);
  await subject.rests();
  const after = { other: await change(other), own: await change(path) };
  console.log(
    `a change on another step: ${milliseconds(before.other)}, then ${milliseconds(after.other)}; ` +
      `on the noted one: ${milliseconds(before.own)}, then ${milliseconds(after.own)}`,
  );
  expect.soft(after.other / before.other, 'times as long on another step').toBeLessThan(1.5);
  expect.soft(after.own, 'milliseconds on the noted step').toBeLessThan(100);
});
