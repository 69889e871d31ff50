/** One hostile request, or a few, for every address beside the playbooks themselves. */

import { type Ask, json } from './subject.ts';
import { MOST } from './texts.ts';
import { form, type Started } from './world.ts';

/** What an attack is made on. */
export interface World extends Started {
  evidence: string;
}

export interface Attack {
  /** As `playbook-forge routes` says it. */
  route: string;
  name: string;
  asks: (world: World) => Ask[];
  short?: boolean;
}

/** A text that fills a body of JSON, between its other members. */
function full(unit: string, of = MOST - 512): string {
  return unit.repeat(Math.floor(of / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))));
}

/** What most addresses with a body of JSON are asked. */
function odd(method: string, path: string): [string, Ask][] {
  return [
    ['arrays within arrays', json(method, path, full('['))],
    ['objects within objects', json(method, path, full('{"a":'))],
    ['an open text', json(method, path, `{"actor":"${'a'.repeat(MOST - 64)}`)],
    ['members that nobody knows', json(method, path, `{${Array.from({ length: 70_000 }, (_, at) => `"k${at}":0`).join(',')}}`)],
    ['a name without end', json(method, path, { actor: full('a') })],
    ['letters upon letters for a name', json(method, path, { actor: full('\u0301') })],
    ['blanks', json(method, path, ' '.repeat(MOST - 2))],
    ['a number without end', json(method, path, `{"base_seq":${'9'.repeat(MOST - 64)}}`)],
    ['binary', { method, path, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(MOST, 0xff) }],
  ];
}

function each(route: string, path: (world: World) => string): Attack[] {
  const method = route.split(' ')[0]!;
  return odd(method, '').map(([name, ask], at) => ({
    route,
    name,
    asks: (world) => [{ ...ask, path: path(world) }],
    short: at === 0,
  }));
}

const STEP = ({ id, node }: Started) => `/api/executions/${id}/steps/${node}`;
const WHOLE = ({ id }: Started) => `/api/executions/${id}`;
const FILES = (world: Started) => `${STEP(world)}/evidence`;

/** Addresses that are only read, and what of their query takes a text. */
const READ: [string, (world: World) => string, string[]][] = [
  ['GET /api/playbooks', () => '/api/playbooks', ['q', 'tag', 'limit']],
  ['GET /api/playbooks/{id}', ({ playbook }) => `/api/playbooks/${playbook}`, ['version']],
  ['GET /api/playbooks/{id}/versions', ({ playbook }) => `/api/playbooks/${playbook}/versions`, []],
  ['GET /api/playbooks/{id}/diff', ({ playbook }) => `/api/playbooks/${playbook}/diff`, ['from', 'to']],
  ['GET /api/playbooks/{id}/export', ({ playbook }) => `/api/playbooks/${playbook}/export`, ['format']],
  ['GET /api/executions', () => '/api/executions', ['q', 'status', 'limit', 'offset']],
  ['GET /api/executions/{id}', WHOLE, []],
  ['GET /api/executions/{id}/timeline', (world) => `${WHOLE(world)}/timeline`, ['event_type', 'node_id', 'after_seq']],
  ['GET /api/executions/{id}/report', (world) => `${WHOLE(world)}/report`, ['format']],
  ['GET /api/executions/{id}/report.md', (world) => `${WHOLE(world)}/report.md`, []],
  ['GET /api/executions/{id}/report.pdf', (world) => `${WHOLE(world)}/report.pdf`, []],
  ['GET /api/executions/{id}/steps/{node_id}/evidence', FILES, []],
  ['GET /api/executions/{id}/evidence/{evidence_id}', (world) => `${WHOLE(world)}/evidence/${world.evidence}`, []],
  ['GET /api/executions/{id}/live', (world) => `${WHOLE(world)}/live`, ['last_seq']],
  ['GET /api/metrics/summary', () => '/api/metrics/summary', ['from', 'to', 'playbook_id']],
  ['GET /api/metrics/playbooks', () => '/api/metrics/playbooks', ['from', 'to']],
  ['GET /api/metrics/playbooks/{id}', ({ playbook }) => `/api/metrics/playbooks/${playbook}`, ['from']],
  ['GET /api/schema/playbook.json', () => '/api/schema/playbook.json', []],
  ['GET /api/openapi.json', () => '/api/openapi.json', []],
  ['GET /api/docs/', () => '/api/docs/', []],
  ['GET /healthz', () => '/healthz', []],
  ['GET /readyz', () => '/readyz', []],
  ['GET /metrics', () => '/metrics', []],
  ['GET /favicon.svg', () => '/favicon.svg', []],
  ['GET /pkg/{build}/{file}', () => '/pkg/0/playbook-forge.js', []],
  ['GET /', () => '/', ['from', 'playbook']],
  ['GET /executions', () => '/executions', ['q', 'status', 'page']],
  ['GET /execute/{id}', ({ id }) => `/execute/${id}`, ['filter', 'timeline']],
  ['GET /execute/{id}/{step}/{node}', ({ id }) => `/execute/${id}/step/no-such`, ['filter']],
  ['GET /executions/{id}/report', ({ id }) => `/executions/${id}/report`, []],
  ['GET /playbooks', () => '/playbooks', ['q', 'tag']],
  ['GET /playbooks/new', () => '/playbooks/new', ['template']],
  ['GET /playbooks/{id}', ({ playbook }) => `/playbooks/${playbook}`, ['version', 'compare']],
  ['GET /playbooks/{id}/edit', ({ playbook }) => `/playbooks/${playbook}/edit`, []],
];

