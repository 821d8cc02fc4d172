// What waits for a decision, decided many at once, and told to another program.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admin, expect, test, withdraw } from './operator.ts';
import { shot } from './portal.ts';

const mark = `${Date.now()}`;
const [PLAN, PRODUCT, HOOK] = [`late-${mark}`, `wares-${mark}`, `tickets-${mark}`];
const apps = ['north', 'south', 'west'].map((name) => `${name}-${mark}`);

test('many requests are decided at once, and a webhook says how it went', async ({ page, request }) => {
  // A place that nobody named: what is told is refused, and said to be.
  const place = createServer((_, answer) => answer.end());
  await new Promise<void>((done) => place.listen(0, '127.0.0.1', done));
  const { port } = place.address() as AddressInfo;
  await admin(request, 'PUT', `/secrets/${HOOK}`, { value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
  await admin(request, 'PUT', `/webhooks/${HOOK}`, { name: HOOK, url: `http://127.0.0.1:${port}/hook`, secret: `secret://${HOOK}` });
  await admin(request, 'PUT', `/plans/${PLAN}`, { name: PLAN, approval: 'manual', decide_within: '2d' });
  await admin(request, 'PUT', `/products/${PRODUCT}`, { name: PRODUCT, apis: ['orders@v1'], plans: [PLAN] });
  for (const app of apps) {
    await admin(request, 'PUT', `/apps/${app}`, { name: app, owner: 'ada@example.com' });
    const asked = app === apps[0] ? { asked_at: '2026-01-01T00:00:00Z' } : {};
    await admin(request, 'PUT', `/subscriptions/${app}`, { name: app, app, product: PRODUCT, plan: PLAN, state: 'pending', reason: 'For our shops.', ...asked });
  }
  await page.getByRole('link', { name: 'Decisions', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Decisions', level: 1 })).toBeVisible();
  const table = page.getByRole('table', { name: 'Requests' });
  await expect(table.getByRole('row', { name: new RegExp(String(apps[0])) })).toContainText('overdue since');
  await shot(page, 'console-decisions');
  for (const app of apps.slice(0, 2)) await page.getByLabel(`Choose ${app}`).check();
  await page.getByRole('button', { name: 'Approve 2' }).click();
  await page.getByRole('dialog').getByLabel('Your reason').fill('Welcome.');
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('2 requests decided.')).toBeVisible();
  await expect(table).not.toContainText(String(apps[0]));
  await expect(table).toContainText(String(apps[2]));
  await page.getByLabel(`Choose ${apps[2]}`).check();
  await page.getByRole('button', { name: 'Refuse 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('1 request decided.')).toBeVisible();
  const after = await admin<{ state: string; reason: string }>(request, 'GET', `/subscriptions/${apps[0]}`);
  expect([after.state ?? 'active', after.reason]).toEqual(['active', 'Welcome.']);

  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  await page.getByRole('link', { name: HOOK }).click();
  const told = page.getByRole('table', { name: 'Deliveries' });
  await expect(told).toContainText('subscription.decided', { timeout: 15_000 });
  await expect(told).toContainText('--webhook-host', { timeout: 15_000 });
  await shot(page, 'console-webhook');
  place.close();
  await withdraw(request, PRODUCT, [PLAN]);
});
