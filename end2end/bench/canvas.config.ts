import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import tests from '../playwright.config.ts';

const { webServer, use } = tests;
if (!webServer || Array.isArray(webServer)) throw new Error('The tests are expected to start one server.');

/** The same server and browser as the tests have, for measuring: without demo data, and without recording anything. */
export default defineConfig({
  testDir: '.',
  testMatch: 'canvas.ts',
  outputDir: '../test-results/bench',
  workers: 1,
  timeout: 600_000,
  reporter: [['list']],
  webServer: {
    ...webServer,
    env: { ...webServer.env, FORGE_DEMO: 'false', FORGE_DATA_DIR: join(import.meta.dirname, '..', 'test-results', 'bench-data') },
  },
  use: { ...use, trace: 'off', viewport: { width: 1920, height: 1080 } },
});
