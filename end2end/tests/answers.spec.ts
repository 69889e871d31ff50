import { expect, test } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { ExecutionPage } from '../pages/execution.ts';
import { WaitingDialog } from '../pages/waiting.ts';
import { analyst, at, cutOff } from '../world/analysts.ts';
import { started } from '../world/executions.ts';
import { API, CHANGES, comeBack, LOGINS, page, proxy, REFUSAL } from '../world/proxies.ts';

const STEP = 'Revoke every session';
const OTHER = 'Disable the account';
const DECISION = 'Was it the user?';

/** Marks a page, so that a reload of it shows. */
async function mark({ page }: ExecutionPage) {
  await page.evaluate(() => ((window as Window & { neverReloaded?: boolean }).neverReloaded = true));
}

async function isNeverReloaded({ page }: ExecutionPage) {
  expect(await page.evaluate(() => (window as Window & { neverReloaded?: boolean }).neverReloaded)).toBe(true);
}

for (const [name, answer] of Object.entries(LOGINS)) {
  test(`a sign-in that has ended keeps what waits, and it goes on after that: ${name}`, async ({ browser, request }) => {
    const execution = await started(request, `Signed out by ${name}`);
    const ana = await at(browser, execution.address, 'Ana');
    await mark(ana);
    await ana.choose(STEP);
    const login = await proxy(ana.page, API, answer);
    await ana.write('Written while signed out');
    await ana.press('Start');
    await expect(ana.banner).toContainText('You are signed out. Sign in again. 2 changes wait.');
    const link = ana.banner.getByRole('link', { name: 'Sign in again' });
    expect(await link.evaluate((link: HTMLAnchorElement) => [link.href, link.target])).toEqual([ana.page.url(), '_blank']);
    await expect(ana.connection).toHaveText('Signed out');
    await expect(ana.toasts).toHaveCount(0);
    await expect(ana.panel.locator('.note.pending')).toHaveText(/Written while signed out/);
    await ana.isAt(STEP, 'in_progress');

    await login.stop();
    await comeBack(ana.page);
    await expect(ana.noted('Written while signed out')).toBeVisible();
    await expect(ana.banner).toHaveCount(0);
    await ana.isLive();
    await isNeverReloaded(ana);
    await expect.poll(() => execution.events('note_added', 'step_started')).toHaveLength(2);
  });
}

test('who is signed out when the live connection is opened is told so, and it opens by itself after that', async ({ browser, request }) => {
  const execution = await started(request, 'Signed out before it began');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  let isSignedOut = true;
  await ana.page.routeWebSocket('**/live**', async (socket) => {
    if (isSignedOut) await socket.close();
    else socket.connectToServer();
  });
  const login = await proxy(ana.page, API, LOGINS['a 303 to a login page of another origin']!);
  await ana.visit(execution.address);
  await expect(ana.connection).toHaveText('Signed out');
  await expect(ana.banner).toContainText('You are signed out. Sign in again.');
  isSignedOut = false;
  await login.stop();
  await comeBack(ana.page);
  await ana.isLive();
  await expect(ana.banner).toHaveCount(0);
});

test('a page whose data is a login page says so, and loads when somebody has signed in', async ({ browser, request }) => {
  const execution = await started(request, 'Signed out on the way');
  const ana = await at(browser, execution.address, 'Ana');
  for (const [name, answer] of Object.entries(LOGINS)) {
    const login = await proxy(ana.page, API, answer);
    await mark(ana);
    await ana.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Executions' }).click();
    const failed = ana.page.locator('.failed');
    await expect(failed.getByRole('link', { name: 'Sign in again' }), name).toBeVisible();
    await login.stop();
    // The page asks by itself every few seconds. Going on before it has loaded itself again would meet that load.
    await ana.page.waitForFunction(() => !('neverReloaded' in window));
    await ana.isReady();
    await expect(failed, name).toHaveCount(0);
    await expect(ana.page.getByRole('heading', { level: 1, name: 'Executions' }), name).toBeVisible();
    await ana.visit(execution.address);
    await ana.isLive();
  }
});

