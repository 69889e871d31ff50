import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { SitePage } from '../pages/site.ts';
import { analyst, at, cutOff, hide, together } from '../world/analysts.ts';
import { existing, started } from '../world/executions.ts';
import { REFUSAL } from '../world/proxies.ts';

const STEP = 'Revoke every session';
const OTHER = 'Disable the account';
const DECISION = 'Was it the user?';
/** Milliseconds after which a change arrives much later: a minute, and something. */
const LATE = 62_000;

test('three analysts see who is there, where each of them is, and who is about to change something', async ({ browser, request }) => {
  const execution = await started(request, 'Three on one incident');
  const [ana, ben, cleo] = await together(browser, execution.address, ['Ana', 'Ben', 'Cleo Öz']);

  await test.step('everybody in the head, in a colour of their own', async () => {
    for (const page of [ana, ben, cleo]) await expect(page.people.getByRole('button')).toHaveCount(3);
    await expect(ana.person('Ana (you)')).toBeVisible();
    const color = await ana.person('Ben').locator('.avatar').getAttribute('data-hue');
    await expect(cleo.person('Ben').locator('.avatar')).toHaveAttribute('data-hue', color!);
  });

  await test.step('a ring on the node that somebody looks at, two on one node', async () => {
    await ben.choose(STEP);
    await expect(ana.node(STEP).locator('.node-ring')).toHaveCount(1);
    await cleo.choose(STEP);
    await expect(ana.node(STEP).locator('.node-ring')).toHaveCount(2);
    await expect(ana.node(STEP).locator('.node-viewer text')).toHaveText(['Be', 'CÖ']);
    await expect(ana.row(STEP).locator('.looking')).toHaveCount(2);
    await expect(ben.node(STEP).locator('.node-ring'), 'nobody is shown to themselves').toHaveCount(1);
  });

  await test.step('a pencil for who is about to change it', async () => {
    await ben.newNote.fill('Looking into');
    await expect(ana.node(STEP).locator('.node-viewer[data-editing="true"]')).toHaveCount(1);
    await expect(cleo.panel.locator('.others')).toContainText('Ben is editing here');
    await ben.title.click();
    await expect(ana.node(STEP).locator('.node-viewer[data-editing="true"]')).toHaveCount(0);
  });

  await test.step('a press on an avatar leads to where that analyst is', async () => {
    await ana.choose(OTHER);
    await ana.person('Ben').click();
    await ana.isChosen(STEP);
  });

  await test.step('two tabs of one person are one person', async () => {
    const second = new ExecutionPage(await ben.page.context().newPage());
    await second.open(execution.address);
    await expect(second.people.getByRole('button')).toHaveCount(3);
    await second.page.close();
    await expect(ana.people.getByRole('button')).toHaveCount(3);
  });

  await test.step('who closes the page is gone', async () => {
    await cleo.page.close();
    await expect(ana.people.getByRole('button')).toHaveCount(2);
    await expect(ana.node(STEP).locator('.node-ring')).toHaveCount(1);
  });

  await test.step('who goes to another page is gone too', async () => {
    await ben.follow('Playbooks');
    await expect(ana.people.getByRole('button')).toHaveCount(1);
  });
});

test('one of three is cut off, goes on working, comes back, and everybody has everything', async ({ browser, request }) => {
  const execution = await started(request, 'A bad line');
  const [ana, ben, cleo] = await together(browser, execution.address, ['Ana', 'Ben', 'Cleo']);
  await cleo.choose(STEP);

  await cutOff(cleo);
  await expect(cleo.banner).toContainText(/Live updates lost at \d\d:\d\d:\d\d UTC, reconnecting/);
  await cleo.press('Start');
  await cleo.write('Seen from the train');
  await expect(cleo.node(STEP)).toHaveClass(/pending/);
  await expect(cleo.panel.locator('.note.pending')).toHaveText(/Seen from the train/);
  await expect(cleo.banner).toContainText('2 changes wait');
  await ben.choose(STEP);
  await ben.press('Complete');
  await ana.choose(OTHER);
  await ana.press('Skip');
  await cleo.isAt(OTHER, 'not_started');

  await cleo.page.context().setOffline(false);
  await cleo.isLive();
  await expect(cleo.banner).toHaveCount(0);
  for (const page of [ana, ben, cleo]) {
    await page.isAt(OTHER, 'skipped');
    // Hers arrived last, so it counts; Ben is told.
    await page.isAt(STEP, 'in_progress');
    await page.choose(STEP);
    await expect(page.panel.locator('.note:not(.pending)')).toHaveText(/Seen from the train/);
  }
  await expect(ben.toasts).toContainText(`Cleo set “${STEP}” to in progress`);
  await expect(ben.toasts).toContainText('replacing your “Completed”');
  expect(await execution.events('note_added')).toHaveLength(1);
});

