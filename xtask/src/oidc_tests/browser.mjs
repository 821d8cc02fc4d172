// A browser without a window: cookies, redirects and the provider's forms.
import { request } from 'node:http';

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
export class Browser {
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
