import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { ExecutionPage } from '../pages/execution.ts';
import { analyst, started } from './analysts.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('files are chosen, dropped and pasted, seen by others at once, and come back as they went in', async ({
  browser,
  request,
}) => {
  const execution = await started(request, 'Files of the night');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  const ben = new ExecutionPage(await analyst(browser, 'Ben'));
  for (const page of [ana, ben]) {
    await page.open(`/execute/${execution.id}`);
    await page.choose('Disable the account');
  }

  await test.step('several are chosen, with a description for all', async () => {
    await ana.evidence.getByRole('textbox', { name: 'What the next file shows' }).fill('From the proxy');
    await ana.evidence.locator('input[type=file]').setInputFiles([
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
    for (const event of ['paste', 'drop']) {
      await ana.evidence.evaluate((section, event) => {
        const data = new DataTransfer();
        data.items.add(new File(['by ' + event], `${event}ed.txt`, { type: 'text/plain' }));
        const options = { bubbles: true, cancelable: true };
        section.dispatchEvent(
          event === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data }),
        );
      }, event);
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
    await expect(ben.timeline.locator('[data-event="evidence_attached"]')).toHaveCount(4);
    await expect(ben.timeline).toContainText('attached “proxy.log” to');
  });
});

test('an upload that fails says so, is kept, and is sent once when tried again', async ({ browser, request }) => {
  const execution = await started(request, 'A bad line');
  const ana = new ExecutionPage(await analyst(browser, 'Ana'));
  await ana.open(`/execute/${execution.id}`);
  await ana.choose('Disable the account');
  // The file arrives, and the answer is lost.
  await ana.page.route('**/evidence', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await ana.evidence
    .locator('input[type=file]')
    .setInputFiles({ name: 'memory.raw', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 7) });
  await expect(ana.evidence.getByRole('alert')).toContainText('Not attached');
  await ana.choose('Revoke every session');
  await ana.choose('Disable the account');
  await expect(ana.evidence.getByRole('alert')).toContainText('Not attached');
  await ana.page.unroute('**/evidence');
  await ana.evidence.getByRole('button', { name: 'Try again' }).click();
  await expect(ana.evidence.getByRole('alert')).toHaveCount(0);
  await expect(ana.attached).toHaveCount(1);
});