/** Bytes of a query that still fits into the head of a request. */
const QUERY = 60_000;

const read: Attack[] = READ.flatMap(([route, path, names]) => [
  {
    route,
    name: 'queries of all kinds, and a body that nobody asked for',
    short: true,
    asks: (world: World): Ask[] => [
      { method: 'GET', path: path(world) },
      ...names.flatMap((name) => [
        { method: 'GET', path: `${path(world)}?${name}=${'a'.repeat(QUERY)}` },
        { method: 'GET', path: `${path(world)}?${`${name}=a&`.repeat(Math.floor(QUERY / (name.length + 3)))}` },
        { method: 'GET', path: `${path(world)}?${name}=${'%CC%81'.repeat(QUERY / 6)}` },
      ]),
      { method: 'GET', path: `${path(world)}?${Array.from({ length: QUERY / 8 }, (_, at) => `k${at}=`).join('&').slice(0, QUERY)}` },
      { method: 'GET', path: path(world), headers: { cookie: 'a=b; '.repeat(QUERY / 5) } },
      { method: 'GET', path: path(world), headers: { 'accept-language': 'de,'.repeat(QUERY / 3), 'accept-encoding': 'br;q=1,'.repeat(5_000) } },
      { method: 'GET', path: path(world), body: Buffer.alloc(MOST, 'a') },
    ],
  },
]);

/** A body in parts, each with these lines above it. */
function parts(count: number, lines: string, content = ''): { headers: Record<string, string>; body: string } {
  const { type, boundary } = form();
  const part = `--${boundary}\r\n${lines}\r\n\r\n${content}\r\n`;
  return { headers: { 'content-type': type }, body: part.repeat(count).slice(0, MOST - 32) + `--${boundary}--\r\n` };
}

const FILE = 'Content-Disposition: form-data; name="file"; filename="a"';

