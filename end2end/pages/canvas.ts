import { expect, type Locator, type Page } from '@playwright/test';

/** The flowchart of a playbook or an execution, with its tools. */
export class Canvas {
  /** Where the drawing is seen, and dragged. */
  readonly window: Locator;
  readonly nodes: Locator;
  /** What the tab key stops at. */
  readonly tabStop: Locator;
  /** The zoom, in percent. */
  readonly zoom: Locator;
  readonly follow: Locator;
  readonly following: Locator;
  readonly map: Locator;
  readonly mapButton: Locator;

  constructor(readonly page: Page) {
    this.window = page.getByRole('application', { name: 'Flowchart' });
    this.nodes = page.locator('.canvas .node');
    this.tabStop = this.window.locator('[tabindex="0"]');
    this.zoom = page.locator('.canvas-percent');
    this.follow = page.getByRole('button', { name: 'Follow changes' });
    this.following = page.getByText('Following changes');
    this.map = page.locator('.minimap');
    this.mapButton = page.getByRole('button', { name: 'Map', exact: true });
  }

  /** A frame's head. */
  phase(label: string): Locator {
    return this.window.getByRole('button', { name: `phase: ${label}` });
  }

  /** Where a node is on the screen, to the pixel. */
  async place(node: Locator): Promise<{ x: number; y: number }> {
    const { x, y } = await box(node.locator('.node-body'));
    return { x: Math.round(x), y: Math.round(y) };
  }

  /** By how much a node moves on the screen while something is done. */
  async moved(node: Locator, act: () => Promise<void>): Promise<{ x: number; y: number }> {
    const before = await this.place(node);
    await act();
    await this.isStill(node);
    const after = await this.place(node);
    return { x: after.x - before.x, y: after.y - before.y };
  }

  /** The view has arrived. */
  async isStill(node: Locator) {
    let before = { x: NaN, y: NaN };
    await expect
      .poll(async () => {
        const last = before;
        before = await this.place(node);
        return before.x === last.x && before.y === last.y;
      })
      .toBe(true);
  }

  /** Drags from the middle of something. */
  async drag(from: Locator, by: { x: number; y: number }, button: 'left' | 'middle' = 'left') {
    const { x, y, width, height } = await box(from);
    const { mouse } = this.page;
    await mouse.move(x + width / 2, y + height / 2);
    await mouse.down({ button });
    await mouse.move(x + width / 2 + by.x, y + height / 2 + by.y, { steps: 4 });
    await mouse.up({ button });
  }

  /** Turns the wheel over something. */
  async wheel(over: Locator, by: { x: number; y: number }) {
    const { x, y, width, height } = await box(over);
    await this.page.mouse.move(x + width / 2, y + height / 2);
    await this.page.mouse.wheel(by.x, by.y);
  }

  /** What has the focus is the node of this name. */
  async isFocused(name: string) {
    await expect(this.window.locator(':focus > title')).toHaveText(new RegExp(`^${name}`));
  }
}

async function box(element: Locator) {
  const box = await element.boundingBox();
  if (!box) throw new Error(`${element} is not on the screen.`);
  return box;
}
