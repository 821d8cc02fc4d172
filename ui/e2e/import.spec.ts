// Contracts of several files, and contracts that come again onto APIs that were changed by hand.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = `import-${Date.now().toString(36)}`;

const FILES: Record<string, string> = {
  'spec/openapi.yaml': "openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\npaths:\n  /orders/{id}: { $ref: paths/order.yaml }\n",
  'spec/paths/order.yaml': "get:\n  operationId: getOrder\n  parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n  responses:\n    '200': { $ref: '../common.yaml#/responses/Ok' }\n",
  'spec/common.yaml': 'responses:\n  Ok: { description: Found. }\n',
  'spec/ci.yaml': 'steps: []\n',
};
const payload = (path: string, name = path.slice(path.lastIndexOf('/') + 1)) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from(FILES[path] ?? '') });

test('a folder is imported: its document is found, what it leads to goes along, and the rest stays', async ({ page, request }) => {
  const folder = mkdtempSync(join(tmpdir(), 'pailou-e2e-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const name = `folder-${TAG}`;
  await page.goto(`${ADMIN}/console/apis/new`);
  await page.getByLabel('Folder', { exact: true }).setInputFiles(join(folder, 'spec'));
  await expect(page.getByRole('combobox', { name: 'The document' })).toHaveValue('spec/openapi.yaml');
  const files = page.getByRole('list', { name: 'Files of the contract' });
  await expect(files.getByRole('listitem')).toHaveCount(4);
  await expect(files.getByText('goes with it')).toHaveCount(2);
  await expect(files.getByRole('listitem').filter({ hasText: 'not needed' })).toContainText('spec/ci.yaml');
  await page.getByLabel(/^Upstream/).fill('http://127.0.0.1:19');
  await page.getByLabel(/^Name/).fill(name);
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('1 operation', { exact: true })).toBeVisible();
  await expect(page.getByText('Nothing to complain about.')).toBeVisible();
  await shot(page, 'console-import-folder');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/console/apis/${name}`));
  const contract = await admin<{ components: { responses: Record<string, { description: string }> } }>(request, 'GET', `/apis/${name}/contract`);
  expect(contract.components.responses.Ok?.description).toBe('Found.');
});

test('files without their folders find their places, and what is missing is named until it comes', async ({ page }) => {
  await page.goto(`${ADMIN}/console/apis/new`);
  await page.getByLabel('Files', { exact: true }).setInputFiles([payload('spec/ci.yaml'), payload('spec/openapi.yaml')]);
  await expect(page.getByRole('combobox', { name: 'The document' })).toHaveValue('openapi.yaml');
  const missing = page.getByRole('list', { name: 'Missing files' });
  await expect(missing).toContainText('paths/order.yaml');
  await expect(missing).toContainText('openapi.yaml, line 4');
  await shot(page, 'console-import-missing');
  await page.getByLabel('Files', { exact: true }).setInputFiles([payload('spec/paths/order.yaml')]);
  await expect(missing).toContainText('common.yaml');
  await page.getByLabel('Files', { exact: true }).setInputFiles([payload('spec/common.yaml')]);
  await expect(missing).toHaveCount(0);
  await page.getByLabel(/^Upstream/).fill('http://127.0.0.1:19');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText('Nothing to complain about.')).toBeVisible();
  // Another document is what the choice says it is.
  await page.getByRole('combobox', { name: 'The document' }).selectOption('ci.yaml');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Take them away' }).click();
  await expect(page.getByRole('combobox', { name: 'The document' })).toHaveCount(0);
});

test('what was changed here and in the document is decided place by place', async ({ page, request }) => {
  const name = `again-${TAG}`;
  const contract = (title: string, summary: string) => `openapi: 3.1.0\ninfo: { title: ${title}, version: '1' }\npaths:\n  /orders:\n    get:\n      operationId: list\n      summary: ${summary}\n      responses: { '200': { description: All. } }\n`;
  await admin(request, 'POST', '/import', { text: contract('Shop', 'All'), file: 'shop.yaml', name, upstream: 'http://127.0.0.1:19' });
  const document = await admin(request, 'GET', `/apis/${name}`);
  await admin(request, 'PUT', `/apis/${name}`, { ...document, contract: { openapi: '3.1.0', info: { title: 'Our shop', version: '1' }, paths: { '/orders': { get: { operationId: 'list', summary: 'All of ours', responses: { 200: { description: 'All.' } } } } } } });

  await page.goto(`${ADMIN}/console/apis/new`);
  await page.getByRole('textbox', { name: /^Document/ }).fill(contract('Their shop', 'All of theirs'));
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel('Bring up to date').check();
  // Nothing is decided by whoever imports at once.
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const conflicts = page.getByRole('list', { name: 'Conflicts' });
  await expect(conflicts.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText('2 of 2 open')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  const title = conflicts.getByRole('group', { name: /info\.title/ });
  await expect(title).toContainText('Our shop');
  await expect(title).toContainText('Their shop');
  await title.getByRole('radio', { name: /As it is here/ }).check();
  await shot(page, 'console-import-conflicts');
  await conflicts.getByRole('group', { name: /summary/ }).getByRole('radio', { name: /As in the document/ }).check();
  await expect(page.getByText('all decided')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await conflicts.scrollIntoViewIfNeeded();
  await shot(page, 'console-import-conflicts-phone');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/console/apis/${name}`));
  const now = await (await request.get(`${ADMIN}/api/v1/apis/${name}/contract`, { headers: { authorization: `Bearer ${process.env.PAILOU_E2E_TOKEN}` } })).text();
  expect(now).toContain('title: Our shop');
  expect(now).toContain('summary: All of theirs');
});
