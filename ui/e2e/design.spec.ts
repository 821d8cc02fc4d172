// From an idea to a contract in force: a template, the rules at each line, fields, a mock of what is nowhere published, somebody else who saves, and publishing.
import { ADMIN, admin, expect, test } from './operator.ts';
import { shot } from './portal.ts';

const TAG = Date.now().toString(36);

test('writes a contract from a template, sees what rules say as it is typed, tries its mock and publishes it', async ({ page, request }) => {
  const name = `orders-${TAG}`;
  await page.goto(`${ADMIN}/console/designs`);
  await page.getByRole('link', { name: 'New design' }).first().click();
  await page.getByRole('button', { name: /^REST resource/ }).click();
  await page.getByLabel('Name', { exact: false }).first().fill(name);
  await page.getByLabel('Title').fill(`Orders ${TAG}`);
  await shot(page, 'console-design-new');
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await expect(page.getByRole('heading', { name: `Orders ${TAG}`, level: 1 })).toBeVisible();
  await expect(page.getByText('Nothing to complain about')).toBeVisible();

  // A fault is told where it stands, and in the list, which leads to it.
  const source = page.getByRole('textbox', { name: 'Source of the contract' });
  await source.click();
  await page.keyboard.press('Control+f');
  const find = page.getByPlaceholder('Find');
  // It looks as one types.
  await find.pressSequentially('operationId: listOrders');
  await find.press('Enter');
  await find.press('Escape');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('tab', { name: /^Problems/ })).toContainText('1');
  const problem = page.getByRole('list', { name: 'Problems' }).getByRole('button').first();
  await expect(problem).toContainText('operation-operationId');
  await expect(page.locator('.cm-lint-marker').first()).toBeVisible();
  await expect(page.getByText('not saved')).toBeVisible();
  await shot(page, 'console-design-problems');
  await problem.click();
  await expect(source).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Nothing to complain about')).toBeVisible();

  // Fields change the same text.
  await page.getByRole('tab', { name: 'Form' }).click();
  const title = page.getByRole('textbox', { name: 'Title required' });
  await title.fill('Orders of the shop');
  await title.press('Enter');
  await page.getByRole('tab', { name: 'Operations' }).click();
  await page.getByLabel('Path', { exact: true }).fill('/returns/{id}');
  await page.getByRole('button', { name: 'Add operation' }).click();
  await expect(page.getByLabel('Operation to edit')).toHaveValue('get /returns/{id}');
  await page.getByLabel('Operation id').fill('getReturn');
  await page.getByLabel('Operation id').press('Enter');
  await shot(page, 'console-design-form');
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(source).toContainText('title: Orders of the shop');
  await expect(page.getByRole('tab', { name: /^Problems/ })).not.toContainText(/^Problems0?$/);

  // What is nowhere published answers by itself, and remembers.
  await page.getByRole('tab', { name: 'Preview' }).click();
  await expect(page.getByRole('heading', { name: /Orders of the shop/ })).toBeVisible();
  await page.getByRole('combobox', { name: 'Operation', exact: true }).selectOption({ label: 'POST /orders' });
  await shot(page, 'console-design-preview');
  await page.getByRole('tab', { name: 'Try the mock' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('201').first()).toBeVisible();

  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`Saved Orders ${TAG} as revision 2`)).toBeVisible();
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('list', { name: 'Revisions' }).getByRole('listitem')).toHaveCount(2);

  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Upstream/).fill('orders-sample');
  await dialog.getByLabel(/^Name/).fill(name);
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(dialog.getByText('has this contract now')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const operations = await admin<{ items: { id: string }[] }>(request, 'GET', `/apis/${name}@v1/operations`);
  expect(operations.items.map(({ id }) => id)).toContain('getReturn');

  // From here on it is compared with what is in force.
  await page.getByRole('tab', { name: 'Form' }).click();
  await page.getByRole('tab', { name: 'Operations' }).click();
  await page.getByLabel('Operation to edit').selectOption('get /returns/{id}');
  await page.getByRole('button', { name: 'Take it away' }).click();
  await page.getByRole('tab', { name: 'Changes' }).click();
  await expect(page.getByText('1 breaking')).toBeVisible();
  await shot(page, 'console-design-changes');
  await page.getByRole('tab', { name: 'In the text' }).click();
  await expect(page.locator('.cm-deletedChunk').first()).toBeVisible();
});

