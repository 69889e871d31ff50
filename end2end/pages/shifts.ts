import type { Page } from '@playwright/test';

/** Where the browser keeps what jumped. */
interface Shifting {
  shifts?: Shift[];
}

/** What has jumped at one moment: each of the elements, and how. */
interface Shift {
  value: number;
  moved: { element: Element | null | undefined; how: string }[];
}

/** The part of the Layout Instability API that is used; TypeScript does not know it. */
interface LayoutShift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/** Notes everything on a page that jumps, from its first rendering on. To be called before the page is opened. */
export async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    (window as Shifting).shifts = shifts;
    const place = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ');
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          const how = `${element?.localName}.${element?.getAttribute('class') ?? ''} ${place(previousRect)} -> ${place(currentRect)}`;
          return { element, how };
        });
        shifts.push({ value, moved });
      }
    });
    observer.observe({ type: 'layout-shift', buffered: true });
  });
}

/**
 * What has jumped since this was asked last, in words, after two frames in which it can have been noted. What lies within
 * `own` is left out.
 */
export function newShifts(page: Page, own?: string): Promise<string[]> {
  return page.evaluate(async (own) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    await frame();
    await frame();
    return (window as Shifting).shifts!.splice(0).flatMap(({ value, moved }) => {
      const others = moved.filter(({ element }) => !own || !element?.closest(own));
      return others.length > 0 ? [`${value.toFixed(4)}: ${others.map(({ how }) => how).join(', ')}`] : [];
    });
  }, own);
}
