// The life of an API in the console: what stands in its way, a review with four eyes, a waiver, an emergency, its end.
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = `life-${Date.now().toString(36)}`;

const api = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  version: 'v1',
  tags: [TAG],
  contract: { openapi: '3.1.0', info: { title: `Orders ${name}`, version: '1' }, paths: { '/orders': { get: { operationId: 'listOrders', responses: { 200: { description: 'All.' } } } } } },
  listen: { path: `/${name}` },
  upstream: { endpoints: ['http://127.0.0.1:9'] },
  lifecycle: { state: 'draft' },
  ...more,
});

test('an API goes from draft to retired, past a refusal, a review, a waiver and an emergency', async ({ page, request }) => {
  const name = `orders-${TAG}`;
  const id = `${name}@v1`;
  await admin(request, 'PUT', `/standards/${TAG}`, { name: TAG, applies_to: { tags: [TAG], states: ['published'] }, require: { owner: true, security: true, review: {} } });
  await admin(request, 'PUT', `/standards/${TAG}-end`, { name: `${TAG}-end`, applies_to: { tags: [TAG], states: ['deprecated'] }, require: { description: true } });
  await admin(request, 'PUT', `/apis/${id}`, api(name));

  // Red checks say what to do, and the step is not to be made.
  await page.goto(`${ADMIN}/console/apis/${id}`);
  await page.getByRole('link', { name: 'Life', exact: true }).click();
  const publish = page.locator('section', { has: page.getByRole('heading', { name: 'Publish', exact: true }) }).first();
  await expect(publish.getByText('say who answers for it')).toBeVisible();
  await expect(publish.getByText('nothing recognizes who calls listOrders')).toBeVisible();
  await expect(publish.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled();
  await shot(page, 'console-life-draft');

  // Somebody else proposes what mends it.
  const made = await admin<{ secret: string }>(request, 'POST', '/tokens', { name: TAG, roles: ['developer'] });
  const asked = await request.fetch(`${ADMIN}/api/v1/apis/${id}/reviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.secret}` },
    data: { summary: 'Orders for partners, by key.', document: { kind: 'api', ...api(name, { owner: 'ada@example.com', policies: [{ 'key-auth': {} }], lifecycle: {} }) } },
  });
  expect(asked.ok(), await asked.text()).toBe(true);
  await page.goto(`${ADMIN}/console/reviews`);
  await page.getByRole('link', { name: 'Orders for partners, by key.' }).first().click();
  await expect(page.getByRole('heading', { name: 'Orders for partners, by key.', level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make it so' })).toBeDisabled();
  await page.getByLabel('Your remark').fill('Who is told when it ends?');
  await page.getByRole('button', { name: 'Ask for changes' }).click();
  await expect(page.getByText('asks for changes', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByText('nothing stands in the way')).toBeVisible();
  await shot(page, 'console-review');
  await page.getByRole('button', { name: 'Make it so' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it so' }).click();
  await expect(page.getByText(/^Made so by admin/)).toBeVisible();

  // A standard stops the end; a waiver lets it pass.
  await page.getByRole('link', { name: id }).click();
  const deprecate = page.locator('section', { has: page.getByRole('heading', { name: 'Deprecate', exact: true }) }).first();
  await expect(deprecate.getByText(/say what it is for/)).toBeVisible();
  await admin(request, 'PUT', `/waivers/${TAG}`, { name: TAG, standard: `${TAG}-end`, api: id, reason: 'It ends anyway.', expires_at: '2999-01-01T00:00:00Z' });
  await page.reload();
  await expect(deprecate.getByText('waived', { exact: true })).toBeVisible();
  await deprecate.getByRole('button', { name: 'Deprecate', exact: true }).click();
  await page.getByRole('dialog').getByLabel('When it will stop to answer').fill('2999-06-30');
  await page.getByRole('dialog').getByLabel('What comes after it').fill('https://api.example.com/orders/v2');
  await page.getByRole('dialog').getByRole('button', { name: 'Deprecate' }).click();
  await expect(page.getByText(`${id} is deprecated`)).toBeVisible();
  await expect(page.getByText('It answers, and says that it will not for ever.')).toBeVisible();
  const life = await admin<{ lifecycle: { sunset_at: string } }>(request, 'GET', `/apis/${id}`);
  expect(life.lifecycle.sunset_at).toBe('2999-06-30T00:00:00Z');
  await page.getByRole('button', { name: 'Retire', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
  await expect(page.getByText('It answers 410 alone.')).toBeVisible();
  await expect(page.getByRole('row', { name: /retired/ })).toBeVisible();
  await shot(page, 'console-life-retired');
});

test('a line of a proposed contract is remarked on, and the remark goes with the line', async ({ page, request }) => {
  const name = `lines-${TAG}`;
  const id = `${name}@v1`;
  const contract = (summary: string) => `openapi: 3.1.0\ninfo:\n  title: Lines\n  version: '1'\npaths:\n  /orders:\n    get:\n      operationId: listOrders\n      summary: ${summary}\n      responses:\n        '200':\n          description: All.\n`;
  const files = (summary: string) => ({ files: [{ path: 'api.yaml', text: JSON.stringify({ kind: 'api', ...api(name), tags: [], contract: './orders.yaml' }) }, { path: 'orders.yaml', text: contract(summary) }] });
  await admin(request, 'POST', '/apply', files('All'));
  const { number } = await admin<{ number: number }>(request, 'POST', `/apis/${id}/reviews`, { summary: 'Say more.', files: files('All of them') });
  await page.goto(`${ADMIN}/console/reviews/${number}`);
  const lines = page.getByRole('textbox', { name: 'Contract of the proposal' });
  await expect(lines).toContainText('summary: All of them');
  await expect(page.getByText('Put the cursor into a line')).toBeVisible();
  // By the keyboard as by the mouse.
  await lines.locator('.cm-line').filter({ hasText: 'operationId' }).click();
  await page.keyboard.press('ArrowDown');
  await page.getByLabel('Remark about line 9').fill('All of whose?');
  await shot(page, 'console-review-line');
  await page.getByRole('button', { name: 'Say it of line 9' }).click();
  await expect(lines.locator('.cm-remarks')).toContainText('All of whose?');
  await page.getByRole('button', { name: 'Line 9', exact: true }).click();
  await expect(lines).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('x');
  await expect(lines).toContainText('summary: All of them');

  // The next proposal has the line elsewhere, and then not at all.
  const update = (summary: string, text: string) => admin(request, 'PUT', `/reviews/${number}`, { summary, files: { files: [files('x').files[0], { path: 'orders.yaml', text }] } });
  await update('Say more.', contract('All of them').replace('info:', 'tags: []\ninfo:'));
  await page.reload();
  await expect(lines.locator('.cm-line').filter({ hasText: 'tags: []' })).toBeVisible();
  await expect(lines.locator('.cm-remarks')).toContainText('All of whose?');
  await expect(page.getByText('line 9 of an earlier proposal')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await lines.scrollIntoViewIfNeeded();
  await shot(page, 'console-review-line-phone');
  await update('Say more.', contract('Orders of who asks'));
  await page.reload();
  await expect(lines).toContainText('Orders of who asks');
  await expect(lines.locator('.cm-remarks')).toHaveCount(0);
  await expect(page.getByText('line 9 of an earlier proposal')).toBeVisible();
});

test('scorecards tell of APIs, of teams and of what is asked, down to what is missing', async ({ page, request }) => {
  const tag = `${TAG}-cards`;
  await admin(request, 'PUT', `/standards/${tag}`, { name: tag, applies_to: { tags: [tag], states: ['draft'] }, enforcement: 'warn', require: { owner: true, description: true } });
  await admin(request, 'PUT', `/apis/owned-${tag}@v1`, { ...api(`owned-${tag}`), tags: [tag], owner: `ada-${tag}`, description: 'Orders.' });
  await admin(request, 'PUT', `/apis/lost-${tag}@v1`, { ...api(`lost-${tag}`), tags: [tag] });
  await page.goto(`${ADMIN}/console/scorecards`);
  await expect(page.getByRole('row', { name: new RegExp(`owned-${tag}`) })).toContainText('100 of 100');
  const lost = page.getByRole('row', { name: new RegExp(`lost-${tag}`) });
  await expect(lost).toContainText('0 of 100');
  await shot(page, 'console-scorecards');
  await lost.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByText('say who answers for it')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByLabel('Scorecards by').selectOption('team');
  await page.getByRole('link', { name: `ada-${tag}`, exact: true }).click();
  await expect(page.getByRole('row', { name: new RegExp(`owned-${tag}`) })).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(`lost-${tag}`) })).toHaveCount(0);
  await page.goto(`${ADMIN}/console/scorecards?view=asked`);
  await expect(page.getByRole('row', { name: new RegExp(`Somebody answers for it.*${tag}`) })).toContainText(`lost-${tag}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await shot(page, 'console-scorecards-phone');
  await admin(request, 'DELETE', `/standards/${tag}`);
});

test('an emergency asks for its reason, and everybody sees it', async ({ page, request }) => {
  const name = `urgent-${TAG}`;
  const id = `${name}@v1`;
  await admin(request, 'PUT', `/standards/${TAG}`, { name: TAG, applies_to: { tags: [TAG], states: ['published'] }, require: { owner: true } });
  await admin(request, 'PUT', `/apis/${id}`, api(name));
  await page.goto(`${ADMIN}/console/apis/${id}/life`);
  await page.getByRole('button', { name: 'In an emergency…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Pass by' })).toBeDisabled();
  await dialog.getByLabel(/^Why it cannot wait/).fill('Partners wait for it.');
  await dialog.getByRole('button', { name: 'Pass by' }).click();
  await expect(page.getByText('It answers, and is in the portal.')).toBeVisible();
  await expect(page.getByRole('row', { name: /emergency/ })).toContainText('Partners wait for it.');
  await page.goto(`${ADMIN}/console/reviews`);
  await expect(page.getByRole('row', { name: new RegExp(id) })).toContainText('Partners wait for it.');
  await page.setViewportSize({ width: 390, height: 844 });
  await shot(page, 'console-reviews-phone');
  await page.goto(`${ADMIN}/console/apis/${id}/life`);
  await expect(page.getByRole('row', { name: /emergency/ })).toBeVisible();
  await shot(page, 'console-life-phone');
  await admin(request, 'DELETE', `/standards/${TAG}`);
});

test('brownouts are planned with the end, shown, changed and called off; an API goes from prerelease to the archive', async ({ page, request }) => {
  const name = `ending-${TAG}`;
  const id = `${name}@v1`;
  await admin(request, 'PUT', `/apis/${id}`, { ...api(name), tags: [] });
  await page.goto(`${ADMIN}/console/apis/${id}/life`);
  const dialog = page.getByRole('dialog');
  const step = async (to: string) => {
    await page.getByRole('button', { name: to, exact: true }).click();
    await dialog.getByRole('button', { name: to, exact: true }).click();
    await expect(dialog).toHaveCount(0);
  };
  await step('Show as a prerelease');
  await expect(page.getByText('It answers, and is in the portal as what may still change.')).toBeVisible();

  // The end is said with its brownouts, some of which are proposed.
  await page.getByRole('button', { name: 'Deprecate', exact: true }).click();
  await dialog.getByLabel('When it will stop to answer').fill('2999-06-30');
  await dialog.getByRole('button', { name: 'Propose some' }).click();
  const fields = dialog.getByRole('list', { name: 'Brownouts' }).getByRole('listitem');
  await expect(fields).toHaveCount(3);
  await dialog.getByRole('button', { name: 'Add a brownout' }).click();
  await expect(dialog.getByRole('button', { name: 'Deprecate', exact: true })).toBeDisabled();
  await fields.nth(3).getByLabel(/from/).fill('2999-06-01T10:00');
  await fields.nth(3).getByLabel(/until/).fill('2999-06-03T10:00');
  await expect(fields.nth(3)).toContainText('It is a day long at most.');
  await shot(page, 'console-brownouts-planned');
  await dialog.getByRole('button', { name: 'Take brownout 4 away' }).click();
  await dialog.getByRole('button', { name: 'Deprecate', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const brownouts = page.getByRole('table', { name: 'Brownouts, in the order of time' });
  await expect(brownouts.getByRole('row', { name: /planned/ })).toHaveCount(3);
  const kept = async () => (await admin<{ lifecycle: { brownouts?: unknown[] } }>(request, 'GET', `/apis/${id}`)).lifecycle.brownouts ?? [];
  expect(await kept()).toHaveLength(3);
  // Whatever is planned, an end can be taken back.
  await expect(page.getByRole('button', { name: 'Publish again', exact: true })).toBeEnabled();
  await shot(page, 'console-brownouts');

  // One that has begun is shown as such, and can be called off like the others.
  const at = (minutes: number) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)}Z`;
  await admin(request, 'POST', `/apis/${id}/life`, { to: 'deprecated', deprecated_at: at(-60), brownouts: [{ from: at(-5), until: at(30) }, { from: '2999-06-01T10:00:00Z', until: '2999-06-01T11:00:00Z' }] });
  await page.reload();
  await expect(page.getByText(/brownout: calls are refused for another/)).toBeVisible();
  await expect(brownouts.getByRole('row', { name: /refused now/ })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(brownouts.getByRole('row', { name: /refused now/ })).toBeVisible();
  await shot(page, 'console-brownouts-phone');
  await page.setViewportSize({ width: 1440, height: 900 });
  await brownouts.getByRole('row', { name: /refused now/ }).getByRole('button', { name: /Call off/ }).click();
  await dialog.getByRole('button', { name: 'Call off' }).click();
  await expect(brownouts.getByRole('row', { name: /refused now/ })).toHaveCount(0);
  expect(await kept()).toHaveLength(1);
  await page.getByRole('button', { name: 'Change brownouts' }).click();
  await dialog.getByRole('button', { name: 'Take brownout 1 away' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('No brownouts')).toBeVisible();
  expect(await kept()).toHaveLength(0);

  await step('Retire');
  await step('Archive');
  await expect(page.getByText('It is kept, and as if it were not there: it answers 404.')).toBeVisible();
  await expect(page.getByText('not in the portal', { exact: true })).toBeVisible();
  await step('Bring back');
  await expect(page.getByText('It answers 410 alone.')).toBeVisible();
});
