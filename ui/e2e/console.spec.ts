// Journey 3: an operator signs in by the one-time link and sees, guards and follows the API that quickstart made.
import { type APIRequestContext, type BrowserContext, expect, type Page, test } from '@playwright/test';

const ADMIN = process.env.PAILOU_E2E_ADMIN ?? 'http://127.0.0.1:9080';
const LINK = process.env.PAILOU_E2E_LINK ?? '';
const GATEWAY = process.env.PAILOU_E2E_GATEWAY ?? 'http://127.0.0.1:8080';
const KEY = process.env.PAILOU_E2E_KEY ?? '';
const TAG = Date.now().toString(36);
/** Another one each time, so that a platform that was tested before is tested too. */
const LIMIT = 600 + Math.floor(Math.random() * 9000);

/** How long a call may take to appear (milliseconds), the page's own refresh included. */
const SEEN_WITHIN = 4000;
/** How long a change may take to hold at the gateway. */
const HELD_WITHIN = 2000;

const CONTRACT = `openapi: 3.1.0
info: { title: Parcels ${TAG}, version: "1" }
paths:
  /parcels:
    get: { operationId: listParcels, summary: List parcels, responses: { "200": { description: The parcels } } }
  /parcels/{id}:
    get:
      operationId: getParcel
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: A parcel } }
`;

const call = (request: APIRequestContext, path: string, key?: string) => request.get(`${GATEWAY}${path}`, { headers: key ? { 'x-api-key': key } : {}, failOnStatusCode: false });
const shot = (page: Page, name: string) => page.screenshot({ path: new URL(`screenshots/console-${name}.png`, import.meta.url).pathname, animations: 'disabled' });