test('begins an API of a design as a draft with its owner, to be reviewed before it is published', async ({ page, request }) => {
  const name = `draft-${TAG}`;
  const text = `openapi: 3.1.0\ninfo: { title: Drafts, version: '1' }\npaths:\n  /drafts:\n    get: { operationId: listDrafts, responses: { '200': { description: All. } } }\n`;
  await admin(request, 'POST', '/designs', { name, title: `Drafts ${TAG}`, text });
  await page.goto(`${ADMIN}/console/designs/${name}`);
  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Upstream/).fill('orders-sample');
  await dialog.getByLabel(/^Owner/).fill('ada@example.com');
  await dialog.getByLabel(/^Begins as/).selectOption('Draft');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('heading', { name: 'The draft is there' })).toBeVisible();
  await dialog.getByRole('link', { name: 'Life' }).click();
  await expect(page.getByText('not in the portal', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Publish', exact: true })).toBeVisible();
  const { items } = await admin<{ items: { document: { name: string; version?: string; owner?: string; lifecycle?: { state: string } } }[] }>(request, 'GET', `/apis?q=${name}`);
  expect(items.map(({ document }) => [document.owner, document.lifecycle?.state])).toEqual([['ada@example.com', 'draft']]);
});

test('loses nothing when somebody else has saved meanwhile', async ({ page, request }) => {
  const name = `shared-${TAG}`;
  const text = (title: string, summary: string) => `openapi: 3.1.0\ninfo:\n  title: ${title}\n  version: '1'\npaths:\n  /a:\n    get:\n      summary: ${summary}\n      responses:\n        '200': { description: ok }\n`;
  await admin(request, 'POST', '/designs', { name, text: text('First', 'One') });
  await page.goto(`${ADMIN}/console/designs/${name}`);
  await expect(page.getByRole('textbox', { name: 'Source of the contract' })).toContainText('title: First');
  await page.getByRole('tab', { name: 'Form' }).click();
  const title = page.getByRole('textbox', { name: 'Title required' });
  await title.fill('Mine');
  await title.press('Enter');
  await admin(request, 'PUT', `/designs/${name}`, { name, text: text('First', 'Theirs') });
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'It was changed meanwhile' });
  await expect(dialog.getByText('You changed different lines')).toBeVisible();
  await shot(page, 'console-design-conflict');
  await dialog.getByRole('button', { name: 'Use this and save' }).click();
  await expect(page.getByText('as revision 3')).toBeVisible();
  const kept = await request.get(`${ADMIN}/api/v1/designs/${name}/contract`, { headers: { authorization: `Bearer ${process.env.PAILOU_E2E_TOKEN ?? ''}` } });
  expect(await kept.text()).toBe(text('Mine', 'Theirs'));

  // An earlier state comes back into the editor, and is a revision only once it is saved.
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Revision 1' }).getByRole('button', { name: 'Bring back' }).click();
  await page.getByRole('tab', { name: 'Source' }).click();
  await expect(page.getByRole('textbox', { name: 'Source of the contract' })).toContainText('title: First');
  await expect(page.getByText('not saved')).toBeVisible();
  await page.getByRole('link', { name: 'Designs' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('Control+s');
});

test('mends what can be mended without guessing, and is saved again once that is undone', async ({ page, request }) => {
  const name = `mended-${TAG}`;
  const text = "openapi: 3.1.0\ninfo: { title: Mended, version: '1' }\nservers:\n  - url: https://api.example.com/ # production\npaths:\n  # What was ordered.\n  /orders/:\n    get:\n      tags: [orders]\n      responses: { '200': { description: All. } }\n";
  await admin(request, 'PUT', `/designs/${name}`, { kind: 'design', name, text });
  await page.goto(`${ADMIN}/console/designs/${name}`);
  const source = page.getByRole('textbox', { name: 'Source of the contract' });
  const problems = page.getByRole('list', { name: 'Problems' });
  await expect(page.getByRole('button', { name: 'Fix all 4' })).toBeVisible();
  // What has to be known is nobody's to make up.
  await expect(problems.getByRole('listitem').filter({ hasText: 'info-description' }).getByRole('button')).toHaveCount(1);
  await shot(page, 'console-design-fixes');
  await problems.getByRole('button', { name: 'Fix line 7: Remove the slash at the end' }).click();
  await expect(source).toContainText('/orders:');
  await expect(page.getByRole('button', { name: 'Fix all 3' })).toBeVisible();
  await expect(page.getByText('not saved')).toBeVisible();
  await page.getByRole('button', { name: 'Fix all 3' }).click();
  await expect(source).toContainText('operationId: getOrders');
  await expect(source).toContainText('url: https://api.example.com # production');
  await expect(page.getByRole('button', { name: /^Fix all/ })).toHaveCount(0);
  await expect(problems.getByText('info-description')).toBeVisible();
  await source.click();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(source).toContainText('/orders/:');
  await expect(page.getByText('saved', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  // The editor itself offers the same beside the line.
  await page.locator('.cm-lintRange').filter({ hasText: 'https://api.example.com/' }).first().hover();
  await page.getByRole('button', { name: 'Remove the slash at the end' }).first().click();
  await expect(source).toContainText('url: https://api.example.com # production');
  await page.setViewportSize({ width: 390, height: 844 });
  await problems.scrollIntoViewIfNeeded();
  await shot(page, 'console-design-fixes-phone');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/as revision 2/)).toBeVisible();
});

