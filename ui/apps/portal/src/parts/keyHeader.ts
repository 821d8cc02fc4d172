import type { ApiDetail } from '@pailou/api/portal';

/** The header that carries a key to this API; none where it asks for no key. */
export function keyHeader(api: ApiDetail): string | undefined {
  return api.auth.find((auth) => auth.policy === 'key-auth')?.header ?? undefined;
}

/** The policies that take tokens which others than this server issue. */
const TOKENS = ['jwt-auth', 'oidc', 'oauth2-introspection'];

/** How one may say who calls: by a key, by a token of the built-in authorization server, by one from elsewhere. */
export type Method = 'key' | 'oauth' | 'bearer';

/** The methods of an API that a page can use, those first that the operation's contract asks for. */
export function methodsOf(api: ApiDetail, needsToken: boolean): Method[] {
  const has = (...policies: string[]) => api.auth.some((auth) => policies.includes(auth.policy));
  const tokens: Method[] = [...(has('oauth2') ? (['oauth'] as const) : []), ...(has(...TOKENS) ? (['bearer'] as const) : [])];
  const keys: Method[] = keyHeader(api) ? ['key'] : [];
  return needsToken ? [...tokens, ...keys] : [...keys, ...tokens];
}
