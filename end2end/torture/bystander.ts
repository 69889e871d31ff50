/** Somebody who goes on with the work while others torture the server, and how long each change takes. */

import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { json, type Subject } from './subject.ts';
import { started } from './world.ts';

/** Milliseconds between two changes. */
const PAUSE = 10;

export class Bystander {
  private constructor(
    private readonly subject: Subject,
    private readonly path: string,
  ) {}

  static async at(subject: Subject): Promise<Bystander> {
    const { id, node } = await started(subject);
    return new Bystander(subject, `/api/executions/${id}/steps/${node}`);
  }

  /** Makes changes for as long as something takes, and a few more; milliseconds of each. */
  async during(ordeal: () => Promise<unknown>): Promise<number[]> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const times: number[] = [];
    let isOver = false;
    const over = ordeal().finally(() => (isOver = true));
    for (let left = 20; left > 0; left -= Number(isOver)) {
      const assignee = `Ana ${times.length % 2}`;
      const answer = await this.subject.ask(json('PATCH', this.path, { actor: 'Ben', assignee }), agent);
      if (answer.status !== 200) throw new Error(`the bystander's change: ${answer.status} ${answer.text}`);
      times.push(answer.took);
      await pause(PAUSE);
    }
    agent.destroy();
    await over;
    return times;
  }
}

/** What this share of the values, from 0 to 1, is not over. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
