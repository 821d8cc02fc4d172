// What an organization asks of its APIs, and where traffic and contracts differ.
import { ADMIN, admin, expect, GATEWAY, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);
// A name, not one of many: letters alone.
const GHOSTS = `ghosts-${[...String(Date.now())].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;

test('sees what is called and not in the contract, and begins a design with it', async ({ page, request }) => {
  for (let call = 0; call < 5; call += 1) await request.get(`${GATEWAY}/orders/v1/${GHOSTS}`);
  await page.goto(`${ADMIN}/console/drift?q=orders`);
  const row = page.getByRole('row', { name: /orders@v1/ });
  await expect(row).toBeVisible();
  await shot(page, 'console-drift');
  await row.getByRole('link', { name: 'orders@v1' }).click();
  await expect(page.getByRole('heading', { name: 'Drift of orders@v1', level: 1 })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Operations that the contract does not have' })).toContainText(`/${GHOSTS}`);
  await shot(page, 'console-drift-api');
  await page.getByRole('button', { name: 'Propose a contract' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/What changes/).first()).toContainText(`${GHOSTS}`);
  await dialog.getByRole('link', { name: 'Begin a design with it' }).click();
  await expect(page.getByLabel(/^API or route/)).toHaveValue('api/orders@v1');
  await page.getByRole('textbox', { name: /^Name/ }).fill(`seen-${TAG}`);
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Source of the contract' })).toBeVisible();
  const text = await request.get(`${ADMIN}/api/v1/designs/seen-${TAG}/contract`, { headers: { authorization: `Bearer ${process.env.PAILOU_E2E_TOKEN ?? ''}` } });
  expect(await text.text()).toContain(`/${GHOSTS}`);
});

test('asks every API for something, lets one do without it for a while, and takes both back', async ({ page, request }) => {
  const name = `teams-${TAG}`;
  await page.goto(`${ADMIN}/console/standards`);
  await page.getByRole('link', { name: 'New standard' }).first().click();
  await page.getByRole('textbox', { name: /^Name/ }).first().fill(name);
  await page.getByRole('button', { name: 'Review and create' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await shot(page, 'console-standard');

  const api = await admin<Record<string, unknown>>(request, 'GET', '/apis/orders@v1');
  const refused = await request.put(`${ADMIN}/api/v1/apis/orders@v1`, { data: { ...api, owner: null, description: `Changed ${TAG}` }, headers: { authorization: `Bearer ${process.env.PAILOU_E2E_TOKEN ?? ''}` } });
  expect(refused.status(), await refused.text()).toBe(422);
  expect(await refused.text()).toContain(name);

  await admin(request, 'PUT', `/waivers/${name}`, { name, standard: name, api: 'orders@v1', reason: 'It is being handed over.', expires_at: new Date(Date.now() + 3_600_000).toISOString() });
  await page.goto(`${ADMIN}/console/waivers`);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('orders@v1');
  await shot(page, 'console-waivers');
  await admin(request, 'PUT', '/apis/orders@v1', { ...api, owner: null, description: `Changed ${TAG}` });
  await admin(request, 'PUT', '/apis/orders@v1', api);

  for (const plural of ['waivers', 'standards']) {
    await page.goto(`${ADMIN}/console/${plural}/${name}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^Delete/ }).click();
    await expect(page.getByText(new RegExp(`Deleted (waiver|standard) ${name}`))).toBeVisible();
  }
});
