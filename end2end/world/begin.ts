import { request } from '@playwright/test';
import { started } from './executions.ts';

/**
 * Before the first test: starts an execution, so that a test that needs an older one does not have to wait until one of
 * its own has grown old. Its id is in `FORGE_OLDEST`.
 */
export default async function begin() {
  const context = await request.newContext({ baseURL: process.env.FORGE_URL });
  process.env.FORGE_OLDEST = (await started(context, 'Long without a line')).id;
  await context.dispose();
}
