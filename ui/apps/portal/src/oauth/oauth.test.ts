import { ProblemError } from '@pailou/api';
import type { OAuthClient } from '@pailou/api/portal';
import type { OperationPage } from '@pailou/reference';
import { afterEach, expect, test, vi } from 'vitest';
import { boundTo, makeKey, proofOf } from './dpop.ts';
import { challengeOf, codeOf, isOver, ownToken, questionFor, renewed, returned, shown, type Token, tokenForCode, waysOf } from './flow.ts';
import { lackingOf, needsOf, wantedOf } from './needs.ts';

const client: OAuthClient = {
  client_id: 'c+1',
  issuer: 'https://id.example/oauth/default',
  token_endpoint: 'https://id.example/oauth/default/token',
  authorization_endpoint: 'https://id.example/oauth/default/authorize',
  grants: ['client-credentials', 'authorization-code', 'device-code'],
  redirect_uris: [],
  public: false,
  dpop: false,
  has_keys: false,
  secrets: [],
  scopes: ['tea:read'],
};
const page = (security: unknown, schemes: unknown) => ({ security, security_schemes: schemes }) as OperationPage;
const token: Token = { value: 't', type: 'Bearer', scopes: ['tea:read'], expiresAt: Date.now() + 600_000, way: 'authorization-code', refresh: 'plr_1' };

/** A server that gives these answers in turn, and what it was asked. */
function server(...answers: [status: number, body: unknown][]) {
  const asked: { url: string; headers: Record<string, string>; form: Record<string, string> }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, headers: init.headers as Record<string, string>, form: Object.fromEntries(init.body as URLSearchParams) });
    const [status, body] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

test('the scopes that an operation needs come from its security, with the words of the contract', () => {
  const o = { type: 'oauth2', flows: { clientCredentials: { scopes: { read: 'Read' } }, authorizationCode: { scopes: { read: 'Other', write: 'Write' } } } };
  const needs = needsOf(page([{ o: ['write'], k: [] }, { o: ['read', 'read'] }, { k: ['role'] }], { o, k: { type: 'apiKey' } }));
  expect(needs).toEqual({ alternatives: [['write'], ['read']], meanings: { read: 'Read', write: 'Write' } });
  expect([wantedOf(needs, ['read']), wantedOf(needs, []), wantedOf(needsOf(page([], {})), ['read'])]).toEqual([['read'], ['write'], []]);
  expect([lackingOf(needs, ['read']), lackingOf(needs, ['x'])]).toEqual([[], ['write']]);
  // Of OpenAPI 2.0; and nonsense is no reason to fail.
  expect(needsOf(page([{ o: ['a'] }], { o: { type: 'oauth2', scopes: { a: 'A' } } })).meanings).toEqual({ a: 'A' });
  expect(needsOf(page([{ o: ['a'] }, { p: [] }], { o: { type: 'oauth2', flows: [null, 7] }, p: null })).alternatives).toEqual([['a']]);
});

test('a person is asked with a challenge, and only an answer to this very question counts', async () => {
  // RFC 7636 appendix B.
  expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  const question = new URL(questionFor(client, { back: 'https://id.example/portal/oauth-return', scopes: ['a', 'b'], state: 's', challenge: 'c' }), 'https://id.example');
  expect([question.pathname, question.searchParams.get('scope'), question.searchParams.get('code_challenge_method')]).toEqual(['/oauth/default/authorize', 'a b', 'S256']);
  const good = returned(`?code=x&state=s&iss=${encodeURIComponent(client.issuer)}`);
  expect(good && codeOf(good, 's', client.issuer)).toBe('x');
  expect(returned('?code=x')).toBeUndefined();
  if (!good) return;
  for (const bad of [{ ...good, state: 'other' }, { ...good, iss: 'https://evil.example' }, { ...good, code: undefined }, { ...good, error: 'access_denied' }]) {
    expect(() => codeOf(bad, 's', client.issuer)).toThrow(ProblemError);
  }
});

