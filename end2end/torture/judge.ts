/** What a trial costs the server, and whom else. */

import { expect } from '@playwright/test';
import { Bystander, quantile } from './bystander.ts';
import type { Answer, Ask, Subject } from './subject.ts';

/** Bounds of DESIGN §16 for any request of at most 1 MiB. */
const BOUNDS = {
  /** Milliseconds of processor time, also after the answer. */
  processor: 2_000,
  /** Bytes that the server takes beside what it had. */
  memory: 200_000_000,
  /** Milliseconds in which 99 of 100 changes of somebody else are made meanwhile. */
  others: 50,
};

/** What one request has cost. */
export interface Cost {
  trial: string;
  request: string;
  status: number;
  /** Milliseconds until the last byte of the answer. */
  took: number;
  processor: number;
  memory: number;
  /** p99 of somebody else's changes, in milliseconds; not measured in the short form. */
  others: number | undefined;
}

/** How many send the same at once while somebody else works. */
const AT_ONCE = 4;

export class Judge {
  readonly costs: Cost[] = [];

  private constructor(
    private readonly subject: Subject,
    private readonly bystander: Bystander | undefined,
  ) {}

  /** One who also watches a bystander, unless it has to be short. */
  static async of(subject: Subject, isShort: boolean): Promise<Judge> {
    return new Judge(subject, isShort ? undefined : await Bystander.at(subject));
  }

  /** Sends a request, alone and then by many at once, and holds it to the bounds. */
  async judge(trial: string, ask: Ask): Promise<Answer | undefined> {
    const { subject } = this;
    // Whatever was sent before was waited for; only what is sent at once with others is not.
    if (this.bystander) await subject.rests();
    subject.forgetPeak();
    const [memory, processor] = [subject.memory(), subject.processorTime()];
    const answer = await this.send(ask);
    await subject.rests();
    const cost: Cost = {
      trial,
      request: `${ask.method} ${ask.path.length > 100 ? `${ask.path.slice(0, 100)}…` : ask.path}`,
      status: answer?.status ?? 0,
      took: answer?.took ?? 0,
      processor: subject.processorTime() - processor,
      memory: Math.max(0, subject.peak() - memory),
      others: undefined,
    };
    // What changes something is sent once.
    if (this.bystander && ask.method === 'GET') {
      const crowd = () => Promise.all(Array.from({ length: AT_ONCE }, () => this.send(ask)));
      cost.others = quantile(await this.bystander.during(crowd), 0.99);
    }
    this.costs.push(cost);
    const what = `${trial}: ${cost.request} (${cost.status})`;
    expect.soft(subject.runs, `${what}: the server runs`).toBe(true);
    // A refused connection tells nothing; whatever is answered is no fault of the program, unless it says so.
    expect.soft(cost.status === 500 || cost.status === 0, `${what}: an answer\n${answer?.text.slice(0, 500)}`).toBe(false);
    expect.soft(cost.processor, `${what}: milliseconds of processor time`).toBeLessThan(BOUNDS.processor);
    expect.soft(cost.memory, `${what}: bytes of memory`).toBeLessThan(BOUNDS.memory);
    if (cost.others !== undefined) {
      expect.soft(cost.others, `${what}: p99 of others' changes in milliseconds`).toBeLessThan(BOUNDS.others);
    }
    return answer;
  }

  /** The answer; none when the server ended the connection, as with a head that is too large while the body is sent. */
  private send(ask: Ask): Promise<Answer | undefined> {
    return this.subject.ask(ask).catch(() => undefined);
  }
}
