/** States in which the product is hard to show: for pictures, and for whatever has to hold in all of them. */

import { expect, type APIRequestContext, type Browser, type Page } from '@playwright/test';
import { DashboardPage } from '../pages/dashboard.ts';
import { EditorPage } from '../pages/editor.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { ExecutionsPage } from '../pages/executions.ts';
import { ImportPage } from '../pages/import.ts';
import { LibraryPage } from '../pages/library.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { ReportPage } from '../pages/report.ts';
import { SitePage } from '../pages/site.ts';
import { analyst, at, crowd, cutOff, hide } from './analysts.ts';
import { PNG, imported, started, type Execution, type StepStatus } from './executions.ts';
import { past } from './past.ts';
import { ARABIC, EMOJI, GERMAN, large, LONG_TITLE, PLAYBOOK } from './playbooks.ts';

/** Somebody whose name is long, too. */
const HUBERT = 'Hubert-Maximilian Wolfeschlegelsteinhausenbergerdorff-Oberhuber von und zu Hohenlangenburg';
const STEP = 'Disable the account';
const DECISION = 'Was it the user?';
const LOG = { name: 'proxy.log', mimeType: 'text/plain', buffer: Buffer.from('GET /evil\n') };

export interface State {
  /** As the file of its picture is called. */
  name: string;
  /** Leads to a page that is in this state. */
  show: (browser: Browser, request: APIRequestContext) => Promise<Page>;
}

/** Statuses over the first steps of an execution, in turn. */
async function spread(execution: Execution, count: number, statuses: StepStatus[]) {
  const steps = execution.actionable.slice(0, count);
  for (const [place, { node_id }] of steps.entries()) {
    await execution.changeNode(node_id, { status: statuses[place % statuses.length] }, place % 3 ? 'Ben' : 'Cleo Öz');
  }
}

/** A 200-step playbook, half way through. */
export async function halfway(request: APIRequestContext, playbook = 'Recovery of the data centre'): Promise<Execution> {
  const start = { source: large(200), playbook, incident_id: 'INC-2026-0042' };
  const execution = await started(request, 'Ransomware on the file servers', start);
  await spread(execution, 90, ['completed', 'completed', 'completed', 'skipped', 'in_progress', 'completed', 'blocked']);
  for (const { node_id } of execution.actionable.slice(88, 92)) {
    await execution.changeNode(node_id, { assignee: 'Ben', notes: 'The backup of the night before is clean; restoring from it.' });
  }
  return execution;
}

/** What is said in a language, and by whom. */
interface Words {
  note: string;
  who: string;
  file: string;
  /** In place of the playbook's own title. */
  playbook?: string;
}

/** Everything that a step can have, in this language's words. */
async function told(request: APIRequestContext, source: string, incident: string, words: Words) {
  const { who: started_by, playbook } = words;
  const execution = await started(request, incident, { source, playbook, incident_id: 'INC-2026-0042', started_by });
  const [first, decision] = execution.actionable;
  await execution.changeNode(first!.node_id, { status: 'completed', assignee: words.who, notes: words.note }, words.who);
  const branches = (await (await request.get(`/api/executions/${execution.id}`)).json()).steps.find(
    (step: { node_id: string }) => step.node_id === decision!.node_id,
  ).decision_options;
  await execution.changeNode(
    decision!.node_id,
    { assignee: words.who, notes: words.note, decision_taken: branches[0], rationale: words.note, status: 'completed' },
    words.who,
  );
  await execution.attach(decision!.label, { name: words.file, mimeType: 'image/png', buffer: PNG }, words.note, words.who);
  return { execution, decision: decision!.label };
}

/** An execution in a language, with its decision open. */
async function language(browser: Browser, request: APIRequestContext, source: string, incident: string, words: Words) {
  const { execution, decision } = await told(request, source, incident, words);
  const page = await at(browser, execution.address, words.who);
  await page.choose(decision);
  await page.openTimeline();
  return page.page;
}

