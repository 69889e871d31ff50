import { defineConfig } from '@playwright/test';
import pages from '../bench.config.ts';

/** Measures the flowchart in a large window, with nothing beside it; `make bench-canvas`. */
export default defineConfig({
  ...pages,
  testDir: '.',
  testMatch: 'canvas.ts',
  outputDir: '../test-results/bench',
  workers: 1,
  use: { ...pages.use, screenshot: 'off', viewport: { width: 1920, height: 1080 } },
});
