// What the portal's API answers with, as its pages read it.
export interface Page<T> {
  items: T[];
  next?: string | null;
  total?: number;
}

export interface Site {
  title: string;
  /** Where the gateway answers, without a slash at its end. */
  gateway_url: string;
}

export interface ApiSummary {
  id: string;
  name: string;
  version?: string | null;
  title: string;
  summary?: string | null;
  tags: string[];
  operations: number;
  /** Whether it has a contract, and with it a reference. */
  contract: boolean;
}

export interface PlanSummary {
  name: string;
  title?: string | null;
  description?: string | null;
  approval: 'auto' | 'manual';
  /** In words: `100 calls a minute`. */
  limits: string[];
}

/** How an API wants its callers to prove who they are. */
export interface Auth {
  policy: string;
  header?: string | null;
  query?: string | null;
}

export interface ApiDetail extends ApiSummary {
  description?: string | null;
  owner?: string | null;
  base_url: string;
  products: { name: string; title?: string | null; plans: PlanSummary[] }[];
  auth: Auth[];
}

export interface Product {
  name: string;
  title?: string | null;
  description?: string | null;
  apis: ApiSummary[];
  plans: PlanSummary[];
}

export interface Found {
  api: string;
  api_title?: string | null;
  operation: string;
  method: string;
  path: string;
  summary?: string | null;
}

export interface Session {
  user: { name: string; email?: string };
  csrf?: string;
}

export interface AppKey {
  /** Its first characters. */
  hint?: string | null;
  key_hash?: string | null;
  created_at?: string | null;
  expires_at?: string | null;
}

export interface IssuedKey {
  key: string;
  hint: string;
  key_hash: string;
}

export interface AppSubscription {
  id: string;
  product: string;
  plan: string;
  state: 'pending' | 'active' | 'suspended' | 'rejected';
  reason?: string | null;
}

export interface PortalApp {
  name: string;
  title?: string | null;
  description?: string | null;
  created_at?: string | null;
  keys: AppKey[];
  subscriptions: AppSubscription[];
}

export interface Totals {
  requests: number;
  /** Requests that did not succeed, whoever is at fault. */
  errors: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
  p99_ms?: number | null;
}

export interface Traffic {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  step_ms: number;
  points: (Totals & { at: number })[];
  totals: Totals;
}

export interface UsedOperation {
  key: string;
  api?: string | null;
  requests: number;
  errors: number;
  p50_ms?: number | null;
  p95_ms?: number | null;
}

export interface Usage {
  traffic: Traffic;
  /** The most called first. */
  operations: UsedOperation[];
}

export interface Call {
  id: string;
  at: number;
  request_id: string;
  method: string;
  path: string;
  api?: string | null;
  operation?: string | null;
  status: number;
  problem?: string | null;
  duration_ms: number;
  bytes_in: number;
  bytes_out: number;
}

export interface ProblemType {
  code: string;
  status: number;
  title: string;
  help: string;
}
