// Where the gateway answers, and how to call it.
import type { Operation, System } from '@pailou/api/admin';

/** The address calls go to, or the usual one where it is not known yet. */
export function gatewayUrl(system: Pick<System, 'gateway_url'> | undefined): string {
  return system?.gateway_url.replace(/\/$/, '') || 'http://127.0.0.1:8080';
}

/** The simplest call of an API: its first GET without parameters, or else what there is. */
export function sampleOperation(operations: readonly Operation[]): Operation | undefined {
  const gets = operations.filter((operation) => operation.method === 'GET' && !operation.deprecated);
  return gets.find((operation) => !operation.path.includes('{')) ?? gets[0] ?? operations[0];
}

export interface VersionMatch {
  header?: string | null;
  query?: string | null;
  media_type?: string | null;
  value?: string | null;
  dates?: boolean;
  default?: boolean;
}

interface Called {
  version?: string | null;
  listen: { hosts?: string[]; path?: string; version?: VersionMatch | null };
}

/** How a request names the version of an API, where several answer at one path. */
export function versionWords({ version, listen }: Called): string | undefined {
  const match = listen.version;
  if (!match) return undefined;
  const value = match.value ?? version ?? '';
  const ways = [match.header && `header ${match.header}: ${value}`, match.query && `parameter ${match.query}=${value}`, match.media_type && `media type ${match.media_type.replace('{version}', value)}`].filter(Boolean);
  return `${ways.join(' or ')}${match.dates ? ', and days after it until the next version' : ''}${match.default ? '; takes requests that name none, too' : ''}`;
}

/** A `curl` line for an operation, as it must be called with its policies. */
export function curlOf(base: string, api: Called, operation: Operation | undefined): string {
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
  const match = api.listen.version;
  const version = match?.value ?? api.version ?? '';
  if (match?.header) parts.push(`-H '${match.header}: ${version}'`);
  else if (match?.media_type && !match.query) parts.push(`-H 'Accept: ${match.media_type.replace('{version}', version)}'`);
  const query = match?.query && !match.header ? `?${match.query}=${encodeURIComponent(version)}` : '';
  if (key) parts.push(`-H '${header}: YOUR-KEY'`);
  parts.push(`'${base}${path || '/'}${query}'`);
  return parts.join(' ');
}
