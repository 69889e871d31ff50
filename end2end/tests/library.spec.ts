import { expect, test } from '@playwright/test';
import { ImportPage } from '../pages/import.ts';
import { LibraryPage } from '../pages/library.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { analyst } from '../world/analysts.ts';
import { imported } from '../world/executions.ts';
import { PLAYBOOK } from '../world/playbooks.ts';

const CHART = 'flowchart TD\n  a[Isolate host] --> b{Spreading?}\n  b -->|Yes| c[Cut network]\n  b -->|No| d[Watch]\n';

test('playbooks are found by words of their steps, and by tags', async ({ browser, request }) => {
  for (const [title, word] of [['Found one', 'zebra'], ['Found two', 'giraffe']]) {
    const source = `---\ntags: [searched]\n---\n# ${title}\n\n1. Call the ${word}\n`;
    expect((await request.post('/api/playbooks', { data: { source } })).status()).toBe(201);
  }
  const library = new LibraryPage(await analyst(browser, 'Ana'));
  await library.open();
  await library.tag('searched').click();
  await expect(library.titles).toHaveText(['Found two', 'Found one']);
  await library.search.fill('zebra');
  await expect(library.titles).toHaveText(['Found one']);
  await expect(library.page).toHaveURL(/q=zebra&tag=searched/);
  await library.page.reload();
  await expect(library.titles).toHaveText(['Found one']);
  await library.search.fill('nothing says this');
  await expect(library.page.getByText('No playbook matches')).toBeVisible();
});

test('the library is searched without a script', async ({ browser, request }) => {
  await imported(request, PLAYBOOK, 'Found without quokkas');
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto('/playbooks');
  const library = new LibraryPage(page);
  await library.search.fill('without QUOKKA');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(library.titles).toHaveText(['Found without quokkas']);
});

test('a playbook that was deleted is restored from the library', async ({ browser, request }) => {
  const { id } = await imported(request, PLAYBOOK, 'Gone and back');
  const playbook = new PlaybookPage(await analyst(browser, 'Ana'));
  await playbook.open(id);
  const dialog = await playbook.delete();
  await dialog.delete.click();
  const library = new LibraryPage(playbook.page);
  await expect(library.page).toHaveURL(/\/playbooks$/);
  await expect(library.card('Gone and back')).toHaveCount(0);
  await library.page.getByRole('link', { name: /^Taken out/ }).click();
  await library.restore('Gone and back');
  await expect(library.page.getByRole('button', { name: 'Restore: Gone and back' })).toHaveCount(0);
  await library.open();
  await expect(library.card('Gone and back')).toBeVisible();
});

test('versions are listed, compared and shown as they were', async ({ browser, request }) => {
  const { id } = await imported(request, '# Compared\n\n1. Save the mail\n2. Block the sender\n');
  const source = '# Compared\n\n1. Save the mail with its headers\n2. Block the sender\n3. Call the user\n';
  await request.put(`/api/playbooks/${id}`, { data: { source, summary: 'Headers matter', actor: 'Ben' } });
  const playbook = new PlaybookPage(await analyst(browser, 'Ana'));
  await playbook.open(id);
  await playbook.versions.getByText('2 versions').click();
  await expect(playbook.versions.getByRole('listitem').first()).toContainText('Headers matter');
  await expect(playbook.versions).toContainText('Ben');
  await expect(playbook.differences).toContainText('1 node added');
  await expect(playbook.differences.locator('del')).toContainText(['Save the mail']);
  await expect(playbook.differences.locator('ins')).toContainText(['Save the mail with its headers']);
  await playbook.versions.getByRole('link', { name: 'Version 1' }).click();
  await expect(playbook.nodes).toHaveCount(2);
  await expect(playbook.page.getByText('Executions start from version 2')).toBeVisible();
});

test('a playbook is given out in every format', async ({ browser, request }) => {
  const { id } = await imported(request, PLAYBOOK, 'Given out');
  const playbook = new PlaybookPage(await analyst(browser, 'Ana'));
  for (const [name, type] of [
    ['CACAO', 'application/cacao+json'],
    ['Markdown', 'text/markdown; charset=utf-8'],
    ['Mermaid', 'text/plain; charset=utf-8'],
    ['JSON', 'application/json'],
    ['SVG', 'image/svg+xml'],
    ['PNG', 'image/png'],
  ] as const) {
    await playbook.open(id);
    const file = await request.get(await playbook.exportAddress(name));
    expect([file.status(), file.headers()['content-type']], name).toEqual([200, type]);
    expect(file.headers()['content-disposition'], name).toContain('Given out.');
  }
});

test('several files are imported at once, and each says what became of it', async ({ browser }) => {
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await importing.files.setInputFiles([
    file('chart.mmd', `---\ntitle: From a chart\n---\n${CHART}`),
    file('empty.md', 'Only words.\n'),
    file('list.md', '# From a list\n\n1. Call\n'),
  ]);
  await expect(importing.row('chart.mmd')).toContainText('4 nodes');
  await expect(importing.row('empty.md')).toContainText('nothing to do was found');
  await expect(importing.row('empty.md').getByRole('button', { name: 'Try again' })).toBeVisible();
  await importing.row('list.md').getByRole('link', { name: 'From a list' }).click();
  await expect(importing.page.getByRole('heading', { level: 1, name: 'From a list' })).toBeVisible();
});

test('a file is dropped and imported', async ({ browser }) => {
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  const data = await importing.page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'dropped.mmd', { type: 'text/plain' }));
    return transfer;
  }, CHART);
  await importing.page.locator('.drop').dispatchEvent('drop', { dataTransfer: data });
  await expect(importing.row('dropped.mmd')).toContainText('4 nodes');
});

test('what was pasted survives a reload until it is imported', async ({ browser }) => {
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  await importing.text.fill('# Kept\n\n1. Call\n');
  await importing.page.reload();
  await importing.isReady();
  await expect(importing.text).toHaveValue('# Kept\n\n1. Call\n');
  await importing.title.fill('عزل المضيف');
  await importing.submit.click();
  await importing.openCreated('عزل المضيف');
  await expect(new PlaybookPage(importing.page).nodes).toHaveCount(1);
  await importing.open();
  await expect(importing.text).toHaveValue('');
});