/** An execution of the small playbook that has got somewhere. */
async function underway(request: APIRequestContext, incident: string): Promise<Execution> {
  const execution = await started(request, incident, { incident_id: 'INC-2026-0043' });
  await execution.change('Confirm the alert with the user', { status: 'completed', assignee: 'Ana' }, 'Ana');
  await execution.change(DECISION, { decision_taken: 'No', rationale: 'She was asleep', status: 'completed' }, 'Ana');
  await execution.change(STEP, { status: 'in_progress', assignee: 'Ben', notes: 'Disabled at the directory' });
  await execution.attach(STEP, LOG, 'From the proxy');
  return execution;
}

/** A page of the server on which nothing has happened yet. */
async function nothing(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: process.env.FORGE_EMPTY_URL });
  const page = new SitePage(await context.newPage());
  await page.visit(address);
  return page.page;
}

/** A page at an address. */
async function visited(browser: Browser, address: string): Promise<Page> {
  const page = new SitePage(await analyst(browser, 'Ana'));
  await page.visit(address);
  return page.page;
}

/** An execution that has got somewhere, with a step open, and what is done to it. */
async function ready(browser: Browser, request: APIRequestContext, incident: string, act: (ana: ExecutionPage, execution: Execution) => Promise<unknown>) {
  const execution = await underway(request, incident);
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await act(ana, execution);
  return ana.page;
}

