import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClient, queryString } from './call.ts';
import { ProblemError } from './problem.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

function server(response: Response) {
  const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(() => Promise.resolve(response));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe('a call', () => {
  it('sends the CSRF token with unsafe methods only', async () => {
    const fetch = server(answer(200, {}));
    const client = createClient('/api/v1');
    client.setCsrf('token-1');
    await client.get('/apis', { q: 'a b', after: undefined });
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('/api/v1/apis?q=a+b');
    expect((init?.headers as Record<string, string>)['x-csrf-token']).toBeUndefined();
    server(answer(200, {}));
    await client.call('POST', '/apis', { body: { name: 'a' } });
    expect((vi.mocked(globalThis.fetch).mock.calls[0]?.[1]?.headers as Record<string, string>)['x-csrf-token']).toBe('token-1');
  });

  it('turns a problem document into an error with its findings and request id', async () => {
    server(
      answer(
        422,
        {
          type: 'urn:pailou:problem:invalid',
          title: 'Invalid content',
          status: 422,
          detail: 'Two things are wrong.',
          instance: 'urn:pailou:request:abc',
          findings: [{ severity: 'error', rule: 'invalid-field', message: 'no', field: 'listen.path' }, 7],
        },
        { 'content-type': 'application/problem+json' },
      ),
    );
    const error = await createClient('/api/v1').get('/apis').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 422, code: 'invalid', detail: 'Two things are wrong.', requestId: 'abc' });
    expect((error as ProblemError).findings).toHaveLength(1);
  });

  it('copes with refusals that are no problem documents', async () => {
    server(answer(502, '<h1>Bad gateway</h1>', { 'content-type': 'text/html', 'x-request-id': 'r1' }));
    const error = await createClient('/x').get('/y').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 502, code: 'http-502', requestId: 'r1' });
  });

  it('says so when the session is over, and when the server is gone', async () => {
    server(answer(401, {}));
    const client = createClient('/x');
    const over = vi.fn();
    client.onUnauthenticated(over);
    await client.get('/y').catch(() => {});
    expect(over).toHaveBeenCalledOnce();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    expect(await client.get('/y').catch((caught: unknown) => caught)).toMatchObject({ status: 0, code: 'network' });
  });
});

describe('a query string', () => {
  it('leaves out what is absent and keeps zero', () => {
    expect(queryString({ a: 0, b: '', c: null, d: undefined, e: false })).toBe('?a=0&e=false');
    expect(queryString({})).toBe('');
  });
});