test('a server that has trouble is waited for, however often, and the trouble is named', async ({ browser, request }) => {
  const execution = await started(request, 'Five hundred');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const broken = await proxy(ana.page, CHANGES, page(500));
  await ana.press('Start');
  await ana.write('One');
  await ana.write('Two');
  await expect(ana.banner).toContainText('The server has trouble (500). 3 changes wait. Trying again.');
  for (let tries = 2; tries <= 12; tries += 1) {
    await comeBack(ana.page);
    await expect.poll(() => broken.answers).toBeGreaterThanOrEqual(tries);
  }
  await expect(ana.toasts).toHaveCount(0);
  await broken.stop();
  await comeBack(ana.page);
  await expect(ana.banner).toHaveCount(0);
  await expect(ana.noted('Two')).toBeVisible();
  const types = (await execution.events('step_started', 'note_added')).map(({ event_type }) => event_type);
  expect(types).toEqual(['step_started', 'note_added', 'note_added']);
});

for (const status of [502, 503, 408]) {
  test(`a ${status} of a proxy is waited for`, async ({ browser, request }) => {
    const execution = await started(request, `Trouble ${status}`);
    const ana = await at(browser, execution.address, 'Ana');
    await ana.choose(STEP);
    const broken = await proxy(ana.page, CHANGES, page(status));
    await ana.write('Kept');
    await expect(ana.banner).toContainText(`(${status})`);
    await expect(ana.banner).toContainText('1 change waits. Trying again.');
    await broken.stop();
    await comeBack(ana.page);
    await expect(ana.noted('Kept')).toBeVisible();
  });
}

test('a 429 is waited for as long as it says', async ({ browser, request }) => {
  const execution = await started(request, 'Slow down');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const limit = await proxy(ana.page, CHANGES, page(429, { 'retry-after': '3' }));
  await ana.write('Kept');
  await expect(ana.banner).toContainText('The server asks to slow down (429). 1 change waits.');
  const asked = Date.now();
  await comeBack(ana.page);
  await limit.stop();
  await expect(ana.noted('Kept')).toBeVisible();
  expect(Date.now() - asked).toBeGreaterThan(1_500);
  expect(limit.answers).toBe(1);
});

test('what is too large for a proxy is a draft again, and the next change goes', async ({ browser, request }) => {
  const execution = await started(request, 'Too large');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const limit = await proxy(ana.page, CHANGES, page(413));
  await ana.write('Far too long');
  await expect(ana.toasts).toContainText('a proxy in front of the server takes nothing so large (413)');
  await expect(ana.newNote).toHaveValue('Far too long');
  await limit.stop();
  await ana.press('Start');
  await expect.poll(() => execution.events('step_started')).toHaveLength(1);
});

test('tries without a connection do not count against what waits', async ({ browser, request }) => {
  const execution = await started(request, 'Offline, then a 500');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await cutOff(ana);
  await ana.write('Kept');
  await expect(ana.banner).toContainText('1 change waits');
  for (let tries = 0; tries < 8; tries += 1) await comeBack(ana.page);
  const broken = await proxy(ana.page, CHANGES, page(500));
  await ana.page.context().setOffline(false);
  await expect(ana.banner).toContainText('The server has trouble (500). 1 change waits.');
  await broken.stop();
  await comeBack(ana.page);
  await expect(ana.noted('Kept')).toBeVisible();
});

test('each change that waits can be given up, by keyboard, and its text is a draft again', async ({ browser, request }) => {
  const execution = await started(request, 'Given up');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const broken = await proxy(ana.page, CHANGES, page(503));
  await ana.press('Start');
  await ana.write('A wrong thought');
  const waiting = new WaitingDialog(ana.page);
  await expect(waiting.notice).toHaveText('2 changes wait');
  await waiting.notice.focus();
  await ana.page.keyboard.press('Enter');
  await waiting.isOpen();
  await expect(waiting.root).toContainText('The server has trouble (503).');
  await expect(waiting.changes).toHaveCount(2);
  expect(await barriers(ana.page)).toEqual([]);
  await waiting.discard('A wrong thought').focus();
  await ana.page.keyboard.press('Enter');
  await expect(waiting.changes).toHaveText([/Set “Revoke every session” to in progress/]);
  await ana.page.keyboard.press('Escape');
  await expect(ana.newNote).toHaveValue('A wrong thought');
  await expect(ana.notes).toHaveCount(0);
  await broken.stop();
  await comeBack(ana.page);
  await expect.poll(() => execution.events('step_started', 'note_added')).toHaveLength(1);
  await expect(waiting.notice).toBeHidden();
});

