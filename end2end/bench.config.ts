import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** Measures the pages of a release of its own over an empty folder; `make bench-pages`. */
const { globalSetup: _, ...rest } = base;

export default defineConfig({
  ...rest,
  testDir: 'bench',
  testMatch: 'pages.ts',
  outputDir: 'test-results/bench',
  timeout: 15 * 60_000,
  // The figures are what is to be read.
  reporter: [['dot']],
  use: { ...rest.use, trace: 'off' },
});
