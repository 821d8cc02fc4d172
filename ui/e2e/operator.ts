// What every test of an operator has: a page that is signed in, and fails on any request to another host and on any error of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type APIRequestContext, expect } from '@playwright/test';
import { test as watched } from './portal.ts';

export { expect };

export const ADMIN = process.env.PAILOU_E2E_ADMIN ?? 'http://127.0.0.1:9080';
export const GATEWAY = process.env.PAILOU_E2E_GATEWAY ?? 'http://127.0.0.1:8080';
const TOKEN = process.env.PAILOU_E2E_TOKEN ?? '';

export const test = watched.extend({
  page: async ({ page }, use) => {
    await page.goto(`${ADMIN}/console/sign-in`);
    await page.getByLabel('Admin token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
    await use(page);
  },
});

/** Calls the admin API, to bring about what a test needs; fails where it is refused. */
export async function admin<T = Record<string, unknown>>(request: APIRequestContext, method: string, path: string, data?: unknown): Promise<T> {
  const answer = await request.fetch(`${ADMIN}/api/v1${path}`, { method, data, headers: { authorization: `Bearer ${TOKEN}` } });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Takes a product away with its subscriptions and plans: others would find it offered where they do not expect it. */
export async function withdraw(request: APIRequestContext, product: string, plans: string[]) {
  const { items } = await admin<{ items: { document: { name: string; product: string } }[] }>(request, 'GET', '/subscriptions?limit=1000');
  for (const { document } of items.filter((one) => one.document.product === product)) await admin(request, 'DELETE', `/subscriptions/${document.name}`);
  await admin(request, 'DELETE', `/products/${product}`);
  for (const plan of plans) await admin(request, 'DELETE', `/plans/${plan}`);
}

/** Makes a certificate that vouches for itself, good for so many days, and its key; their files. */
export function certificate(host: string, days: number): { cert_file: string; key_file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pailou-e2e-'));
  const [cert_file, key_file] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key_file, '-out', cert_file, '-days', String(days), '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`], { stdio: 'ignore' });
  return { cert_file, key_file };
}
