// How each kind of resource is listed and explained.
import type { Documents, Inputs, Kind, Stored } from '@pailou/api/admin';
import { Badge, type Column, format, type IconName, MethodBadge, Row, StateChip } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { readUse } from '../../parts/policy-use.ts';

export type ListedKind = Exclude<Kind, 'api' | 'design'>;

export interface KindView<K extends Kind> {
  plural: string;
  title: string;
  one: string;
  icon: IconName;
  /** What they are for. */
  lead: string;
  /** What the empty list says. */
  first: string;
  /** Whether people make them here; subscriptions and apps come from developers too. */
  creates: boolean;
  columns: Column<Stored<Documents[K]>>[];
  /** A new one before anything is filled in. */
  blank: Inputs[K];
}

/** What people call a resource, where it has a title. */
export function titleOf(document: object): string | undefined {
  return 'title' in document && typeof document.title === 'string' && document.title ? document.title : undefined;
}

function open<K extends Kind>(kind: string): Column<Stored<Documents[K]>> {
  return {
    id: 'name',
    header: 'Name',
    sort: ({ document }) => document.name,
    cell: ({ document }) => (
      <>
        <Link to="/$kind/$id" params={{ kind, id: document.name ?? '' }}>
          <b>{titleOf(document) ?? document.name}</b>
        </Link>
        {titleOf(document) && <div className="muted mono">{document.name}</div>}
      </>
    ),
  };
}

function changed<K extends Kind>(): Column<Stored<Documents[K]>> {
  return { id: 'updated', header: 'Changed', hide: 'medium', sort: (row) => row.updated_at, cell: (row) => <time title={format.fullTime(row.updated_at)}>{format.ago(row.updated_at)}</time> };
}

const names = (uses: Parameters<typeof readUse>[0][] | undefined): ReactNode =>
  uses?.length ? (
    <Row>
      {uses.map((use, at) => (
        <Badge key={at}>{readUse(use).policy}</Badge>
      ))}
    </Row>
  ) : (
    <span className="muted">none</span>
  );

/** What a block is about, in words. */
/** Who decides on a subscription under a plan. */
export function approvalOf(plan: Documents['plan']): string {
  return plan.approval === 'manual' ? 'by a person' : plan.approval === 'conditional' ? `by ${format.plural(plan.approval_rules?.length ?? 0, 'rule')}` : 'at once';
}

export function blockedOf(document: Documents['block']): string {
  const { consumer, app, key_hash, address, api, route } = document;
  const said = Object.entries({ consumer, app, key: key_hash?.slice(0, 23), address, api, route }).find(([, value]) => value);
  return said ? said.join(' ') : '';
}

/** What a standard asks for, in words. */
export function askedOf(document: Documents['standard']): string {
  const { owner, description, contract, policies, lint, no_breaking_changes } = document.require;
  const said = [
    owner && 'an owner',
    description && 'a description',
    contract && 'a contract',
    ...(policies ?? []).map((one) => (Array.isArray(one) ? one.join(' or ') : one)),
    lint && 'rules that pass',
    no_breaking_changes && 'no breaking changes',
  ];
  return said.filter(Boolean).join(', ');
}

/** Who signs in by a provider, in words. */
export function letsIn({ console, portal }: Documents['identity-provider']): string {
  const only = (side: { only?: boolean } | null | undefined) => (side?.only ? ', by providers alone' : '');
  return [console && `members${only(console)}`, portal && `developers${only(portal)}`].filter(Boolean).join('; ');
}

/** How much a workspace may have, in words. */
export function limitsOf(document: Documents['workspace']): string {
  const { apis, consumers, keys, requests_per_second } = document.limits ?? {};
  const said = [
    [apis, 'APIs'],
    [consumers, 'consumers'],
    [keys, 'keys'],
    [requests_per_second, 'requests a second'],
  ] as const;
  return said.flatMap(([most, what]) => (most === undefined || most === null ? [] : `${format.count(most)} ${what}`)).join(', ');
}