test('says what rules have to say of a large document as it is typed, broken and taken back', async ({ page, request }) => {
  const name = `large-${TAG}`;
  const operation = (at: number) => `  /things/${at}:\n    get:\n      operationId: getThing${at}\n      summary: Thing ${at}\n      description: One of many things, of which each is said to be there.\n      tags: [things]\n      responses:\n        '200': { description: 'It is there.' }\n        '404': { description: 'It is not.' }\n`;
  const head = "openapi: 3.1.0\ninfo: { title: Large, version: '1', description: Many things., contact: { name: Somebody } }\nservers: [{ url: 'https://api.example.com' }]\ntags: [{ name: things, description: Things. }]\npaths:\n";
  const text = head + Array.from({ length: 1200 }, (_, at) => operation(at)).join('');
  expect(text.length).toBeGreaterThan(300 << 10);
  await admin(request, 'PUT', `/designs/${name}`, { kind: 'design', name, text });
  const answers: { writing: { number: number }; findings: unknown[]; changes: unknown }[] = [];
  page.on('response', async (answer) => {
    if (answer.url().endsWith('/contracts/check')) await answer.json().then((said) => answers.push(said), () => undefined);
  });
  await page.goto(`${ADMIN}/console/designs/${name}`);
  await expect(page.getByText('Nothing to complain about')).toBeVisible();
  const source = page.getByRole('textbox', { name: 'Source of the contract' });
  const problems = page.getByRole('list', { name: 'Problems' });
  await source.click();
  await page.keyboard.press('Control+f');
  const find = page.getByPlaceholder('Find');
  await find.pressSequentially('operationId: getThing777');
  await find.press('Enter');
  await find.press('Escape');

  // What is selected goes: its operation has no id, and what is typed after it moves what is said.
  const line = head.split('\n').length + 777 * 9;
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Backspace');
  await expect(problems.getByRole('listitem')).toHaveCount(1);
  await expect(problems).toContainText('operation-operationId');
  await expect(problems).toContainText(`line ${line + 1}`);
  await expect(page.locator('.cm-lint-marker')).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Nothing to complain about')).toBeVisible();
  await expect(page.locator('.cm-lint-marker')).toHaveCount(0);

  // In the middle of something the text cannot be read: what was said before stays.
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Backspace');
  await expect(problems.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.type("summary: '");
  await expect(page.getByText('The text cannot be read now')).toBeVisible();
  await expect(problems.getByRole('listitem').first()).toContainText('parser');
  await expect(problems).toContainText('operation-operationId');
  for (let key = 0; key < "summary: '".length; key++) await page.keyboard.press('Backspace');
  await expect(page.getByText('The text cannot be read now')).toHaveCount(0);
  await expect(problems.getByRole('listitem')).toHaveCount(1);
  await expect(problems).toContainText('operation-operationId');
  // All of it was sent and told once: after that only what changed.
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.filter((one) => one.changes === null)).toHaveLength(1);
  // What was pasted over all of it leaves nothing of what was said.
  await page.keyboard.press('Control+a');
  await page.keyboard.type('{ "');
  await expect(problems.getByRole('listitem')).toHaveCount(1);
  await expect(problems).toContainText('parser');
});

test('what is wrong with the name of a new design is said once', async ({ page }) => {
  await page.goto(`${ADMIN}/console/designs/new`);
  await page.getByRole('button', { name: /^REST resource/ }).click();
  await page.getByLabel(/^Name/).fill('No Name');
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await expect(page.getByLabel(/^Name/)).toHaveAttribute('aria-invalid', 'true');
  // Whoever does not see the field hears it, and nobody sees it twice.
  await expect(page.getByRole('alert')).toHaveClass('visually-hidden');
});
