import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { at, together } from '../world/analysts.ts';
import { PNG, started } from '../world/executions.ts';

const STEP = 'Disable the account';

test('files are chosen, dropped and pasted, seen by others at once, and come back as they went in', async ({
  browser,
  request,
}) => {
  const execution = await started(request, 'Files of the night');
  const [ana, ben] = await together(browser, execution.address, ['Ana', 'Ben']);
  for (const page of [ana, ben]) await page.choose(STEP);

  await test.step('several are chosen, with a description for all', async () => {
    await ana.description.fill('From the proxy');
    await ana.files.setInputFiles([
      { name: 'proxy.log', mimeType: 'text/plain', buffer: Buffer.from('GET /evil\n') },
      { name: '../../תמונה 📷.png', mimeType: 'image/png', buffer: PNG },
    ]);
    for (const page of [ana, ben]) {
      await expect(page.attached).toHaveCount(2);
      const log = page.attached.filter({ hasText: 'proxy.log' });
      await expect(log).toContainText('From the proxy');
      await expect(log).toContainText('10 B');
      await expect(log).toContainText('Ana');
      await expect(log.getByTitle(createHash('sha256').update('GET /evil\n').digest('hex'))).toBeVisible();
    }
  });

  await test.step('one is pasted, one is dropped', async () => {
    for (const event of ['paste', 'drop'] as const) {
      await ana.bring(event, `${event}ed.txt`, `by ${event}`);
      await expect(ben.attached.filter({ hasText: `${event}ed.txt` })).toBeVisible();
    }
  });

  await test.step('another analyst downloads what was uploaded', async () => {
    const downloading = ben.page.waitForEvent('download');
    await ben.attached.getByRole('link', { name: 'תמונה' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toContain('תמונה 📷.png');
    expect(await readFile(await download.path())).toEqual(PNG);
  });

  await test.step('it is in the timeline', async () => {
    await ben.openTimeline();
    await expect(ben.happened('evidence_attached')).toHaveCount(4);
    await expect(ben.timeline).toContainText('attached “proxy.log” to');
  });
});

const FILE = { name: 'memory.raw', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 7) };

test('an upload that is refused says so, is kept, and can be tried again', async ({ browser, request }) => {
  const execution = await started(request, 'A bad moment');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const refusal = { type: '/problems/refused', title: 'Refused', status: 409, detail: 'not now' };
  await ana.page.route('**/evidence', (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(refusal) }),
  );
  await ana.files.setInputFiles(FILE);
  await expect(ana.evidence.getByRole('alert')).toContainText('Not attached: not now');
  await ana.choose('Revoke every session');
  await ana.choose(STEP);
  await expect(ana.evidence.getByRole('alert')).toContainText('Not attached');
  await ana.page.unroute('**/evidence');
  await ana.press('Try again');
  await expect(ana.evidence.getByRole('alert')).toHaveCount(0);
  await expect(ana.attached).toHaveCount(1);
});

test('an upload that does not get through is sent again by itself, and is there once', async ({ browser, request }) => {
  const execution = await started(request, 'A bad line');
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  let tries = 0;
  await ana.page.route('**/evidence', async (route) => {
    tries += 1;
    if (tries === 3) return route.continue();
    // The second time the file arrives, and only the answer is lost.
    if (tries === 2) await route.fetch();
    return route.abort();
  });
  await ana.files.setInputFiles(FILE);
  await expect(ana.attached).toHaveCount(1);
  await expect(ana.evidence.locator('.on-its-way')).toHaveCount(0);
  expect(await execution.events('evidence_attached')).toHaveLength(1);
});