test.describe.serial('the console', () => {
  let context: BrowserContext;
  let page: Page;
  const outside: string[] = [];
  const errors: string[] = [];

  test.beforeAll(async ({ browser }) => {
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(ADMIN).host) outside.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // The browser reports every refused call; the tests provoke some of those.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text());
    });
  });
  test.afterEach(() => {
    expect(outside, 'requests to other hosts').toEqual([]);
    expect(errors, 'errors of the page').toEqual([]);
  });
  test.afterAll(() => context.close());

  test('asks strangers to sign in, and tells a wrong token', async ({ browser }) => {
    const stranger = await browser.newPage();
    await stranger.goto(`${ADMIN}/console/apis`);
    await expect(stranger.getByRole('heading', { name: 'Sign in to Pailou' })).toBeVisible();
    await shot(stranger, 'sign-in');
    await stranger.getByLabel('Admin token').fill('not-the-token');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await expect(stranger.getByText('This token is not valid.')).toBeVisible();
    await stranger.close();
  });

  test('opens by the one-time link, once, and keeps its secret out of the address', async ({ browser }) => {
    await page.goto(LINK);
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
    expect(page.url()).not.toContain('#');
    await shot(page, 'overview-first');
    const second = await browser.newPage();
    await second.goto(LINK);
    await expect(second.getByText('was used already')).toBeVisible();
    await second.close();
  });

  test('lists the API and its operations with the policies in force', async () => {
    await page.getByRole('link', { name: 'APIs', exact: true }).click();
    await page.getByRole('link', { name: 'Orders' }).first().click();
    await expect(page.getByRole('heading', { name: 'Orders', level: 1 })).toBeVisible();
    await shot(page, 'api');
    await page.getByRole('link', { name: 'Operations', exact: true }).click();
    const row = page.getByRole('row', { name: /GET.*\/orders.*key-auth.*rate-limit/ }).first();
    await expect(row).toBeVisible();
    await shot(page, 'operations');
    await row.click();
    await expect(page.getByRole('dialog').getByText('What applies to a call, in order')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  test('shows calls within seconds, filters them, and says where the time went', async ({ request }) => {
    await page.goto(`${ADMIN}/console/calls`);
    await expect(page.getByRole('heading', { name: 'Call log' })).toBeVisible();
    expect((await call(request, '/orders/v1/orders', KEY)).status()).toBe(200);
    expect((await call(request, '/orders/v1/orders')).status()).toBe(401);
    expect((await call(request, `/orders/v1/nothing-${TAG}`, KEY)).status()).toBe(404);
    await expect(page.getByText(`/orders/v1/nothing-${TAG}`)).toBeVisible({ timeout: SEEN_WITHIN });
    await shot(page, 'calls');

    await page.getByLabel('Filter by').selectOption('status');
    await page.getByLabel('Filter value').fill('4xx');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await expect(page).toHaveURL(/status=4xx/);
    await expect(page.getByRole('table').getByText('200', { exact: true })).toHaveCount(0);
    await expect(page.getByRole('table').getByText('401', { exact: true }).first()).toBeVisible();
    await page.getByRole('button', { name: /Remove filter Status/ }).click();

    await page.getByRole('table').getByText('200', { exact: true }).first().click();
    const drawer = page.getByRole('dialog');
    await expect(drawer.getByText('Request id')).toBeVisible();
    await expect(drawer.getByRole('figure', { name: 'Where the time went' })).toContainText('upstream');
    await shot(page, 'call');
    await page.keyboard.press('Escape');
  });

  test('draws live traffic with rate, error share and latency', async ({ request }) => {
    await page.goto(`${ADMIN}/console/live`);
    await expect(page.getByRole('heading', { name: 'Live traffic' })).toBeVisible();
    await call(request, '/orders/v1/orders', KEY);
    await expect(page.getByText('Rate now')).toBeVisible();
    for (const term of ['Latency p50', 'Latency p95', 'Latency p99']) {
      await expect(page.locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]')).toContainText('ms');
    }
    await expect(page.getByRole('img', { name: /Requests by whose fault/ })).toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('paused')).toBeVisible();
    await shot(page, 'live');
  });

  test('changes a policy with a preview, and the gateway obeys', async ({ request }) => {
    await page.goto(`${ADMIN}/console/apis/orders@v1/policies`);
    await page.getByRole('button', { name: 'Edit rate-limit' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel(/^Limit( required)?$/).fill(String(LIMIT));
    await shot(page, 'policy-form');
    await drawer.getByRole('button', { name: 'Keep this' }).click();
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = page.getByRole('dialog');
    await expect(review.getByText(/policies\[\d\]\.rate-limit\.limit/)).toBeVisible();
    await shot(page, 'policy-review');
    await review.getByRole('button', { name: 'Save change' }).click();
    await expect(page.getByText('Saved api orders@v1')).toBeVisible();
    await expect(async () => expect((await call(request, '/orders/v1/orders', KEY)).headers()['ratelimit-policy']).toContain(`q=${LIMIT}`)).toPass({ timeout: HELD_WITHIN });
  });

  test('does not overwrite what somebody else changed', async () => {
    await page.goto(`${ADMIN}/console/apis/orders@v1/policies`);
    await page.getByRole('button', { name: 'Edit rate-limit' }).click();
    await page.getByRole('dialog').getByLabel(/^Limit( required)?$/).fill(String(LIMIT + 1));
    await page.getByRole('dialog').getByRole('button', { name: 'Keep this' }).click();
    const changed = await page.evaluate(async (owner) => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const document = await (await fetch('/api/v1/apis/orders@v1')).json();
      return (await fetch('/api/v1/apis/orders@v1', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify({ ...document, owner }) })).status;
    }, `Team ${TAG}`);
    expect(changed).toBe(200);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save change' }).click();
    await expect(page.getByText('Someone changed this in the meantime.')).toBeVisible();
    await shot(page, 'conflict');
    await page.getByRole('button', { name: 'Drop my change and reload' }).click();
    await page.getByRole('link', { name: 'Overview', exact: true }).last().click();
    await expect(page.getByText(`Team ${TAG}`)).toBeVisible();
  });

  test('makes a consumer, shows its key once, and revokes it', async ({ request }) => {
    const name = `e2e-${TAG}`;
    await page.goto(`${ADMIN}/console/consumers/new`);
    await page.getByLabel(/^Name/).fill(name);
    await page.getByRole('button', { name: 'Review and create' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await page.getByRole('button', { name: 'Issue a key' }).click();
    await page.getByRole('button', { name: 'Issue key', exact: true }).click();
    const key = (await page.getByTestId('secret').textContent()) ?? '';
    expect(key).toMatch(/^plk_[0-9A-Za-z]{38}$/);
    await page.getByLabel(/stored the key safely/).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByText(key)).toHaveCount(0);
    await expect(async () => expect((await call(request, '/orders/v1/orders', key)).status()).toBe(200)).toPass({ timeout: HELD_WITHIN });
    // Gateways tell every few seconds, and the page asks as often.
    await expect(page.getByRole('table', { name: 'Keys' }).getByRole('cell').nth(2)).toContainText(/ago|just now/, { timeout: 30_000 });
    await shot(page, 'consumer');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await expect(async () => expect((await call(request, '/orders/v1/orders', key)).status()).toBe(401)).toPass({ timeout: HELD_WITHIN });
  });

  test('imports a contract after a dry run, and tells what is wrong with a bad one', async () => {
    await page.goto(`${ADMIN}/console/apis/new`);
    await page.getByLabel(/^Upstream/).fill('http://127.0.0.1:9');
    await page.getByRole('textbox', { name: /^Document/ }).fill('hello: world');
    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await shot(page, 'import-refused');
    await page.getByRole('textbox', { name: /^Document/ }).fill(CONTRACT);
    await page.getByLabel(/^Name/).fill(`parcels-${TAG}`);
    await page.getByRole('button', { name: 'Check' }).click();
    await expect(page.getByText('What it would make')).toBeVisible();
    await expect(page.getByText('2 operations')).toBeVisible();
    await shot(page, 'import-check');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('heading', { name: `parcels-${TAG}`, level: 1 })).toBeVisible();
    await expect(page.getByText('Waiting for the first call')).toBeVisible();
    await shot(page, 'first-call');
  });

  test('makes a route by a form, and the gateway answers there', async ({ request }) => {
    await page.goto(`${ADMIN}/console/routes/new`);
    await page.getByLabel(/^Name/).first().fill(`sample-${TAG}`);
    await page.getByRole('textbox', { name: 'Path', exact: true }).fill(`/route-${TAG}/*`);
    await page.getByLabel('Strip path').check();
    await page.getByLabel('Which upstream').selectOption({ index: 0 });
    await page.getByRole('textbox', { name: /^Upstream/ }).fill('no-such-upstream');
    await page.getByRole('button', { name: 'Review and create' }).click();
    await expect(page.getByRole('dialog').getByText('The server would refuse this change.')).toBeVisible();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Create' })).toBeDisabled();
    await shot(page, 'route-refused');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep editing' }).click();
    await page.getByRole('textbox', { name: /^Upstream/ }).fill('orders-sample');
    await page.getByRole('button', { name: 'Review and create' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { name: `sample-${TAG}`, level: 1 })).toBeVisible();
    await expect(async () => expect((await call(request, `/route-${TAG}/orders`)).status()).toBe(200)).toPass({ timeout: HELD_WITHIN });
  });

  test('decides on a subscription that waits', async () => {
    const name = `wait-${TAG}`;
    const made = await page.evaluate(async (name) => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const post = async (plural: string, body: unknown) => (await fetch(`/api/v1/${plural}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify(body) })).status;
      return [await post('apps', { name }), await post('subscriptions', { name, app: name, product: 'orders', plan: 'business', state: 'pending', reason: 'For the end-to-end test' })];
    }, name);
    expect(made).toEqual([201, 201]);
    await page.goto(`${ADMIN}/console/`);
    await expect(page.getByRole('link', { name: new RegExp(name) })).toBeVisible();
    await page.goto(`${ADMIN}/console/subscriptions?state=pending`);
    await page.getByRole('row', { name: new RegExp(name) }).getByRole('button', { name: 'Decide' }).click();
    await expect(page.getByRole('dialog').getByText('For the end-to-end test')).toBeVisible();
    await shot(page, 'decision');
    await page.getByRole('dialog').getByLabel('Your reason').fill('Welcome');
    await page.getByRole('dialog').getByLabel('Last day').fill('2038-01-31');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText(`Approved: ${name}`)).toBeVisible();
    await page.goto(`${ADMIN}/console/subscriptions/${name}`);
    await expect(page.getByText('active').first()).toBeVisible();
    await expect(page.locator('dt', { hasText: 'Ends' }).locator('xpath=following-sibling::dd[1]')).toContainText('2038');
  });

  test('keeps an audit log whose chain can be verified', async () => {
    await page.goto(`${ADMIN}/console/audit`);
    await expect(page.getByText(`api/parcels-${TAG}`).first()).toBeVisible();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await expect(page.getByText('The chain is whole')).toBeVisible();
    await shot(page, 'audit');
  });

  test('finds things by keyboard', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('system');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'System', level: 1 })).toBeVisible();
    await expect(page.getByText('Listeners')).toBeVisible();
    await shot(page, 'system');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`parcels-${TAG}`);
    await expect(page.getByRole('option', { name: new RegExp(`parcels-${TAG}`) }).first()).toBeVisible();
    await shot(page, 'search');
    await page.keyboard.press('Escape');
  });

  test('has a page for everything in its navigation, in the dark and on a phone', async () => {
    await page.goto(`${ADMIN}/console/`);
    const navigation = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    await expect(navigation.first()).toBeVisible();
    const links = await navigation.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    expect(links.length).toBeGreaterThan(10);
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const link of links) {
      await page.goto(`${ADMIN}${link}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('There is no such page')).toHaveCount(0);
      await expect(page.getByRole('alert')).toHaveCount(0);
    }
    await shot(page, 'dark');
    await page.setViewportSize({ width: 390, height: 800 });
    for (const link of links) {
      await page.goto(`${ADMIN}${link}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${link} is too wide`).toBeLessThanOrEqual(0);
    }
    await page.getByRole('button', { name: 'Navigation' }).click();
    await expect(page.getByRole('link', { name: 'Audit' })).toBeVisible();
    await shot(page, 'phone');
  });

  test('signs out', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${ADMIN}/console/`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in to Pailou' })).toBeVisible();
    await page.goto(`${ADMIN}/console/apis`);
    await expect(page.getByRole('heading', { name: 'Sign in to Pailou' })).toBeVisible();
  });
});
