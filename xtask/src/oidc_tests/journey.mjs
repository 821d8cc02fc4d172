// A person with a browser, and a program, at a gateway with `oidc` and the provider of the tests.
// usage: node journey.mjs GATEWAY ISSUER
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

const [gateway, issuer] = process.argv.slice(2);

const step = (name) => console.log(`  ${name}`);
const said = (page) => JSON.parse(page.text).headers;

const ada = new Browser();
const first = await ada.open(`${gateway}/orders/all?page=2`, 'ada');
assert.equal(first.status, 200, first.text);
assert.equal(first.url, `${gateway}/orders/all?page=2`);
assert.equal(said(first)['x-user'], 'ada');
assert.equal(said(first).cookie, undefined);
step('a person signs in and comes back to the page they wanted');

const eve = new Browser();
const other = await eve.open(`${gateway}/orders/all`, 'eve');
assert.equal(said(other)['x-user'], 'eve');
assert.equal(said(await ada.open(`${gateway}/orders/all`))['x-user'], 'ada');
step('another one is somebody else');

const before = [...ada.cookies].find(([key]) => key.includes('pailou_oidc'))[1];
await new Promise((resolve) => setTimeout(resolve, 6500));
const tabs = await Promise.all([1, 2, 3].map(() => ada.go(`${gateway}/orders/all`)));
assert.deepEqual(tabs.map((tab) => tab.status), [200, 200, 200]);
assert.notEqual([...ada.cookies].find(([key]) => key.includes('pailou_oidc'))[1], before);
assert.equal((await ada.go(`${gateway}/orders/all`)).status, 200);
step('a session is renewed, for three requests at once');

const form = new URLSearchParams({ grant_type: 'client_credentials', resource: 'https://orders.example.com', scope: 'orders:read' });
const basic = btoa(`orders:${encodeURIComponent('s3cret+of/the client%')}`);
const token = await (await fetch(`${issuer}/token`, { method: 'POST', body: form, headers: { authorization: `Basic ${basic}` } })).json();
const call = async (bearer) => fetch(`${gateway}/orders/all`, { headers: { authorization: `Bearer ${bearer}` } });
const answer = await call(token.access_token);
assert.equal(answer.status, 200, await answer.clone().text());
assert.equal((await answer.json()).headers['x-user'], 'orders');
const parts = token.access_token.split('.');
for (const wrong of [`${parts[0]}.${parts[1]}.${parts[2].slice(0, -4)}AAAA`, `${parts[0]}.${btoa('{"sub":"root"}')}.${parts[2]}`, parts[1], '']) {
  assert.equal((await call(wrong)).status, 401);
}
step('a program calls with a token of its own, and a changed one is refused');

const out = await ada.open(`${gateway}/orders/.oidc/logout`);
assert.equal(new URL(out.url).origin, gateway, out.url);
const again = await ada.go(`${gateway}/orders/all`);
assert.equal(again.status, 302);
const asked = await ada.go(again.location);
assert.match(new URL(asked.location, issuer).pathname, /interaction/, 'the provider has forgotten them too');
assert.equal((await eve.go(`${gateway}/orders/all`)).status, 200);
step('signing out ends it here and at the provider, and for nobody else');
