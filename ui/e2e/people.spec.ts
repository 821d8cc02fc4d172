// An organization's way: somebody is invited, sets a password, sees what their role shows, turns a second factor on, and makes a token.
import { createHmac } from 'node:crypto';
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);
const PASSWORD = 'four words put together';

/** The code an authenticator app shows (RFC 6238). */
function code(secret: string): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac('sha1', seed).update(step).digest();
  const at = (tag[19] ?? 0) & 15;
  return String((tag.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('invites an owner of APIs, who signs in, sees what they may and turns a second factor on', async ({ page, request, browser }) => {
  const email = `ana-${TAG}@example.com`;
  await page.getByRole('link', { name: 'People & roles' }).click();
  await page.getByRole('button', { name: 'Invite' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^E-mail address/).fill(email);
  await dialog.getByLabel(/^Name/).fill('Ana Lima');
  await dialog.getByLabel('viewer', { exact: true }).uncheck();
  await dialog.getByLabel('api-owner', { exact: true }).check();
  await shot(page, 'console-invite');
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = (await page.getByRole('dialog').locator('code').first().textContent()) ?? '';
  expect(link).toContain('/console/set-password#');
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: new RegExp(email) })).toContainText('invited');

  const hers = await (await browser.newContext()).newPage();
  await hers.goto(ADMIN + new URL(link).pathname + new URL(link).hash);
  await expect(hers).not.toHaveURL(/#/);
  await hers.getByLabel(/^Password/).fill(PASSWORD);
  await hers.getByLabel(/^The same again/).fill(PASSWORD);
  await shot(hers, 'console-set-password');
  await hers.getByRole('button', { name: 'Set password' }).click();
  await expect(hers.getByLabel(/^E-mail address/)).toHaveValue(email);
  await hers.getByLabel(/^Password/).fill(PASSWORD);
  await hers.getByRole('button', { name: 'Sign in' }).click();
  await expect(hers.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await expect(hers.getByRole('link', { name: 'Audit' })).toHaveCount(0);
  await expect(hers.getByRole('link', { name: 'People & roles' })).toHaveCount(0);
  await hers.goto(`${ADMIN}/console/apis/orders@v1`);
  await expect(hers.getByRole('button', { name: 'Delete' })).toBeDisabled();

  await hers.getByRole('button', { name: 'Ana Lima' }).click();
  const account = hers.getByRole('dialog');
  await expect(account.getByText('changes what they own').first()).toBeVisible();
  await account.getByRole('button', { name: 'Turn codes on' }).click();
  const secret = (await account.locator('code').last().textContent()) ?? '';
  await shot(hers, 'console-second-factor');
  await account.getByLabel(/^Code/).fill(code(secret));
  await account.getByLabel(/^Your password/).fill(PASSWORD);
  await account.getByRole('button', { name: 'Turn codes on' }).click();
  const recovery = (await account.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().textContent()) ?? '';
  await shot(hers, 'console-recovery-codes');
  await account.getByRole('button', { name: 'I have stored them' }).click();
  await account.getByRole('button', { name: 'Close' }).last().click();
  await hers.getByRole('button', { name: 'Sign out' }).click();
  await hers.getByLabel(/^E-mail address/).fill(email);
  await hers.getByLabel(/^Password/).fill(PASSWORD);
  await hers.getByRole('button', { name: 'Sign in' }).click();
  await hers.getByLabel(/^Code/).fill(recovery);
  await hers.getByRole('button', { name: 'Sign in' }).click();
  await expect(hers.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();

  // Another role is in force with the next page.
  await admin(request, 'PUT', `/members/${email}/roles`, { roles: [{ workspace: 'default', role: 'security' }] });
  await hers.reload();
  await expect(hers.getByRole('link', { name: 'Audit' }).first()).toBeVisible();
  await page.getByRole('button', { name: /Ana Lima/ }).click();
  await expect(page.getByRole('dialog').getByText('What can Ana Lima do?')).toBeVisible();
  await shot(page, 'console-member');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Removed Ana Lima')).toBeVisible();
  await hers.reload();
  await expect(hers.getByRole('heading', { name: 'Sign in to Pailou' })).toBeVisible();
});

test('makes a service token for a program, and takes it back', async ({ page, request }) => {
  const name = `ci-${TAG}`;
  await page.getByRole('link', { name: 'Service tokens' }).click();
  await page.getByRole('button', { name: 'New token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Name/).fill(name);
  await dialog.getByLabel('viewer', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const secret = (await page.getByTestId('secret').textContent()) ?? '';
  expect(secret).toMatch(/^pls_\w{38}$/);
  await page.getByLabel(/I have stored the token/).check();
  await page.getByRole('button', { name: 'Done' }).click();
  const ask = async (path: string) => (await request.get(`${ADMIN}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })).status();
  expect(await ask('/apis')).toBe(200);
  expect(await ask('/audit')).toBe(403);
  await page.getByRole('button', { name: `Revoke ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText(`Revoked token ${name}`)).toBeVisible();
  expect(await ask('/apis')).toBe(401);
});
