// People who sign in to console and portal by the provider of the tests.
// usage: node console.mjs ADMIN ISSUER TOKEN
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

const [admin, issuer, token] = process.argv.slice(2);
const step = (name) => console.log(`  ${name}`);

async function operator(method, path, body) {
  const answer = await fetch(`${admin}/api/v1${path}`, { method, body: JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

const provider = {
  kind: 'identity-provider',
  name: 'corp',
  issuer,
  client_id: 'pailou',
  client_secret: 'secret://corp',
  console: { create: true, roles: [{ group: 'admins', role: 'admin', workspace: '*' }, { group: 'readers', role: 'viewer' }] },
  portal: {},
};
await operator('PUT', '/secrets/corp', { value: 's3cret+of/the console%' });
await operator('PUT', '/identity-providers/corp', provider);
const check = await operator('POST', '/identity-providers/corp/check');
assert.equal(check.ready, true, check.trouble);
assert.deepEqual(check.redirect_uris, [`${admin}/api/v1/sso/corp/callback`, `${admin}/portal/api/v1/sso/default/corp/callback`]);
step('the provider is ready, and says who it is');

async function signIn(browser, api, person) {
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const begun = await browser.go(`${admin}${api}/sso/corp`, { method: 'POST', body: '{}', headers: json });
  assert.equal(begun.status, 200, begun.text);
  const page = await browser.open(JSON.parse(begun.text).location, person);
  return { page, session: await browser.go(`${admin}${api}/session`) };
}

for (const [api, pages] of [['/api/v1', '/console'], ['/portal/api/v1', '/portal']]) {
  const ada = new Browser();
  const { page, session } = await signIn(ada, api, 'ada');
  assert.equal(page.url, `${admin}${pages}/`);
  const known = JSON.parse(session.text);
  assert.deepEqual([session.status, known.user.email, known.user.name], [200, 'ada@example.com', 'ada']);
  step(`a person signs in at ${pages}`);

  const out = await ada.go(`${admin}${api}/session`, { method: 'DELETE', headers: { 'x-csrf-token': known.csrf } });
  const there = await ada.open(JSON.parse(out.text).location);
  assert.equal(there.url.split('?')[0], `${admin}${pages}/sign-in`);
  assert.equal((await ada.go(`${admin}${api}/session`)).status, 401);
  const again = await ada.go(`${admin}${api}/sso/corp`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  const asked = await ada.go(JSON.parse(again.text).location);
  assert.match(new URL(asked.location, issuer).pathname, /interaction/, 'the provider has forgotten them too');
  step('signing out ends it here and at the provider');
}

const eve = new Browser();
const { session } = await signIn(eve, '/api/v1', 'eve');
assert.ok(!JSON.parse(session.text).permissions.includes('people:read'));
const ada = (await operator('GET', '/members/ada@example.com')).roles_by_groups;
assert.deepEqual(ada, [{ workspace: '*', role: 'admin' }]);
step('groups say who may what');
