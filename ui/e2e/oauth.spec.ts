// An app as an OAuth client, by a developer's hands; and a person who is asked by it, agrees, and takes it back.
import { createHash, randomBytes } from 'node:crypto';
import type { APIRequestContext, Page } from '@playwright/test';
import { expect, shot, test } from './portal.ts';

const ADMIN = process.env.PAILOU_E2E_TOKEN ?? '';
const GATEWAY = process.env.PAILOU_E2E_GATEWAY ?? '';
const PASSWORD = 'a long enough password';
const somebody = () => `ada-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.com`;

const CONTRACT = {
  openapi: '3.1.0',
  info: { title: 'Tea', version: '1' },
  paths: {
    '/leaves': {
      get: { operationId: 'listLeaves', summary: 'List leaves', security: [{ o: ['tea:read'] }], responses: { 200: { description: 'OK' } } },
      post: { operationId: 'pluck', summary: 'Pluck a leaf', security: [{ o: ['tea:pluck'] }], responses: { 200: { description: 'OK' } } },
    },
  },
  components: { securitySchemes: { o: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/token', scopes: { 'tea:read': 'See which leaves there are', 'tea:pluck': 'Pluck leaves for you' } } } } } },
};
const RESOURCES = `
{ kind: api, name: tea, version: v1, contract: tea.json, listen: { path: /tea/v1 }, upstream: { endpoints: ["http://127.0.0.1:9"] }, policies: [{ oauth2: {} }, { respond: { status: 200, body: fine } }] }
---
{ kind: plan, name: steeped, title: Steeped }
---
{ kind: product, name: tea, title: Tea, apis: [tea], plans: [steeped] }
`;

/** An API that takes tokens. */
async function tea(request: APIRequestContext) {
  const files = [{ path: 'tea.yaml', text: RESOURCES }, { path: 'tea.json', text: JSON.stringify(CONTRACT) }];
  const done = await request.post('/api/v1/apply', { data: { files }, headers: { authorization: `Bearer ${ADMIN}` } });
  expect(done.status()).toBe(200);
}

async function signUp(page: Page, to = '/portal/sign-up') {
  await page.goto(to);
  await page.getByLabel('E-mail').fill(somebody());
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
}

/** Signs up with an app that is subscribed to the API, and opens its page. */
async function app(page: Page, title: string): Promise<void> {
  await signUp(page);
  await expect(page.getByRole('heading', { name: 'My apps', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'New app' }).click();
  await page.getByLabel('Name').fill(title);
  await page.getByRole('button', { name: 'Make the app' }).click();
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible();
  await page.evaluate(async () => {
    const name = location.pathname.split('/').pop();
    const session = await (await fetch('/portal/api/v1/session')).json();
    const done = await fetch(`/portal/api/v1/apps/${name}/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
      body: JSON.stringify({ product: 'tea', plan: 'steeped' }),
    });
    if (done.status !== 201) throw new Error(`not subscribed: ${done.status}`);
  });
  await page.getByRole('tab', { name: 'OAuth' }).click();
}

async function kept(page: Page): Promise<{ id: string; secret: string }> {
  const secret = (await page.getByTestId('secret').textContent()) ?? '';
  const id = (await page.getByTestId('client-id').textContent()) ?? '';
  await page.getByLabel(/I have stored/).check();
  await page.getByRole('button', { name: 'Done' }).click();
  return { id, secret };
}

test('a developer makes an app an OAuth client, asks for a token and calls with it', async ({ page, request }) => {
  await tea(request);
  await app(page, 'Kettle');
  await expect(page.getByRole('heading', { name: 'No OAuth client yet' })).toBeVisible();
  await shot(page, 'portal-oauth-none');
  await page.getByRole('button', { name: 'New OAuth client' }).click();
  await shot(page, 'portal-oauth-form');
  await page.getByRole('button', { name: 'Make the client' }).click();
  await expect(page.getByTestId('secret')).toBeVisible();
  await shot(page, 'portal-oauth-secret');
  const { id, secret } = await kept(page);
  expect(secret).toMatch(/^pls_/);
  await expect(page.getByText('tea:pluck').first()).toBeVisible();
  await shot(page, 'portal-oauth-client');
  await page.setViewportSize({ width: 390, height: 844 });
  await shot(page, 'portal-oauth-client-phone');
  await page.setViewportSize({ width: 1440, height: 900 });

  const ask = (secret: string) =>
    request.post('/oauth/default/token', { form: { grant_type: 'client_credentials' }, headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` } });
  const token = (await (await ask(secret)).json()).access_token;
  const call = async (token: string) => (await request.get(`${GATEWAY}/tea/v1/leaves`, { headers: { authorization: `Bearer ${token}` } })).status();
  if (GATEWAY) expect(await call(token)).toBe(200);

  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  const fresh = await kept(page);
  expect([(await ask(secret)).status(), (await ask(fresh.secret)).status()]).toEqual([200, 200]);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { name: 'No OAuth client yet' })).toBeVisible();
  if (GATEWAY) expect(await call(token)).toBe(401);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(secret);
});

