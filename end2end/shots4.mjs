import { chromium } from '@playwright/test';
const base = process.env.BASE; const out = process.env.OUT || '/tmp/shots';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-background-networking','--disable-component-update','--disable-sync','--no-first-run'] });
const api = async (m, p, d) => (await fetch(base + p, { method: m, headers: { 'content-type': 'application/json' }, body: d && JSON.stringify(d) })).json();
const books = await api('GET', '/api/playbooks');
const book = books.find(x => /phish/i.test(x.title)) || books[0];
const ex = await api('POST', '/api/executions', { playbook_id: book.id, incident_title: 'Credential phishing against finance', incident_id: 'INC-2291', started_by: 'Ana Öz' });
const steps = ex.steps.filter(s => s.kind !== 'phase');
const patch = (i, d) => api('PATCH', `/api/executions/${ex.id}/steps/${encodeURIComponent(steps[i].node_id)}`, d);
await patch(0, { status: 'completed', actor: 'Ana Öz' });
await patch(1, { status: 'in_progress', assignee: 'Ben', actor: 'Ben' });
const people = ['Ben', 'Cleo Dupont', 'عمر الفاروق', 'Ana Öz'];
const pages = {};
for (const theme of ['light', 'dark']) {
  for (const name of people) {
    const ctx = await b.newContext({ viewport: { width: 1440, height: 900 } });
    await ctx.addCookies([{ name: 'analyst', value: encodeURIComponent(name), url: base }, { name: 'theme', value: theme, url: base }]);
    const p = await ctx.newPage(); pages[name] = p;
    p.on('console', m => { if (m.type() === 'error' || m.type() === 'warning') console.log(name, m.type(), m.text().slice(0, 300)); });
    p.on('pageerror', e => console.log(name, 'PAGEERROR', e.message.slice(0, 500)));
    await p.goto(base + '/execute/' + ex.id);
    await p.waitForSelector('[data-connection=live]', { timeout: 30000 });
  }
  const row = (p, i) => p.locator('.outline-row button').filter({ hasText: steps[i].label }).first();
  const [ben, cleo, omar, ana] = people.map(n => pages[n]);
  await row(ben, 1).click(); await row(cleo, 1).click(); await row(omar, 2).click();
  await cleo.locator('.panel textarea').fill('Checking the mail gateway');
  await row(ana, 1).click();
  await ana.waitForTimeout(800);
  await ana.screenshot({ path: `${out}/presence-${theme}.png` });
  // conflicts and offline
  await ana.context().setOffline(true);
  await ana.waitForSelector('[data-connection=lost]');
  await patch(1, { status: theme === 'light' ? 'completed' : 'blocked', actor: 'Ben' });
  await patch(2, { notes: 'Header analysis done', actor: 'Ben' });
  await ana.locator('.panel select').first().selectOption('skipped');
  await ana.locator('.panel textarea').fill('Working offline, mailbox exported'); await ana.keyboard.press('Control+Enter');
  await ana.waitForTimeout(1500);
  await ana.screenshot({ path: `${out}/offline-${theme}.png` });
  await ana.evaluate(() => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); });
  await ana.context().setOffline(false);
  await ana.waitForSelector('[data-connection=live]', { timeout: 20000 });
  await patch(4, { status: 'in_progress', actor: 'Ben' });
  await patch(5, { notes: 'x', actor: 'Cleo Dupont' });
  await ana.waitForTimeout(500);
  await ana.evaluate(() => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => false }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); });
  await ana.locator('.changes summary').click().catch(e => console.log('no changes', e.message.slice(0,100)));
  await ana.waitForTimeout(300);
  await ana.screenshot({ path: `${out}/changes-${theme}.png` });
  for (const p of Object.values(pages)) await p.context().close();
}
await b.close();
