import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

/** axe-core's own script, put into the page. */
const AXE = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8');

/** Holds a page as it is now against axe-core. */
export async function hasNoViolations(page: Page, where: string) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations } = await (window as Window & { axe?: typeof axe }).axe!.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
  expect(violations, where).toEqual([]);
}