test('a token is asked for as the client proves itself, and an answer without scopes means those asked for', async () => {
  const asked = server([200, { access_token: 'a', token_type: 'Bearer', expires_in: 600 }], [200, { access_token: 'b', token_type: 'Bearer', scope: 'x y', refresh_token: 'r' }]);
  const own = await ownToken({ client, secret: 'p:s' }, ['tea:read']);
  expect([own.value, own.scopes, isOver(own)]).toEqual(['a', ['tea:read'], false]);
  expect(asked[0]).toMatchObject({ url: '/oauth/default/token', headers: { authorization: `Basic ${btoa('c%2B1:p%3As')}` }, form: { scope: 'tea:read' } });
  const open = await tokenForCode({ client: { ...client, public: true } }, 'code', 'back', 'verifier', []);
  expect([open.scopes, open.refresh]).toEqual([['x', 'y'], 'r']);
  expect(asked[1]?.form).toMatchObject({ client_id: 'c+1', code_verifier: 'verifier' });
  expect(asked[1]?.headers.authorization).toBeUndefined();
});

test('a token that ends is renewed, and where it cannot be a person has to be asked', async () => {
  const asked = server([200, { access_token: 'n', refresh_token: 'plr_2' }], [400, { error: 'invalid_grant' }], [503, { error: 'temporarily_unavailable' }], [200, { access_token: 'o' }]);
  expect(isOver({ ...token, expiresAt: Date.now() + 5_000 })).toBe(true);
  expect((await renewed({ client, secret: 's' }, token))?.refresh).toBe('plr_2');
  expect(asked[0]?.form).toEqual({ grant_type: 'refresh_token', refresh_token: 'plr_1' });
  expect(await renewed({ client, secret: 's' }, token)).toBeUndefined();
  await expect(renewed({ client, secret: 's' }, token)).rejects.toThrow(ProblemError);
  expect(await renewed({ client }, { ...token, refresh: undefined })).toBeUndefined();
  expect((await renewed({ client, secret: 's' }, { ...token, way: 'client-credentials' }))?.value).toBe('o');
});

test('what the server refuses is told with its own words and what to do', async () => {
  server([401, { error: 'invalid_client', error_description: 'the client is not known' }]);
  const error = await ownToken({ client, secret: 'wrong' }, []).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'oauth-invalid_client', title: 'The secret is not that of this client' });
  expect((error as ProblemError).detail).toBe('The client is not known (invalid_client). Check it, or rotate it on the app’s page.');
  server([502, 'no json']);
  await expect(ownToken({ client }, [])).rejects.toMatchObject({ code: 'oauth-http-502' });
});

test('a client with keys of its own has no way from a page', () => {
  expect([waysOf(client), waysOf({ ...client, has_keys: true })]).toEqual([['client-credentials', 'authorization-code'], []]);
});

test('a bound token is shown with a proof for this call alone, signed by its key', async () => {
  const key = await makeKey();
  const headers = await shown({ ...token, type: 'DPoP', key }, 'GET', 'https://api.example/tea?x=1');
  expect(headers.authorization).toBe('DPoP t');
  const [head = '', said = '', signature = ''] = (headers.dpop ?? '').split('.');
  const read = (part: string) => JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>;
  expect(read(head)).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256' });
  expect(Object.keys(read(head).jwk as object)).toEqual(['crv', 'kty', 'x', 'y']);
  expect(read(said)).toMatchObject({ htm: 'GET', htu: 'https://api.example/tea', ath: await challengeOf('t') });
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key.publicKey, bytes, new TextEncoder().encode(`${head}.${said}`))).toBe(true);
  expect(await proofOf(key, 'GET', 'https://x')).not.toBe(await proofOf(key, 'GET', 'https://x'));
  expect(await boundTo(key)).toMatch(/^[\w-]{43}$/);
});
