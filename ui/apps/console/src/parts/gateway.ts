// Where the gateway answers, and how to call it.
import type { Api, Operation, System } from '@pailou/api/admin';

/** The address calls go to: the first plain listener of this process, or the usual one. */
export function gatewayUrl(system: System | undefined): string {
  const addresses = (system?.gateway?.listeners ?? []).map((listener) => {
    if (typeof listener === 'string') return listener;
    const scheme = String(listener.protocol ?? listener.scheme ?? listener.name ?? 'http');
    return listener.address === undefined ? '' : `${/tls|https/.test(scheme) ? 'https' : 'http'}://${String(listener.address)}`;
  });
  const found = addresses.find((address) => address.startsWith('http://')) ?? addresses.find(Boolean);
  return found ? reachable(found) : 'http://127.0.0.1:8080';
}

// A listener on every address is reached at the loopback one.
const reachable = (url: string) => (url.includes('://') ? url : `http://${url}`).replace(/:\/\/(0\.0\.0\.0|\[::\])/, '://127.0.0.1');

/** The simplest call of an API: its first GET without parameters, or else what there is. */
export function sampleOperation(operations: readonly Operation[]): Operation | undefined {
  const gets = operations.filter((operation) => operation.method === 'GET' && !operation.deprecated);
  return gets.find((operation) => !operation.path.includes('{')) ?? gets[0] ?? operations[0];
}

/** A `curl` line for an operation, as it must be called with its policies. */
export function curlOf(base: string, api: Pick<Api, 'listen'>, operation: Operation | undefined): string {
  const root = (api.listen.path ?? '/').replace(/\/$/, '');
  const own = operation?.path ?? '/';
  // Operations may be told with or without the base path.
  const path = (root && own.startsWith(`${root}/`) ? own : root + own).replaceAll(/\{[^}]+\}/g, '1').replace(/\*$/, '');
  const key = operation?.policies.find((one) => one.policy === 'key-auth');
  const [header = 'x-api-key'] = (key?.config as { headers?: string[] } | undefined)?.headers ?? [];
  const host = api.listen.hosts?.[0];
  const parts = ['curl -i'];
  if (operation?.method && operation.method !== 'GET') parts.push(`-X ${operation.method}`);
  if (host) parts.push(`-H 'Host: ${host.replace('*', 'www')}'`);
  if (key) parts.push(`-H '${header}: YOUR-KEY'`);
  parts.push(`'${base}${path || '/'}'`);
  return parts.join(' ');
}
