import { expect, test, type Page } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { WaitingDialog } from '../pages/waiting.ts';
import { analyst, at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';
import { CHANGES, comeBack, page as answer, proxy, REFUSAL } from '../world/proxies.ts';

const STEP = 'Revoke every session';
const FILE = { name: 'memory.raw', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 7) };

/** Leaves so many characters of room in a page's storage. */
async function fill(page: Page, room: number) {
  await page.evaluate((room) => {
    localStorage.removeItem('filling');
    let text = '';
    for (let step = 4_194_304; step >= 1; step = Math.floor(step / 2)) {
      try {
        localStorage.setItem('filling', text + 'x'.repeat(step));
        text += 'x'.repeat(step);
      } catch {
        // Less, then.
      }
    }
    localStorage.setItem('filling', text.slice(room));
  }, room);
}

/** The changes that a page's storage holds. */
function kept(page: Page): Promise<number> {
  return page.evaluate(() => Object.entries(localStorage).filter(([name, text]) => name.startsWith('forge.asked.') && text.includes('"change"')).length);
}

/** Whether a page asks before it is closed. */
async function asksBeforeClosing(page: Page): Promise<boolean> {
  let asked = false;
  page.once('dialog', async (dialog) => {
    asked = dialog.type() === 'beforeunload';
    await dialog.dismiss();
  });
  await page.close({ runBeforeUnload: true });
  await page.waitForTimeout(500);
  return asked;
}

test('what finds no room in the storage waits all the same, and the page says what would be lost with it', async ({ browser, request }) => {
  const execution = await started(request, 'A full storage');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const cut = await proxy(ana.page, CHANGES, 'abort');
  await fill(ana.page, 1_500);
  await ana.write('long '.repeat(1_000).trim());
  await ana.write('short');
  await expect(ana.page.locator('.banner.unstored')).toContainText('This browser’s storage is full: 1 change would be lost if you closed this tab.');
  expect(await kept(ana.page)).toBe(1);
  const waiting = new WaitingDialog(ana.page);
  await waiting.open();
  await expect(waiting.changes.filter({ hasText: 'lost if you close this tab' })).toHaveCount(1);
  await ana.page.keyboard.press('Escape');
  expect(await asksBeforeClosing(ana.page)).toBe(true);

  await cut.stop();
  await comeBack(ana.page);
  await expect(ana.page.locator('.banner')).toHaveCount(0);
  expect(await execution.events('note_added')).toHaveLength(2);
});

test('what found no room is kept when there is some', async ({ browser, request }) => {
  const execution = await started(request, 'Room again');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await proxy(ana.page, CHANGES, 'abort');
  await fill(ana.page, 300);
  await ana.write('long '.repeat(1_000).trim());
  await expect(ana.page.locator('.banner.unstored')).toBeVisible();
  await ana.page.evaluate(() => localStorage.removeItem('filling'));
  await comeBack(ana.page);
  await expect(ana.page.locator('.banner.unstored')).toHaveCount(0);
  expect(await kept(ana.page)).toBe(1);
});

test('a storage that is cleared while nothing gets through loses nothing', async ({ browser, request }) => {
  const execution = await started(request, 'A cleared storage');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const cut = await proxy(ana.page, CHANGES, 'abort');
  await ana.write('Kept');
  await ana.press('Start');
  await ana.newNote.fill('Half a thought');
  await ana.page.evaluate(() => localStorage.clear());
  await comeBack(ana.page);
  await expect.poll(() => kept(ana.page)).toBe(2);
  await ana.page.reload();
  await ana.isReady();
  await ana.choose(STEP);
  await expect(ana.newNote).toHaveValue('Half a thought');
  await cut.stop();
  await comeBack(ana.page);
  await expect(ana.noted('Kept')).toBeVisible();
  await ana.isAt(STEP, 'in_progress');
});

test('a page that may not use the storage works, and says what would be lost with it', async ({ browser, request }) => {
  const execution = await started(request, 'A forbidden storage');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await ana.page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
  });
  await ana.open(execution.address);
  await ana.choose(STEP);
  const cut = await proxy(ana.page, CHANGES, 'abort');
  await ana.write('Kept in the page');
  await expect(ana.page.locator('.banner.unstored')).toContainText('This browser keeps nothing for this page: 1 change would be lost');
  await cut.stop();
  await comeBack(ana.page);
  await expect(ana.noted('Kept in the page')).toBeVisible();
  await expect(ana.page.locator('.banner')).toHaveCount(0);
});

