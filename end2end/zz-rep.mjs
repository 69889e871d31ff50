import { chromium } from '@playwright/test';
const [base, ...rest] = process.argv.slice(2);
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const arg of rest) {
  const [path, theme, name, full, width] = arg.split(',');
  const c = await b.newContext({ viewport: { width: Number(width || 1280), height: 1500 }, reducedMotion: 'reduce' });
  await c.addCookies([{ name: 'theme', value: theme, url: base }, { name: 'analyst', value: 'Ana', url: base }]);
  const p = await c.newPage();
  p.on('pageerror', (e) => console.log('ERR', e.message)); p.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') console.log(m.type(), m.text().slice(0, 300)); });
  await p.goto(base + path); await p.waitForSelector('html[data-hydrated]');
  await p.waitForTimeout(400);
  if (full === 'pdf') await p.pdf({ path: `/tmp/${name}.pdf`, format: 'A4' });
  else if (full.startsWith('y')) { await p.evaluate((y) => scrollTo(0, y), Number(full.slice(1))); await p.waitForTimeout(150); await p.screenshot({ path: `/tmp/${name}.png` }); }
  else await p.screenshot({ path: `/tmp/${name}.png`, fullPage: full === 'full' });
  await c.close();
}
await b.close();