test('what waits survives a reload and a closed tab, and is done once', async ({ browser, request }) => {
  const execution = await started(request, 'Closed too early');
  const page = await analyst(browser, 'Ana');
  const context = page.context();
  const ana = new ExecutionPage(page);
  await ana.open(execution.address);
  await context.route('**/api/executions/*/steps/**', (route) => route.abort());
  await ana.choose(STEP);
  await ana.press('Start');
  await ana.write('Before the reload');
  await expect(ana.banner).toContainText('2 changes wait');
  await page.reload();
  await ana.isLive();
  await ana.choose(STEP);
  await ana.isAt(STEP, 'in_progress');
  await expect(ana.panel.locator('.note.pending')).toHaveText(/Before the reload/);
  await page.close();

  await context.unroute('**/api/executions/*/steps/**');
  const elsewhere = await context.newPage();
  // Any page sends what was left behind.
  await new SitePage(elsewhere).visit('/playbooks');
  await expect
    .poll(async () => (await execution.events()).map(({ event_type }) => event_type))
    .toEqual(['execution_started', 'assignee_changed', 'step_started', 'note_added']);
  await expect(elsewhere.locator('.outbox-notice')).toBeHidden();
  const kept = () => elsewhere.evaluate(() => Object.entries(localStorage).filter(([name, text]) => name.startsWith('forge.asked.') && text.includes('"change"')));
  expect(await kept()).toEqual([]);
});

test('what the server refuses is taken back with its reason, and a note is a draft again', async ({ browser, request }) => {
  const execution = await started(request, 'Refused');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.route('**/steps/**', (route) => route.fulfill(REFUSAL));
  await ana.choose(STEP);
  await ana.press('Complete');
  await expect(ana.toasts).toContainText(`Not saved at “${STEP}”: the rules have changed`);
  await ana.isAt(STEP, 'not_started');
  await expect(ana.node(STEP)).not.toHaveClass(/pending/);
  await ana.write('Half a thought');
  await expect(ana.toasts).toHaveCount(2);
  await expect(ana.panel.locator('.note')).toHaveCount(0);
  await expect(ana.newNote).toHaveValue('Half a thought');
});

test('who replaces what they had not seen is told, and so is whose it was; one click sets it back', async ({ browser, request }) => {
  const execution = await started(request, 'Two hands on one step');
  const [ana, ben] = await together(browser, execution.address, ['Ana', 'Ben']);

  /** Ben does something without having seen what Ana does meanwhile. */
  async function withoutSeeing(unseen: () => Promise<void>, blind: () => Promise<void>) {
    await cutOff(ben);
    await unseen();
    await blind();
    await ben.page.context().setOffline(false);
    await ben.isLive();
  }

  await test.step('a status', async () => {
    await ana.choose(STEP);
    await ben.choose(STEP);
    await withoutSeeing(
      () => ana.press('Complete'),
      async () => {
        await ben.block();
      },
    );
    await expect(ana.toasts).toContainText(new RegExp(`Ben set “${STEP}” to blocked (just now|\\d+ s ago), replacing your “Completed”`));
    await expect(ben.toasts).toContainText(new RegExp(`You set “${STEP}” to blocked (just now|\\d+ s ago), replacing Ana’s “Completed”`));
    await ana.toasts.getByRole('button', { name: 'Undo (restore “Completed”)' }).click();
    await expect(ana.toasts).toHaveCount(0);
    await ben.isAt(STEP, 'completed');
  });

  await test.step('two start the same step', async () => {
    await ben.toasts.getByRole('button', { name: 'Dismiss' }).click();
    await ana.choose(OTHER);
    await ben.choose(OTHER);
    await withoutSeeing(() => ana.press('Start'), () => ben.press('Start'));
    await expect(ben.toasts).toContainText(`Ana had set “${OTHER}” to in progress already.`);
    for (const page of [ana, ben]) await expect(page.assignee, 'who was first has it').toHaveValue('Ana');
  });

  await test.step('an assignee', async () => {
    await withoutSeeing(() => ana.press('Unassign'), () => ben.press('Assign to me'));
    await expect(ana.toasts).toContainText(new RegExp(`Ben took “${OTHER}” (just now|\\d+ s ago), replacing your “nobody”`));
    for (const page of [ana, ben]) {
      await expect(page.assignee).toHaveValue('Ben');
      await expect(page.node(OTHER).locator('.node-assignee')).toHaveText(/Be/);
    }
    await ana.toasts.getByRole('button', { name: 'Back to nobody' }).click();
    await expect(ben.assignee).toHaveValue('');
  });

  await test.step('a decision, with its reason', async () => {
    for (const page of [ana, ben]) await page.dismissAll();
    await ana.choose(DECISION);
    await ben.choose(DECISION);
    await withoutSeeing(
      async () => {
        await ana.why.fill('She was asleep');
        await ana.press('No');
      },
      () => ben.press('Yes'),
    );
    await expect(ana.toasts).toContainText(`Ben decided “Yes” at “${DECISION}”`);
    await ana.toasts.getByRole('button', { name: 'Back to “No”' }).click();
    await expect(ben.decided).toContainText('She was asleep');
  });
});