const endpointUrl = (endpoint: string | { url: string }) => (typeof endpoint === 'string' ? endpoint : endpoint.url);

export const KINDS: { [K in ListedKind]: KindView<K> } = {
  workspace: {
    plural: 'workspaces',
    title: 'Workspaces',
    one: 'workspace',
    icon: 'workspace',
    lead: 'Tenants: what is in one is seen, counted and changed by nobody of another.',
    first: 'Everything is in the workspace default. Make another one for a team or a customer whose APIs, keys and calls are nobody else’s.',
    creates: true,
    columns: [
      open<'workspace'>('workspaces'),
      { id: 'labels', header: 'Labels', hide: 'narrow', cell: ({ document }) => <Row>{Object.entries(document.labels ?? {}).map(([label, value]) => <Badge key={label}>{`${label}=${value}`}</Badge>)}</Row> },
      { id: 'limits', header: 'May have', hide: 'narrow', cell: ({ document }) => limitsOf(document) || <span className="muted">as much as it likes</span> },
      changed<'workspace'>(),
    ],
    blank: { kind: 'workspace', name: '' },
  },
  gateway: {
    plural: 'gateways',
    title: 'Gateway',
    one: 'gateway',
    icon: 'gateway',
    lead: 'Deadlines, bounds, listeners and policies for everything that passes.',
    first: 'Everything is at its defaults.',
    creates: true,
    columns: [open<'gateway'>('gateways'), changed<'gateway'>()],
    blank: { kind: 'gateway', name: 'default' },
  },
  certificate: {
    plural: 'certificates',
    title: 'Certificates',
    one: 'certificate',
    icon: 'certificate',
    lead: 'A certificate for the TLS listeners: by the files that it and its private key are in, or from an authority by ACME.',
    first: 'Name a certificate and its key by their PEM files, or let an authority be asked for one.',
    creates: true,
    columns: [open<'certificate'>('certificates'), changed<'certificate'>()],
    blank: { kind: 'certificate', name: '' },
  },
  route: {
    plural: 'routes',
    title: 'Routes',
    one: 'route',
    icon: 'route',
    lead: 'Routes beside those that contracts give: a match and where it leads.',
    first: 'APIs bring their routes from their contracts. Add one here for what has no contract, such as a health check or a file server.',
    creates: true,
    columns: [
      open<'route'>('routes'),
      {
        id: 'match',
        header: 'Matches',
        sort: ({ document }) => document.match.path ?? document.match.path_regex ?? '',
        cell: ({ document }) => (
          <Row>
            {(document.match.methods?.length ? document.match.methods : ['ANY']).map((method) => (
              <MethodBadge key={method} method={method} />
            ))}
            <span className="mono">
              {document.match.hosts?.join(', ')} {document.match.path ?? document.match.path_regex}
            </span>
          </Row>
        ),
      },
      {
        id: 'upstream',
        header: 'Leads to',
        hide: 'narrow',
        cell: ({ document }) => (
          <Row>
            {typeof document.upstream === 'string' ? (
              <Link to="/$kind/$id" params={{ kind: 'upstreams', id: document.upstream }} className="mono">
                {document.upstream}
              </Link>
            ) : (
              <span className="mono">{document.upstream.endpoints.map(endpointUrl).join(', ')}</span>
            )}
            {document.split && (
              <Link to="/splits" search={{ q: `route/${document.name}` }}>
                <Badge tone="plum">split</Badge>
              </Link>
            )}
          </Row>
        ),
      },
      { id: 'policies', header: 'Policies', hide: 'narrow', cell: ({ document }) => names(document.policies) },
      changed<'route'>(),
    ],
    blank: { kind: 'route', name: '', match: { path: '/' }, upstream: { endpoints: [''] } },
  },
  upstream: {
    plural: 'upstreams',
    title: 'Upstreams',
    one: 'upstream',
    icon: 'upstream',
    lead: 'Named pools of endpoints that APIs and routes lead to.',
    first: 'Name a service once, with its endpoints, balancing and deadlines, and let several APIs use it.',
    creates: true,
    columns: [
      open<'upstream'>('upstreams'),
      { id: 'endpoints', header: 'Endpoints', cell: ({ document }) => document.endpoints.map((endpoint) => <div key={endpointUrl(endpoint)} className="mono">{endpointUrl(endpoint)}{typeof endpoint === 'object' && endpoint.weight !== undefined && endpoint.weight !== 1 ? ` × ${endpoint.weight}` : ''}</div>) },
      { id: 'balance', header: 'Balancing', hide: 'narrow', cell: ({ document }) => document.balance ?? 'round-robin', sort: ({ document }) => document.balance ?? 'round-robin' },
      { id: 'total', header: 'Deadline', hide: 'medium', align: 'end', cell: ({ document }) => document.timeouts?.total ?? '1m' },
      changed<'upstream'>(),
    ],
    blank: { kind: 'upstream', name: '', endpoints: [''] },
  },
  consumer: {
    plural: 'consumers',
    title: 'Consumers',
    one: 'consumer',
    icon: 'consumer',
    lead: 'Callers you know by a key: services, partners, tests. Developers register apps in the portal instead.',
    first: 'Create one, issue a key for it, and calls with that key are counted and limited as its own.',
    creates: true,
    columns: [
      open<'consumer'>('consumers'),
      { id: 'groups', header: 'Groups', hide: 'narrow', cell: ({ document }) => document.groups?.join(', ') || <span className="muted">none</span> },
      { id: 'keys', header: 'Keys', align: 'end', cell: ({ document }) => document.credentials?.length ?? 0, sort: ({ document }) => document.credentials?.length ?? 0 },
      { id: 'policies', header: 'Own policies', hide: 'narrow', cell: ({ document }) => names(document.policies) },
      changed<'consumer'>(),
    ],
    blank: { kind: 'consumer', name: '' },
  },
  product: {
    plural: 'products',
    title: 'Products',
    one: 'product',
    icon: 'product',
    lead: 'What developers subscribe to: a bundle of APIs, offered under plans.',
    first: 'Bundle one or more APIs, choose the plans it is offered under, and it appears in the portal.',
    creates: true,
    columns: [
      open<'product'>('products'),
      { id: 'apis', header: 'APIs', cell: ({ document }) => document.apis.join(', ') },
      { id: 'plans', header: 'Plans', cell: ({ document }) => document.plans.join(', ') },
      { id: 'visibility', header: 'Portal', hide: 'narrow', cell: ({ document }) => <StateChip state={document.visibility ?? 'public'} />, sort: ({ document }) => document.visibility ?? 'public' },
      changed<'product'>(),
    ],
    blank: { kind: 'product', name: '', apis: [''], plans: [''] },
  },
  plan: {
    plural: 'plans',
    title: 'Plans',
    one: 'plan',
    icon: 'plan',
    lead: 'The limits a subscription comes with, and whether a person approves it.',
    first: 'A plan is a set of policies, usually a rate limit, that holds for every call under it.',
    creates: true,
    columns: [
      open<'plan'>('plans'),
      { id: 'approval', header: 'Approval', cell: ({ document }) => approvalOf(document), sort: ({ document }) => document.approval ?? 'auto' },
      { id: 'policies', header: 'Policies', cell: ({ document }) => names(document.policies) },
      changed<'plan'>(),
    ],
    blank: { kind: 'plan', name: '', approval: 'auto', policies: [] },
  },
  app: {
    plural: 'apps',
    title: 'Apps',
    one: 'app',
    icon: 'app',
    lead: 'What developers register in the portal. An app calls with its own keys, under its subscriptions.',
    first: 'Developers register apps in the portal; they appear here with their keys and subscriptions.',
    creates: true,
    columns: [
      open<'app'>('apps'),
      { id: 'owner', header: 'Developer', cell: ({ document }) => document.owner ?? <span className="muted">nobody</span>, sort: ({ document }) => document.owner },
      { id: 'keys', header: 'Keys', align: 'end', cell: ({ document }) => document.credentials?.length ?? 0, sort: ({ document }) => document.credentials?.length ?? 0 },
      changed<'app'>(),
    ],
    blank: { kind: 'app', name: '' },
  },
  subscription: {
    plural: 'subscriptions',
    title: 'Subscriptions',
    one: 'subscription',
    icon: 'subscription',
    lead: "An app's right to a product under a plan.",
    first: 'Developers subscribe their apps in the portal. What needs your decision appears here first.',
    creates: true,
    columns: [
      open<'subscription'>('subscriptions'),
      { id: 'state', header: 'State', cell: ({ document }) => <StateChip state={document.state ?? 'active'} />, sort: ({ document }) => document.state ?? 'active' },
      { id: 'app', header: 'App', hide: 'narrow', cell: ({ document }) => <Link to="/$kind/$id" params={{ kind: 'apps', id: document.app }}>{document.app}</Link>, sort: ({ document }) => document.app },
      { id: 'product', header: 'Product', hide: 'narrow', cell: ({ document }) => <Link to="/$kind/$id" params={{ kind: 'products', id: document.product }}>{document.product}</Link>, sort: ({ document }) => document.product },
      { id: 'plan', header: 'Plan', hide: 'narrow', cell: ({ document }) => <Link to="/$kind/$id" params={{ kind: 'plans', id: document.plan }}>{document.plan}</Link>, sort: ({ document }) => document.plan },
      { id: 'ends', header: 'Ends', hide: 'narrow', cell: ({ document }) => (document.expires_at ? <time title={format.fullTime(document.expires_at)}>{format.dayOf(document.expires_at)}</time> : ''), sort: ({ document }) => document.expires_at ?? '' },
      changed<'subscription'>(),
    ],
    blank: { kind: 'subscription', name: '', app: '', product: '', plan: '' },
  },
  block: {
    plural: 'blocks',
    title: 'Blocks',
    one: 'block',
    icon: 'block',
    lead: 'Calls that are refused on every gateway at once, whatever else lets them in.',
    first: 'In an emergency, block a consumer, an app or an API on its page, or a key or an address with `pailou block`.',
    creates: false,
    columns: [
      open<'block'>('blocks'),
      { id: 'what', header: 'Refuses', cell: ({ document }) => <span className="mono">{blockedOf(document)}</span>, sort: ({ document }) => blockedOf(document) },
      { id: 'reason', header: 'Reason', hide: 'narrow', cell: ({ document }) => document.reason ?? '' },
      { id: 'ends', header: 'Ends', cell: ({ document }) => (document.expires_at ? <time>{format.fullTime(document.expires_at)}</time> : 'when it is lifted'), sort: ({ document }) => document.expires_at ?? '' },
      changed<'block'>(),
    ],
    blank: { kind: 'block', name: '' },
  },
  standard: {
    plural: 'standards',
    title: 'Standards',
    one: 'standard',
    icon: 'policy',
    lead: 'What APIs must have. A change that does not meet a standard is refused, or told what is missing.',
    first: 'Ask for an owner, a contract that passes the rules, or policies that hold for every call. `pailou scorecards` tells how all APIs stand.',
    creates: true,
    columns: [
      open<'standard'>('standards'),
      { id: 'asks', header: 'Asks for', cell: ({ document }) => askedOf(document) },
      { id: 'states', header: 'Of APIs that are', hide: 'narrow', cell: ({ document }) => document.applies_to?.states?.join(', ') ?? '' },
      { id: 'enforcement', header: 'Otherwise', cell: ({ document }) => (document.enforcement === 'warn' ? 'told' : 'refused'), sort: ({ document }) => document.enforcement ?? 'refuse' },
      changed<'standard'>(),
    ],
    blank: { kind: 'standard', name: '', require: { owner: true } },
  },
  waiver: {
    plural: 'waivers',
    title: 'Waivers',
    one: 'waiver',
    icon: 'warning',
    lead: 'What one API may do without for a while.',
    first: 'Where an API cannot meet a standard yet, a waiver says what it may do without, why, and until when.',
    creates: true,
    columns: [
      open<'waiver'>('waivers'),
      { id: 'api', header: 'API', cell: ({ document }) => <span className="mono">{document.api}</span>, sort: ({ document }) => document.api },
      { id: 'standard', header: 'Standard', hide: 'narrow', cell: ({ document }) => <Link to="/$kind/$id" params={{ kind: 'standards', id: document.standard }}>{document.standard}</Link>, sort: ({ document }) => document.standard },
      { id: 'ends', header: 'Ends', cell: ({ document }) => <time>{format.fullTime(document.expires_at)}</time>, sort: ({ document }) => document.expires_at },
      changed<'waiver'>(),
    ],
    blank: { kind: 'waiver', name: '', standard: '', api: '', reason: '', expires_at: '' },
  },
  webhook: {
    plural: 'webhooks',
    title: 'Webhooks',
    one: 'webhook',
    icon: 'live',
    lead: 'Where another program is told of what waits for a decision, and of what was decided.',
    first: 'A ticket system or a chat can be told of requests for subscriptions: each is a signed request, repeated until it is taken.',
    creates: true,
    columns: [
      open<'webhook'>('webhooks'),
      { id: 'url', header: 'Address', cell: ({ document }) => <span className="mono">{document.url}</span>, sort: ({ document }) => document.url },
      { id: 'events', header: 'Tells', hide: 'narrow', cell: ({ document }) => document.events?.join(', ') || 'everything' },
      changed<'webhook'>(),
    ],
    blank: { kind: 'webhook', name: '', url: '', secret: 'secret://' },
  },
  'authorization-server': {
    plural: 'authorization-servers',
    title: 'Authorization servers',
    one: 'authorization server',
    icon: 'key',
    lead: 'Where apps of the portal become OAuth clients, and whose tokens gateways take, in place of the built-in server.',
    first: 'Apps become clients of the built-in authorization server. Name one of your organization, and they are registered there (RFC 7591).',
    creates: true,
    columns: [
      open<'authorization-server'>('authorization-servers'),
      { id: 'issuer', header: 'Issuer', cell: ({ document }) => <span className="mono">{document.issuer}</span>, sort: ({ document }) => document.issuer },
      { id: 'registers', header: 'New clients', hide: 'narrow', cell: ({ document }) => (document.registration ? 'are registered' : 'are made there by hand') },
      changed<'authorization-server'>(),
    ],
    blank: { kind: 'authorization-server', name: '', issuer: '', registration: { initial_access_token: 'secret://' } },
  },
  'identity-provider': {
    plural: 'identity-providers',
    title: 'Single sign-on',
    one: 'identity provider',
    icon: 'certificate',
    lead: 'Where people sign in with the account of their organization (OpenID Connect, SAML).',
    first: 'People sign in with passwords. Name the provider of your organization, and its groups decide who may what.',
    creates: true,
    columns: [
      open<'identity-provider'>('identity-providers'),
      { id: 'issuer', header: 'Issuer', cell: ({ document }) => <span className="mono">{document.issuer}</span>, sort: ({ document }) => document.issuer },
      { id: 'for', header: 'Lets in', hide: 'narrow', cell: ({ document }) => letsIn(document) },
      changed<'identity-provider'>(),
    ],
    blank: { kind: 'identity-provider', name: '', issuer: '', client_id: '', console: {} },
  },
};

/** The kind a word in an address means. */
export function kindOf(plural: string): ListedKind | undefined {
  return (Object.keys(KINDS) as ListedKind[]).find((kind) => KINDS[kind].plural === plural);
}
