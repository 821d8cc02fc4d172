// Which APIs there are and where: the catalogue, other environments, and what developers are told of an end.
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);

const api = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  version: 'v1',
  title: `Parcels ${TAG}`,
  owner: 'parcels@example.com',
  contract: { openapi: '3.1.0', info: { title: `Parcels ${TAG}`, version: '1' }, paths: { '/parcels': { get: { operationId: 'listParcels', responses: { 200: { description: 'All.' } } } } } },
  listen: { path: `/${name}` },
  upstream: { endpoints: ['http://127.0.0.1:9'] },
  policies: [{ 'key-auth': {} }],
  ...more,
});

test('finds an API in the catalogue by who answers for it, and takes the list along', async ({ page, request }) => {
  const name = `parcels-${TAG}`;
  await admin(request, 'PUT', `/apis/${name}@v1`, api(name));
  await admin(request, 'PUT', `/products/${name}`, { name, apis: [`${name}@v1`], plans: ['free'] });
  await page.goto(`${ADMIN}/console/catalogue`);
  await page.getByRole('searchbox', { name: /^Search APIs, owners/ }).fill('parcels@example.com');
  const row = page.getByRole('row', { name: new RegExp(`Parcels ${TAG}`) });
  await expect(row).toContainText('parcels@example.com');
  await expect(page.getByRole('row', { name: /orders@v1/ })).toHaveCount(0);
  await shot(page, 'console-catalogue');
  await row.click();
  const drawer = page.getByRole('dialog');
  await expect(drawer).toContainText(name);
  await expect(drawer).toContainText('Nobody uses it');
  await shot(page, 'console-catalogue-api');
  await page.keyboard.press('Escape');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const file = await (await saving).createReadStream();
  let text = '';
  for await (const piece of file) text += String(piece);
  expect(text).toContain(`${name}@v1`);
});

test('brings an API to another workspace for the first time, sees it differ, and brings it again', async ({ page, request }) => {
  const [name, other] = [`sent-${TAG}`, `staging-${TAG}`];
  await admin(request, 'PUT', `/workspaces/${other}`, { name: other, title: `Staging ${TAG}` });
  await admin(request, 'PUT', `/apis/${name}@v1`, api(name));
  await page.goto(`${ADMIN}/console/apis/${name}@v1/life`);
  const row = page.getByRole('table', { name: 'The API in other workspaces' }).getByRole('row', { name: new RegExp(`Staging ${TAG}`) });
  await expect(row).toContainText('not there');
  await row.getByRole('button', { name: `Promote to ${other}…` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/^Base path there/)).toHaveValue(`/${other}/${name}`);

  // No path is that of two, and the form says so.
  await dialog.getByLabel(/^Base path there/).fill(`/${name}`);
  await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
  await expect(dialog).toContainText(/taken|already|listens|answers/);
  await shot(page, 'console-promotion-refused');
  await dialog.getByLabel(/^Base path there/).fill(`/${other}/${name}`);
  await dialog.getByLabel(/^Upstream there/).fill('http://127.0.0.1:19');
  await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText('the same');
  await expect(row).toContainText('from default, revision 1');

  // What changes here is other there until it goes there again.
  await admin(request, 'PUT', `/apis/${name}@v1`, api(name, { description: 'Where parcels are.' }));
  await page.reload();
  await expect(row).toContainText('differs in 1 field');
  await shot(page, 'console-environments');
  await row.getByRole('button', { name: `Promote to ${other}` }).click();
  await expect(row).toContainText('the same');
  const there = await request.get(`${ADMIN}/api/v1/apis/${name}@v1`, { headers: { authorization: `Bearer ${process.env.PAILOU_E2E_TOKEN ?? ''}`, 'pailou-workspace': other } });
  expect(await there.json()).toMatchObject({ description: 'Where parcels are.', listen: { path: `/${other}/${name}` }, upstream: { endpoints: [{ url: 'http://127.0.0.1:19' }] } });
});

test('developers read in the portal that an API ends, and what comes after it', async ({ page, request }) => {
  const name = `ending-${TAG}`;
  await admin(request, 'PUT', `/apis/${name}@v1`, api(name, { lifecycle: { state: 'deprecated', deprecated_at: '2026-01-01T00:00:00Z', sunset_at: '2999-06-30T00:00:00Z', successor: 'https://api.example.com/parcels/v2' } }));
  await page.goto(`${ADMIN}/portal/apis/${name}@v1`);
  await expect(page.getByText(/^This API is deprecated since/)).toContainText('will stop answering on');
  await expect(page.getByRole('link', { name: /parcels\/v2|successor|comes after/i })).toHaveAttribute('href', 'https://api.example.com/parcels/v2');
  await shot(page, 'portal-deprecated');
  await page.goto(`${ADMIN}/portal/apis`);
  await expect(page.getByRole('article').filter({ hasText: `Parcels ${TAG}` }).filter({ hasText: 'deprecated' })).toBeVisible();
});

const OTHER_NOTATIONS = [
  { file: 'parcels.graphql', is: 'GraphQL SDL', text: 'type Query { parcel(id: ID!): Parcel }\ntype Parcel { id: ID! weight: Float }\n' },
  { file: 'parcels.proto', is: 'Protocol Buffers', text: 'syntax = "proto3";\npackage parcels.v1;\nservice Parcels { rpc Get(Asked) returns (Parcel); }\nmessage Asked { string id = 1; }\nmessage Parcel { string id = 1; double weight = 2; }\n' },
  { file: 'parcels.postman_collection.json', is: 'Postman collection', text: JSON.stringify({ info: { name: 'Parcels', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item: [{ name: 'One', request: { method: 'GET', url: { raw: 'https://api.example.com/parcels/7', host: ['api', 'example', 'com'], path: ['parcels', '7'] } } }] }) },
];

for (const { file, is, text } of OTHER_NOTATIONS) {
  test(`imports ${is} from a file`, async ({ page }) => {
    const name = `${file.split('.')[1]?.replaceAll(/[^a-z]/g, '')}-${TAG}`;
    await page.goto(`${ADMIN}/console/apis/new`);
    await page.getByLabel('Files').setInputFiles({ name: file, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page.getByLabel(/^Upstream/).fill('http://127.0.0.1:19');
    await page.getByLabel(/^Name/).fill(name);
    await page.getByRole('textbox', { name: /^Version/ }).fill('v1');
    await page.getByRole('button', { name: 'Check' }).click();
    const made = page.locator('section', { has: page.getByRole('heading', { name: 'What it would make' }) });
    await expect(made).toContainText(is);
    await expect(made).toContainText(/\d operations?/);
    await shot(page, `console-import-${file.split('.')[1]}`);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/console/apis/${name}`));
  });
}
