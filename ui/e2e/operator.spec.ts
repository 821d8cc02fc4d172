// An operator's way: how upstreams stand, a canary, the certificates, the secrets.
import { ADMIN, admin, certificate, expect, GATEWAY, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);
/** A port on which nobody listens. */
const NOBODY = 'http://127.0.0.1:9';

const sample = async (request: Parameters<typeof admin>[0]) => (await admin<{ endpoints: { url: string }[] }>(request, 'GET', '/upstreams/orders-sample')).endpoints[0]?.url ?? '';

test('sees which endpoints of an upstream take requests and why others do not, and drains one', async ({ page, request }) => {
  const name = `pool-${TAG}`;
  const url = await sample(request);
  await admin(request, 'PUT', `/upstreams/${name}`, {
    name,
    endpoints: [url, NOBODY, { url: 'http://127.0.0.1:10', weight: 0, zone: 'far' }],
    balance: 'least-request',
    health_checks: { active: { type: 'tcp', interval: '200ms', failures: 1 }, passive: {}, panic_percent: 0 },
  });
  await page.goto(`${ADMIN}/console/upstreams`);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('not in use');
  await admin(request, 'PUT', `/routes/${name}`, { name, match: { path: `/${name}/*` }, upstream: name, strip_path: true });
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('degraded');
  await shot(page, 'console-upstreams');

  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect(page.locator('dt', { hasText: 'Take requests' }).locator('xpath=following-sibling::dd[1]')).toContainText('1 of 3');
  await expect(page.getByRole('row', { name: new RegExp(url) })).toContainText('healthy');
  const dead = page.getByRole('row', { name: new RegExp(`${NOBODY}\\b(?!0)`) });
  await expect(dead).toContainText('unhealthy');
  await expect(dead).toContainText('no connection could be made');
  await expect(page.getByRole('row', { name: /127\.0\.0\.1:10\b/ })).toContainText('drained');
  await shot(page, 'console-upstream');
  await dead.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByText('What changed lately')).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toContainText('1 checks in a row failed');
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel(/^Slow start/).fill('10s');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save change' }).click();
  await expect(page.getByText(`Saved upstream ${name}`)).toBeVisible();
  expect((await admin<{ slow_start: string }>(request, 'GET', `/upstreams/${name}`)).slow_start).toBe('10s');
});