test('a person is asked by an app, agrees by keyboard, is not asked again, and takes it back', async ({ page, request, baseURL, browser }) => {
  await tea(request);
  await app(page, 'Teapot');
  // The address is of this host, so that nothing leaves it.
  const back = `${baseURL}/portal/callback`;
  await page.getByRole('button', { name: 'New OAuth client' }).click();
  await page.getByLabel('With its own credentials').uncheck();
  await page.getByLabel('A person signs in and agrees').check();
  await page.getByLabel('Where people are sent back to').fill('http://example.com/');
  await page.getByRole('button', { name: 'Make the client' }).click();
  await expect(page.getByRole('dialog')).toContainText('loopback');
  await page.getByLabel('Where people are sent back to').fill(back);
  await page.getByRole('button', { name: 'Make the client' }).click();
  const { id, secret } = await kept(page);

  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  // `state` looks like a number: it must come back as it was.
  const ask = new URLSearchParams({ response_type: 'code', client_id: id, redirect_uri: back, scope: 'tea:read', state: '007', code_challenge: challenge, code_challenge_method: 'S256' });

  // Somebody else, who is not signed in yet.
  const context = await browser.newContext({ colorScheme: 'dark' });
  const person = await context.newPage();
  await person.goto(`${baseURL}/oauth/default/authorize?${ask}`);
  await expect(person.getByRole('heading', { name: 'Sign in to see what the app asks for' })).toBeVisible();
  await shot(person, 'portal-authorize-signed-out');
  await person.getByRole('main').getByRole('link', { name: 'Sign up' }).click();
  await person.getByLabel('E-mail').fill(somebody());
  await person.getByLabel('Password').fill(PASSWORD);
  await person.getByRole('button', { name: 'Sign up' }).click();
  await expect(person.getByRole('heading', { name: 'Teapot asks to act for you' })).toBeVisible();
  await expect(person.getByText('List leaves')).toBeVisible();
  await expect(person.getByText('See which leaves there are')).toBeVisible();
  await expect(person.getByText(new URL(back).host)).toBeVisible();
  await expect(person.getByText('tea:pluck')).toHaveCount(0);
  await shot(person, 'portal-authorize-dark');
  await person.emulateMedia({ colorScheme: 'light' });
  await shot(person, 'portal-authorize-light');
  await person.setViewportSize({ width: 390, height: 844 });
  await shot(person, 'portal-authorize-phone');
  await person.setViewportSize({ width: 1440, height: 900 });
  await person.getByRole('button', { name: 'Do not agree' }).focus();
  await person.keyboard.press('Tab');
  await expect(person.getByRole('button', { name: 'Agree', exact: true })).toBeFocused();
  await person.keyboard.press('Enter');
  await person.waitForURL(/\/portal\/callback\?/);
  const answer = new URL(person.url()).searchParams;
  expect([answer.get('state'), answer.get('iss')]).toEqual(['007', `${baseURL}/oauth/default`]);

  const exchange = (code: string | null) =>
    request.post('/oauth/default/token', {
      form: { grant_type: 'authorization_code', code: code ?? '', redirect_uri: back, code_verifier: verifier },
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    });
  const token = (await (await exchange(answer.get('code'))).json()).access_token;
  const call = async (method: string) => (await request.fetch(`${GATEWAY}/tea/v1/leaves`, { method, headers: { authorization: `Bearer ${token}` } })).status();
  if (GATEWAY) expect([await call('GET'), await call('POST')]).toEqual([200, 403]);

  // Agreed before: straight back.
  await person.goto(`${baseURL}/oauth/default/authorize?${ask}`);
  await person.waitForURL(/\/portal\/callback\?/);
  expect(new URL(person.url()).searchParams.get('code')).toBeTruthy();

  await person.goto(`${baseURL}/portal/`);
  await person.getByRole('button', { name: /Account of/ }).click();
  await person.getByRole('link', { name: 'Apps you agreed to' }).click();
  await expect(person.getByRole('table', { name: 'Apps you agreed to' })).toContainText('Teapot');
  await shot(person, 'portal-consents');
  await person.getByRole('button', { name: 'Take back' }).click();
  await person.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(person.getByRole('heading', { name: 'No app acts for you' })).toBeVisible();
  await shot(person, 'portal-consents-none');
  if (GATEWAY) await expect.poll(() => call('GET'), { timeout: 3000 }).toBe(401);

  // An app that asks wrongly tells the person, and sends nobody anywhere.
  ask.set('redirect_uri', 'https://evil.example/');
  await person.goto(`${baseURL}/oauth/default/authorize?${ask}`);
  await expect(person.getByText(/not one that the client has registered/)).toBeVisible();
  await shot(person, 'portal-authorize-wrong');
  await context.close();
});

