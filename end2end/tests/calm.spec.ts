import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { SitePage } from '../pages/site.ts';
import { newShifts, watchShifts } from '../pages/shifts.ts';
import { analyst, crowd, cutOff, hide } from '../world/analysts.ts';
import { imported, started } from '../world/executions.ts';
import { large, PLAYBOOK } from '../world/playbooks.ts';

const STEP = 'Revoke every session';
const OTHER = 'Disable the account';

test('nothing jumps while a page loads and the script takes it over', async ({ browser, request }) => {
  const { id } = await imported(request, PLAYBOOK);
  const small = await started(request, 'Calm');
  const big = await started(request, 'Calm and large', { source: large(200), playbook: 'Large' });
  const site = new SitePage(await analyst(browser, 'Ana'));
  await watchShifts(site.page);
  for (const address of ['/', '/executions', '/playbooks', '/playbooks/new', `/playbooks/${id}`, `/playbooks/${id}/edit`, small.address, big.address, '/nowhere']) {
    await site.visit(address);
    if (address.startsWith('/execute')) await new ExecutionPage(site.page).isLive();
    expect.soft(await newShifts(site.page), address).toEqual([]);
  }
});

test('nothing jumps in the list of executions when it is read again', async ({ browser, request }) => {
  const execution = await started(request, 'Read again and again');
  const site = new SitePage(await analyst(browser, 'Ana'));
  await watchShifts(site.page);
  await site.visit('/executions?q=Read+again');
  const before = await newShifts(site.page);
  await execution.change(STEP, { status: 'blocked' });
  await expect(site.page.getByRole('article').first()).toContainText('1 blocked', { timeout: 15_000 });
  expect([...before, ...(await newShifts(site.page))]).toEqual([]);
});

test('nothing on an execution jumps when something arrives', async ({ browser, request }) => {
  const execution = await started(request, 'Calm in the storm');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await watchShifts(ana.page);
  await ana.open(execution.address);
  await ana.choose(STEP);
  await ana.newNote.fill('While I write this');
  await newShifts(ana.page);

  /** What arrives is seen, and nothing else has moved; `own` may, as that is where it arrives. */
  async function arrives(what: string, come: () => Promise<unknown>, seen: () => Promise<void>, own?: string) {
    await test.step(what, async () => {
      const field = await ana.newNote.boundingBox();
      await come();
      await seen();
      expect.soft(await newShifts(ana.page, own), what).toEqual([]);
      expect.soft(await ana.newNote.boundingBox(), `${what}: where somebody writes`).toEqual(field);
    });
  }

  await arrives(
    'a status elsewhere',
    () => execution.change(OTHER, { status: 'in_progress', assignee: 'Ben' }),
    () => ana.isAt(OTHER, 'in_progress'),
  );
  await arrives(
    'a status of the step that is open',
    () => execution.change(STEP, { status: 'in_progress' }),
    () => expect(ana.button('Complete')).toHaveClass(/primary/),
  );
  await arrives(
    'a note on the step that is open',
    () => execution.change(STEP, { notes: 'Seen at the gateway\nand at the proxy' }),
    () => expect(ana.noted('Seen at the gateway')).toBeVisible(),
    // What lies below the notes makes room for one more.
    '.evidence, .history',
  );
  await arrives(
    'a decision',
    () => execution.change('Was it the user?', { decision_taken: 'No', status: 'completed' }),
    () => ana.isAt('Was it the user?', 'completed'),
  );
  await arrives(
    'somebody',
    () => crowd(browser, execution.id, [{ name: 'Cleo', node: execution.step(STEP).node_id, editing: true }]),
    () => expect(ana.people.getByRole('button')).toHaveCount(2),
    '.people',
  );
  await arrives(
    'a pause',
    () => execution.end('paused'),
    () => expect(ana.banner).toContainText('Paused'),
    // The banner stands above the flowchart, which stays where it is on the screen.
    '.canvas',
  );
  await arrives(
    'its end',
    () => execution.end('active'),
    () => expect(ana.banner).toHaveCount(0),
    // The banner stands above the flowchart, which stays where it is on the screen.
    '.canvas',
  );
  await arrives(
    'that the line is cut',
    () => cutOff(ana),
    () => expect(ana.banner).toBeVisible(),
    // The banner stands above the flowchart, which stays where it is on the screen.
    '.canvas',
  );
  await ana.press('Skip');
  await expect(ana.done).toHaveCount(0, { timeout: 15_000 });
  await newShifts(ana.page);
  await hide(ana.page, true);
  await execution.change(STEP, { status: 'blocked' });
  await arrives(
    'the line, and a message of a conflict',
    () => ana.page.context().setOffline(false),
    () => expect(ana.toasts).toContainText('replacing'),
    '.canvas',
  );
  await arrives(
    'the list of what has changed',
    () => hide(ana.page, false),
    () => expect(ana.changes).toBeVisible(),
  );
});
