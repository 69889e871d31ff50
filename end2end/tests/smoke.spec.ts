import { expect, test } from '@playwright/test';

test('the server is ready and shows the playbooks', async ({ page, request }) => {
  expect((await request.get('/readyz')).status()).toBe(200);

  await page.goto('/playbooks');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
