/**
 * What a machine can see of how a page looks, in words: an empty list is a page on which nothing is cut, too small,
 * outside, or in the way of something else. Whether it is beautiful, only people see; tests/states.spec.ts keeps
 * pictures for them.
 */

import type { Page } from '@playwright/test';

/** Everything that is wrong with how a page looks now. */
export function flaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SMALLEST_TEXT = 11;
    const SMALLEST_TARGET = 24;
    /** Pixels that rounding costs. */
    const SLACK = 1;
    /** Whose text must not be cut in silence. The flowchart is drawn to be zoomed, and is looked at by itself. */
    const READ = '.topbar, .execution-head, .outline, .panel, .card, .timeline, .page, .page-head, .source-panel, .toasts, .notices, dialog';
    const INTERACTIVE = 'a[href], button, input, select, textarea, summary, [role="button"], [role="option"]';

    interface Box {
      left: number;
      top: number;
      right: number;
      bottom: number;
    }

    const found = new Set<string>();
    const root = document.documentElement;
    const modal = document.querySelector('dialog:modal');
    const scope: Element = modal ?? document.body;

    const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    // What is said only where there is room is an icon elsewhere.
    const isHiddenOnPurpose = (element: Element) => element.closest('.visually-hidden, .when-wide, .skip-link:not(:focus), .sprite') !== null;
    const isDrawn = (element: Element) => element.closest('.canvas-window') !== null;
    const text = (element: Element) => (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60);
    const name = (element: Element) => {
      const classes = [...element.classList].map((own) => `.${own}`).join('');
      const label = element.getAttribute('aria-label') ?? element.getAttribute('placeholder') ?? text(element);
      return `<${element.localName}${classes} “${label}”>`;
    };

    /** What is left of a box after everything around it has cut its part off; `scrolls`, when it can be scrolled to. */
    function visible(element: Element, box: Box) {
      let { left, top, right, bottom } = box;
      let scrolls = false;
      // What is fixed is cut by the window only.
      for (let at = element.parentElement; at && at !== root; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (getComputedStyle(element).position === 'fixed') break;
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const edge = at.getBoundingClientRect();
        if (style.overflowX !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (style.overflowY !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
        if (/auto|scroll/.test(style.overflowY)) scrolls = true;
      }
      return { left, top, right, bottom, scrolls };
    }

    function lookForScrolling() {
      if (root.scrollWidth > root.clientWidth) found.add(`the page scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
      if (document.querySelector('.workspace') && root.scrollHeight > root.clientHeight) {
        found.add(`a page that fills the window scrolls down: ${root.scrollHeight} > ${root.clientHeight}`);
      }
      for (const place of document.querySelectorAll('.execution-head, .outline, .panel, .timeline, .timeline-list, .menu-body, dialog')) {
        if (isShown(place) && place.scrollWidth > place.clientWidth + SLACK) {
          found.add(`${name(place)} scrolls sideways: ${place.scrollWidth} > ${place.clientWidth}`);
        }
      }
    }

    /** Texts are looked at one by one: what surrounds them may be larger than they are. */
    function lookAtTexts() {
      const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement!;
        if (!node.nodeValue!.trim() || !isShown(element) || isHiddenOnPurpose(element) || element.localName === 'option') continue;
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (size < SMALLEST_TEXT) found.add(`text of ${size} px: ${name(element)}`);
        if (!isDrawn(element) && element.closest(READ)) lookForCuts(node, element);
      }
    }

    function lookForCuts(node: Node, element: Element) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      for (let at: Element | null = element; at && at !== root; at = at.parentElement) {
        const style = getComputedStyle(at);
        const edge = at.getBoundingClientRect();
        // What can be scrolled to is not cut.
        if (/auto|scroll/.test(style.overflowX + style.overflowY)) return;
        const across = /hidden|clip/.test(style.overflowX) && (box.right > edge.right + SLACK || box.left < edge.left - SLACK);
        const down = /hidden|clip/.test(style.overflowY) && (box.bottom > edge.bottom + SLACK || box.top < edge.top - SLACK);
        if (!across && !down) continue;
        const marked = style.textOverflow === 'ellipsis' || (style.webkitLineClamp !== 'none' && style.webkitLineClamp !== '');
        if (!marked) found.add(`text is cut without “…”: ${name(element)} by ${name(at)}`);
        else if (!element.closest('[title]')) found.add(`text is cut, and no title has all of it: ${name(element)}`);
        return;
      }
    }

    /** Links within a sentence are as high as the sentence (WCAG 2.5.8, exception “inline”). */
    function isInSentence(element: Element) {
      const around = element.parentElement!;
      return getComputedStyle(element).display.startsWith('inline') && text(around).length > text(element).length + 2 && element.matches('a, .link');
    }

    function lookAtTargets() {
      const targets: Target[] = [];
      for (const element of scope.querySelectorAll(INTERACTIVE)) {
        // A file field is pressed by its label.
        const pressed = element.matches('input[type="file"], input[type="checkbox"], input[type="radio"]') ? (element.closest('label') ?? element) : element;
        if (isDrawn(element) || !isShown(pressed) || isHiddenOnPurpose(pressed)) continue;
        const own = pressed.getBoundingClientRect();
        const { scrolls, ...box } = visible(pressed, own);
        const isGone = box.right - box.left < SLACK || box.bottom - box.top < SLACK;
        if (own.left < -SLACK || own.right > root.clientWidth + SLACK) found.add(`beside the window: ${name(pressed)}`);
        if (isGone) {
          if (!scrolls) found.add(`cannot be seen: ${name(pressed)}`);
          continue;
        }
        if (!isInSentence(pressed) && (own.width < SMALLEST_TARGET || own.height < SMALLEST_TARGET)) {
          found.add(`target of ${Math.round(own.width)} × ${Math.round(own.height)} px: ${name(pressed)}`);
        }
        targets.push({ element: pressed, box });
      }
      lookForOverlaps(targets);
    }

    interface Target {
      element: Element;
      box: Box;
    }

    /** Whether a target lies on another as a whole, and is what is pressed there: such as the button of a row that is one itself. */
    function within({ element, box }: Target, around: Target) {
      const isInside =
        box.left >= around.box.left - SLACK && box.right <= around.box.right + SLACK && box.top >= around.box.top - SLACK && box.bottom <= around.box.bottom + SLACK;
      const pressed = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      return isInside && element.contains(pressed);
    }

    function lookForOverlaps(targets: Target[]) {
      /** What lies over the page on purpose is compared with its own kind only. */
      const layer = (element: Element) => element.closest('.toasts, .menu-body, .notices, [popover]');
      for (const [place, one] of targets.entries()) {
        for (const other of targets.slice(place + 1)) {
          const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          const isNested = one.element.contains(other.element) || other.element.contains(one.element);
          const liesOn = within(one, other) || within(other, one);
          if (across > SLACK && down > SLACK && !isNested && !liesOn && layer(one.element) === layer(other.element)) {
            found.add(`${name(one.element)} overlaps ${name(other.element)}`);
          }
        }
      }
    }

    /** In the flowchart, words stay within their box. */
    function lookAtDrawing() {
      for (const node of document.querySelectorAll<SVGGElement>('.canvas .node')) {
        const body = node.querySelector<SVGGraphicsElement>('.node-body')?.getBoundingClientRect();
        if (!body) continue;
        for (const words of node.querySelectorAll('.node-label, .node-label tspan')) {
          const box = words.getBoundingClientRect();
          if (box.width > 0 && (box.left < body.left - SLACK || box.right > body.right + SLACK)) found.add(`words leave their node: “${text(words)}”`);
        }
      }
    }

    lookForScrolling();
    lookAtTexts();
    lookAtTargets();
    lookAtDrawing();
    return [...found];
  });
}
