// How the try-it console gets tokens of the built-in authorization server, as any client would: RFC 6749, with PKCE (RFC 7636) and DPoP (RFC 9449).
// Nothing here keeps anything: whoever calls holds tokens and secrets in the page's memory.
import { ProblemError } from '@pailou/api';
import type { OAuthClient } from '@pailou/api/portal';
import { boundTo, type ProofKey, proofOf } from './dpop.ts';

/** Ways to a token that a page can go. */
export type Way = 'client-credentials' | 'authorization-code';

export interface Token {
  value: string;
  /** What stands before it in `Authorization`. */
  type: 'Bearer' | 'DPoP';
  scopes: string[];
  /** Unix time, milliseconds. */
  expiresAt: number;
  way: Way;
  /** What renews it, of a person's. */
  refresh?: string;
  /** The key that it is bound to. */
  key?: ProofKey;
}

/** A client with what proves it, where it is proven by a secret. */
export interface Prover {
  client: OAuthClient;
  secret?: string;
}

/** A token that ends sooner than this is as good as ended: the call has to come through with it. */
const MARGIN = 10_000;

export const isOver = (token: Token, now = Date.now()) => token.expiresAt - MARGIN <= now;

/** The ways that are open to a client of the built-in server from a page. A client with keys of its own proves itself by what no page has. */
export function waysOf(client: OAuthClient): Way[] {
  // What a server elsewhere takes from a page of this site is not known here.
  if (client.has_keys || client.server) return [];
  return (['client-credentials', 'authorization-code'] as const).filter((way) => client.grants.includes(way));
}

/** Scopes in the order they were asked for, each once. */
export const scopesOf = (text: string | undefined | null) => [...new Set((text ?? '').split(' ').filter(Boolean))];

const base64url = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** So many random bytes as text. */
export const random = (bytes: number) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

/** What the server keeps of a verifier until the code is shown (RFC 7636 §4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

/** Where a person is asked. The address is taken as one of this site, where they are signed in. */
export function questionFor(client: OAuthClient, ask: { back: string; scopes: string[]; state: string; challenge: string; bound?: string }): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: ask.back,
    state: ask.state,
    code_challenge: ask.challenge,
    code_challenge_method: 'S256',
  });
  if (ask.scopes.length) query.set('scope', ask.scopes.join(' '));
  if (ask.bound) query.set('dpop_jkt', ask.bound);
  return `${new URL(client.authorization_endpoint ?? client.issuer).pathname}?${query}`;
}

/** What the server said on the way back: a code, or why there is none. */
export interface Returned {
  state: string;
  iss: string;
  code?: string;
  error?: string;
  description?: string;
}

/** Reads the query of the address that a person came back to. */
export function returned(search: string): Returned | undefined {
  const query = new URLSearchParams(search);
  const [state, iss] = [query.get('state'), query.get('iss')];
  if (!state || !iss) return undefined;
  return { state, iss, code: query.get('code') ?? undefined, error: query.get('error') ?? undefined, description: query.get('error_description') ?? undefined };
}

/** The code in what came back, if it is of this question and from this server (RFC 9207). */
export function codeOf(answer: Returned, state: string, issuer: string): string {
  if (answer.state !== state || answer.iss !== issuer) throw refused('invalid_response', 'The answer is not to what this page asked.');
  if (answer.error || !answer.code) throw refused(answer.error ?? 'invalid_response', answer.description);
  return answer.code;
}

/** Asks the token endpoint. */
async function ask(prover: Prover, way: Way, form: Record<string, string>, asked: string[], key: ProofKey | undefined): Promise<Token> {
  const { client, secret } = prover;
  const body = new URLSearchParams(form);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (client.public) body.set('client_id', client.client_id);
  else headers.authorization = `Basic ${btoa(`${encodeURIComponent(client.client_id)}:${encodeURIComponent(secret ?? '')}`)}`;
  if (key) headers.dpop = await proofOf(key, 'POST', client.token_endpoint ?? client.issuer);
  let response: Response;
  try {
    response = await fetch(new URL(client.token_endpoint ?? client.issuer).pathname, { method: 'POST', headers, body, credentials: 'omit', cache: 'no-store' });
  } catch {
    throw new ProblemError(0, 'network', 'The authorization server cannot be reached', 'Check that Pailou is running, then try again.');
  }
  const told = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string) => (typeof told[name] === 'string' ? (told[name] as string) : undefined);
  if (!response.ok) throw refused(text('error') ?? `http-${response.status}`, text('error_description'), response);
  const value = text('access_token');
  if (!value) throw refused('invalid_response', 'The answer has no token in it.');
  const lifetime = typeof told.expires_in === 'number' && told.expires_in > 0 ? told.expires_in : 600;
  return {
    value,
    type: /^dpop$/i.test(text('token_type') ?? '') ? 'DPoP' : 'Bearer',
    // Where the answer names none the token has those that were asked for (RFC 6749 §5.1).
    scopes: told.scope === undefined ? asked : scopesOf(text('scope')),
    expiresAt: Date.now() + lifetime * 1000,
    way,
    refresh: text('refresh_token'),
    key,
  };
}