const uploads: Attack[] = [
  ['many small files', parts(10_000, FILE)],
  ['a name without end', parts(1, `Content-Disposition: form-data; name="file"; filename="${'a'.repeat(MOST - 512)}"`)],
  ['a name of letters upon letters', parts(1, `Content-Disposition: form-data; name="file"; filename="${'\u0301'.repeat(400_000)}"`)],
  ['heads without end', parts(1, `${FILE}\r\n${'X-A: b\r\n'.repeat(100_000)}X-A: b`)],
  ['a description without end', parts(1, 'Content-Disposition: form-data; name="description"', 'a'.repeat(MOST - 512))],
  ['many descriptions', parts(12_000, 'Content-Disposition: form-data; name="description"', 'a')],
  ['a file of line ends', parts(1, FILE, '\r\n'.repeat(500_000))],
  ['a file of almost the boundary', parts(1, FILE, '\r\n--tortur'.repeat(90_000))],
  ['no end', { headers: { 'content-type': form().type }, body: form().head + 'a'.repeat(MOST - 200) }],
  ['a boundary without end', { headers: { 'content-type': `multipart/form-data; boundary=${'a'.repeat(50_000)}` }, body: 'a'.repeat(MOST) }],
].map(([name, sent], at) => ({
  route: 'POST /api/executions/{id}/steps/{node_id}/evidence',
  name: name as string,
  short: at < 4,
  asks: (world) => [{ method: 'POST', path: FILES(world), ...(sent as { headers: Record<string, string>; body: string }) }],
}));

/** Notes as long as a note may be, of what costs a renderer most. */
const NOTES = ['![](/api/executions) ', '*a **b _c ', '[a](', '[', '`', '> ', '<b a1><p>', '|a', '- a\n', '&amp;', '👩‍👩‍👧‍👦', '\u0301', 'http://a.b '];

const notes: Attack[] = NOTES.map((unit) => ({
  route: 'PATCH /api/executions/{id}/steps/{node_id}',
  name: `a note of ${JSON.stringify(unit)}, and all that shows it`,
  short: unit.startsWith('!') || unit.startsWith('*'),
  asks: (world) => [
    json('PATCH', STEP(world), { actor: 'Mal', notes: [...unit.repeat(20_000)].slice(0, 20_000).join('') }),
    { method: 'GET', path: `/execute/${world.id}` },
    { method: 'GET', path: `/executions/${world.id}/report` },
    { method: 'GET', path: `${WHOLE(world)}/report.md` },
    { method: 'GET', path: `${WHOLE(world)}/report.pdf` },
    { method: 'GET', path: `${WHOLE(world)}/timeline` },
  ],
}));

const ranges: Attack = {
  route: 'GET /api/executions/{id}/evidence/{evidence_id}',
  name: 'ranges without end',
  short: true,
  asks: (world) =>
    [`bytes=${'0-0,'.repeat(QUERY / 4)}0-0`, `bytes=${'9'.repeat(QUERY)}-`, `bytes=-${'9'.repeat(QUERY)}`, 'bytes=0-0'].map((range) => ({
      method: 'GET',
      path: `${WHOLE(world)}/evidence/${world.evidence}`,
      headers: { range },
    })),
};

/** What pages ask of the server that wrote them. */
const PAGES = ['dashboard', 'editor', 'execution', 'executions', 'library', 'playbook', 'playbooks', 'passage', 'report', 'templates', 'node', 'people'];

export const ATTACKS: Attack[] = [
  ...each('POST /api/playbooks', () => '/api/playbooks'),
  ...each('POST /api/playbooks/preview', () => '/api/playbooks/preview'),
  ...each('PUT /api/playbooks/{id}', ({ playbook }) => `/api/playbooks/${playbook}`),
  ...each('POST /api/playbooks/{id}/restore', ({ playbook }) => `/api/playbooks/${playbook}/restore`),
  ...each('DELETE /api/playbooks/{id}', () => '/api/playbooks/00000000-0000-4000-8000-000000000000'),
  ...each('POST /api/executions', () => '/api/executions'),
  ...each('PATCH /api/executions/{id}', WHOLE),
  ...each('PATCH /api/executions/{id}/steps/{node_id}', STEP),
  ...PAGES.flatMap((page) => each(`POST /app/${page}`, () => `/app/${page}`)),
  ...read,
  ...uploads,
  ...notes,
  ranges,
];
