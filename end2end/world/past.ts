/** Executions that are over, and some that are not: what the dashboard is about. */

import type { APIRequestContext } from '@playwright/test';
import { imported, started, type Execution, type StepStatus } from './executions.ts';
import { PLAYBOOK } from './playbooks.ts';

const FIRST = 'Confirm the alert with the user';
const DECISION = 'Was it the user?';
const LAST = 'Search for the same address elsewhere';

/** Each status of a step for a little over a second: shorter times count as none, and what was before the start is no work. */
async function works(execution: Execution, label: string, statuses: readonly StepStatus[]) {
  for (const status of statuses) {
    await execution.change(label, { status });
    if (status !== 'completed') await new Promise((resolve) => setTimeout(resolve, 1_100));
  }
}

/**
 * Makes a playbook with a past, and returns its id. Three of its executions are over: the first step took some seconds in
 * each, and was blocked in the last; it was the user once; the last step was skipped twice. Another is active, with two steps
 * blocked, and one is paused.
 */
export async function past(request: APIRequestContext, title: string): Promise<string> {
  const { id } = await imported(request, PLAYBOOK, title);
  const begin = (incident: string) => started(request, `${title.slice(0, 150)}: ${incident}`, { playbook_id: id });
  const over = [
    { branch: 'Yes', end: 'completed', statuses: ['in_progress', 'completed'] },
    { branch: 'No', end: 'completed', statuses: ['in_progress', 'completed'] },
    { branch: 'No', end: 'abandoned', statuses: ['in_progress', 'blocked', 'completed'] },
  ] as const;
  for (const { branch, end, statuses } of over) {
    const execution = await begin(`${branch}, ${end}`);
    await works(execution, FIRST, statuses);
    await execution.change(DECISION, { decision_taken: branch, status: 'completed' });
    if (branch === 'No') await execution.change(LAST, { status: 'skipped' });
    await execution.end(end);
  }
  const stuck = await begin('stuck');
  for (const label of [FIRST, LAST]) await stuck.change(label, { status: 'blocked' });
  await (await begin('waiting')).end('paused');
  return id;
}