export const STATES: State[] = [
  {
    name: 'execution-200-steps',
    show: async (browser, request) => {
      const execution = await halfway(request);
      const ana = await at(browser, execution.address, 'Ana');
      await ana.choose(execution.actionable[90]!.label);
      await ana.openTimeline();
      return ana.page;
    },
  },
  {
    name: 'execution-german',
    show: (browser, request) =>
      language(browser, request, GERMAN, LONG_TITLE, {
        who: HUBERT,
        note: 'Siehe https://intranet.example.com/vorfall/Rechenzentrumsnotstromversorgungsueberwachungsanlagenausfallbehandlungsverfahrensdokumentation?abschnitt=3',
        file: 'Rechenzentrumsnotstromversorgungsüberwachungsanlagenausfallbehandlungsverfahrensdokumentation.png',
      }),
  },
  {
    name: 'execution-arabic',
    show: (browser, request) =>
      language(browser, request, ARABIC, 'تشفير الملفات على خادم الإدارة المالية FS-01', {
        who: 'عمر الفاروق',
        note: 'أكّد المستخدم أنه لم يفتح الرابط؛ التفاصيل في proxy.log السطر 42',
        file: 'لقطة شاشة.png',
      }),
  },
  {
    name: 'execution-emoji',
    show: (browser, request) =>
      language(browser, request, EMOJI, '🎣 财务部钓鱼邮件 👩🏽‍🚒 経理部へのフィッシング 🇯🇵', {
        who: '山田 太郎 🦊',
        note: '用户已确认点击链接 🔗 プロキシログを確認してください 👍🏿👨‍👩‍👧‍👦',
        file: '截图 📷.png',
      }),
  },
  {
    name: 'execution-new',
    show: async (browser, request) => {
      const execution = await started(request, 'Files encrypted on FS-01');
      return (await at(browser, execution.address, 'Ana')).page;
    },
  },
  {
    name: 'execution-underway',
    show: (browser, request) => ready(browser, request, 'Login from two countries', () => Promise.resolve()),
  },
  {
    name: 'execution-blocked',
    show: (browser, request) =>
      ready(browser, request, 'Nobody answers', async (ana, execution) => {
        await execution.change(STEP, { status: 'blocked', notes: 'Waiting for the directory team' });
        await execution.change('Search for the same address elsewhere', { status: 'blocked' });
        await ana.isAt('Search for the same address elsewhere', 'blocked');
      }),
  },
  {
    name: 'execution-offline',
    show: (browser, request) =>
      ready(browser, request, 'On the train', async (ana) => {
        await cutOff(ana);
        await ana.press('Complete');
        await ana.write('Seen from the train');
        await expect(ana.banner).toContainText('2 changes wait.');
      }),
  },
  {
    name: 'execution-paused',
    show: (browser, request) =>
      ready(browser, request, 'Waiting for the lawyers', async (ana, execution) => {
        await execution.end('paused');
        await expect(ana.banner).toContainText('Paused');
      }),
  },
  {
    name: 'execution-completed',
    show: async (browser, request) => {
      const execution = await underway(request, 'Over and done');
      await spread(execution, 6, ['completed']);
      await execution.end('completed', 'Contained. The account was taken over by phishing on Friday; passwords were changed and sessions revoked.');
      const ana = await at(browser, execution.address, 'Ana');
      await ana.choose(STEP);
      await ana.openTimeline();
      return ana.page;
    },
  },
  {
    name: 'execution-8-people',
    show: async (browser, request) => {
      const execution = await underway(request, 'All hands');
      const nodes = execution.actionable.map(({ node_id }) => node_id);
      const names = ['Ben', 'Cleo Öz', 'Dana Fox', 'Emil', HUBERT, 'عمر الفاروق', '山田 太郎 🦊'];
      await crowd(browser, execution.id, names.map((name, place) => ({ name, node: nodes[place % 3], editing: place === 1 })));
      const ana = await at(browser, execution.address, 'Ana');
      await expect(ana.people.getByRole('button')).toHaveCount(8);
      await ana.choose(STEP);
      return ana.page;
    },
  },
  {
    name: 'dashboard',
    show: async (browser, request) => {
      for (const title of [LONG_TITLE, 'الاستجابة لبرامج الفدية']) await past(request, title);
      const page = new DashboardPage(await analyst(browser, 'Ana'));
      await page.open();
      return page.page;
    },
  },
  {
    name: 'dashboard-of-a-playbook',
    show: async (browser, request) => {
      const page = new DashboardPage(await analyst(browser, 'Ana'));
      await page.open(`?playbook=${await past(request, 'Looked at by itself')}`);
      await page.page.locator('details').first().locator('summary').click();
      await page.page.locator('.definitions summary').click();
      return page.page;
    },
  },
  { name: 'dashboard-none-found', show: (browser) => visited(browser, '/?from=2001-01-01&to=2001-12-31') },
  { name: 'dashboard-empty', show: (browser) => nothing(browser, '/') },
  {
    name: 'playbook-history',
    show: async (browser, request) => {
      const page = new PlaybookPage(await analyst(browser, 'Ana'));
      await page.visit(`/playbooks/${await past(request, 'With a past')}?history=open`);
      return page.page;
    },
  },
  {
    name: 'executions',
    show: async (browser, request) => {
      await halfway(request, 'Listed: recovery of the data centre');
      const playbook = 'Listed: Rechenzentrumsnotstromversorgungsüberwachungsanlagenausfallbehandlungsverfahren';
      await told(request, GERMAN, LONG_TITLE, { who: HUBERT, note: 'Notiz', file: 'Bild.png', playbook });
      const title = 'تشفير الملفات على خادم الإدارة المالية FS-01';
      await told(request, ARABIC, title, { who: 'عمر الفاروق', note: 'ملاحظة', file: 'a.png', playbook: 'Listed: الاستجابة لبرامج الفدية' });
      await (await underway(request, 'Listed as paused')).end('paused');
      await (await underway(request, 'Listed as completed')).end('completed', 'Contained');
      const page = new ExecutionsPage(await analyst(browser, 'Ana'));
      await page.open('?q=Listed');
      return page.page;
    },
  },
  {
    name: 'report',
    show: async (browser, request) => {
      const execution = await underway(request, 'Told to the board');
      await execution.change(STEP, { status: 'blocked', reason: 'The directory is down' });
      await execution.change(STEP, { notes: 'The mailbox was **forwarded**', key: true });
      const written = { impact: 'Forty mailboxes, for *six* hours', cause: 'No second factor', recommendations: '## Backups\n\n- Keep one *offline*' };
      await request.patch(`/api/executions/${execution.id}`, { data: { ...written, actor: 'Ben' } });
      await execution.end('completed', 'Contained');
      return visited(browser, `/executions/${execution.id}/report`);
    },
  },
  {
    name: 'report-arabic-interim',
    show: async (browser, request) => {
      const { execution } = await told(request, ARABIC, 'تشفير الملفات على خادم الإدارة المالية FS-01', {
        who: 'عمر الفاروق',
        note: 'أكّد المستخدم أنه لم يفتح الرابط؛ التفاصيل في proxy.log السطر 42',
        file: 'لقطة شاشة.png',
      });
      return visited(browser, `/executions/${execution.id}/report`);
    },
  },
  {
    name: 'report-recommendations-conflict',
    show: async (browser, request) => {
      const execution = await underway(request, LONG_TITLE);
      const ana = new ReportPage(await analyst(browser, 'Ana'));
      await ana.open(execution.id);
      await ana.edit();
      await request.patch(`/api/executions/${execution.id}`, { data: { recommendations: 'From Ben', actor: HUBERT } });
      await ana.field.fill('From Ana');
      await expect(ana.conflict).toBeVisible();
      return ana.page;
    },
  },
  { name: 'executions-none-found', show: (browser) => visited(browser, '/executions?q=nothing-has-this-name') },
  { name: 'executions-empty', show: (browser) => nothing(browser, '/executions') },
  { name: 'playbooks-empty', show: (browser) => nothing(browser, '/playbooks') },
  {
    name: 'playbooks',
    show: async (browser, request) => {
      for (const source of [GERMAN, ARABIC, EMOJI]) await imported(request, source);
      const page = new LibraryPage(await analyst(browser, HUBERT));
      await page.open();
      return page.page;
    },
  },
  {
    name: 'playbooks-taken-out',
    show: async (browser, request) => {
      const { id } = await imported(request, GERMAN);
      await request.delete(`/api/playbooks/${id}`);
      return visited(browser, '/playbooks?hidden=true');
    },
  },
  { name: 'playbooks-none-found', show: (browser) => visited(browser, '/playbooks?q=nothing-has-this-name') },
  {
    name: 'playbook-versions',
    show: async (browser, request) => {
      const { id } = await imported(request, PLAYBOOK, 'Compared');
      const source = PLAYBOOK.replace('Revoke every session', 'Revoke every session and every token').replace('Confirm the alert', 'Confirm the alarm');
      await request.put(`/api/playbooks/${id}`, { data: { source: `${source}\n- Tell the person concerned\n`, summary: 'Tokens outlive sessions', actor: HUBERT } });
      return visited(browser, `/playbooks/${id}?version=2`);
    },
  },
  {
    name: 'playbook-export-menu',
    show: async (browser, request) => {
      const { id } = await imported(request, PLAYBOOK);
      const page = new PlaybookPage(await analyst(browser, 'Ana'));
      await page.open(id);
      await page.exportAddress('CACAO');
      return page.page;
    },
  },
  {
    name: 'editor',
    show: async (browser, request) => {
      const { id } = await imported(request, GERMAN);
      const page = new EditorPage(await analyst(browser, 'Ana'));
      await page.open(id);
      return page.page;
    },
  },
  {
    name: 'editor-with-remarks',
    show: async (browser) => {
      const page = new EditorPage(await analyst(browser, 'Ana'));
      await page.open('new');
      await page.field.fill('# Odd\n\n1. First\n2. Decision: Sure?\n   - Yes -> Go on\n\n<table><tr><td>1</td></tr></table>\n\n## Empty\n');
      await expect(page.remarks.getByRole('button').first()).toBeVisible();
      return page.page;
    },
  },
  {
    name: 'editor-lists-and-flowcharts',
    show: async (browser, request) => {
      const chart = '```mermaid\nflowchart TD\n a[Look] --> b[Isolate<br/>the host]\n```\n';
      const { id } = await imported(request, `# Mail\n\n## A legend whose name is far longer than any place that it has\n\n- Call\n\n${chart}${chart}`);
      const page = new EditorPage(await analyst(browser, 'Ana'));
      await page.open(id);
      await expect(page.part).toBeVisible();
      return page.page;
    },
  },
  {
    name: 'editor-conflict',
    show: async (browser, request) => {
      const { id } = await imported(request, '# Edited\n\n1. Save the mail\n');
      const page = new EditorPage(await analyst(browser, 'Ana'));
      await page.open(id);
      await page.field.fill('# Edited\n\n1. From Ana\n');
      await request.put(`/api/playbooks/${id}`, { data: { source: '# Edited\n\n1. From Hubert\n', actor: HUBERT } });
      await page.save();
      await expect(page.theirs).toBeVisible();
      return page.page;
    },
  },
  {
    name: 'import-several',
    show: async (browser) => {
      const page = new ImportPage(await analyst(browser, 'Ana'));
      await page.open();
      const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
      await page.files.setInputFiles([file('Notstromversorgungsueberwachungsanlagenausfallbehandlungsverfahrensdokumentation.md', GERMAN), file('empty.md', 'Only words.\n')]);
      await expect(page.row('empty.md')).toContainText('nothing to do');
      return page.page;
    },
  },
  {
    name: 'playbook-200-steps',
    show: async (browser, request) => {
      const { id } = await imported(request, large(200), LONG_TITLE);
      const page = new PlaybookPage(await analyst(browser));
      await page.open(id);
      return page.page;
    },
  },
  {
    name: 'start',
    show: async (browser, request) => {
      const { id } = await imported(request, GERMAN);
      const page = new PlaybookPage(await analyst(browser));
      await page.open(id);
      await page.start();
      return page.page;
    },
  },
  {
    name: 'import-with-remarks',
    show: async (browser) => {
      const page = new ImportPage(await analyst(browser, 'Ana'));
      await page.importText('# Odd\n\n1. First\n2. Decision: Sure?\n   - Yes -> Go on\n\n<table><tr><td>1</td></tr></table>\n\n## Empty\n');
      await expect(page.created).toContainText('remark');
      return page.page;
    },
  },
  {
    name: 'import-refused',
    show: async (browser) => {
      const page = new ImportPage(await analyst(browser, 'Ana'));
      await page.importText('```mermaid\nsequenceDiagram\n  Alice->>Bob: Hello\n```');
      await expect(page.error).toContainText('only flowcharts');
      return page.page;
    },
  },
  { name: 'not-found', show: (browser) => visited(browser, '/execute/019a0000-0000-7000-8000-000000000000') },
  { name: 'nowhere', show: (browser) => visited(browser, '/nowhere') },
  {
    name: 'name-dialog',
    show: async (browser) => {
      const page = new SitePage(await analyst(browser));
      await page.visit('/playbooks/new');
      await page.rename();
      return page.page;
    },
  },
  {
    name: 'playbook-delete-dialog',
    show: async (browser, request) => {
      const { id } = await imported(request, PLAYBOOK);
      const page = new PlaybookPage(await analyst(browser, 'Ana'));
      await page.open(id);
      await page.delete();
      return page.page;
    },
  },
  {
    name: 'execution-complete-dialog',
    show: (browser, request) => ready(browser, request, 'Nearly done', (ana) => ana.ask('Close incident')),
  },
  {
    name: 'execution-abandon-dialog',
    show: (browser, request) => ready(browser, request, 'Not worth it', (ana) => ana.ask('Abandon')),
  },
  {
    name: 'execution-keyboard-dialog',
    show: (browser, request) =>
      ready(browser, request, 'By keyboard', async (ana) => {
        await ana.page.keyboard.press('?');
        await ana.keyboard.isOpen();
      }),
  },
  {
    name: 'execution-jump-dialog',
    show: (browser, request) =>
      ready(browser, request, 'Far to go', async (ana) => {
        await ana.page.keyboard.press('Control+k');
        await ana.jump.isOpen();
        await ana.jump.text.fill('account');
        await expect(ana.jump.options.first()).toBeVisible();
      }),
  },
  {
    name: 'execution-outdated',
    show: async (browser, request) => {
      const execution = await underway(request, 'Updated meanwhile');
      const ana = new ExecutionPage(await analyst(browser, 'Ana'));
      await ana.page.routeWebSocket('**/live**', (socket) => socket.close({ code: 4001, reason: 'another protocol' }));
      await ana.visit(execution.address);
      await expect(ana.banner).toContainText('another version');
      return ana.page;
    },
  },
  {
    name: 'execution-conflict-and-changes',
    show: (browser, request) =>
      ready(browser, request, 'Two hands on one step', async (ana, execution) => {
        await hide(ana.page, true);
        await cutOff(ana);
        await execution.change(STEP, { status: 'completed' });
        await ana.press('Skip');
        await ana.page.context().setOffline(false);
        await ana.isLive();
        await hide(ana.page, false);
        await expect(ana.toasts).toContainText('replacing');
        await ana.changes.locator('summary').click();
      }),
  },
  {
    name: 'execution-upload-refused',
    show: (browser, request) =>
      ready(browser, request, 'Not this file', async (ana) => {
        const detail = 'the file is larger than 52428800 bytes';
        const refusal = { status: 413, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/too-large', title: 'Too large', status: 413, detail }) };
        await ana.page.route('**/evidence', (route) => route.fulfill(refusal));
        await ana.files.setInputFiles(LOG);
        await expect(ana.evidence.getByRole('alert')).toContainText('Not attached');
      }),
  },
  {
    name: 'execution-timeline-filtered',
    show: (browser, request) =>
      ready(browser, request, 'Much happened', async (ana) => {
        await ana.openTimeline();
        await ana.filterEvents('by whom').selectOption('Ana');
        await expect(ana.timeline).toContainText('Showing');
      }),
  },
  {
    name: 'execution-outline-filtered',
    show: (browser, request) =>
      ready(browser, request, 'Nothing is blocked', async (ana) => {
        await ana.filter('Blocked').click();
        await expect(ana.page.getByText('No step is blocked.')).toBeVisible();
      }),
  },
  {
    name: 'execution-note-dialog',
    show: (browser, request) => ready(browser, request, 'About the whole', (ana) => ana.askForNote()),
  },
  {
    name: 'execution-late-entry-and-history',
    show: (browser, request) =>
      ready(browser, request, 'Written down later', async (ana) => {
        await ana.press('Late entry');
        await ana.panel.getByText('History').click();
        await expect(ana.panel.locator('.history li').first()).toBeVisible();
      }),
  },
  {
    name: 'execution-picture-dialog',
    show: (browser, request) =>
      ready(browser, request, 'A picture of it', async (ana, execution) => {
        await execution.attach(STEP, { name: 'screen.png', mimeType: 'image/png', buffer: PNG }, 'What she saw');
        await ana.press('Show screen.png');
        await expect(ana.page.getByRole('dialog', { name: 'screen.png' })).toBeVisible();
      }),
  },
  {
    name: 'executions-offline',
    show: async (browser, request) => {
      await underway(request, 'Cut off from the list');
      const page = new ExecutionsPage(await analyst(browser, 'Ana'));
      await page.open('?q=Cut+off+from');
      await page.page.context().setOffline(true);
      await expect(page.notices).toContainText('cannot be reached');
      return page.page;
    },
  },
];
