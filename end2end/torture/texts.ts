/** Playbooks that nobody writes, each filled up to the most that a request may have. */

/** Bytes that a request of these trials has, at most. */
export const MOST = 1024 * 1024;
/** What is left for the rest of the body. */
const REST = 512;

export interface Text {
  name: string;
  format: 'markdown' | 'mermaid' | 'cacao' | 'json';
  source: string;
  /** Whether it is also in the short form: what was seen to fail, and one of every kind. */
  short?: boolean;
}

/** Bytes of a text within a body of JSON. */
function bytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** As many parts as there is room for, between a beginning and an end; at most so many. */
function filled(begin: string, part: (at: number) => string, end = '', most = Number.POSITIVE_INFINITY): string {
  const parts: string[] = [];
  let left = MOST - REST - bytes(begin) - bytes(end);
  for (let at = 0; at < most; at += 1) {
    const text = part(at);
    left -= bytes(text);
    if (left < 0) break;
    parts.push(text);
  }
  return begin + parts.join('') + end;
}

/** Texts around a middle, as deep as there is room for. */
function nested(begin: string, open: (at: number) => string, middle: string, close: (at: number) => string, end = ''): string {
  const before: string[] = [];
  const after: string[] = [];
  let left = MOST - REST - bytes(begin) - bytes(middle) - bytes(end);
  for (let at = 0; ; at += 1) {
    const [one, other] = [open(at), close(at)];
    left -= bytes(one) + bytes(other);
    if (left < 0) break;
    before.push(one);
    after.push(other);
  }
  return begin + before.join('') + middle + after.reverse().join('') + end;
}