test('grows a canary, sees how it does, and promotes it', async ({ page, request }) => {
  const name = `split-${TAG}`;
  const url = await sample(request);
  await admin(request, 'PUT', `/routes/${name}`, {
    name,
    match: { path: `/${name}/*` },
    strip_path: true,
    upstream: { endpoints: [url] },
    split: { sticky: ['ip'], branches: [{ name: 'canary', upstream: { endpoints: [NOBODY] }, weight: 0, match: [{ headers: { 'x-canary': '1' } }] }, { name: 'other', upstream: { endpoints: [url] }, weight: 40 }] },
  });
  await page.goto(`${ADMIN}/console/splits?q=${name}`);
  await expect(page.getByRole('link', { name: `route/${name}` })).toBeVisible();
  const calls = async (headers: Record<string, string>, status: number) => expect((await request.get(`${GATEWAY}/${name}/orders`, { headers })).status()).toBe(status);
  await calls({ 'x-canary': '1' }, 502);
  await calls({ 'x-canary': '1' }, 502);
  const canary = page.getByRole('row', { name: /canary/ });
  await expect(canary).toContainText('100 %', { timeout: 5000 });
  await expect(canary).toContainText('(2)');
  await expect(page.getByText('header x-canary: 1')).toBeVisible();
  await shot(page, 'console-splits');

  await page.getByRole('button', { name: 'Set the share of canary' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Share/).fill('61');
  await expect(dialog.getByText('At most 60 %')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Set share' })).toBeDisabled();
  await dialog.getByLabel(/^Share/).fill('25');
  await shot(page, 'console-split-share');
  await page.keyboard.press('Enter');
  await expect(page.getByText('canary gets 25 %')).toBeVisible();
  await expect(canary).toContainText('25 %');

  await page.getByRole('button', { name: 'Abort canary' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(canary).toBeVisible();
  await page.getByRole('button', { name: 'Abort canary' }).click();
  await dialog.getByRole('button', { name: 'Abort', exact: true }).click();
  await expect(canary).toHaveCount(0);
  await calls({ 'x-canary': '1' }, 200);

  await page.getByRole('button', { name: 'Promote other' }).click();
  await expect(dialog).toContainText('the split ends');
  await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
  await expect(page.getByText('Promoted other')).toBeVisible();
  await expect(page.getByRole('link', { name: `route/${name}` })).toHaveCount(0);
  expect(await admin(request, 'GET', `/routes/${name}`)).not.toHaveProperty('split');
});

test('sees where the gateway listens, and which certificates end soon or have a file that is wrong', async ({ page, request }) => {
  const name = `cert-${TAG}`;
  const host = `${TAG}.example.com`;
  await page.goto(`${ADMIN}/console/gateways`);
  await expect(page.getByRole('table', { name: 'Listeners' }).getByRole('row', { name: /https/ })).toContainText('HTTP/3');
  await expect(page.getByText('1.2 or newer')).toBeVisible();
  await shot(page, 'console-gateway');

  await page.getByRole('link', { name: 'Certificates', exact: true }).first().click();
  await page.getByRole('link', { name: 'New certificate' }).click();
  const files = certificate(host, 10);
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel(/^Cert file/).fill(files.cert_file);
  await page.getByLabel(/^Key file/).fill(files.key_file);
  await page.getByRole('button', { name: 'Review and create' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();

  await page.goto(`${ADMIN}/console/certificates`);
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText(host);
  await expect(row).toContainText(/9 days left|10 days left/);
  await expect(page.getByText('To be renewed:')).toBeVisible();
  await shot(page, 'console-certificates');
  await row.getByText(host).click();
  await expect(page.getByRole('dialog')).toContainText(`CN=${host}`);
  expect(await page.content()).not.toContain('PRIVATE KEY');
  await page.keyboard.press('Escape');
  await page.goto(`${ADMIN}/console/`);
  await expect(page.getByRole('link', { name: new RegExp(`Certificate ${name}`) })).toBeVisible();
  await admin(request, 'DELETE', `/certificates/${name}`);
});

test('makes a secret, rotates it, and deletes it once nothing names it; its value is not to be seen', async ({ page, request }) => {
  const name = `secret-${TAG}`;
  const [first, second] = [`first-value-${TAG}`, `second-value-${TAG}`];
  await page.goto(`${ADMIN}/console/secrets`);
  await page.getByRole('button', { name: 'New secret' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Name/).fill('Not A Name');
  await expect(dialog.getByText('Lower-case letters, digits and single hyphens')).toBeVisible();
  await dialog.getByLabel(/^Name/).fill(name);
  await dialog.getByLabel(/^Value/).fill(first);
  await shot(page, 'console-secret-new');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByText(`Made secret ${name}`)).toBeVisible();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('nothing');

  await admin(request, 'PUT', `/routes/${name}`, { name, match: { path: `/${name}` }, upstream: 'orders-sample', policies: [{ headers: { request: { set: { 'x-token': `secret://${name}` } } } }] });
  await page.reload();
  await expect(row.getByRole('link', { name: `route/${name}` })).toBeVisible();
  await page.getByRole('button', { name: `Rotate ${name}` }).click();
  await dialog.getByLabel(/^Value/).fill(second);
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(page.getByText('has a new value')).toBeVisible();
  await expect(row.getByRole('cell').nth(1)).toHaveText('2');
  await shot(page, 'console-secrets');

  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(dialog.getByText(`${name} is in use`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await admin(request, 'DELETE', `/routes/${name}`);
  await page.reload();
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await dialog.getByRole('button', { name: 'Delete secret' }).click();
  await expect(row).toHaveCount(0);
  await page.goto(`${ADMIN}/console/audit?kind=secret`);
  await expect(page.getByRole('table').getByText('rotate-secret').first()).toBeVisible();
  const seen = (await page.content()) + JSON.stringify(await admin(request, 'GET', '/audit?kind=secret')) + (await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])));
  for (const value of [first, second]) expect(seen).not.toContain(value);
});

test('refuses the calls of a consumer in an emergency, says what cannot be blocked, and lets them in again', async ({ page, request }) => {
  const name = `blocked-${TAG}`;
  await admin(request, 'PUT', `/consumers/${name}`, { name });
  const { key } = await admin<{ key: string }>(request, 'POST', `/consumers/${name}/keys`, {});
  const answers = async (status: number) => expect(async () => expect((await request.get(`${GATEWAY}/orders/v1/orders`, { headers: { 'x-api-key': key } })).status()).toBe(status)).toPass({ timeout: 2000 });
  await answers(200);
  await page.goto(`${ADMIN}/console/blocks`);
  await page.getByRole('button', { name: 'Block something' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Address/).fill('not an address');
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('What is refused').selectOption('consumer');
  await dialog.getByLabel(/^Consumer/).fill(name);
  await dialog.getByLabel('Reason').fill('A key that leaked');
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('A key that leaked');
  await expect(row).toContainText('in 59 min');
  await answers(403);
  await shot(page, 'console-blocks');
  await page.getByRole('button', { name: `Lift the block of consumer ${name}` }).click();
  await dialog.getByRole('button', { name: 'Lift', exact: true }).click();
  await expect(row).toHaveCount(0);
  await answers(200);
});

test('a request that a rule refuses is told why, and what was given for a while says until when', async ({ page, request }) => {
  const name = `rules-${TAG}`;
  const rules = [
    { when: "reason.contains('resale')", then: 'refuse', reason: 'Not for resale.' },
    { when: "developer.domain == 'example.com'", then: 'approve' },
  ];
  await admin(request, 'PUT', `/plans/${name}`, { name, title: 'By rules', approval: 'conditional', approval_rules: rules, lasts: '30d' });
  await admin(request, 'PUT', `/products/${name}`, { name, title: `Rules ${TAG}`, apis: ['orders'], plans: [name] });
  await page.goto(`${ADMIN}/console/plans/${name}`);
  await expect(page.locator('dt', { hasText: 'Approval' }).locator('xpath=following-sibling::dd[1]')).toContainText('by 2 rules');
  await page.goto(`${ADMIN}/portal/products/${name}`);
  await expect(page.getByText('may need approval')).toBeVisible();
  await expect(page.getByText('for 30d')).toBeVisible();
  await page.getByRole('link', { name: /By rules/ }).click();
  await page.getByLabel('E-mail').fill(`${name}@example.com`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByLabel(/What do you need it for/).fill('resale');
  await page.getByRole('button', { name: 'Ask for access' }).click();
  await expect(page.getByRole('heading', { name: 'Your request was refused' })).toBeVisible();
  await expect(page.getByText('Not for resale.')).toBeVisible();
  await shot(page, 'portal-refused');
  await page.goto(`${ADMIN}/portal/subscribe?product=${name}`);
  await page.getByLabel(/What do you need it for/).fill('our own shop');
  await page.getByRole('button', { name: 'Ask for access' }).click();
  await expect(page.getByRole('heading', { name: 'You have access' })).toBeVisible();
  await page.getByRole('link', { name: /usage and keys/ }).click();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  const row = page.getByRole('row', { name: /active/ });
  await expect(row).toContainText(/20\d\d/);
  await shot(page, 'portal-subscriptions');
});
