import { expect, test } from '@playwright/test';
import { EditorPage } from '../pages/editor.ts';
import { ImportPage } from '../pages/import.ts';
import { PlaybookPage } from '../pages/playbook.ts';
import { analyst } from '../world/analysts.ts';
import { imported } from '../world/executions.ts';

const SOURCE = '# Edited\n\n## Look\n\n1. Save the mail\n2. Block the sender\n';

async function version(request: Parameters<typeof imported>[0], id: string): Promise<number> {
  return (await (await request.get(`/api/playbooks/${id}`)).json()).version;
}

test('the flowchart follows the text, and the last readable one stays while the text is not', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await expect(editor.node('Save the mail')).toBeVisible();
  await editor.field.fill(`${SOURCE}3. Call the user\n`);
  await expect(editor.node('Call the user')).toBeVisible();
  await expect(editor.state).toHaveText('Read');
  await editor.field.fill('Only words.');
  await expect(editor.state).toContainText('nothing to do was found');
  await expect(editor.node('Call the user')).toBeVisible();
});

test('of a document with lists and flowcharts another part is chosen, drawn, saved and kept', async ({ browser, request }) => {
  const chart = '```mermaid\nflowchart TD\n a[Look] --> b[Isolate]\n b --> c[Close]\n```\n';
  const { id } = await imported(request, `# Mail\n\n${chart}\n## Legend\n\n- Call the lead\n\n${chart.replace('Isolate', 'Rebuild')}`);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await expect(editor.remarks).toContainText('2 flowcharts with 6 steps and lists with 1 step. The flowcharts were read');
  await expect(editor.part.getByRole('option')).toHaveText([
    'Lists (1 step)',
    'All flowcharts (6 steps)',
    'Flowchart 1: Mail (3 steps)',
    'Flowchart 2: Legend (3 steps)',
    'Lists and flowcharts',
  ]);
  await expect(editor.part).toHaveValue('flowchart');
  await editor.part.selectOption('Flowchart 2: Legend (3 steps)');
  await expect(editor.node('Rebuild')).toBeVisible();
  await expect(editor.node('Isolate')).toHaveCount(0);
  await editor.save();
  await editor.page.waitForURL(`**/playbooks/${id}`);
  await editor.open(id);
  await expect(editor.part).toHaveValue('flowchart:2');
  await expect(editor.nodes).toHaveCount(3);
});

test('a node leads to its line, and the cursor to its node', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await editor.node('Block the sender').click();
  expect(await editor.line()).toBe(6);
  await editor.field.focus();
  await editor.page.keyboard.press('ArrowUp');
  await expect(editor.node('Save the mail')).toHaveClass(/selected/);
});

test('a remark is underlined and leads to its line', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await editor.field.fill('# Odd\n\n1. First\n2. Decision: Sure?\n   - Yes -> Go on\n');
  await expect(editor.remarks.getByRole('button').first()).toBeVisible();
  await expect(editor.page.locator('.editor-mirror [data-severity]').first()).toBeAttached();
  await editor.field.focus();
  await editor.page.keyboard.press('Control+Home');
  await editor.remarks.getByRole('button').first().click();
  expect(await editor.line()).toBeGreaterThan(1);
});

test('what was changed is saved as a new version with its summary', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await editor.field.fill(`${SOURCE}3. Call the user\n`);
  await editor.summary.fill('They have to know');
  await editor.page.keyboard.press('Control+s');
  const playbook = new PlaybookPage(editor.page);
  await playbook.isShown('Edited');
  await expect(playbook.nodes).toHaveCount(3);
  const [newest] = await (await request.get(`/api/playbooks/${id}/versions`)).json();
  expect([newest.version, newest.author, newest.summary]).toEqual([2, 'Ana', 'They have to know']);
});

test('unsaved work survives a reload, and can be discarded', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await editor.field.fill(`${SOURCE}3. Not saved yet\n`);
  await editor.page.reload();
  await editor.isReady();
  await expect(editor.restored).toBeVisible();
  await expect(editor.field).toHaveValue(/Not saved yet/);
  await expect(editor.node('Not saved yet')).toBeVisible();
  await editor.press('Discard it');
  await expect(editor.field).toHaveValue(SOURCE);
  await editor.page.reload();
  await editor.isReady();
  await expect(editor.restored).toBeHidden();
});

test('who saves after somebody else is shown what they saved, and nothing of either is lost', async ({ browser, request }) => {
  const { id } = await imported(request, SOURCE);
  const editor = new EditorPage(await analyst(browser, 'Ana'));
  await editor.open(id);
  await editor.field.fill(`${SOURCE}3. From Ana\n`);
  await request.put(`/api/playbooks/${id}`, { data: { source: `${SOURCE}3. From Ben\n`, actor: 'Ben' } });
  await editor.save();
  await expect(editor.page.getByRole('alert')).toContainText('Ben saved version 2');
  await expect(editor.theirs).toContainText('From Ben');
  await expect(editor.field).toHaveValue(/From Ana/);
  expect(await version(request, id)).toBe(2);

  await editor.press('Go on with this text');
  await expect(editor.field).toHaveValue(/From Ben/);
  await expect(editor.theirs).toContainText('From Ana');
  await editor.press('Go on with this text');
  await editor.press('Save mine');
  await new PlaybookPage(editor.page).isShown('Edited');
  await expect.poll(() => version(request, id)).toBe(3);
  expect((await (await request.get(`/api/playbooks/${id}`)).json()).source).toContain('From Ana');
});

test('a playbook is begun with a template and saved', async ({ browser }) => {
  const importing = new ImportPage(await analyst(browser, 'Ana'));
  await importing.open();
  await importing.templates.getByRole('link', { name: 'Containment of a host' }).click();
  const editor = new EditorPage(importing.page);
  await expect(editor.field).toHaveValue(/Containment of a host/);
  await editor.field.fill((await editor.field.inputValue()).replaceAll('Containment of a host', 'Our containment'));
  await editor.save();
  await new PlaybookPage(editor.page).isShown('Our containment');
});
