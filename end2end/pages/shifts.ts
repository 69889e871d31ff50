import type { Page } from '@playwright/test';

/** Where the browser keeps what jumped. */
interface Shifting {
  shifts?: string[];
}

/** The part of the Layout Instability API that is used; TypeScript does not know it. */
interface LayoutShift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/** Notes everything on a page that jumps, from its first rendering on. To be called before the page is opened. */
export async function watchShifts(page: Page) {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    (window as Shifting).shifts = shifts;
    const place = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ');
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          return `${element?.localName}.${element?.getAttribute('class') ?? ''} ${place(previousRect)} -> ${place(currentRect)}`;
        });
        shifts.push(`${value.toFixed(4)}: ${moved.join(', ')}`);
      }
    });
    observer.observe({ type: 'layout-shift', buffered: true });
  });
}

/** What has jumped so far, after two frames in which it can have been noted. */
export function shifts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    await frame();
    await frame();
    return (window as Shifting).shifts!;
  });
}