test('who comes back sees what changed meanwhile, until it has been looked at', async ({ browser, request }) => {
  const execution = await started(request, 'Back from a call');
  const ana = await at(browser, execution.address, 'Ana');
  await execution.change(STEP, { status: 'in_progress' });
  await ana.isAt(STEP, 'in_progress');
  await expect(ana.changes, 'what arrives in sight has been seen').toHaveCount(0);

  await hide(ana.page, true);
  await execution.change(STEP, { status: 'completed' });
  await execution.change(OTHER, { notes: 'One thing' });
  await execution.change(OTHER, { notes: 'and another' });
  await execution.change(OTHER, { status: 'skipped' }, 'Ana');
  await ana.isAt(OTHER, 'skipped');
  await hide(ana.page, false);
  await expect(ana.changes.locator('summary')).toHaveText(/^3 changes since \d\d:\d\d$/);
  await expect(ana.page.locator('.node-unseen')).toHaveCount(2);

  await ana.changes.locator('summary').click();
  await expect(ana.changes.locator('.change')).toHaveCount(3);
  await ana.changes.locator('.change', { hasText: 'completed' }).click();
  await ana.isChosen(STEP);
  await expect(ana.changes.locator('summary')).toHaveText(/^2 changes since/);
  await ana.page.reload();
  await ana.isLive();
  await expect(ana.changes.locator('summary'), 'a reload is no look').toHaveText(/^2 changes since/);
  await expect(ana.row(OTHER).locator('.dot')).toBeVisible();
  await ana.changes.locator('summary').click();
  await ana.changes.getByRole('button', { name: 'Mark all as seen' }).click();
  await expect(ana.changes).toHaveCount(0);
  await expect(ana.page.locator('.node-unseen')).toHaveCount(0);
});

test('a change of one step touches its node and its row, and the phase that holds it', async ({ browser, request }) => {
  const execution = await started(request, 'One thing at a time');
  // Who starts what nobody has takes it, and the outline counts what nobody has.
  await execution.change(OTHER, { assignee: 'Ben' });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.page.evaluate(() => {
    const touched = new Set<string>();
    const name = (target: Node) => {
      const element = target instanceof Element ? target : target.parentElement!;
      const part = element.closest('.canvas .node, .canvas .frame, .outline-row');
      const kind = part?.classList[0];
      return `${kind}: ${part?.querySelector('.outline-label, .node-label, .frame-head text')?.textContent}`;
    };
    const observer = new MutationObserver((records) => records.forEach(({ target }) => touched.add(name(target))));
    for (const place of ['.canvas', '.outline']) {
      observer.observe(document.querySelector(place)!, { subtree: true, childList: true, attributes: true, characterData: true });
    }
    (window as Window & { touched?: Set<string> }).touched = touched;
  });
  await execution.change(OTHER, { status: 'in_progress' });
  await ana.isAt(OTHER, 'in_progress');
  const touched = () => ana.page.evaluate(() => [...(window as Window & { touched?: Set<string> }).touched!].sort());
  const phase = 'Triage';
  expect(await touched()).toEqual([`frame: ${phase}`, `node: ${OTHER}`, `outline-row: ${OTHER}`, `outline-row: ${phase}`]);
});

test('a page of another version than the server says so', async ({ browser, request }) => {
  const execution = await started(request, 'Updated meanwhile');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await ana.page.routeWebSocket('**/live**', async (socket) => {
    await socket.close({ code: 4001, reason: 'another protocol' });
  });
  await ana.visit(execution.address);
  await expect(ana.banner).toContainText('another version');
  await expect(ana.banner.getByRole('button', { name: 'Load the page again' })).toBeVisible();
});

test('what arrives much later is a late entry, with the time at which it was asked for', async ({ browser, request }) => {
  test.setTimeout(120_000);
  const execution = await existing(request, process.env.FORGE_OLDEST!);
  const [start] = await execution.events('execution_started');
  // Nothing can have happened before the start. When other tests came before this one, there is nothing to wait for.
  await expect.poll(() => Date.now() - Date.parse(start!.timestamp), { timeout: 90_000 }).toBeGreaterThan(LATE + 1_000);
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await cutOff(ana);
  const asked = Date.now() - LATE;
  // Her clock, and nothing else: what she writes now was asked for back then.
  await ana.page.clock.setSystemTime(asked);
  await ana.write('Isolated by hand');
  await expect(ana.panel.locator('.note.pending')).toBeVisible();
  await ana.page.clock.setSystemTime(Date.now());
  await ana.page.context().setOffline(false);
  await expect(ana.noted('Isolated by hand')).toContainText('happened at');
  const [note] = await execution.events('note_added');
  expect(Date.parse(note!.timestamp) - Date.parse(note!.occurred_at!)).toBeGreaterThan(60_000);
  expect(Math.abs(Date.parse(note!.occurred_at!) - asked)).toBeLessThan(LATE / 2);
});