test('of two tabs the one where a text was typed tells that it was refused', async ({ browser, request }) => {
  const execution = await started(request, 'Two tabs');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await proxy(ana.page, CHANGES, 'hang');
  await ana.write('Typed here');
  const other = new ExecutionPage(await ana.page.context().newPage());
  await proxy(other.page, CHANGES, REFUSAL);
  await other.open(execution.address);
  await expect(ana.toasts).toContainText('Your text is a draft again: “Typed here”');
  await expect(ana.newNote).toHaveValue('Typed here');
  await expect(other.toasts).toHaveCount(0);
});

test('what was refused after its tab was closed is told by the next one', async ({ browser, request }) => {
  const execution = await started(request, 'A closed tab');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await proxy(ana.page, CHANGES, 'abort');
  await ana.write('Typed, and closed');
  await expect(ana.banner).toContainText('1 change waits');
  const context = ana.page.context();
  await ana.page.close();
  const next = new ExecutionPage(await context.newPage());
  await proxy(next.page, CHANGES, REFUSAL);
  await next.visit(execution.address);
  await expect(next.toasts).toContainText('Your text is a draft again: “Typed, and closed”');
  await next.choose(STEP);
  await expect(next.newNote).toHaveValue('Typed, and closed');
});

test('of two tabs, one that had the answer says so to the other', async ({ browser, request }) => {
  const execution = await started(request, 'Answered elsewhere');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await proxy(ana.page, CHANGES, 'abort');
  await ana.write('Sent by the other');
  await expect(ana.banner).toContainText('1 change waits');
  const other = new ExecutionPage(await ana.page.context().newPage());
  await other.open(execution.address);
  await expect(ana.noted('Sent by the other')).toBeVisible();
  await expect(ana.banner).toHaveCount(0);
  expect(await execution.events('note_added')).toHaveLength(1);
  expect(await kept(ana.page)).toBe(0);
});

test('a file on its way outlives the page, is shown on others, and can be cancelled there', async ({ browser, request }) => {
  const execution = await started(request, 'Uploads outlive pages');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const broken = await proxy(ana.page, /\/evidence$/, answer(503));
  await ana.files.setInputFiles([FILE, { ...FILE, name: 'unwanted.raw' }]);
  await expect(ana.evidence.locator('.on-its-way')).toHaveCount(2);
  await ana.follow('Playbooks');
  const waiting = new WaitingDialog(ana.page);
  await expect(waiting.notice).toHaveText('2 files on the way');
  expect(await asksBeforeClosing(ana.page), 'it would be lost').toBe(true);
  await waiting.open();
  await expect(waiting.changes).toHaveCount(2);
  await waiting.discard('unwanted.raw').click();
  await expect(waiting.changes).toHaveCount(1);
  await broken.stop();
  await expect.poll(() => execution.events('evidence_attached'), { timeout: 20_000 }).toHaveLength(1);
  await expect(waiting.notice).toBeHidden();
});

test('a file waits while nobody is signed in, and is sent after that', async ({ browser, request }) => {
  const execution = await started(request, 'Evidence while signed out');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const login = await proxy(ana.page, /\/api\//, { status: 200, contentType: 'text/html', body: '<form>Sign in</form>' });
  await ana.files.setInputFiles(FILE);
  await expect(ana.evidence.locator('.on-its-way')).toContainText('You are signed out');
  await expect(ana.connection).toHaveText('Signed out');
  await login.stop();
  await comeBack(ana.page);
  await expect(ana.attached).toHaveCount(1);
});

test('a file that is too large for a proxy is kept on the page with what to do', async ({ browser, request }) => {
  const execution = await started(request, 'Too large for a proxy');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await proxy(ana.page, /\/evidence$/, answer(413));
  await ana.files.setInputFiles(FILE);
  await expect(ana.evidence.getByRole('alert')).toContainText('a proxy in front of the server takes nothing so large (413)');
  await expect(ana.evidence.getByRole('button', { name: 'Try again' })).toBeVisible();
});
