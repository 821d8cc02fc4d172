// The console's areas and their pages. The plan has nine areas; an area appears with its first page, so that no link is dead.
import type { IconName } from '@pailou/kit';
import type { Permission } from '../parts/may.tsx';
import { isOperators } from '../workspace.ts';

export interface NavPage {
  to: '/' | '/apis' | '/designs' | '/routes' | '/upstreams' | '/policies' | '/splits' | '/drift' | '/reviews' | '/scorecards' | '/catalogue' | '/standards' | '/waivers' | '/gateways' | '/certificates' | '/secrets' | '/workspaces' | '/products' | '/plans' | '/subscriptions' | '/decisions' | '/webhooks' | '/authorization-servers' | '/consumers' | '/apps' | '/developers' | '/blocks' | '/live' | '/calls' | '/audit' | '/people' | '/identity-providers' | '/tokens' | '/system';
  label: string;
  icon: IconName;
  /** Other words it is searched by. */
  words?: string;
  /** What one must be able to read to be shown it. */
  needs: Permission;
  /** What holds for all workspaces, and is shown where operators decide it. */
  operators?: boolean;
}

export interface NavArea {
  label: string;
  pages: NavPage[];
}

const PLAN: NavArea[] = [
  { label: 'Home', pages: [{ to: '/', label: 'Overview', icon: 'home', words: 'start dashboard health', needs: 'analytics:read' }] },
  { label: 'Inbox', pages: [] },
  {
    label: 'APIs',
    pages: [
      { to: '/apis', label: 'APIs', icon: 'api', words: 'contracts services openapi', needs: 'apis:read' },
      { to: '/designs', label: 'Designs', icon: 'edit', words: 'draft contract editor openapi write template', needs: 'apis:read' },
      { to: '/routes', label: 'Routes', icon: 'route', words: 'match path', needs: 'routes:read' },
      { to: '/upstreams', label: 'Upstreams', icon: 'upstream', words: 'endpoints targets backends balancing health', needs: 'routes:read' },
      { to: '/splits', label: 'Splits', icon: 'split', words: 'canary rollout promote abort weight branches', needs: 'splits:read' },
      { to: '/policies', label: 'Policies', icon: 'policy', words: 'catalogue rate limit auth cors', needs: 'configuration:read' },
    ],
  },
  {
    label: 'Products',
    pages: [
      { to: '/products', label: 'Products', icon: 'product', words: 'bundle offer', needs: 'products:read' },
      { to: '/plans', label: 'Plans', icon: 'plan', words: 'limits tiers', needs: 'products:read' },
      { to: '/decisions', label: 'Decisions', icon: 'check', words: 'approve refuse pending overdue requests subscriptions', needs: 'apps:read' },
      { to: '/subscriptions', label: 'Subscriptions', icon: 'subscription', words: 'approve pending access', needs: 'apps:read' },
      { to: '/authorization-servers', label: 'Authorization servers', icon: 'key', words: 'oauth clients dynamic registration rfc 7591 external identity provider tokens', needs: 'apps:read' },
      { to: '/webhooks', label: 'Webhooks', icon: 'live', words: 'notify tickets chat standard webhooks deliveries', needs: 'apps:read' },
    ],
  },
  {
    label: 'Access',
    pages: [
      { to: '/consumers', label: 'Consumers', icon: 'consumer', words: 'callers keys credentials', needs: 'consumers:read' },
      { to: '/apps', label: 'Apps', icon: 'app', words: 'applications developers', needs: 'apps:read' },
      { to: '/developers', label: 'Developers', icon: 'people', words: 'portal accounts sign-in passkeys second factor', needs: 'apps:read' },
      { to: '/people', label: 'People & roles', icon: 'people', words: 'members invite permissions administrators', needs: 'people:read' },
      { to: '/identity-providers', label: 'Single sign-on', icon: 'certificate', words: 'sso oidc openid identity providers login groups', needs: 'people:read' },
      { to: '/tokens', label: 'Service tokens', icon: 'key', words: 'ci automation programs bearer', needs: 'tokens:read' },
      { to: '/blocks', label: 'Blocks', icon: 'block', words: 'emergency refuse stop ban', needs: 'blocks:read' },
    ],
  },
  {
    label: 'Observe',
    pages: [
      { to: '/live', label: 'Live traffic', icon: 'live', words: 'rate latency errors now', needs: 'analytics:read' },
      { to: '/calls', label: 'Call log', icon: 'log', words: 'requests traces search', needs: 'calls:read' },
    ],
  },
  { label: 'Govern', pages: [{ to: '/reviews', label: 'Reviews', icon: 'check', words: 'approve approval inbox lifecycle emergencies four eyes', needs: 'reviews:read' }, { to: '/drift', label: 'Drift', icon: 'warning', words: 'shadow zombie undocumented unused contract', needs: 'apis:read' }, { to: '/catalogue', label: 'Catalogue', icon: 'book', words: 'inventory owners consumers export csv', needs: 'apis:read' }, { to: '/scorecards', label: 'Scorecards', icon: 'plan', words: 'scores teams compliance', needs: 'standards:read' }, { to: '/standards', label: 'Standards', icon: 'policy', words: 'governance rules mandatory compliance', needs: 'standards:read' }, { to: '/waivers', label: 'Waivers', icon: 'warning', words: 'exceptions governance expiry', needs: 'standards:read' }, { to: '/audit', label: 'Audit', icon: 'audit', words: 'changes history who', needs: 'audit:read' }] },
  { label: 'Portal', pages: [] },
  {
    label: 'Platform',
    pages: [
      { to: '/gateways', label: 'Gateway', icon: 'gateway', words: 'listeners tls http3 deadlines limits gateways', needs: 'gateways:read', operators: true },
      { to: '/certificates', label: 'Certificates', icon: 'certificate', words: 'tls expiry renewal acme hosts', needs: 'gateways:read', operators: true },
      { to: '/workspaces', label: 'Workspaces', icon: 'workspace', words: 'tenants teams limits', needs: 'workspaces:read', operators: true },
      { to: '/secrets', label: 'Secrets', icon: 'secret', words: 'vault rotate passwords tokens', needs: 'secrets:read' },
      { to: '/system', label: 'System', icon: 'system', words: 'version store analytics uptime', needs: 'system:read', operators: true },
    ],
  },
];

/** The areas of the workspace that is shown, of who may read as much there. */
export const areasFor = (may: (permission: Permission) => boolean) =>
  PLAN.map((area) => ({ ...area, pages: area.pages.filter((page) => may(page.needs) && (isOperators() || !page.operators)) })).filter((area) => area.pages.length > 0);
