// The call log's filters as they stand in the address.
import type { Query } from '@pailou/api';

/** The filters, in the order they are offered. */
export const CALL_FILTERS = {
  q: 'Text',
  api: 'API',
  operation: 'Operation',
  caller: 'Caller',
  method: 'Method',
  status: 'Status',
  fault: 'Fault',
  problem: 'Problem',
  cache: 'Cache',
  protocol: 'Protocol',
  plan: 'Plan',
  min_ms: 'At least (ms)',
} as const;

export type CallFilter = keyof typeof CALL_FILTERS;
export type CallFilters = Partial<Record<CallFilter, string>> & {
  /** How far back: `15m`, `1h` …; everything that is kept, where absent. */
  range?: string;
  /** The call whose details are open. */
  call?: string;
};

const NAMES = Object.keys(CALL_FILTERS) as CallFilter[];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'TRACE', 'CONNECT']);
const CACHE_USES = new Set(['hit', 'stale', 'miss', 'bypass']);
const PROTOCOLS = new Set(['HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3']);
const FAULTS = new Set(['none', 'downstream', 'upstream', 'gateway']);

/** Reads filters from an address; what is no valid filter is left out. */
export function readCallFilters(search: Record<string, unknown>): CallFilters {
  const filters: CallFilters = {};
  for (const name of NAMES) {
    const value = clean(name, search[name]);
    if (value) filters[name] = value;
  }
  if (typeof search.range === 'string' && rangeMs(search.range)) filters.range = search.range;
  if (typeof search.call === 'string' && search.call) filters.call = search.call;
  return filters;
}

/** A filter's value as the server takes it, or nothing where it is not valid. */
export function clean(name: CallFilter, value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  if (!text || text.length > 256) return undefined;
  switch (name) {
    case 'method':
      return METHODS.has(text.toUpperCase()) ? text.toUpperCase() : undefined;
    case 'status':
      return /^([1-5]xx|[1-5]\d\d)$/i.test(text) ? text.toLowerCase() : undefined;
    case 'fault':
      return FAULTS.has(text) ? text : undefined;
    case 'cache':
      return CACHE_USES.has(text) ? text : undefined;
    case 'protocol':
      return PROTOCOLS.has(text.toUpperCase()) ? text.toUpperCase() : undefined;
    case 'min_ms':
      return /^\d{1,9}$/.test(text) ? String(Number(text)) : undefined;
    default:
      return text;
  }
}

/** The filters that are on, as chips show them. */
export function chipsOf(filters: CallFilters): { name: CallFilter; label: string; value: string }[] {
  return NAMES.flatMap((name) => {
    const value = filters[name];
    return value ? [{ name, label: CALL_FILTERS[name], value }] : [];
  });
}

/** What to ask the server for. */
export function callQuery(filters: CallFilters, now: number): Query {
  const { range, call: _, ...rest } = filters;
  const length = range ? rangeMs(range) : undefined;
  return { ...rest, from: length ? now - length : undefined };
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m` in milliseconds. */
export function rangeMs(range: string): number | undefined {
  const [, number, unit] = /^(\d{1,4})([smhd])$/.exec(range) ?? [];
  return number && unit ? Number(number) * UNITS[unit as keyof typeof UNITS] || undefined : undefined;
}
