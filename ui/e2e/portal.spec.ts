// A developer's way: from the catalogue to a key of one's own and a look at one's own calls.
import type { Page } from '@playwright/test';
import { expect, shot, test } from './portal.ts';

const KEY = process.env.PAILOU_E2E_KEY ?? '';
const API = '/portal/apis/orders@v1';

/** Counts what a person does: each click, each field filled in, is one. */
function counted(page: Page) {
  let interactions = 0;
  return {
    click: async (name: string | RegExp, role: 'button' | 'link' | 'tab' = 'button') => {
      interactions += 1;
      await page.getByRole(role, { name }).first().click();
    },
    fill: async (label: string | RegExp, value: string) => {
      interactions += 1;
      await page.getByLabel(label).first().fill(value);
    },
    get count() {
      return interactions;
    },
  };
}

const somebody = () => `ada-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;
const PASSWORD = 'a long enough password';

async function signUp(page: Page, email: string) {
  await page.goto('/portal/sign-up');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('heading', { name: 'My apps', level: 1 })).toBeVisible();
}

test('an anonymous visitor finds an operation, and calls it from the page with and without a key', async ({ page }) => {
  await page.goto('/portal/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Build with');
  await shot(page, 'portal-home');

  await page.getByRole('link', { name: 'APIs', exact: true }).click();
  await page.getByLabel('Search APIs').fill('zzz-nothing');
  await expect(page.getByRole('heading', { name: 'No API matches' })).toBeVisible();
  await shot(page, 'portal-catalogue-no-match');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByLabel('Search APIs').fill('order');
  await expect(page).toHaveURL(/q=order/);
  await page.getByRole('link', { name: 'Orders', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: 'Orders', level: 1 })).toBeVisible();
  await expect(page.getByLabel('curl command', { exact: true })).toContainText('YOUR_API_KEY');
  await shot(page, 'portal-api');

  await page.getByRole('link', { name: 'Reference' }).first().click();
  await expect(page.locator('#operation-title')).toBeVisible();
  await page.getByLabel('Filter operations').fill('list orders');
  await page.getByRole('link', { name: /List orders/ }).click();
  await expect(page.getByRole('heading', { name: 'List orders', level: 1 })).toBeVisible();
  await shot(page, 'portal-reference');

  await page.getByRole('tab', { name: 'Try it' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const answer = page.getByRole('region', { name: 'Response', exact: true });
  await expect(answer).toContainText('401');
  await expect(answer.getByRole('link', { name: 'Get a key' })).toBeVisible();
  await shot(page, 'portal-try-401');

  await page.getByTestId('api-key').fill(KEY);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(answer).toContainText('200');
  await shot(page, 'portal-try-200');
  expect(page.url()).not.toContain(KEY);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(KEY);
});

test('from nobody to a first 200 in at most seven interactions, and the call shows in the app', async ({ page }) => {
  const person = counted(page);
  await page.goto(API);
  await person.click('Get access', 'link');
  await person.fill('E-mail', somebody());
  await person.fill('Password', PASSWORD);
  await shot(page, 'portal-subscribe');
  await person.click('Get my key');
  await expect(page.getByRole('heading', { name: 'You have access' })).toBeVisible();
  const key = await page.getByTestId('secret').textContent();
  expect(key).toMatch(/^plk_[0-9A-Za-z]{38}$/);
  await person.click('Send it from here');
  await expect(page.getByRole('region', { name: 'Response', exact: true })).toContainText('200');
  expect(person.count).toBeLessThanOrEqual(7);
  await shot(page, 'portal-first-call');

  await page.getByRole('link', { name: /usage and keys/ }).click();
  const calls = page.locator('dl div', { hasText: 'Calls' }).first();
  await expect(calls).toContainText('1', { timeout: 15_000 });
  await shot(page, 'portal-usage');
  await page.getByRole('tab', { name: 'Calls' }).click();
  await expect(page.getByRole('table', { name: 'Calls' })).toContainText('200', { timeout: 15_000 });
  await shot(page, 'portal-calls');

  // The key is not to be seen a second time, and not kept anywhere.
  await page.getByRole('tab', { name: /Keys/ }).click();
  await expect(page.getByRole('table', { name: 'Keys' })).toContainText((key ?? '').slice(0, 8));
  expect(await page.content()).not.toContain(key);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(key);
});

test('a key is rotated with an overlap, then the old one is revoked and refused', async ({ page, request }) => {
  await page.goto(API);
  await page.getByRole('link', { name: 'Get access' }).first().click();
  await page.getByLabel('E-mail').fill(somebody());
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Get my key' }).click();
  const old = (await page.getByTestId('secret').textContent()) ?? '';
  await page.getByRole('link', { name: /usage and keys/ }).click();
  await page.getByRole('tab', { name: /Keys/ }).click();
  await page.getByRole('button', { name: 'Rotate' }).click();
  const fresh = (await page.getByTestId('secret').textContent()) ?? '';
  expect(fresh).not.toBe(old);
  await shot(page, 'portal-key-once');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('secret')).toBeVisible();
  await page.getByLabel(/I have stored/).check();
  await page.getByRole('button', { name: 'Done' }).click();

  const gateway = process.env.PAILOU_E2E_GATEWAY;
  const status = async (key: string) => (await request.get(`${gateway}/orders/v1/orders`, { headers: { 'x-api-key': key } })).status();
  if (gateway) await expect.poll(async () => [await status(old), await status(fresh)]).toEqual([200, 200]);
  await page.getByRole('row', { name: new RegExp(old.slice(0, 8)) }).getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByRole('table', { name: 'Keys' })).not.toContainText(old.slice(0, 8));
  if (gateway) await expect.poll(async () => [await status(old), await status(fresh)], { timeout: 3000 }).toEqual([401, 200]);
});

test('an app is made, renamed and deleted', async ({ page }) => {
  await signUp(page, somebody());
  await page.getByRole('button', { name: 'New app' }).click();
  await page.getByRole('button', { name: 'Make the app' }).click();
  await expect(page.getByText('Give it a name.')).toBeVisible();
  await page.getByLabel('Name').fill('Scales');
  await page.getByRole('button', { name: 'Make the app' }).click();
  await expect(page.getByRole('heading', { name: 'Scales', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Name').fill('Tea scales');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Tea scales', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'No app yet' })).toBeVisible();
});

test('a plan that needs approval ends in a request that is seen to wait', async ({ page }) => {
  await signUp(page, somebody());
  await shot(page, 'portal-apps-empty');
  await page.getByRole('link', { name: 'Choose a product' }).click();
  await page.getByRole('link', { name: 'Orders' }).first().click();
  await shot(page, 'portal-product');
  await page.getByRole('link', { name: /^Ask for/ }).click();
  await page.getByRole('button', { name: 'Ask for access' }).click();
  await expect(page.getByText('Say it in a sentence.')).toBeVisible();
  await page.getByLabel(/What do you need it for/).fill('A shop of our own.');
  await page.getByRole('button', { name: 'Ask for access' }).click();
  await expect(page.getByRole('heading', { name: 'You have asked for access' })).toBeVisible();
  await shot(page, 'portal-pending');
  await page.getByRole('link', { name: /usage and keys/ }).click();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  await expect(page.getByRole('table', { name: 'Subscriptions' })).toContainText('pending');
});

test('signing in goes on with what one was about to do', async ({ page }) => {
  const email = somebody();
  await signUp(page, email);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.goto('/portal/apps');
  await expect(page.getByRole('heading', { name: 'Sign in to see your apps' })).toBeVisible();
  await shot(page, 'portal-no-permission');
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('No account has this');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/portal\/apps$/);
  await expect(page.getByRole('heading', { name: 'My apps', level: 1 })).toBeVisible();
});

test('what is not there says so and leads on', async ({ page }) => {
  for (const [path, title] of [
    ['/portal/nowhere', 'There is nothing at this address'],
    ['/portal/apis/no-such-api', 'This API is not here'],
    ['/portal/products/none', 'This product is not here'],
    ['/portal/problems/none', 'This type of error is not here'],
  ]) {
    await page.goto(path as string);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
  }
  await shot(page, 'portal-not-found');
  await page.goto('/portal/apis/orders@v1/reference/noSuchOperation');
  await expect(page.getByRole('heading', { name: 'This operation is not in the contract' })).toBeVisible();
  await page.goto('/portal/problems/rate-limited');
  await expect(page.getByText('Retry-After')).toBeVisible();
  await shot(page, 'portal-problem');
});

test('the search finds operations by keyboard', async ({ page }) => {
  await page.goto('/portal/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Build');
  await page.keyboard.press('/');
  await page.keyboard.type('list orders');
  await expect(page.getByRole('dialog').getByText('GET /orders', { exact: true }).first()).toBeVisible();
  await shot(page, 'portal-search');
  await page.keyboard.press('Enter');
  // Other journeys have made APIs with such an operation, too.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^(List orders|GET \/orders)$/);
});

for (const [name, options] of [
  ['dark', { colorScheme: 'dark' as const, viewport: { width: 1440, height: 900 } }],
  ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
] as const) {
  test.describe(name, () => {
    test.use(options);
    test(`the pages hold on ${name}`, async ({ page }) => {
      for (const [file, path] of [
        ['home', '/portal/'],
        ['catalogue', '/portal/apis'],
        ['api', API],
        ['reference', `${API}/reference/createOrder`],
        ['try', `${API}/reference/createOrder?panel=try`],
        ['subscribe', '/portal/subscribe?product=orders'],
      ]) {
        await page.goto(path as string);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${path} is not wider than the screen`).toBeLessThanOrEqual(1);
        await shot(page, `portal-${file}-${name}`);
      }
    });
  });
}

test('an API is tried in the sandbox of an app before anybody approves it, and the sandbox is emptied', async ({ page }) => {
  await signUp(page, somebody());
  await page.getByRole('button', { name: 'New app' }).click();
  await page.getByLabel('Name').fill('Till');
  await page.getByRole('button', { name: 'Make the app' }).click();
  await expect(page.getByRole('heading', { name: 'Till', level: 1 })).toBeVisible();
  await page.getByRole('tab', { name: 'Sandbox' }).click();
  await expect(page.getByText('nothing reaches the real service')).toBeVisible();
  await shot(page, 'portal-sandbox');

  await page.goto(`${API}/reference/createOrder?panel=try`);
  await page.getByLabel('Where').selectOption({ label: 'Sandbox of Till' });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const answer = page.getByRole('region', { name: 'Response', exact: true });
  await expect(answer).toContainText('201');
  await shot(page, 'portal-try-sandbox');

  await page.goto('/portal/apps');
  await page.getByRole('link', { name: 'Till' }).first().click();
  await page.getByRole('tab', { name: 'Sandbox' }).click();
  await page.getByRole('button', { name: 'Empty it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Empty it' }).click();
  await expect(page.getByText('The sandbox is empty again.')).toBeVisible();
});
