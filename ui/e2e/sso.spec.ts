// Single sign-on: an operator names a provider and sees that it answers; people come by it to the console and to the portal.
import { type Idp, startIdp } from './idp.ts';
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);
const NAME = `corp-${TAG}`;
const EMAIL = `ana-${TAG}@example.com`;
let idp: Idp;

test.beforeAll(async () => {
  idp = await startIdp();
});
test.afterAll(() => idp.close());
test.afterEach(async ({ request }) => {
  const all = await admin<{ items: { document: { name: string } }[] }>(request, 'GET', '/identity-providers');
  for (const { document } of all.items) await admin(request, 'DELETE', `/identity-providers/${document.name}`);
});

const provider = () => ({
  kind: 'identity-provider',
  name: NAME,
  title: 'Example Corp',
  issuer: idp.issuer,
  client_id: 'pailou',
  console: { create: true, roles: [{ group: 'admins', role: 'viewer' }] },
  portal: {},
});

test('names a provider, by which people come to the console and go again', async ({ page, request, browser }) => {
  await page.getByRole('link', { name: 'Single sign-on' }).click();
  await expect(page.getByText('People sign in with passwords.')).toBeVisible();
  await shot(page, 'console-sso-empty');
  await admin(request, 'POST', '/identity-providers', provider());
  await page.reload();
  await page.getByRole('link', { name: 'Example Corp' }).click();
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('status').getByText('People can sign in by it; it has 1 key.')).toBeVisible();
  await expect(page.getByText(`${ADMIN}/api/v1/sso/${NAME}/callback`)).toBeVisible();
  await shot(page, 'console-sso-provider');

  const hers = await (await browser.newContext()).newPage();
  await hers.goto(`${ADMIN}/console/routes`);
  await shot(hers, 'console-sign-in-sso');
  idp.person = undefined;
  await hers.getByRole('button', { name: 'Continue with Example Corp' }).click();
  await hers.getByRole('button', { name: 'Yes, it is me' }).click();
  await expect(hers.getByRole('alert')).toContainText('The provider did not sign you in.');
  await hers.setViewportSize({ width: 390, height: 844 });
  await hers.emulateMedia({ colorScheme: 'dark' });
  await hers.mouse.move(0, 0);
  await shot(hers, 'console-sign-in-sso-denied-phone-dark');
  await hers.setViewportSize({ width: 1440, height: 900 });
  await hers.emulateMedia({ colorScheme: 'light' });

  idp.person = { sub: `ana-${TAG}`, email: EMAIL, email_verified: true, name: 'Ana Lima', groups: ['admins'] };
  await hers.goto(`${ADMIN}/console/routes`);
  await hers.getByRole('button', { name: 'Continue with Example Corp' }).click();
  await hers.getByRole('button', { name: 'Yes, it is me' }).click();
  // To the page she wanted.
  await expect(hers).toHaveURL(`${ADMIN}/console/routes`);
  await expect(hers.getByRole('heading', { name: 'Routes', level: 1 })).toBeVisible();
  await expect(hers.getByRole('link', { name: 'People & roles' })).toHaveCount(0);
  await hers.getByRole('button', { name: 'Ana Lima' }).click();
  await expect(hers.getByRole('dialog').getByRole('list', { name: 'Identity providers' })).toContainText('Example Corp connected');
  await shot(hers, 'console-sso-account');
  await hers.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await hers.getByRole('button', { name: 'Sign out' }).click();
  await expect(hers.getByRole('button', { name: 'Continue with Example Corp' })).toBeVisible();

  // Where providers alone sign in, no password is asked for.
  const only = provider();
  await admin(request, 'PUT', `/identity-providers/${NAME}`, { ...only, console: { ...only.console, only: true } });
  await hers.goto(`${ADMIN}/console/sign-in`);
  await expect(hers.getByRole('button', { name: 'Use the admin token' })).toBeVisible();
  await expect(hers.getByLabel(/^Password/)).toHaveCount(0);
  await shot(hers, 'console-sign-in-sso-only');
  await page.goto(`${ADMIN}/console/people`);
  await expect(page.getByRole('row', { name: new RegExp(EMAIL) })).toContainText('active');
});

test('developers come to the portal by the provider, and nobody takes an account with a password over', async ({ request, browser }) => {
  await admin(request, 'POST', '/identity-providers', provider());
  const email = `dev-${TAG}@example.com`;
  idp.person = { sub: `dev-${TAG}`, email, email_verified: true, name: 'Dev' };
  const page = await (await browser.newContext()).newPage();
  const password = 'four words put together';
  await page.goto(`${ADMIN}/portal/sign-up`);
  await page.getByLabel(/^E-mail/).fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign up' }).first().click();
  await expect(page).toHaveURL(/\/portal\/apps$/);

  const other = await (await browser.newContext()).newPage();
  await other.goto(`${ADMIN}/portal/sign-in`);
  await shot(other, 'portal-sign-in-sso');
  await other.getByRole('button', { name: 'Continue with Example Corp' }).click();
  await other.getByRole('button', { name: 'Yes, it is me' }).click();
  await expect(other.getByRole('alert')).toContainText('There is an account with your e-mail address already.');

  // Its owner connects it.
  await page.goto(`${ADMIN}/portal/account`);
  await page.getByRole('button', { name: 'Connect Example Corp' }).click();
  await page.getByRole('button', { name: 'Yes, it is me' }).click();
  await page.goto(`${ADMIN}/portal/account`);
  await expect(page.getByRole('list', { name: 'Identity providers' })).toContainText('connected, signed in');
  await shot(page, 'portal-account-sso');

  await other.goto(`${ADMIN}/portal/sign-in`);
  await other.getByRole('button', { name: 'Continue with Example Corp' }).click();
  await other.getByRole('button', { name: 'Yes, it is me' }).click();
  await expect(other).toHaveURL(/\/portal\/apps$/);
  await expect(other.getByRole('button', { name: `Account of dev-${TAG}` })).toBeVisible();
});