test('a device shows a code, and a person types it', async ({ page, request }) => {
  await tea(request);
  await app(page, 'Samovar');
  await page.getByRole('button', { name: 'New OAuth client' }).click();
  await page.getByLabel('With its own credentials').uncheck();
  await page.getByLabel('A person agrees on another device').check();
  await page.getByLabel('It can keep no secret').check();
  await page.getByRole('button', { name: 'Make the client' }).click();
  const id = (await page.locator('dd code').first().textContent()) ?? '';
  const codes = await (await request.post('/oauth/default/device', { form: { client_id: id } })).json();
  await page.goto('/portal/device');
  await page.getByLabel('The code that the device shows').fill('BBBB-BBBB');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText(/no device that waits/)).toBeVisible();
  await page.getByLabel('The code that the device shows').fill(codes.user_code.toLowerCase());
  await shot(page, 'portal-device');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Samovar on a device asks to act for you' })).toBeVisible();
  await shot(page, 'portal-device-asked');
  await page.getByRole('button', { name: 'Agree', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'You agreed' })).toBeVisible();
  await shot(page, 'portal-device-agreed');
  const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: id, device_code: codes.device_code };
  const token = await request.post('/oauth/default/token', { form: poll });
  expect(token.status()).toBe(200);
});

/** The console of an operation. */
const consoleOf = (operation: string) => `/portal/apis/tea@v1/reference/${operation}?panel=try`;

