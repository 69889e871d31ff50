/** Executions as tests need them, made over REST as a script makes them. What the server refuses fails the test. */

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { PLAYBOOK } from './playbooks.ts';

export type StepStatus = 'not_started' | 'in_progress' | 'completed' | 'skipped' | 'blocked';

/** What a `PATCH` of a step may say. */
export interface StepChange {
  status?: StepStatus;
  assignee?: string | null;
  notes?: string;
  key?: boolean;
  reason?: string;
  decision_taken?: string | null;
  rationale?: string;
  occurred_at?: string;
  before_start?: boolean;
  base_seq?: number;
}

export interface Step {
  node_id: string;
  kind: string;
  label: string;
}

export interface Event {
  seq: number;
  event_type: string;
  timestamp: string;
  occurred_at: string | null;
}

export interface File {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** What an execution is started with. */
export interface Start {
  /** The text of its playbook. */
  source?: string;
  /** The playbook's title, where its text has none. */
  playbook?: string;
  /** A playbook that is there already, instead. */
  playbook_id?: string;
  incident_id?: string;
  started_by?: string;
}

/** The answer, which must be good. */
async function answered<Body>(asked: Promise<APIResponse>): Promise<Body> {
  const answer = await asked;
  expect(answer.ok(), `${answer.status()} ${answer.url()}: ${answer.ok() ? '' : await answer.text()}`).toBe(true);
  return answer.json();
}

/** Imports a playbook. */
export function imported(request: APIRequestContext, source: string, title?: string): Promise<{ id: string; title: string }> {
  return answered(request.post('/api/playbooks', { data: { source, title } }));
}

/** Starts an execution, of the small playbook of these tests unless another is given. */
export async function started(request: APIRequestContext, incident: string, start: Start = {}): Promise<Execution> {
  const { source = PLAYBOOK, playbook: title, playbook_id = (await imported(request, source, title)).id, ...more } = start;
  const data = { playbook_id, incident_title: incident, started_by: 'Ana', ...more };
  const { id, steps } = await answered<{ id: string; steps: Step[] }>(request.post('/api/executions', { data }));
  return new Execution(request, id, steps);
}

/** An execution that is there already. */
export async function existing(request: APIRequestContext, id: string): Promise<Execution> {
  const { steps } = await answered<{ steps: Step[] }>(request.get(`/api/executions/${id}`));
  return new Execution(request, id, steps);
}

/** One execution, changed by somebody whom no browser shows. */
export class Execution {
  constructor(
    private readonly request: APIRequestContext,
    readonly id: string,
    readonly steps: Step[],
  ) {}

  /** Of its page. */
  get address(): string {
    return `/execute/${this.id}`;
  }

  /** Every node that is a step or a decision, in the order of the playbook. */
  get actionable(): Step[] {
    return this.steps.filter(({ kind }) => kind !== 'phase' && kind !== 'merge');
  }

  step(label: string): Step {
    const step = this.steps.find((step) => step.label === label);
    if (!step) throw new Error(`There is no step “${label}” among ${this.steps.map(({ label }) => label).join(', ')}`);
    return step;
  }

  /** Changes a step, known by its label. */
  async change(label: string, change: StepChange, actor = 'Ben') {
    await this.changeNode(this.step(label).node_id, change, actor);
  }

  async changeNode(node: string, change: StepChange, actor = 'Ben') {
    const url = `/api/executions/${this.id}/steps/${node}`;
    await answered(this.request.patch(url, { data: { actor, ...change } }));
  }

  /** Changes the whole: its status, with an outcome where it ends. */
  async end(status: 'active' | 'paused' | 'completed' | 'abandoned', outcome?: string, actor = 'Ben') {
    await answered(this.request.patch(`/api/executions/${this.id}`, { data: { actor, status, outcome } }));
  }

  async attach(label: string, file: File, description: string, actor = 'Ben') {
    const multipart = { actor, description, file };
    await answered(this.request.post(`/api/executions/${this.id}/steps/${this.step(label).node_id}/evidence`, { multipart }));
  }

  /** What is in its log, oldest first; of these types only, when any are named. */
  async events(...types: string[]): Promise<Event[]> {
    const query = types.map((type) => `event_type=${type}`).join('&');
    return answered(this.request.get(`/api/executions/${this.id}/timeline?${query}`));
  }
}

/** A picture of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
