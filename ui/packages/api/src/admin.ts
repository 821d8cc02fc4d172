// The admin API, one function per endpoint.
import { type Answer, createClient, type Query } from './call.ts';
import type { Finding } from './problem.ts';
import { type Documents, type Kind, PLURALS, type PolicyUse } from './resources.ts';

export * from './resources.ts';

export const client = createClient('/api/v1');

export interface Page<T> {
  items: T[];
  next?: string | null;
  total: number;
}

export interface Stored<T> {
  document: T;
  revision: number;
  created_at: string;
  updated_at: string;
  origin: string;
}

export interface Session {
  user: { name: string; role: string };
  csrf: string;
}

export interface Operation {
  id: string;
  method?: string | null;
  path: string;
  summary?: string | null;
  deprecated?: boolean;
  tags?: string[];
  policies: EffectivePolicy[];
}

export interface EffectivePolicy {
  policy: string;
  config: unknown;
  when?: string | null;
  from: 'gateway' | 'api' | 'operation';
}

export interface Policy {
  name: string;
  stage: string;
  for_callers: boolean;
  title?: string | null;
  description?: string | null;
  /** A configuration in YAML flow style. */
  example: string;
  schema: Record<string, unknown>;
}

export interface Revision {
  revision: number;
  snapshot: number;
  document: Record<string, unknown> | null;
  actor: string;
  origin: string;
  at: string;
}

export interface AuditRecord {
  number: number;
  at: string;
  actor: string;
  address?: string | null;
  action: string;
  kind: string;
  id: string;
  revision?: number | null;
  snapshot?: number | null;
  before?: unknown;
  after?: unknown;
  hash: string;
}

export interface Verified {
  ok?: boolean;
  records?: number;
  [member: string]: unknown;
}

export interface FieldChange {
  path: string;
  before?: unknown;
  after?: unknown;
}

export interface Change {
  action: 'create' | 'update' | 'delete' | 'unchanged';
  kind: Kind;
  id: string;
  diff: FieldChange[];
}

export interface ChangePlan {
  changes: Change[];
  findings: Finding[];
}

export interface Bundle {
  files: { path: string; text: string }[];
}

export interface IssuedKey {
  key: string;
  hint: string;
  key_hash: string;
}

export interface ImportRequest {
  text: string;
  name?: string;
  version?: string;
  upstream: string;
  path?: string;
  hosts?: string[];
  policies?: PolicyUse[];
  dry_run?: boolean;
}

export interface Imported {
  resource: Documents['api'];
  revision: number;
  operations: number;
  findings: Finding[];
}

export type Fault = 'none' | 'downstream' | 'upstream' | 'gateway';

export interface Totals {
  requests: number;
  errors: number;
  by_fault: Record<Fault, number>;
  p50_ms?: number | null;
  p95_ms?: number | null;
  p99_ms?: number | null;
  gateway_p50_ms?: number | null;
  gateway_p95_ms?: number | null;
  gateway_p99_ms?: number | null;
  bytes_in: number;
  bytes_out: number;
}

export interface Traffic {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  step_ms: number;
  points: ({ at: number } & Totals)[];
  totals: Totals;
}

export interface TrafficQuery extends Query {
  from?: number;
  to?: number;
  /** A duration such as `10s`. */
  step?: string;
  api?: string;
  operation?: string;
  caller?: string;
  plan?: string;
  status?: string;
  fault?: string;
  problem?: string;
}

export interface TopRow {
  key: string;
  api?: string | null;
  requests: number;
  errors: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
  bytes_in: number;
  bytes_out: number;
}

export interface Call {
  id: string;
  at: number;
  request_id: string;
  trace_id: string;
  method: string;
  path: string;
  host: string;
  service?: string | null;
  api?: string | null;
  operation?: string | null;
  caller?: string | null;
  plan?: string | null;
  subscription?: string | null;
  status: number;
  problem?: string | null;
  fault: Fault;
  duration_ms: number;
  upstream_ms: number;
  gateway_ms: number;
  bytes_in: number;
  bytes_out: number;
  attempts: number;
  endpoint?: string | null;
  client: string;
  user_agent?: string | null;
  cause?: string | null;
}

export interface CallPage {
  items: Call[];
  next?: string | null;
}

export interface AnalyticsStatus {
  recorded: number;
  dropped: number;
  logged: number;
  not_logged: number;
  durable?: boolean;
  error?: string | null;
  calls_kept?: number;
  series?: number;
  [member: string]: unknown;
}