test('a developer calls with tokens from the reference: of the app itself, then of themselves, renewed and taken back', async ({ page, request, context }) => {
  await tea(request);
  await page.clock.install();
  await page.goto(consoleOf('listLeaves'));
  const panel = page.getByRole('region', { name: 'Token' });
  await expect(panel.getByText('See which leaves there are')).toBeVisible();
  await expect(panel.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await shot(page, 'portal-try-oauth-signed-out');
  await app(page, 'Infuser');
  await page.goto(consoleOf('listLeaves'));

  // With the client's own credentials: one click makes the client, another gets the token.
  await panel.getByRole('button', { name: 'Make it an OAuth client' }).click();
  await expect(page.getByTestId('client-secret')).toHaveValue(/^pls_/);
  const secret = await page.getByTestId('client-secret').inputValue();
  await shot(page, 'portal-try-oauth-ask');
  await page.getByTestId('client-secret').fill('pls_wrong');
  await panel.getByRole('button', { name: 'Get a token' }).click();
  await expect(panel.getByRole('alert')).toContainText('The secret is not that of this client');
  await shot(page, 'portal-try-oauth-wrong-secret');
  await page.getByTestId('client-secret').fill(secret);
  await panel.getByRole('button', { name: 'Get a token' }).click();
  await expect(page.getByTestId('token')).toContainText('tea:read');
  const tryIt = page.getByRole('region', { name: 'Try it' });
  const send = async () => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/portal/api/v1/try'));
    await tryIt.getByRole('button', { name: 'Send' }).click();
    return ((await (await answered).json()) as { status: number }).status;
  };
  if (GATEWAY) expect(await send()).toBe(200);
  await shot(page, 'portal-try-oauth-called');

  // An operation that needs more says so, before and after.
  await page.getByRole('navigation').getByRole('link', { name: /Pluck a leaf/ }).first().click();
  await expect(panel.getByText('This operation also needs')).toContainText('tea:pluck');
  if (GATEWAY) {
    expect(await send()).toBe(403);
    await expect(page.getByText(/The token lacks a scope/)).toBeVisible();
  }
  await shot(page, 'portal-try-oauth-lacks');

  // As a person, in a window of its own.
  await panel.getByRole('button', { name: 'Get another token' }).click();
  await panel.getByLabel('Who calls').selectOption('authorization-code');
  await panel.getByLabel('tea:read').check();
  const opening = context.waitForEvent('page');
  await panel.getByRole('button', { name: 'Get a token' }).click();
  const asked = await opening;
  await expect(asked.getByRole('heading', { name: 'Infuser asks to act for you' })).toBeVisible();
  await expect(asked.getByText('Pluck leaves for you')).toBeVisible();
  await shot(asked, 'portal-try-oauth-consent');
  await shot(page, 'portal-try-oauth-waiting');
  await asked.getByRole('button', { name: 'Do not agree' }).click();
  await expect(panel.getByRole('alert')).toContainText('You did not agree');
  const again = context.waitForEvent('page');
  await panel.getByRole('button', { name: 'Get a token' }).click();
  const second = await again;
  await second.getByRole('button', { name: 'Agree', exact: true }).click();
  await expect(page.getByTestId('token')).toContainText('A token that you agreed to');
  await expect.poll(() => second.isClosed()).toBe(true);
  if (GATEWAY) expect(await send()).toBe(200);

  // A token that ends is renewed with the next call.
  let renewals = 0;
  page.on('request', (sent) => {
    if (sent.url().endsWith('/oauth/default/token') && sent.postData()?.includes('grant_type=refresh_token')) renewals += 1;
  });
  await page.clock.fastForward('11:00');
  await expect(page.getByTestId('token')).toContainText('the next call renews it');
  if (GATEWAY) expect(await send()).toBe(200);
  expect(renewals).toBe(GATEWAY ? 1 : 0);

  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'portal-try-oauth-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  await panel.scrollIntoViewIfNeeded();
  await shot(page, 'portal-try-oauth-phone');

  // Nothing of it is kept anywhere but in the page.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  expect(kept).not.toMatch(/pls_|plr_|eyJ/);
  await page.reload();
  await expect(panel.getByRole('button', { name: 'Get a token' })).toBeVisible();
  await expect(page.getByTestId('token')).toHaveCount(0);
});

test('a client that binds its tokens to a key calls from the console with proofs', async ({ page, request }) => {
  await tea(request);
  await app(page, 'Strainer');
  await page.getByRole('button', { name: 'New OAuth client' }).click();
  await page.getByLabel('Bind its tokens to a key (DPoP)').check();
  await page.getByRole('button', { name: 'Make the client' }).click();
  const { secret } = await kept(page);
  await page.goto(consoleOf('listLeaves'));
  await page.getByTestId('client-secret').fill(secret);
  await page.getByRole('button', { name: 'Get a token' }).click();
  await expect(page.getByTestId('token')).toContainText('bound to a key of this page');
  if (!GATEWAY) return;
  const answered = page.waitForResponse((response) => response.url().endsWith('/portal/api/v1/try'));
  await page.getByRole('button', { name: 'Send' }).click();
  expect(((await (await answered).json()) as { status: number }).status).toBe(200);
});