/** With the client's own credentials. */
export function ownToken(prover: Prover, scopes: string[], key?: ProofKey): Promise<Token> {
  const form: Record<string, string> = { grant_type: 'client_credentials' };
  if (scopes.length) form.scope = scopes.join(' ');
  return ask(prover, 'client-credentials', form, scopes, key);
}

/** For the code that a person's agreement was answered with. */
export function tokenForCode(prover: Prover, code: string, back: string, verifier: string, scopes: string[], key?: ProofKey): Promise<Token> {
  return ask(prover, 'authorization-code', { grant_type: 'authorization_code', code, redirect_uri: back, code_verifier: verifier }, scopes, key);
}

/** Another token in place of one that ends: renewed, or asked for anew; `undefined` where a person has to be asked. */
export async function renewed(prover: Prover, token: Token): Promise<Token | undefined> {
  if (token.way === 'client-credentials') return ownToken(prover, token.scopes, token.key);
  if (!token.refresh) return undefined;
  const form = { grant_type: 'refresh_token', refresh_token: token.refresh };
  try {
    return await ask(prover, token.way, form, token.scopes, token.key);
  } catch (error) {
    // What was granted is over: taken back, or too old.
    if (error instanceof ProblemError && error.code === 'oauth-invalid_grant') return undefined;
    throw error;
  }
}

/** Ends what a person granted, so that nothing is left behind; that it did not work is no matter, as tokens end by themselves. */
export async function revoke({ client, secret }: Prover, token: Token): Promise<void> {
  const body = new URLSearchParams({ token: token.refresh ?? token.value });
  const headers: Record<string, string> = {};
  if (client.public) body.set('client_id', client.client_id);
  else headers.authorization = `Basic ${btoa(`${encodeURIComponent(client.client_id)}:${encodeURIComponent(secret ?? '')}`)}`;
  await fetch(`${new URL(client.issuer).pathname}/revoke`, { method: 'POST', headers, body, credentials: 'omit' }).catch(() => undefined);
}

/** The headers that a call shows a token by; a bound one with a proof for this very call. */
export async function shown(token: Token, method: string, url: string): Promise<Record<string, string>> {
  const headers: Record<string, string> = { authorization: `${token.type} ${token.value}` };
  if (token.key) headers.dpop = await proofOf(token.key, method, url, token.value);
  return headers;
}

/** What a bound client says of its key when a person is asked. */
export const thumbprint = (key: ProofKey | undefined) => (key ? boundTo(key) : Promise.resolve(undefined));

/** What the standards' codes mean to whoever sits before the page. */
const MEANINGS: Record<string, [title: string, help: string]> = {
  access_denied: ['You did not agree', 'No token was given. Ask again if that was a slip.'],
  expired: ['The token has ended', 'It cannot be renewed. Get another one.'],
  invalid_client: ['The secret is not that of this client', 'Check it, or rotate it on the app’s page.'],
  invalid_dpop_proof: ['The proof of the key was not taken', 'The clock of this computer may be wrong. Tokens are bound to the time.'],
  invalid_grant: ['What the token was to come from is over', 'Codes work once and for a minute. Get a token anew.'],
  invalid_response: ['The answer cannot be used', 'Get a token anew.'],
  invalid_scope: ['The client may not ask for these scopes', 'It may ask for those of the APIs that its app is subscribed to.'],
  temporarily_unavailable: ['Too many attempts', 'Wait a moment, then try again.'],
  unauthorized_client: ['The client may not get tokens in this way', 'Change on the app’s page how it gets them.'],
  blocked: ['The window was not opened', 'Allow pop-ups for this site, then try again.'],
  closed: ['The window was closed', 'The app was given no answer. Get a token anew.'],
};

/** An error of the authorization server as pages show errors. */
export function refused(code: string, description?: string, response?: Response): ProblemError {
  const [title, help] = MEANINGS[code] ?? ['There is no token', 'The authorization server refused.'];
  const wait = response?.headers.get('retry-after');
  const parts = [description && `${description[0]?.toUpperCase()}${description.slice(1).replace(/\.$/, '')} (${code}).`, help, wait && `Repeat in ${wait} seconds.`];
  return new ProblemError(response?.status ?? 0, `oauth-${code}`, title, parts.filter(Boolean).join(' '));
}
