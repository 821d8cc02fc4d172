// Plans: terms that are agreed to, and another plan for what one has.
import { admin, withdraw } from './operator.ts';
import { expect, shot, test } from './portal.ts';

const PASSWORD = 'a long enough password';
const mark = `${Date.now()}`;
const [STARTER, TEAM, PRODUCT] = [`starter-${mark}`, `team-${mark}`, `bundle-${mark}`];
const [BASIC, LARGE, PRICED] = [`basic-${mark}`, `large-${mark}`, `priced-${mark}`];

test.beforeAll(async ({ playwright }) => {
  const request = await playwright.request.newContext();
  await admin(request, 'PUT', `/plans/${STARTER}`, { name: STARTER, title: 'Starter', terms: 'Keep answers for **30 days** at most.', policies: [{ 'rate-limit': { limit: 60, window: '1m' } }] });
  await admin(request, 'PUT', `/plans/${TEAM}`, { name: TEAM, title: 'Team', approval: 'manual', lasts: '90d' });
  await admin(request, 'PUT', `/products/${PRODUCT}`, { name: PRODUCT, title: 'Bundle', apis: ['orders@v1'], plans: [STARTER, TEAM] });
  const price = (amount: string) => ({ amount, currency: 'EUR', per: 'month' });
  await admin(request, 'PUT', `/plans/${BASIC}`, { name: BASIC, title: 'Basic', price: price('29.90'), trial: '14d' });
  await admin(request, 'PUT', `/plans/${LARGE}`, { name: LARGE, title: 'Large', price: price('99.00') });
  await admin(request, 'PUT', `/products/${PRICED}`, { name: PRICED, title: 'Priced', apis: ['orders@v1'], plans: [BASIC, LARGE] });
  await request.dispose();
});

test.afterAll(async ({ playwright }) => {
  const request = await playwright.request.newContext();
  await withdraw(request, PRODUCT, [STARTER, TEAM]);
  await withdraw(request, PRICED, [BASIC, LARGE]);
  await request.dispose();
});

test('a developer agrees to the terms of a plan, and asks for another that a person gives', async ({ page, playwright }) => {
  await page.goto(`/portal/subscribe?product=${PRODUCT}`);
  await page.getByLabel('E-mail').fill(`plans-${mark}@example.com`);
  await page.getByLabel('Password').fill(PASSWORD);
  await expect(page.getByRole('region', { name: 'Terms of Starter' })).toContainText('30 days');
  await page.getByRole('button', { name: 'Get my key' }).click();
  await expect(page.getByRole('alert')).toContainText('Agree to the terms to go on.');
  await shot(page, 'portal-terms');
  await page.getByLabel('I agree to these terms').check();
  await page.getByRole('button', { name: 'Get my key' }).click();
  await expect(page.getByRole('heading', { name: 'You have access' })).toBeVisible();

  await page.getByRole('link', { name: /usage and keys/ }).click();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  const table = page.getByRole('table', { name: 'Subscriptions' });
  await page.getByRole('button', { name: 'Change plan' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Change the plan of Bundle' })).toBeVisible();
  await expect(dialog.getByText('yours')).toBeVisible();
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await expect(dialog.getByText('Say it in a sentence.')).toBeVisible();
  await dialog.getByLabel(/What do you need it for/).fill('We have grown.');
  await shot(page, 'portal-change-plan');
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await expect(table).toContainText('Team asked for');
  await shot(page, 'portal-plan-asked-for');
  await page.getByRole('button', { name: 'Keep Starter' }).click();
  await expect(table).not.toContainText('asked for');
  await page.getByRole('button', { name: 'Change plan' }).click();
  await dialog.getByLabel(/What do you need it for/).fill('We have grown.');
  await dialog.getByRole('button', { name: 'Ask for it' }).click();
  await expect(table).toContainText('Team asked for');

  const request = await playwright.request.newContext();
  const { items } = await admin<{ items: { document: { name: string; product: string } }[] }>(request, 'GET', '/subscriptions?limit=1000');
  const mine = items.find(({ document }) => document.product === PRODUCT);
  await admin(request, 'POST', `/subscriptions/${mine?.document.name}/decision`, { approve: true });
  await request.dispose();
  await page.reload();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  await expect(table).toContainText('Team');
  await expect(table).not.toContainText('asked for');
});

test('a developer tries a plan that costs something, and is told what another costs before it is changed', async ({ page, playwright }) => {
  await page.goto(`/portal/products/${PRICED}`);
  await expect(page.getByRole('article').filter({ hasText: 'Basic' })).toContainText('29.90 EUR a month');
  await shot(page, 'portal-prices');
  await page.goto(`/portal/subscribe?product=${PRICED}`);
  await page.getByLabel('E-mail').fill(`prices-${mark}@example.com`);
  await page.getByLabel('Password').fill(PASSWORD);
  await expect(page.getByText('an app’s first 14d cost nothing')).toBeVisible();
  await page.getByRole('button', { name: 'Get my key' }).click();
  await expect(page.getByRole('heading', { name: 'You have access' })).toBeVisible();
  await page.getByRole('link', { name: /usage and keys/ }).click();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  await expect(page.getByRole('table', { name: 'Subscriptions' })).toContainText('trial until');
  await page.getByRole('button', { name: 'Change plan' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Nothing is owed until \d/)).toBeVisible();
  await shot(page, 'portal-plan-trial');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // The trial is over, and a period is under way.
  const request = await playwright.request.newContext();
  const { items } = await admin<{ items: { document: Record<string, unknown> }[] }>(request, 'GET', '/subscriptions?limit=1000');
  const mine = items.find(({ document }) => document.product === PRICED)?.document;
  const began = new Date(Date.now() - 10 * 86_400_000).toISOString();
  await admin(request, 'PUT', `/subscriptions/${mine?.name}`, { ...mine, trial_until: undefined, began_at: began });
  await request.dispose();
  await page.reload();
  await page.getByRole('tab', { name: /Subscriptions/ }).click();
  await page.getByRole('button', { name: 'Change plan' }).click();
  await expect(dialog.getByText('Owed with the change:')).toContainText(/\d+\.\d\d EUR/);
  await expect(dialog.getByText('Given back of the present one:')).toContainText(/\d+\.\d\d EUR/);
  await shot(page, 'portal-plan-costs');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'portal-plan-costs-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 800 });
  await shot(page, 'portal-plan-costs-phone');
  await dialog.getByRole('button', { name: 'Change the plan' }).click();
  await expect(page.getByText('The plan is Large now.')).toBeVisible();
});
