// Passkeys in the browser, with an authenticator that Chromium plays itself: added, used alone and beside a password, taken away.
import type { Page } from '@playwright/test';
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);
const PASSWORD = 'four words put together';
// Passkeys are bound to names: the machine's own stands for its address.
const HERE = ADMIN.replace('127.0.0.1', 'localhost');

/** An authenticator built into the device, which knows who is there. */
async function authenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    count: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    verified: (isUserVerified: boolean) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

test('a member adds a passkey, signs in with it alone and beside the password, and confirms with it', async ({ page, request, browser }) => {
  const email = `pat-${TAG}@example.com`;
  const { link } = await admin<{ link: string }>(request, 'POST', '/members', { email, name: 'Pat Moss', roles: [{ workspace: 'default', role: 'admin' }] });
  await request.post(`${ADMIN}/api/v1/password`, { data: { link: link.split('#')[1], password: PASSWORD } });

  const theirs = await (await browser.newContext()).newPage();
  const device = await authenticator(theirs);
  await theirs.goto(`${HERE}/console/sign-in?email=${encodeURIComponent(email)}`);
  await theirs.getByLabel(/^Password/).fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
  await theirs.getByRole('button', { name: 'Pat Moss' }).click();
  const account = theirs.getByRole('dialog').first();
  await account.getByRole('button', { name: 'Add a passkey' }).click();
  await account.getByLabel(/^Name of the passkey/).fill('Laptop');
  await shot(theirs, 'console-passkey-name');
  await account.getByRole('button', { name: 'Continue' }).click();
  const recovery = (await account.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()) ?? '';
  expect(await device.count()).toBe(1);
  await account.getByRole('button', { name: 'I have stored them' }).click();
  await expect(account.getByRole('list', { name: 'Passkeys' })).toContainText('not used yet');
  await shot(theirs, 'console-passkeys');
  await account.getByRole('button', { name: 'Close' }).last().click();

  // Alone.
  await theirs.getByRole('button', { name: 'Sign out' }).click();
  await shot(theirs, 'console-sign-in-passkey');
  await theirs.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(theirs.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await theirs.getByRole('button', { name: 'Pat Moss' }).click();
  await expect(theirs.getByRole('dialog').getByRole('list', { name: 'Passkeys' })).toContainText(/used (just now|\d+ s ago)/);
  await theirs.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  // Beside the password, and a recovery code in its place.
  for (const way of ['passkey', 'code']) {
    await theirs.getByRole('button', { name: 'Sign out' }).click();
    await theirs.getByLabel(/^E-mail address/).fill(email);
    await theirs.getByLabel(/^Password/).fill(PASSWORD);
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(theirs.getByLabel(/^Code/)).toBeVisible();
    await shot(theirs, 'console-second-factor-passkey');
    if (way === 'passkey') await theirs.getByRole('button', { name: 'Use your passkey' }).click();
    else {
      await theirs.getByLabel(/^Code/).fill(recovery);
      await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
    }
    await expect(theirs.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  }

  // Who does not show who they are is let in nowhere.
  await theirs.getByRole('button', { name: 'Sign out' }).click();
  await device.verified(false);
  await theirs.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(theirs.getByText('No passkey was used')).toBeVisible();
  await device.verified(true);
  await theirs.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(theirs.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();

  // As ten minutes later: the server asks first, and the act goes on once it is answered.
  let refused = false;
  await theirs.route('**/api/v1/tokens', async (route) => {
    if (route.request().method() !== 'POST' || refused) return route.continue();
    refused = true;
    await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:pailou:problem:confirmation-needed', title: 'Confirmation needed', status: 403, detail: 'confirm that it is you first' }) });
  });
  await theirs.route('**/api/v1/session/confirmation', async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), confirmed: false } });
  });
  await theirs.getByRole('link', { name: 'Service tokens' }).click();
  await theirs.getByRole('button', { name: 'New token' }).first().click();
  await theirs.getByRole('dialog').getByLabel(/^Name/).fill(`pat-${TAG}`);
  await theirs.getByRole('dialog').getByLabel('viewer', { exact: true }).check();
  await theirs.getByRole('dialog').getByRole('button', { name: 'Make token' }).click();
  const asking = theirs.getByRole('dialog', { name: 'Confirm that it is you' });
  await expect(asking.getByLabel(/^Your password/)).toBeVisible();
  await shot(theirs, 'console-confirm');
  await asking.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(theirs.getByTestId('secret')).toHaveText(/^pls_/);
  await theirs.getByLabel(/I have stored the token/).check();
  await theirs.getByRole('button', { name: 'Done' }).click();

  // Lost, and taken away by another administrator.
  await page.getByRole('link', { name: 'People & roles' }).click();
  await page.getByRole('button', { name: /Pat Moss/ }).click();
  await shot(page, 'console-member-passkeys');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the passkey Laptop' }).click();
  await expect(page.getByText('Laptop of Pat Moss signs in no more')).toBeVisible();
  await theirs.reload();
  await theirs.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(theirs.getByText('this passkey does not sign in here')).toBeVisible();
  await admin(request, 'DELETE', `/members/${email}`);
});

test('a developer signs in to the portal with a passkey', async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })).newPage();
  const device = await authenticator(page);
  await page.goto(`${HERE}/portal/sign-up?to=/account`);
  await page.getByLabel(/^E-mail/).fill(`dana-${TAG}@example.com`);
  await page.getByLabel(/^Password/).fill('short');
  await page.getByRole('button', { name: 'Sign up' }).last().click();
  await expect(page.getByText('Use at least 8 characters.')).toBeVisible();
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).last().click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel(/^Name of the passkey/).fill('Phone');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'I have stored them' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText('Phone');
  await shot(page, 'portal-passkeys');
  expect(await device.count()).toBe(1);
  const leave = async () => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('You are signed out.').last()).toBeVisible();
    await page.goto(`${HERE}/portal/sign-in?to=/account`);
  };
  await leave();
  await shot(page, 'portal-sign-in-passkey');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText(/used (just now|\d+ s ago)/);
  await page.getByRole('button', { name: 'Remove the passkey Phone' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toHaveCount(0);
  await leave();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('this passkey does not sign in here')).toBeVisible();
});
