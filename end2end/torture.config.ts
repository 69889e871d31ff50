import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** Tortures servers of its own with hostile requests and crowds; `make torture`, and in `make test` the short form. */
const { globalSetup: _, webServer: __, ...rest } = base;

export default defineConfig({
  ...rest,
  testDir: 'torture',
  testMatch: '*.torture.ts',
  outputDir: 'test-results/torture-traces',
  // What one request costs is only to be seen when nothing else runs.
  fullyParallel: false,
  workers: 1,
  timeout: 10 * 60_000,
  reporter: [['list'], ['json', { outputFile: 'test-results/torture.json' }]],
});
