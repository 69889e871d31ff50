/**
 * How fluid the flowchart is: `make bench-canvas`.
 *
 * For playbooks of several sizes, in a browser without a graphics card: the time until the page answers, the times
 * between frames while the view is panned and zoomed for some seconds, and the time from a change over REST to the frame
 * that shows it. The figures come as a table and as JSON; nothing fails by being slow, as that depends on the machine.
 */
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { table } from './figures.ts';
import { flowchart } from './flowchart.ts';

/** Numbers of nodes, `FORGE_SIZES=200,1000` for others. */
const SIZES = (process.env.FORGE_SIZES || '200,1000,5000').split(',').map(Number);
const SECONDS = Number(process.env.FORGE_SECONDS) || 5;
const CHANGES = 20;
/** What DESIGN holds the canvas to: the frames of a flowchart of this size, 95 of 100. */
const BOUND = { nodes: 1000, p95: 34 };

interface Figures {
  nodes: number;
  import: number;
  hydrated: number;
  pan: Times;
  zoom: Times;
  change: Times;
  /** The most nodes and frames that one change of a step touched. */
  touched: number;
}

interface Times {
  p50: number;
  p95: number;
  max: number;
}

const all: Figures[] = [];

for (const nodes of SIZES) {
  test(`${nodes} nodes`, async ({ page, request }) => {
    const begun = Date.now();
    const { id: playbookId, node_count: count } = await post(request, '/api/playbooks', { source: flowchart(nodes) });
    const imported = Date.now() - begun;
    expect(count).toBe(nodes);
    const execution = await post(request, '/api/executions', { playbook_id: playbookId, incident_title: `${nodes} nodes`, started_by: 'Ana' });
    const hydrated = await open(page, `/execute/${execution.id}`);
    const pan = times(await frames(page, 'pan'));
    const zoom = times(await frames(page, 'zoom'));
    const { change, touched } = await changes(page, request, execution);
    all.push({ nodes, import: imported, hydrated, pan, zoom, change, touched });
  });
}

test.afterAll(() => {
  const ms = ({ p50, p95, max }: Times) => [p50, p95, max].map((time) => time.toFixed(0)).join(' / ');
  const rows = all.map((row) => [row.nodes, row.import, row.hydrated.toFixed(0), ms(row.pan), ms(row.zoom), ms(row.change), row.touched]);
  console.log('\nMilliseconds; of frames and changes p50 / p95 / max.\n');
  console.log(table(['nodes', 'import', 'hydrated', 'pan', 'zoom', 'change', 'touched'], rows));
  const bound = all.find((row) => row.nodes === BOUND.nodes);
  if (bound) {
    const worst = Math.max(bound.pan.p95, bound.zoom.p95);
    console.log(`\nFrames of ${BOUND.nodes} nodes: p95 ${worst.toFixed(0)} ms, ${worst < BOUND.p95 ? 'within' : 'over'} the bound of ${BOUND.p95} ms.`);
  }
  console.log(`\n${JSON.stringify(all)}`);
});

async function post(request: APIRequestContext, address: string, data: object) {
  const answer = await request.post(address, { data, timeout: 300_000 });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

/** Opens a page; answers after how many milliseconds it did. */
async function open(page: Page, address: string): Promise<number> {
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (document.documentElement.hasAttribute('data-hydrated')) {
        (window as Window & { hydratedAt?: number }).hydratedAt = performance.now();
        seen.disconnect();
      }
    });
    seen.observe(document, { subtree: true, attributes: true, attributeFilter: ['data-hydrated'] });
  });
  await page.goto(address);
  await expect(page.locator('.connection')).toHaveText('Live', { timeout: 120_000 });
  await page.waitForTimeout(1_000);
  return page.evaluate(() => (window as Window & { hydratedAt?: number }).hydratedAt!);
}

/** Moves the view with every frame; answers the times between frames. */
function frames(page: Page, how: 'pan' | 'zoom'): Promise<number[]> {
  return page.evaluate(
    ({ how, seconds }) =>
      new Promise<number[]>((resolve) => {
        const target = document.querySelector('.canvas-window')!;
        const { left, top, width, height } = target.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const pointer = (type: string, dx: number, dy: number) =>
          target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x + dx, clientY: y + dy, buttons: 1 }));
        const wheel = (deltaY: number) =>
          target.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, ctrlKey: true, deltaY, clientX: x, clientY: y }));
        const gaps: number[] = [];
        let before = performance.now();
        const end = before + seconds * 1000;
        let frame = 0;
        if (how === 'pan') pointer('pointerdown', 0, 0);
        const move = (now: number) => {
          gaps.push(now - before);
          before = now;
          frame += 1;
          // A way down and up again through the drawing, slowly to the right; or from near to far and back.
          if (how === 'pan') pointer('pointermove', -4 * frame, -1500 * Math.sin(frame / 60) ** 2);
          else wheel(Math.floor(frame / 60) % 2 === 0 ? 4 : -4);
          if (now < end) return requestAnimationFrame(move);
          if (how === 'pan') pointer('pointerup', 0, 0);
          resolve(gaps.slice(1));
        };
        requestAnimationFrame(move);
      }),
    { how, seconds: SECONDS },
  );
}

/** Changes steps over REST, in view, one after the other. */
async function changes(page: Page, request: APIRequestContext, execution: { id: string; steps: { node_id: string; label: string }[] }) {
  await page.reload();
  await expect(page.locator('.connection')).toHaveText('Live', { timeout: 120_000 });
  await page.evaluate(() => {
    const touched = new Set<Element>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        const part = element?.closest('.node, .frame');
        if (part) touched.add(part);
      }
    });
    observer.observe(document.querySelector('.scene')!, { subtree: true, childList: true, attributes: true, characterData: true });
    (window as Window & { touched?: Set<Element> }).touched = touched;
  });
  const took: number[] = [];
  let most = 0;
  const steps = execution.steps.filter((step) => step.label.startsWith('Step')).slice(0, CHANGES);
  for (const { node_id: nodeId } of steps) {
    const shown = page.evaluate(async (nodeId) => {
      const { touched } = window as Window & { touched?: Set<Element> };
      touched!.clear();
      const node = document.querySelector(`[data-node-id="${nodeId}"]`)!;
      while (node.getAttribute('data-status') !== 'in_progress') await new Promise(requestAnimationFrame);
      const at = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { at, touched: touched!.size };
    }, nodeId);
    await page.waitForTimeout(100);
    const begun = Date.now();
    await request.patch(`/api/executions/${execution.id}/steps/${nodeId}`, { data: { status: 'in_progress', actor: 'Ben' } });
    const { at, touched } = await shown;
    took.push(at - begun);
    most = Math.max(most, touched);
  }
  return { change: times(took), touched: most };
}

function times(values: number[]): Times {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
