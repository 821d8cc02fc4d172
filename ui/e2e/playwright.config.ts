// Journeys in Debian's Chromium against a running platform; `cargo xtask e2e` starts one and says where it is.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  // One platform, whose rate limits and lists the tests share.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.PAILOU_E2E_ADMIN ?? 'http://127.0.0.1:9080',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.PAILOU_E2E_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
