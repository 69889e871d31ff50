import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { flaws } from '../pages/looks.ts';
import { STATES } from '../world/states.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

// Pictures are kept to be looked at and never compared: fonts differ between machines. What a machine can say about
// how a page looks, it says in words.
for (const { name, show } of STATES) {
  test(`accessible, and nothing is cut, too small or in the way: ${name}`, async ({ browser, request }, { project }) => {
    const page = await show(browser, request);
    // Some pages fill the window and scroll in parts.
    const fullPage = (await page.locator('.workspace').count()) === 0;
    for (const theme of ['dark', 'light']) {
      // What the switch does; a dialog that is open lets nobody press it.
      await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        const path = join(project.outputDir, 'states', `${name}-${size.width}-${theme}.png`);
        await page.screenshot({ path, fullPage, animations: 'disabled' });
        if (theme === 'dark') expect.soft(await flaws(page), `${size.width} × ${size.height}`).toEqual([]);
      }
      expect.soft(await barriers(page), theme).toEqual([]);
    }
    await page.context().close();
  });
}
