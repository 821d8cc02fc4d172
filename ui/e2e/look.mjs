// Takes screenshots of the pages of both apps in the light, in the dark and on a phone:
// `[PAILOU_E2E_TOKEN=…] node e2e/look.mjs http://127.0.0.1:9080 DIR [path…]`. Fails on errors, foreign requests, and what is too wide; with
// AXE=…/axe.min.js also on serious findings of axe-core.
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const [base, out, ...only] = process.argv.slice(2);
const CONSOLE = ['/', '/apis', '/apis/new', '/apis/orders@v1', '/apis/orders@v1/operations', '/apis/orders@v1/policies', '/apis/orders@v1/traffic', '/apis/orders@v1/calls', '/apis/orders@v1/document', '/apis/orders@v1/revisions', '/apis/orders@v1/life', '/catalogue', '/scorecards', '/reviews', '/designs', '/designs/new', '/standards', '/waivers', '/routes', '/upstreams', '/splits', '/drift', '/drift?api=orders@v1', '/policies', '/products', '/plans', '/subscriptions', '/consumers', '/consumers/quickstart', '/consumers/new', '/plans/free?tab=edit', '/apps', '/blocks', '/live', '/calls', '/audit', '/gateways', '/certificates', '/workspaces', '/secrets', '/people', '/people?tab=roles', '/tokens', '/system', '/nothing'];
const PORTAL = ['/', '/apis', '/apis/orders@v1', '/apis/orders@v1/reference', '/apis/orders@v1/reference/listOrders', '/products', '/products/orders', '/search?q=order', '/sign-in', '/sign-up', '/subscribe?product=orders', '/forgotten', '/confirm', '/set-password', '/apps', '/problems', '/problems/rate-limited', '/nothing'];
const PAGES = only.length ? only : [...CONSOLE.map((path) => `/console${path}`), '/console/sign-in', '/console/set-password', ...PORTAL.map((path) => `/portal${path}`)];
const axe = process.env.AXE && readFileSync(process.env.AXE, 'utf8');
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
let wrong = 0;
for (const [name, options] of [
  ['light', { viewport: { width: 1360, height: 900 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1360, height: 900 }, colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 800 }, colorScheme: 'light' }],
]) {
  // The server's Content-Security-Policy is tested elsewhere; here it would keep axe out.
  const context = await browser.newContext({ ...options, bypassCSP: Boolean(axe) });
  const page = await context.newPage();
  const complain = (text) => {
    wrong += 1;
    console.log(name, page.url().slice(base.length), text);
  };
  page.on('console', (message) => message.type() === 'error' && !/status of 40[134]/.test(message.text()) && complain(message.text()));
  page.on('pageerror', (error) => complain(String(error)));
  page.on('request', (request) => !/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== new URL(base).host && complain(`foreign request ${request.url()}`));
  if (process.env.PAILOU_E2E_TOKEN) {
    await page.goto(`${base}/console/sign-in`);
    await page.getByLabel('Admin token').fill(process.env.PAILOU_E2E_TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  }
  for (const path of PAGES) {
    await page.goto(base + path);
    await page.waitForLoadState('load');
    await page.waitForTimeout(900);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) complain(`${wide} px too wide`);
    if (axe) {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      for (const { id, impact, nodes } of violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')) complain(`${impact} ${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(', ')}`);
    }
    await page.screenshot({ path: `${out}/${name}${path.replaceAll(/[^a-z0-9]+/g, '-')}.png`, fullPage: Boolean(process.env.FULL) });
  }
  await context.close();
}
await browser.close();
if (wrong) process.exit(1);
