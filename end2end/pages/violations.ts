import type { Page } from '@playwright/test';

/**
 * Everything that the Content-Security-Policy forbade on a page, and every error in its console, in words. To be called
 * before the page is opened; it grows as things happen.
 */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.exposeFunction('reportViolation', (text: string) => found.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event;
      const text = `${effectiveDirective} forbids ${blockedURI} at ${sourceFile}:${lineNumber} ${sample}`;
      (window as Window & { reportViolation?: (text: string) => void }).reportViolation!(text);
    });
  });
  page.on('console', (message) => {
    // The status of a page that is not there is an error to the console, too.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 404');
    if (message.type() === 'error' && !isStatus) found.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`page: ${error.message}`));
  return found;
}
