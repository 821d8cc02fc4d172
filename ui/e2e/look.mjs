// Takes screenshots of the console's pages: `node e2e/look.mjs http://127.0.0.1:9090 DIR [path…]`. Fails on errors and foreign requests.
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [base, out, ...only] = process.argv.slice(2);
const PAGES = ['/', '/apis', '/apis/new', '/apis/orders@v1', '/apis/orders@v1/operations', '/apis/orders@v1/policies', '/apis/orders@v1/traffic', '/apis/orders@v1/calls', '/apis/orders@v1/document', '/apis/orders@v1/revisions', '/routes', '/upstreams', '/policies', '/products', '/plans', '/subscriptions', '/consumers', '/consumers/ada', '/consumers/new', '/plans/gold?tab=edit', '/apps', '/live', '/calls', '/audit', '/system', '/nothing'];
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
let wrong = 0;
for (const [name, options] of [
  ['light', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1360, height: 900 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 800 }, colorScheme: 'light' }],
]) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complain = (text) => {
    wrong += 1;
    console.log(name, page.url(), text);
  };
  page.on('console', (message) => message.type() === 'error' && !/status of 40[14]/.test(message.text()) && complain(message.text()));
  page.on('pageerror', (error) => complain(String(error)));
  page.on('request', (request) => new URL(request.url()).host !== new URL(base).host && complain(`foreign request ${request.url()}`));
  for (const path of only.length ? only : PAGES) {
    await page.goto(`${base}/console${path}`);
    await page.waitForLoadState('load');
    await page.waitForTimeout(900);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) complain(`${wide} px too wide`);
    await page.screenshot({ path: `${out}/${name}${path.replaceAll(/[^a-z0-9]+/g, '-')}.png`, fullPage: false });
  }
  await context.close();
}
await browser.close();
if (wrong) process.exit(1);