const MARKDOWN: [string, string, boolean?][] = [
  ['200,000 times “then” in an item', filled('1. Look', () => ' then'), true],
  ['“if … then … else” in an item', filled('1. ', () => 'If a then b, else c; ')],
  ['one word', filled('1. ', () => 'a')],
  ['headings', filled('', (at) => `# H${at}\n`)],
  ['headings, ever deeper and back', filled('', (at) => `${'#'.repeat(1 + (at % 6))} H\n\n- a\n`)],
  ['items', filled('', (at) => `- Step ${at}\n`), true],
  ['items within items', filled('', (at) => `${' '.repeat(at * 2)}- a\n`), true],
  ['numbers without end', filled('', (at) => `${at + 1}. a\n`)],
  ['quotes within quotes', filled('- a\n\n', () => '> '), true],
  ['boxes', filled('', () => '- [ ] a\n')],
  ['decisions', filled('', (at) => `- Decision: D${at}?\n  - Yes:\n    - a\n  - No:\n    - b\n`)],
  ['decisions within decisions', filled('', (at) => `${'  '.repeat(at * 2)}- Decision: D?\n${'  '.repeat(at * 2 + 1)}- Yes:\n`), true],
  ['open emphasis', filled('- a\n\n', () => '*a **b _c __d '), true],
  ['open brackets', filled('- a\n\n', () => '[')],
  ['open links', filled('- a\n\n', () => '[a](')],
  ['open pictures', filled('- a\n\n', () => '![a')],
  ['open code', filled('- a\n\n', (at) => `${'`'.repeat(at + 1)} `), true],
  ['open angles', filled('- a\n\n', () => '<a ')],
  ['open comments', filled('- a\n\n', () => '<!-- ')],
  ['open tags, then paragraphs', `- a\n\n${'<b a1>'.repeat(70_000)}${'<p>'.repeat(70_000)}`, true],
  ['open tags on lines', filled('- a\n\n', () => '<div>\n\n')],
  ['parts that fold', filled('', () => '<details>\n<summary>a</summary>\n\n')],
  ['entities', filled('- ', () => '&amp;&#x41;&nope;')],
  ['a wide table', `- a\n\n|${'a|'.repeat(170_000)}\n|${'-|'.repeat(170_000)}\n|a|\n`, true],
  ['a wide table with short rows', filled(`- a\n\n|${'a|'.repeat(20_000)}\n|${'-|'.repeat(20_000)}\n`, () => '|\n'), true],
  ['references, and one use of each', filled('- a\n\n', (at) => `[r${at}]: /a\n\n[r${at}]\n\n`)],
  ['uses of one long reference', filled(`- a\n\n[r]: /${'a'.repeat(50_000)}\n\n`, () => '[r] '), true],
  ['footnotes', filled('- a\n\n', (at) => `[^${at}]\n\n[^${at}]: a\n\n`)],
  ['addresses', filled('- a\n\n', () => 'http://a.b/c ')],
  ['pictures', filled('- a\n\n', () => '![](/api/executions) '), true],
  ['fences that stay open', filled('- a\n\n', () => '```\n')],
  ['charts', filled('', (at) => `\`\`\`mermaid\nflowchart TD\na${at}-->b\n\`\`\`\n\n`)],
  ['front matter', filled('---\n', (at) => `k${at}: v\n`, '---\n- a\n')],
  ['front matter of anchors', filled('---\na0: &a0 x\n', (at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`, '---\n- a\n')],
  ['letters upon letters', filled('- e', () => '\u0301'), true],
  ['directions', filled('- ', () => '\u202e\u2066א')],
  ['families', filled('- ', () => '👩‍👩‍👧‍👦')],
  ['bullets of a word processor', filled('', (at) => `${'\t'.repeat(at % 9)}•\ta\n`)],
  ['carriage returns', filled('- a\r', () => '\r')],
  ['empty lines', filled('- a\n', () => '\n'), true],
  ['backslashes', filled('- ', () => '\\')],
  ['columns of blanks', filled('- a\n', (at) => `${' '.repeat(at % 500)}a\n`)],
  ['secrets', filled('- ', () => 'password=aaaaaaaa ')],
];

const MERMAID: [string, string, boolean?][] = [
  ['a label of line ends', filled('flowchart TD\n a["', () => '\\n', '"]'), true],
  ['130,000 open labels', filled('flowchart TD\n', () => 'A["`x"]\n'), true],
  ['130,000 open labels on a line', filled('flowchart TD\n', () => 'A["`x"]'), true],
  ['a chain', filled('flowchart TD\n a0', (at) => `-->a${at + 1}`), true],
  ['edges of a few nodes', filled('flowchart TD\n', (at) => `a${at % 9}-->b${at % 7}\n`), true],
  ['a fan of edges', `flowchart TD\n ${Array.from({ length: 2_000 }, (_, at) => `a${at}`).join(' & ')} --> ${Array.from({ length: 2_000 }, (_, at) => `b${at}`).join(' & ')}`, true],
  ['fans upon fans', filled('flowchart TD\n a', (at) => ` --> ${Array.from({ length: 60 }, (_, one) => `n${at}_${one}`).join(' & ')}`), true],
  ['charts within charts', nested('flowchart TD\n', (at) => `subgraph s${at}\n`, 'a-->b\n', () => 'end\n'), true],
  ['charts joined by edges', filled(`flowchart TD\n${['x', 'y'].map((name) => `subgraph ${name}\n${Array.from({ length: 500 }, (_, at) => `${name}${at}\n`).join('')}end\n`).join('')}`, () => 'x-->y\n'), true],
  ['charts that stay open', filled('flowchart TD\n', () => 'subgraph s\n')],
  ['comments', filled('flowchart TD\n a-->b\n', () => '%% c\n')],
  ['directives', filled('', () => '%%{init: {}}%%\n', 'flowchart TD\n a-->b\n')],
  ['an open directive', filled('%%{', () => 'a', '\nflowchart TD\n a-->b\n')],
  ['styles', filled('flowchart TD\n a-->b\n', () => 'style a fill:#fff\n')],
  ['classes', filled('flowchart TD\n a-->b\n', () => 'a:::c\n')],
  ['clicks', filled('flowchart TD\n a-->b\n', () => 'click a "javascript:a"\n')],
  ['open quotes', filled('flowchart TD\n', () => 'a["x\n')],
  ['open brackets', filled('flowchart TD\n', () => 'a[[[({{')],
  ['labels of edges', filled('flowchart TD\n', (at) => `a-->|${at}|b\n`)],
  ['open labels of edges', filled('flowchart TD\n', () => 'a--x ')],
  ['long edges', filled('flowchart TD\n a', () => '-')],
  ['shapes', filled('flowchart TD\n', (at) => `a${at}@{ shape: rect, label: "x" }\n`)],
  ['open shapes', filled('flowchart TD\n', () => 'a@{')],
  ['decisions', filled('flowchart TD\n', (at) => `a${at}{D?}-->|Yes|a${at + 1}\n`)],
  ['a ladder of edges over everything', filled('flowchart TD\n', (at) => `a${at % 2500}-->a${(at * 7919) % 2500}\n`), true],
  ['back and forth', filled('flowchart TD\n', (at) => `a${at % 4000}-->a${(at % 4000) + 1}\na${(at % 4000) + 1}-->a${at % 4000}\n`)],
  ['semicolons', filled('flowchart TD;', () => ';')],
  ['markdown in labels', filled('flowchart TD\n a["`', () => '**a** *b* ', '`"]')],
];

const HEAD = '{"format":"playbook-forge","format_version":1,"title":"T",';

function node(id: string, more = ''): string {
  return `{"id":"${id}","kind":"step","label":"${id}"${more}}`;
}

function phases(steps: number, edges: number): string {
  const phase = (name: string) =>
    [`{"id":"${name}","kind":"phase","label":"${name}"}`, ...Array.from({ length: steps }, (_, at) => node(`${name}${at}`, `,"phase":"${name}"`))].join(',');
  return `${HEAD}"nodes":[${phase('p')},${phase('q')}],"edges":[${Array(edges).fill('{"from":"p","to":"q"}').join(',')}]}`;
}

const JSONS: [string, string, boolean?][] = [
  ['two phases of 500 steps joined by 500 edges', phases(500, 500), true],
  ['two phases of 2,400 steps joined by 20,000 edges', phases(2_400, 15_000), true],
  ['open tags, then paragraphs, in a description', `${HEAD}"nodes":[${node('a', `,"description":"${'<b a1>'.repeat(4_000)}${'<p>'.repeat(4_000)}"`)}],"edges":[]}`, true],
  ['as many as there is room for', filled(`${HEAD}"nodes":[${node('a', `,"description":"`)}`.slice(0, -1), () => '<b a1><p>', `"}],"edges":[]}`)],
  ['arrays within arrays', filled('', () => '['), true],
  ['objects within objects', filled('', () => '{"a":')],
  ['nodes', filled(`${HEAD}"nodes":[${node('z')}`, (at) => `,${node(`n${at}`)}`, '],"edges":[]}'), true],
  ['5,000 nodes in a row', `${HEAD}"nodes":[${Array.from({ length: 5_000 }, (_, at) => node(`n${at}`)).join(',')}],"edges":[${Array.from({ length: 4_999 }, (_, at) => `{"from":"n${at}","to":"n${at + 1}"}`).join(',')}]}`, true],
  ['edges of one node', filled(`${HEAD}"nodes":[${node('a')},${node('b')}],"edges":[{"from":"a","to":"b"}`, () => ',{"from":"a","to":"b"}', ']}'), true],
  ['members that nobody knows', filled(`${HEAD}"nodes":[${node('a')}],"edges":[]`, (at) => `,"x${at}":1`, '}')],
  ['the same id again and again', filled(`${HEAD}"nodes":[${node('a')}`, () => `,${node('a')}`, '],"edges":[]}')],
  ['phases within phases', filled(`${HEAD}"nodes":[{"id":"p0","kind":"phase","label":"p"}`, (at) => `,{"id":"p${at + 1}","kind":"phase","label":"p","phase":"p${at}"}`, '],"edges":[]}', 4_900), true],
  ['tags', filled(`${HEAD}"tags":["a"`, (at) => `,"t${at}"`, `],"nodes":[${node('a')}],"edges":[]}`)],
  ['a long description', filled(`${HEAD}"description":"`, () => 'a ', `","nodes":[${node('a')}],"edges":[]}`)],
  ['code', filled(`${HEAD}"nodes":[${node('a', ',"code":[{"language":null,"text":"x"}').slice(0, -1)}`, () => ',{"language":"sh","text":"ls"}', ']}],"edges":[]}')],
];

const ID = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const CACAO_HEAD = `{"type":"playbook","spec_version":"cacao-2.0","id":"playbook--${ID(0)}","name":"T",`;

const CACAOS: [string, string, boolean?][] = [
  ['a chain', filled(`${CACAO_HEAD}"workflow_start":"action--${ID(0)}","workflow":{"end--${ID(1)}":{"type":"end"}`, (at) => `,"action--${ID(at)}":{"type":"action","name":"S","on_completion":"action--${ID(at + 1)}"}`, '}}'), true],
  ['one wide fork', filled(`${CACAO_HEAD}"workflow_start":"parallel--${ID(0)}","workflow":{"parallel--${ID(0)}":{"type":"parallel","next_steps":["action--${ID(0)}"`, (at) => `,"action--${ID(at + 1)}"`, `]},"action--${ID(0)}":{"type":"action"}}}`), true],
  ['forks within forks', filled(`${CACAO_HEAD}"workflow_start":"parallel--${ID(0)}","workflow":{"end--${ID(1)}":{"type":"end"}`, (at) => `,"parallel--${ID(at)}":{"type":"parallel","next_steps":["parallel--${ID(at + 1)}","parallel--${ID(at + 2)}"],"on_completion":"parallel--${ID(at + 3)}"}`, '}}'), true],
  ['decisions upon decisions', filled(`${CACAO_HEAD}"workflow_start":"if-condition--${ID(0)}","workflow":{"end--${ID(1)}":{"type":"end"}`, (at) => `,"if-condition--${ID(at)}":{"type":"if-condition","condition":"c","on_true":"if-condition--${ID(at + 1)}","on_false":"if-condition--${ID(at + 2)}"}`, '}}'), true],
  ['a loop of loops', filled(`${CACAO_HEAD}"workflow_start":"while-condition--${ID(0)}","workflow":{"end--${ID(1)}":{"type":"end"}`, (at) => `,"while-condition--${ID(at)}":{"type":"while-condition","condition":"c","on_true":"while-condition--${ID(at + 1)}","on_false":"while-condition--${ID(0)}"}`, '}}')],
  ['variables', filled(`${CACAO_HEAD}"playbook_variables":{"__a__":{"type":"string"}`, (at) => `,"__v${at}__":{"type":"string","value":"x"}`, `},"workflow_start":"action--${ID(0)}","workflow":{"action--${ID(0)}":{"type":"action"}}}`)],
  ['commands', filled(`${CACAO_HEAD}"workflow_start":"action--${ID(0)}","workflow":{"action--${ID(0)}":{"type":"action","commands":[{"type":"manual","command":"a"}`, () => ',{"type":"bash","command":"ls"}', ']}}}'), true],
  ['one command of base64', filled(`${CACAO_HEAD}"workflow_start":"action--${ID(0)}","workflow":{"action--${ID(0)}":{"type":"action","commands":[{"type":"bash","command_b64":"`, () => 'YWFh', '"}]}}}')],
  ['secrets in a command', filled(`${CACAO_HEAD}"workflow_start":"action--${ID(0)}","workflow":{"action--${ID(0)}":{"type":"action","commands":[{"type":"bash","command":"`, () => 'token=aaaaaaaa password: ', '"}]}}}'), true],
  ['cases', filled(`${CACAO_HEAD}"workflow_start":"switch-condition--${ID(0)}","workflow":{"switch-condition--${ID(0)}":{"type":"switch-condition","switch":"x","cases":{"a":"action--${ID(0)}"`, (at) => `,"c${at}":"action--${ID(0)}"`, `}},"action--${ID(0)}":{"type":"action"}}}`), true],
  ['open tags, then paragraphs, in a description', filled(`${CACAO_HEAD}"workflow_start":"action--${ID(0)}","workflow":{"action--${ID(0)}":{"type":"action","description":"`, () => '<b a1><p>', '"}}}')],
];

function of(format: Text['format'], texts: [string, string, boolean?][]): Text[] {
  return texts.map(([name, source, short = false]) => ({ name: `${format}: ${name}`, format, source, short }));
}

export const TEXTS: Text[] = [...of('markdown', MARKDOWN), ...of('mermaid', MERMAID), ...of('json', JSONS), ...of('cacao', CACAOS)];