test('every refused text is a draft again, and every refusal is told', async ({ browser, request }) => {
  const execution = await started(request, 'Refused twelve times');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const server = await proxy(ana.page, CHANGES, REFUSAL);
  for (let number = 1; number <= 12; number += 1) {
    await ana.newNote.fill(`Thought ${number}.`);
    await ana.page.keyboard.press('Control+Enter');
    await expect.poll(() => server.answers).toBe(number);
    await expect(ana.newNote).toHaveValue(new RegExp(`Thought ${number}\\.`));
    if (number < 12) await ana.newNote.fill('');
  }
  await expect(ana.toasts).toHaveCount(6);
  await expect(ana.page.locator('.toasts-more')).toHaveText('6 earlier messages');
  for (let left = 12; left > 0; left -= 1) {
    await expect(ana.toasts.last()).toContainText(`Not saved at “${STEP}”: the rules have changed`);
    await expect(ana.toasts.last()).toContainText(`“Thought ${left}.”`);
    await ana.toasts.last().getByRole('button', { name: 'Dismiss' }).click();
  }
  await expect(ana.toasts).toHaveCount(0);
});

test('a refused reason, outcome and note on the whole are there again where they were written', async ({ browser, request }) => {
  const execution = await started(request, 'Refused everywhere');
  const ana = await at(browser, execution.address, 'Ana');
  await proxy(ana.page, CHANGES, REFUSAL);
  await ana.choose(DECISION);
  await ana.why.fill('She was asleep');
  await ana.press('No');
  await expect(ana.toasts).toContainText('“She was asleep”');
  await expect(ana.why).toHaveValue('She was asleep');

  const note = await ana.askForNote();
  await note.root.getByRole('textbox').fill('About everything');
  await note.root.getByRole('button', { name: 'Add note' }).click();
  await expect(ana.toasts.filter({ hasText: 'About everything' })).toBeVisible();
  await expect((await ana.askForNote()).root.getByRole('textbox')).toHaveValue('About everything');
  await ana.page.keyboard.press('Escape');

  const end = await ana.ask('Close incident');
  await end.outcome.fill('Contained');
  await end.end.click();
  await expect(ana.toasts.filter({ hasText: 'Contained' })).toBeVisible();
  await ana.page.reload();
  await ana.isReady();
  await expect((await ana.ask('Close incident')).outcome).toHaveValue('Contained');
});

test('what is refused on another page is told with its text, which is a draft there', async ({ browser, request }) => {
  const execution = await started(request, 'Refused elsewhere');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const broken = await proxy(ana.page, CHANGES, page(503));
  await ana.write('Written, and left');
  await expect(ana.banner).toContainText('1 change waits');
  await ana.follow('Playbooks');
  // The other one first: between the two the server would take it.
  await proxy(ana.page, CHANGES, REFUSAL);
  await broken.stop();
  await comeBack(ana.page);
  await expect(ana.toasts).toContainText(`Not saved at “${STEP}”: the rules have changed. Your text is a draft again: “Written, and left”`);
  await ana.visit(execution.address);
  await ana.choose(STEP);
  await expect(ana.newNote).toHaveValue('Written, and left');
});

test('a change that changes nothing does not flicker', async ({ browser, request }) => {
  const execution = await started(request, 'Forestalled');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(OTHER);
  await cutOff(ana);
  await ana.press('Complete');
  await execution.change(OTHER, { status: 'completed' });
  await ana.page.evaluate((label) => {
    const seen = new Set<string>();
    const look = () => {
      const nodes = [...document.querySelectorAll('.canvas .node')];
      const node = nodes.find((node) => node.getAttribute('aria-label')?.includes(label) || node.textContent?.includes(label));
      seen.add(node?.getAttribute('data-status') ?? 'gone');
      requestAnimationFrame(look);
    };
    look();
    (window as Window & { seen?: Set<string> }).seen = seen;
  }, OTHER);
  await ana.page.context().setOffline(false);
  await ana.isLive();
  await expect(ana.node(OTHER)).not.toHaveClass(/pending/);
  expect(await ana.page.evaluate(() => [...(window as Window & { seen?: Set<string> }).seen!])).toEqual(['completed']);
});
