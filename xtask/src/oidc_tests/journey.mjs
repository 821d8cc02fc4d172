// A person with a browser, and a program, at a gateway with `oidc` and the provider of the tests.
// usage: node journey.mjs GATEWAY ISSUER
import assert from 'node:assert/strict';
import { request } from 'node:http';

const [gateway, issuer] = process.argv.slice(2);

/** One request; not by `fetch`, which says that it is a script of a page. */
function send(url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: answer.statusCode, location: answer.headers.location, cookies: answer.headers['set-cookie'] ?? [], text });
      });
    });
    sent.on('error', reject);
    sent.end(body?.toString());
  });
}

/** A browser: cookies by host, redirects followed by hand. */
class Browser {
  cookies = new Map();

  async go(url, options = {}) {
    const headers = { accept: 'text/html', ...options.headers };
    const kept = [...this.cookies].filter(([key]) => key.startsWith(`${new URL(url).host} `)).map(([key, value]) => `${key.split(' ')[1]}=${value}`);
    if (kept.length) headers.cookie = kept.join('; ');
    const answer = await send(url, { ...options, headers });
    for (const line of answer.cookies) {
      const [name, ...value] = line.split(';')[0].split('=');
      const key = `${new URL(url).host} ${name}`;
      const gone = /max-age=0/i.test(line) || /expires=Thu, 01 Jan 1970/i.test(line) || value.join('=') === '';
      if (gone) this.cookies.delete(key);
      else this.cookies.set(key, value.join('='));
    }
    return answer;
  }

  /** Follows redirects, and fills in the provider's forms, until something else is answered. */
  async open(url, person) {
    let answer = await this.go(url);
    for (let hop = 0; hop < 20; hop += 1) {
      const to = answer.location;
      if (to) {
        url = new URL(to, url).href;
        answer = await this.go(url);
        continue;
      }
      const { text } = answer;
      const form = /<form[^>]*action="([^"]+)"/.exec(text);
      if (answer.status !== 200 || !form) return { url, status: answer.status, text };
      const fields = new URLSearchParams();
      for (const [, attributes] of text.matchAll(/<input([^>]*)>/g)) {
        const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
        if (value('name')) fields.set(value('name'), value('value') ?? '');
      }
      if (fields.has('login')) fields.set('login', person);
      if (fields.has('password')) fields.set('password', 'any');
      if (/logout/.test(form[1])) fields.set('logout', 'yes');
      url = new URL(form[1].replaceAll('&amp;', '&'), url).href;
      answer = await this.go(url, { method: 'POST', body: fields, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    }
    throw new Error(`too many redirects, at ${url}`);
  }
}

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
