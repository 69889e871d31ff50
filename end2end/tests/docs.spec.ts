import { expect, test } from '@playwright/test';

test('the API can be browsed and tried, and nothing is loaded from elsewhere', async ({ page, baseURL }) => {
  const wrong: string[] = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== new URL(baseURL!).origin) {
      wrong.push(request.url());
    }
  });
  await page.goto('/api/docs');
  await expect(page.getByRole('heading', { name: /Playbook Forge/ })).toBeVisible();
  for (const tag of ['playbooks', 'executions', 'live', 'health']) {
    await expect(page.locator(`.opblock-tag[data-tag="${tag}"]`)).toBeVisible();
  }
  const operation = page.locator('.opblock', { hasText: 'List the library, newest first' });
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table').getByRole('cell', { name: '200', exact: true })).toBeVisible();
  expect(wrong).toEqual([]);
});
