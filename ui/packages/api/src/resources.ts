// Resource documents, as files, the API and exports have them.
import type { components } from './generated/admin.ts';

type Schemas = components['schemas'];

/** `{ "rate-limit": {…} }`, with an optional `when`. */
export type PolicyUse = Record<string, unknown>;

// Attached policies have any configuration; the generated type cannot say so.
type WithUses<T> = { [F in keyof T]: F extends 'policies' ? PolicyUse[] : F extends 'operations' ? Record<string, { policies?: PolicyUse[] }> : T[F] };

export type Kind = Schemas['Kind'];

/** The word of each kind in URLs. */
export const PLURALS: Record<Kind, string> = {
  workspace: 'workspaces',
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
  block: 'blocks',
  standard: 'standards',
  waiver: 'waivers',
  'identity-provider': 'identity-providers',
  design: 'designs',
  webhook: 'webhooks',
  'authorization-server': 'authorization-servers',
};

/** Documents as the server gives them: defaults filled in, no secrets. */
export interface Documents {
  workspace: Schemas['WorkspaceDocument'];
  gateway: WithUses<Schemas['GatewayDocument']>;
  certificate: WithUses<Schemas['CertificateDocument']>;
  upstream: WithUses<Schemas['UpstreamDocument']>;
  api: WithUses<Schemas['ApiDocument']>;
  route: WithUses<Schemas['RouteDocument']>;
  consumer: WithUses<Schemas['ConsumerDocument']>;
  plan: WithUses<Schemas['PlanDocument']>;
  product: WithUses<Schemas['ProductDocument']>;
  app: WithUses<Schemas['AppDocument']>;
  subscription: WithUses<Schemas['SubscriptionDocument']>;
  block: Schemas['BlockDocument'];
  standard: Schemas['StandardDocument'];
  waiver: Schemas['WaiverDocument'];
  'identity-provider': Schemas['IdentityProviderDocument'];
  design: Schemas['DesignDocument'];
  webhook: Schemas['WebhookDocument'];
  'authorization-server': Schemas['AuthorizationServerDocument'];
}

/** Documents as the server takes them. */
export interface Inputs {
  workspace: Schemas['WorkspaceDocumentInput'];
  gateway: WithUses<Schemas['GatewayDocumentInput']>;
  certificate: WithUses<Schemas['CertificateDocumentInput']>;
  upstream: WithUses<Schemas['UpstreamDocumentInput']>;
  api: WithUses<Schemas['ApiDocumentInput']>;
  route: WithUses<Schemas['RouteDocumentInput']>;
  consumer: WithUses<Schemas['ConsumerDocumentInput']>;
  plan: WithUses<Schemas['PlanDocumentInput']>;
  product: WithUses<Schemas['ProductDocumentInput']>;
  app: WithUses<Schemas['AppDocumentInput']>;
  subscription: WithUses<Schemas['SubscriptionDocumentInput']>;
  block: Schemas['BlockDocumentInput'];
  standard: Schemas['StandardDocumentInput'];
  waiver: Schemas['WaiverDocumentInput'];
  'identity-provider': Schemas['IdentityProviderDocumentInput'];
  design: Schemas['DesignDocumentInput'];
  webhook: Schemas['WebhookDocumentInput'];
  'authorization-server': Schemas['AuthorizationServerDocumentInput'];
}

export type Api = Documents['api'];
export type Design = Documents['design'];
export type Subscription = Documents['subscription'];
export type Credential = Schemas['Credential'];
export type Endpoint = Schemas['Endpoint'];

/** What identifies a document among its kind. */
export function idOf(document: { name?: string | null; version?: string | null }): string {
  return document.version ? `${document.name ?? ''}@${document.version}` : (document.name ?? '');
}
