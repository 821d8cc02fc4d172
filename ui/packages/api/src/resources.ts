// Resource documents, as files, the API and exports have them.
export type Kind = 'gateway' | 'certificate' | 'upstream' | 'api' | 'route' | 'consumer' | 'plan' | 'product' | 'app' | 'subscription';

/** The word of each kind in URLs. */
export const PLURALS: Record<Kind, string> = {
  gateway: 'gateways',
  certificate: 'certificates',
  upstream: 'upstreams',
  api: 'apis',
  route: 'routes',
  consumer: 'consumers',
  plan: 'plans',
  product: 'products',
  app: 'apps',
  subscription: 'subscriptions',
};

/** `{ "rate-limit": {…} }`, with an optional `when`. */
export type PolicyUse = Record<string, unknown>;

export type Endpoint = string | { url: string; weight?: number };

export interface Upstream {
  kind?: 'upstream';
  name?: string;
  endpoints: Endpoint[];
  balance?: 'round-robin' | 'least-request';
  timeouts?: { connect?: string; read?: string; total?: string };
  preserve_host?: boolean;
}

export interface Api {
  kind: 'api';
  name: string;
  version?: string;
  title?: string;
  description?: string;
  owner?: string;
  tags?: string[];
  visibility?: 'public' | 'private';
  contract?: string | Record<string, unknown>;
  listen: { hosts?: string[]; path?: string; strip_path?: boolean };
  upstream?: string | Upstream;
  policies?: PolicyUse[];
  operations?: Record<string, { policies?: PolicyUse[] }>;
}

export interface Route {
  kind: 'route';
  name: string;
  match: { hosts?: string[]; path: string; methods?: string[] };
  upstream: string | Upstream;
  strip_path?: boolean;
  policies?: PolicyUse[];
}

export interface Credential {
  key_hash?: string;
  hint?: string;
  created_at?: string;
  expires_at?: string;
}

export interface Consumer {
  kind: 'consumer';
  name: string;
  title?: string;
  groups?: string[];
  credentials?: Credential[];
  policies?: PolicyUse[];
}

export interface Plan {
  kind: 'plan';
  name: string;
  title?: string;
  description?: string;
  approval?: 'auto' | 'manual';
  policies?: PolicyUse[];
}

export interface Product {
  kind: 'product';
  name: string;
  title?: string;
  description?: string;
  apis: string[];
  plans: string[];
  visibility?: 'public' | 'private';
}

export interface App {
  kind: 'app';
  name: string;
  title?: string;
  description?: string;
  owner?: string;
  credentials?: Credential[];
}

export interface Subscription {
  kind: 'subscription';
  name: string;
  app: string;
  product: string;
  plan: string;
  state?: 'pending' | 'active' | 'suspended' | 'rejected';
  reason?: string;
}

export interface Gateway {
  kind: 'gateway';
  name: string;
  policies?: PolicyUse[];
  [field: string]: unknown;
}

export interface Certificate {
  kind: 'certificate';
  name: string;
  cert_file: string;
  key_file: string;
  hosts?: string[];
}

export interface Documents {
  gateway: Gateway;
  certificate: Certificate;
  upstream: Upstream;
  api: Api;
  route: Route;
  consumer: Consumer;
  plan: Plan;
  product: Product;
  app: App;
  subscription: Subscription;
}

/** What identifies a document among its kind. */
export function idOf(document: { name?: string; version?: string }): string {
  return document.version ? `${document.name ?? ''}@${document.version}` : (document.name ?? '');
}
