import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

/** Through a proxy that tools/proxies.sh has started; FORGE_URL says where, and its name leads to this machine. */
const { webServer: _, ...rest } = base;
const url = process.env.FORGE_URL!;

export default defineConfig({
  ...rest,
  testDir: 'proxies',
  outputDir: 'test-results/proxies',
  // A first page comes over TLS, through two programs.
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.FORGE_RESULTS }]],
  use: {
    ...rest.use,
    baseURL: url,
    // The certificate is signed by nobody.
    ignoreHTTPSErrors: true,
    httpCredentials: { username: 'ana', password: process.env.FORGE_PASSWORD!, origin: url },
    launchOptions: {
      ...rest.use?.launchOptions,
      args: [...(rest.use?.launchOptions?.args ?? []), `--host-resolver-rules=MAP ${new URL(url).hostname} 127.0.0.1`],
    },
  },
});
