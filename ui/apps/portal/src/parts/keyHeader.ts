import type { ApiDetail } from '@pailou/api/portal';

/** The header that carries a key to this API; none where it asks for no key. */
export function keyHeader(api: ApiDetail): string | undefined {
  return api.auth.find((auth) => auth.policy === 'key-auth')?.header ?? undefined;
}
