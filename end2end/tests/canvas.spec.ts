import { expect, test } from '@playwright/test';
import { barriers } from '../pages/accessibility.ts';
import { Canvas } from '../pages/canvas.ts';
import { at } from '../world/analysts.ts';
import { started } from '../world/executions.ts';
import { large } from '../world/playbooks.ts';

const CONFIRM = 'Confirm the alert with the user';
const DECISION = 'Was it the user?';
const DISABLE = 'Disable the account';
const REVOKE = 'Revoke every session';

test('the view is dragged from anywhere, and dragging chooses nothing', async ({ browser, request }) => {
  const execution = await started(request, 'Dragged');
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  const node = ana.node(DECISION);
  const { keyboard } = ana.page;
  const by = { x: -40, y: 24 };

  expect(await canvas.moved(node, () => canvas.drag(node, by)), 'from a node').toEqual(by);
  expect(await canvas.moved(node, () => canvas.drag(node, by, 'middle')), 'with the middle button').toEqual(by);
  await test.step('with the space bar held', async () => {
    const held = async (act: () => Promise<void>) => {
      await keyboard.down('Space');
      await act();
      await keyboard.up('Space');
    };
    expect(await canvas.moved(node, () => held(() => canvas.drag(node, by)))).toEqual(by);
    await held(() => node.click());
  });
  await ana.isChosen(CONFIRM);
  await node.click();
  await ana.isChosen(DECISION);
});