export interface Listener {
  address?: string;
  protocol?: string;
  [member: string]: unknown;
}

export interface System {
  version: string;
  role: string;
  started_at: string | number;
  gateway?: { snapshot?: number; listeners?: (Listener | string)[]; connections?: number; workers?: number; [member: string]: unknown } | null;
  analytics?: AnalyticsStatus | null;
  store?: Record<string, unknown> | null;
}

export interface ListQuery extends Query {
  limit?: number;
  after?: string;
  q?: string;
}

const at = (kind: Kind, id: string) => `/${PLURALS[kind]}/${encodeURIComponent(id)}`;
const body = async <T>(answer: Promise<Answer<T>>): Promise<T> => (await answer).body;

// Sessions
export const readSession = (signal?: AbortSignal) => client.get<Session>('/session', undefined, signal);
export const signIn = (proof: { token: string } | { link: string }) => body(client.call<Session>('POST', '/session', { body: proof }));
export const signOut = () => client.call<void>('DELETE', '/session');

// Resources
export const list = <K extends Kind>(kind: K, query?: ListQuery, signal?: AbortSignal) => client.get<Page<Stored<Documents[K]>>>(`/${PLURALS[kind]}`, query, signal);
export const read = <K extends Kind>(kind: K, id: string, signal?: AbortSignal) => client.call<Documents[K]>('GET', at(kind, id), { signal });
export const create = <K extends Kind>(kind: K, document: Documents[K]) => client.call<Documents[K]>('POST', `/${PLURALS[kind]}`, { body: document });
/** Replaces a resource, if it is still what the etag says. */
export const replace = <K extends Kind>(kind: K, id: string, document: Documents[K], etag?: string) => client.call<Documents[K]>('PUT', at(kind, id), { body: document, headers: etag ? { 'if-match': etag } : {} });
export const remove = (kind: Kind, id: string, etag?: string) => client.call<void>('DELETE', at(kind, id), { headers: etag ? { 'if-match': etag } : {} });
export const revisions = (kind: Kind, id: string, signal?: AbortSignal) => client.get<Page<Revision> | Revision[]>(`${at(kind, id)}/revisions`, undefined, signal);

// APIs
export const operations = (id: string, signal?: AbortSignal) => client.get<Operation[] | Page<Operation>>(`${at('api', id)}/operations`, undefined, signal);
export const contractText = (id: string, signal?: AbortSignal) => body(client.call<string>('GET', `${at('api', id)}/contract`, { as: 'text', signal, headers: { accept: '*/*' } }));
export const importOpenapi = (request: ImportRequest) => body(client.call<Imported>('POST', '/import/openapi', { body: request }));
export const policies = (signal?: AbortSignal) => client.get<Policy[] | Page<Policy>>('/policies', undefined, signal);

// Keys and subscriptions
export const issueKey = (kind: 'consumer' | 'app', id: string, expires_at?: string) => body(client.call<IssuedKey>('POST', `${at(kind, id)}/keys`, { body: expires_at ? { expires_at } : {} }));
export const revokeKey = (kind: 'consumer' | 'app', id: string, hash: string) => client.call<void>('DELETE', `${at(kind, id)}/keys/${encodeURIComponent(hash)}`);
export const decide = (id: string, approve: boolean, reason: string) => client.call<unknown>('POST', `${at('subscription', id)}/decision`, { body: { approve, ...(reason ? { reason } : {}) } });

// Bundles
export const plan = (bundle: Bundle) => body(client.call<ChangePlan>('POST', '/plan', { body: bundle }));

// What happened
export const audit = (query: ListQuery & { kind?: string; id?: string; actor?: string }, signal?: AbortSignal) => client.get<Page<AuditRecord>>('/audit', query, signal);
export const verifyAudit = () => body(client.call<Verified>('POST', '/audit/verify'));
export const traffic = (query: TrafficQuery, signal?: AbortSignal) => client.get<Traffic>('/analytics/traffic', query, signal);
export const top = (query: TrafficQuery & { by: string; limit?: number }, signal?: AbortSignal) => client.get<TopRow[] | { items: TopRow[] }>('/analytics/top', query, signal);
export const calls = (query: Query, signal?: AbortSignal) => client.get<CallPage>('/calls', query, signal);
export const call = (id: string, signal?: AbortSignal) => client.get<Call>(`/calls/${encodeURIComponent(id)}`, undefined, signal);
export const system = (signal?: AbortSignal) => client.get<System>('/system', undefined, signal);

/** The items of an answer that is a list, bare or as a page. */
export function itemsOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}
