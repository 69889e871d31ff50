/** Executions that are over, and some that are not: what the dashboard is about. */

import type { APIRequestContext } from '@playwright/test';
import { imported, started, type Execution, type StepStatus } from './executions.ts';
import { PLAYBOOK } from './playbooks.ts';

const FIRST = 'Confirm the alert with the user';
const DECISION = 'Was it the user?';
const LAST = 'Search for the same address elsewhere';

/** Statuses of a step, each at a minute of the night before; recorded later, so that times do not depend on the test. */
async function late(execution: Execution, label: string, statuses: [minute: number, status: StepStatus][]) {
  for (const [minute, status] of statuses) {
    const occurred_at = `2026-11-20T02:${String(minute).padStart(2, '0')}:00Z`;
    await execution.change(label, { status, occurred_at, before_start: true });
  }
}

/**
 * Makes a playbook with a past, and returns its id. Three of its executions are over: the first step took 10, 20 and 40 minutes,
 * of which it was blocked for 15 in the last; it was the user once; the last step was skipped twice. Another is active, with
 * two steps blocked, and one is paused.
 */
export async function past(request: APIRequestContext, title: string): Promise<string> {
  const { id } = await imported(request, PLAYBOOK, title);
  const begin = (incident: string) => started(request, `${title.slice(0, 150)}: ${incident}`, { playbook_id: id });
  const over = [
    { branch: 'Yes', end: 'completed', statuses: [[0, 'in_progress'], [10, 'completed']] },
    { branch: 'No', end: 'completed', statuses: [[0, 'in_progress'], [20, 'completed']] },
    { branch: 'No', end: 'abandoned', statuses: [[0, 'in_progress'], [25, 'blocked'], [40, 'completed']] },
  ] as const;
  for (const { branch, end, statuses } of over) {
    const execution = await begin(`${branch}, ${end}`);
    await late(execution, FIRST, statuses.map(([minute, status]) => [minute, status]));
    await execution.change(DECISION, { decision_taken: branch, status: 'completed' });
    if (branch === 'No') await execution.change(LAST, { status: 'skipped' });
    await execution.end(end);
  }
  const stuck = await begin('stuck');
  for (const label of [FIRST, LAST]) await stuck.change(label, { status: 'blocked' });
  await (await begin('waiting')).end('paused');
  return id;
}