test('the wheel pans and, with Ctrl, zooms to the pointer', async ({ browser, request }) => {
  const execution = await started(request, 'Turned');
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  const node = ana.node(DECISION);
  expect(await canvas.moved(node, () => canvas.wheel(node, { x: 30, y: -50 }))).toEqual({ x: -30, y: 50 });
  const lines = () =>
    canvas.window.evaluate((window) => {
      const options = { deltaY: 3, deltaMode: WheelEvent.DOM_DELTA_LINE, bubbles: true, cancelable: true };
      window.dispatchEvent(new WheelEvent('wheel', options));
    });
  expect(await canvas.moved(node, lines), 'a wheel that counts lines').toEqual({ x: 0, y: -48 });

  const before = parseInt((await canvas.zoom.textContent())!);
  const middle = async () => {
    const { x, y, width, height } = (await node.locator('.node-body').boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  const was = await middle();
  await ana.page.keyboard.down('Control');
  await canvas.wheel(node, { x: 0, y: -100 });
  await ana.page.keyboard.up('Control');
  await expect.poll(async () => parseInt((await canvas.zoom.textContent())!)).toBeGreaterThan(before * 1.2);
  await canvas.isStill(node);
  const is = await middle();
  expect(Math.hypot(is.x - was.x, is.y - was.y), 'what is under the pointer stays there').toBeLessThan(2);
});

test('the flowchart is walked by arrow keys, and Enter goes on in the panel', async ({ browser, request }) => {
  const execution = await started(request, 'Walked');
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  const press = (...keys: string[]) => test.step(keys.join(', '), async () => {
    for (const key of keys) await ana.page.keyboard.press(key);
  });
  await canvas.tabStop.focus();
  await canvas.isFocused(`step: ${CONFIRM}, Not started`);
  await press('ArrowDown');
  await canvas.isFocused(`decision: ${DECISION}`);
  await execution.change(DECISION, { decision_taken: 'No', status: 'completed' });
  await ana.isAt(DECISION, 'completed');
  await press('ArrowDown');
  await canvas.isFocused(`step: ${DISABLE}`);
  await press('ArrowUp', 'ArrowUp', 'ArrowUp');
  await canvas.isFocused('phase: Triage, In progress, 1 of 3');
  await expect(canvas.tabStop, 'the tab key stops once').toHaveCount(1);
  await press('ArrowRight');
  await canvas.isFocused('phase: Contain');
  await press('ArrowDown');
  await canvas.isFocused(`execute: ${REVOKE}`);
  await expect(ana.node(REVOKE)).toBeInViewport({ ratio: 0.99 });
  await press('Enter');
  await ana.isChosen(REVOKE);
  await expect(ana.title).toBeFocused();
  await canvas.tabStop.focus();
  await press('ArrowLeft', 'Space');
  await expect(ana.title).not.toHaveText(REVOKE);
  await expect(ana.title).toBeFocused();
});

test('keys on the flowchart zoom it', async ({ browser, request }) => {
  const execution = await started(request, 'Zoomed');
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  await ana.page.getByRole('button', { name: 'Show everything' }).click();
  await ana.page.keyboard.press('0');
  await canvas.isStill(canvas.nodes.first());
  for (const node of await canvas.nodes.all()) await expect(node).toBeInViewport({ ratio: 0.99 });
  const whole = await canvas.zoom.textContent();
  await ana.page.keyboard.press('z');
  await expect(canvas.zoom).toHaveText('125 %');
  await ana.page.keyboard.press('-');
  await expect(canvas.zoom).toHaveText('100 %');
  await ana.page.keyboard.press('+');
  await expect(canvas.zoom).toHaveText('125 %');
  await canvas.zoom.click();
  await expect(canvas.zoom).toHaveText('100 %');
  await ana.page.keyboard.press('0');
  await expect(canvas.zoom).toHaveText(whole!);
});

test('following, the view goes to whatever changes, until it is moved by hand', async ({ browser, request }) => {
  const execution = await started(request, 'Followed around', { source: large(200), playbook: 'Recovery' });
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  await ana.page.keyboard.press('f');
  await expect(canvas.following).toBeVisible();
  const last = execution.actionable.at(-1)!;
  await execution.changeNode(last.node_id, { status: 'in_progress' });
  const node = ana.page.locator(`[data-node-id="${last.node_id}"]`);
  await expect(node).toBeInViewport({ ratio: 0.99 });
  await expect(node).toContainText('In progress');
  await expect(ana.title, 'what was chosen stays chosen').toHaveText(execution.actionable[0]!.label);
  await canvas.wheel(canvas.window, { x: 0, y: -40 });
  await expect(canvas.follow).toHaveAttribute('aria-pressed', 'false');
  await expect(canvas.following).toBeHidden();
});

test('a large flowchart begins at the chosen step, has a map, and draws what is near', async ({ browser, request }) => {
  const execution = await started(request, 'Too large to see', { source: large(400), playbook: 'Recovery' });
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  await expect(ana.node(execution.actionable[0]!.label)).toBeInViewport({ ratio: 0.99 });
  const hidden = canvas.window.locator('.tile[display="none"]');
  await expect.poll(() => hidden.count(), 'tiles away from the window are hidden').toBeGreaterThan(10);
  const last = ana.page.locator(`[data-node-id="${execution.actionable.at(-1)!.node_id}"]`);
  await expect(last).toBeHidden();

  await test.step('the map leads there', async () => {
    const { x, y, width, height } = (await canvas.map.boundingBox())!;
    await ana.page.mouse.click(x + width - 12, y + height - 12);
    await expect(last).toBeVisible();
  });
  await test.step('far out, nodes are boxes', async () => {
    await ana.page.getByRole('button', { name: 'Show everything' }).click();
    await expect(canvas.nodes.first().locator('.node-label')).toBeHidden();
    await expect(hidden).toHaveCount(0);
    expect(await barriers(ana.page)).toEqual([]);
  });
  await test.step('folded away, it stays away', async () => {
    await canvas.mapButton.click();
    await expect(canvas.map).toBeHidden();
    await ana.page.reload();
    await ana.isLive();
    await expect(canvas.mapButton).toHaveAttribute('aria-pressed', 'false');
    await expect(canvas.map).toBeHidden();
  });
});

test('a small flowchart is shown whole, where it was before the script came, and has no map', async ({ browser, request }) => {
  const execution = await started(request, 'Small', { source: '# Small\n\n1. Look\n2. Write it down\n' });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = new Canvas(await context.newPage());
  await plain.page.goto(new URL(execution.address, process.env.FORGE_URL).href);
  const ana = await at(browser, execution.address, 'Ana');
  const canvas = new Canvas(ana.page);
  const node = ana.node('Write it down');
  await expect(node).toBeInViewport({ ratio: 0.99 });
  const [before, after] = [await plain.place(plain.nodes.last()), await canvas.place(node)];
  expect(Math.abs(before.x - after.x) + Math.abs(before.y - after.y)).toBeLessThan(3);
  await expect(canvas.map).toBeHidden();
  await expect(canvas.mapButton).toBeHidden();
});

test('a node shows what is on it, and nothing of it moves when that comes', async ({ browser, request }) => {
  const execution = await started(request, 'Full');
  const ana = await at(browser, execution.address, 'Ana');
  const node = ana.node(CONFIRM);
  const places = () => node.locator('.node-label, .node-status-icon, .node-status').evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().left)));
  const before = await places();
  await execution.change(CONFIRM, { status: 'blocked', assignee: 'عمر الفاروق', notes: 'One' });
  await execution.change(CONFIRM, { notes: 'Two' });
  await execution.attach(CONFIRM, { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }, 'A file');
  await expect(node.locator('.node-count > title')).toHaveText(['2 notes', '1 file']);
  await expect(node.locator('.node-status')).toHaveText('Blocked · < 1 min');
  await expect(node.locator('.node-assignee > title')).toHaveText('عمر الفاروق');
  expect(await places()).toEqual(before);
  const parts = node.locator('.node-status, .node-count, .node-assignee');
  const boxes = await parts.evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect()).map(({ left, right }) => [left, right]));
  boxes.slice(1).forEach(([left], place) => expect(left, `part ${place + 1} begins behind the one before`).toBeGreaterThanOrEqual(boxes[place]![1]! - 0.5));
});
