/**
 * Plays an incident with types that openapi-typescript made from the description of the API; what does not fit them does not
 * compile. Called with the address of a server that has the demo playbook.
 */

import type { components } from './forge.ts';

type Schemas = components['schemas'];

const [, , address] = process.argv;

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const options = { method, headers: { 'content-type': 'application/json' } };
  const answer = await fetch(`${address}${path}`, body === undefined ? options : { ...options, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** What an event says in a line: the compiler knows what `data` each type has. */
function told(event: Schemas['Event']): string {
  switch (event.event_type) {
    case 'execution_started':
      return event.data.incident_title;
    case 'step_blocked':
      return event.data.reason ?? 'blocked';
    case 'assignee_changed':
      return event.data.to ?? 'nobody';
    default:
      return event.event_type;
  }
}

const [playbook] = await ask<Schemas['PlaybookSummary'][]>('GET', '/api/playbooks');
const start: Schemas['StartExecution'] = { playbook_id: playbook!.id, incident_title: 'Typed', started_by: 'Tess' };
const execution = await ask<Schemas['ExecutionDetail']>('POST', '/api/executions', start);
const step = execution.steps.find(({ kind }) => kind === 'step')!;
const patch: Schemas['PatchStep'] = { status: 'blocked', reason: 'The lawyer', actor: 'Tess' };
const changed = await ask<Schemas['StepChanged']>('PATCH', `/api/executions/${execution.id}/steps/${step.node_id}`, patch);
const timeline = await ask<Schemas['Event'][]>('GET', `/api/executions/${execution.id}/timeline`);
const lines = timeline.map(told);
for (const line of ['Typed', 'Tess', 'The lawyer']) {
  if (!lines.includes(line)) throw new Error(`“${line}” is not in ${lines.join(', ')}`);
}
if (changed.step.blocked?.reason !== 'The lawyer') throw new Error(JSON.stringify(changed.step));
console.log(`played over ${timeline.length} events`);
