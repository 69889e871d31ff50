import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

const here = import.meta.dirname;
const target = process.env.CARGO_TARGET_DIR || join(here, '..', 'target');

/** Playwright starts a browser by its path only, so a name is looked up on PATH. */
function chromium(): string {
  const name = process.env.CHROMIUM || 'chromium';
  try {
    return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error(`There is no ${name} on PATH: set CHROMIUM to a Chromium or Chrome.`);
  }
}

/** A server over an empty folder; Playwright puts its address into the variable of this name, in capitals. */
function server(name: string, folder: string, demo: boolean) {
  return {
    // An empty database for every run; the last one stays to be looked at.
    command: 'rm -rf "$FORGE_DATA_DIR" && exec "$FORGE_BIN"',
    env: {
      FORGE_BIN: resolve(process.env.FORGE_BIN || join(target, 'release', 'playbook-forge')),
      FORGE_DATA_DIR: join(here, 'test-results', folder),
      FORGE_DEMO: String(demo),
      FORGE_LOG: process.env.FORGE_LOG || 'warn',
      // The system chooses a free port, and the server says which.
      FORGE_ADDR: '127.0.0.1:0',
    },
    wait: { stdout: new RegExp(`at (?<${name}>http:\\S+)\\n`) },
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 10_000 },
  };
}

export default defineConfig({
  testDir: 'tests',
  globalSetup: './world/begin.ts',
  outputDir: 'test-results',
  // The tests share one server and its database, and each makes what it needs.
  fullyParallel: true,
  workers: 2,
  // A busy machine may be slower than a browser waits: what fails is tried once more, and then told as flaky.
  retries: 1,
  // Machines are busy: what passes takes a fraction of this.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  webServer: [server('forge_url', 'data', true), server('forge_empty_url', 'empty', false)],
  use: {
    // Empty while the server starts; the workers read this file again after that.
    baseURL: process.env.FORGE_URL,
    // A trace doubles what a test costs.
    trace: process.env.FORGE_TRACE === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        // Root, as in containers, cannot have Chromium's sandbox.
        '--no-sandbox',
        '--disable-gpu',
        // Without these the browser calls home at every start.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
