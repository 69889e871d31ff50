import { expect, type Locator, type Page } from '@playwright/test';

/** More presses than this nobody makes to reach something. */
const MOST = 80;

/** Goes on from field to field, or back, until this one has the focus, as somebody without a mouse does. */
export async function reach(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  for (let presses = 0; presses < MOST; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target, `reached by ${MOST} presses of ${key}`).toBeFocused({ timeout: 1 });
}

/** Notes every use of a mouse on a page; to be called before the page is opened. */
export async function watchMouse(page: Page): Promise<string[]> {
  const uses: string[] = [];
  await page.exposeFunction('reportMouse', (use: string) => uses.push(use));
  await page.addInitScript(() => {
    for (const type of ['mousedown', 'mousemove', 'wheel', 'touchstart']) {
      addEventListener(type, () => (window as Window & { reportMouse?: (use: string) => void }).reportMouse!(type), { capture: true });
    }
  });
  return uses;
}
