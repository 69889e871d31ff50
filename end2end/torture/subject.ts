/** The server that is tortured: a process of its own over an empty folder, whose processor time and memory can be read. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const TARGET = process.env.CARGO_TARGET_DIR || join(import.meta.dirname, '..', '..', 'target');
export const PROGRAM = resolve(process.env.FORGE_BIN || join(TARGET, 'release', 'playbook-forge'));

/** Milliseconds of one tick of the processor times in `/proc` (`sysconf(_SC_CLK_TCK)` is 100 on Linux). */
const TICK = 10;
/** Milliseconds between two looks at whether the server rests. */
const LOOK = 50;
/** A server that does less than this share of a processor rests: heartbeats and sweeps are not work. */
const RESTING = 0.1;
/** Milliseconds after which nobody waits for a server to rest any more. */
const NEVER_RESTS = 60_000;

/** What is asked for. */
export interface Ask {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** What came back. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Bytes of the body. */
  bytes: number;
  /** The beginning of the body. */
  text: string;
  /** Milliseconds until the last byte. */
  took: number;
}

/** How much of a body is kept. */
const KEPT = 4 * 1024 * 1024;

export class Subject {
  private constructor(
    private readonly server: ChildProcess,
    readonly address: URL,
    private readonly folder: string,
    private readonly said: string[],
  ) {}

  static async start(args: string[] = []): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'torture-'));
    const env = { ...process.env, FORGE_ADDR: '127.0.0.1:0', FORGE_DATA_DIR: folder, FORGE_DEMO: 'false', FORGE_LOG: 'warn' };
    const server = spawn(PROGRAM, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    createInterface(server.stderr).on('line', (line) => said.push(line));
    const address = await new Promise<URL>((found, failed) => {
      server.once('error', failed);
      server.once('exit', (code) => failed(new Error(`the server ended with ${code}: ${said.join('\n')}`)));
      createInterface(server.stdout).on('line', (line) => {
        const [, at] = / at (http:\S+)$/.exec(line) ?? [];
        if (at) found(new URL(at));
      });
    });
    return new Subject(server, address, folder, said);
  }

  async stop() {
    const gone = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  get runs(): boolean {
    return this.server.exitCode === null && this.server.signalCode === null;
  }

  /** Lines of the log that tell of a fault of the program. */
  get faults(): string[] {
    // Who is told to come again has met a bound, and no fault.
    return this.said.filter((line) => /panicked|ERROR/.test(line) && !line.includes('Status code: 503'));
  }

  /** Milliseconds of processor time so far, of all threads. */
  processorTime(): number {
    // The name of the program may hold blanks; what follows it does not (proc_pid_stat(5)).
    const fields = this.read('stat').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  }

  /** Bytes that lie in memory. */
  memory(): number {
    return this.kilobytes('VmRSS') * 1024;
  }

  /** The most bytes that lay in memory since the last `forgetPeak`. */
  peak(): number {
    return this.kilobytes('VmHWM') * 1024;
  }

  forgetPeak() {
    // 5: the peak resident set size (proc_pid_clear_refs(5)).
    writeFileSync(`/proc/${this.server.pid}/clear_refs`, '5');
  }

  /** Waits until the server has nothing left to do, also of what nobody waits for any more. */
  async rests() {
    let before = this.processorTime();
    for (let quiet = 0, waited = 0; quiet < 2 && waited < NEVER_RESTS; waited += LOOK) {
      await pause(LOOK);
      const now = this.processorTime();
      quiet = now - before <= LOOK * RESTING ? quiet + 1 : 0;
      before = now;
    }
  }

  /** Asks over a connection of its own, unless one is given; an answer of any status is an answer. */
  ask({ method, path, headers = {}, body }: Ask, agent: Agent | false = false): Promise<Answer> {
    const began = performance.now();
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((answered, failed) => {
      const asked = request(new URL(path, this.address), { method, agent, headers: { ...length, ...headers } }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          if (bytes < KEPT) chunks.push(chunk);
          bytes += chunk.length;
        });
        answer.once('error', failed);
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          answered({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, text, took: performance.now() - began });
        });
      });
      asked.once('error', failed);
      asked.end(body);
    });
  }

  /** The body of an answer that must be good. */
  async get<Body>(ask: Ask): Promise<Body> {
    const answer = await this.ask(ask);
    if (answer.status >= 300) throw new Error(`${ask.method} ${ask.path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }

  private read(file: string): string {
    return readFileSync(`/proc/${this.server.pid}/${file}`, 'utf8');
  }

  private kilobytes(name: string): number {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(this.read('status'))?.[1]);
  }
}

/** An ask with a body of JSON. */
export function json(method: string, path: string, body: unknown): Ask {
  return { method, path, headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
