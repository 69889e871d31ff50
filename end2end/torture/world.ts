/** What has to be there before something can be tortured. */

import { json, type Subject } from './subject.ts';

const CHART = 'flowchart TD\n  a[Look at the alert] --> b{Is it real?}\n  b -->|Yes| c[Isolate the host]\n  b -->|No| d[Close it]\n';

export interface Started {
  /** Of the execution. */
  id: string;
  /** Of its playbook. */
  playbook: string;
  /** The first step. */
  node: string;
  /** The decision, when the playbook has one. */
  decision: string | undefined;
}

/** Imports a playbook; its id. */
export async function imported(subject: Subject, source = CHART, title = 'Alert'): Promise<string> {
  return (await subject.get<{ id: string }>(json('POST', '/api/playbooks', { source, title }))).id;
}

/** Starts an execution of a playbook that is there, or of a small one. */
export async function started(subject: Subject, playbook?: string): Promise<Started> {
  const playbook_id = playbook ?? (await imported(subject));
  const start = { playbook_id, incident_title: 'Torture', started_by: 'Ana' };
  type Answer = { id: string; steps: { node_id: string; kind: string }[] };
  const { id, steps } = await subject.get<Answer>(json('POST', '/api/executions', start));
  const [first] = steps.filter(({ kind }) => kind === 'step' || kind === 'execute' || kind === 'decision');
  const decision = steps.find(({ kind }) => kind === 'decision')?.node_id;
  return { id, playbook: playbook_id, node: first!.node_id, decision };
}

/** The head and the end of a body with one file, and its type. */
export function form(disposition = 'form-data; name="file"; filename="mail.eml"') {
  const boundary = 'torture';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    boundary,
    head: `--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n`,
    end: `\r\n--${boundary}--\r\n`,
  };
}

/** Attaches a file to a step; its id. */
export async function attached(subject: Subject, { id, node }: Started, content: Buffer): Promise<string> {
  const { type, head, end } = form();
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(end)]);
  const path = `/api/executions/${id}/steps/${node}/evidence`;
  return (await subject.get<{ id: string }>({ method: 'POST', path, headers: { 'content-type': type }, body })).id;
}
