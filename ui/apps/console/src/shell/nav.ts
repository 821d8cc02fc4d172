// The console's areas and their pages. The plan has nine areas; an area appears with its first page, so that no link is dead.
import type { IconName } from '@pailou/kit';

export interface NavPage {
  to: '/' | '/apis' | '/routes' | '/upstreams' | '/policies' | '/splits' | '/gateways' | '/certificates' | '/secrets' | '/products' | '/plans' | '/subscriptions' | '/consumers' | '/apps' | '/blocks' | '/live' | '/calls' | '/audit' | '/system';
  label: string;
  icon: IconName;
  /** Other words it is searched by. */
  words?: string;
}

export interface NavArea {
  label: string;
  pages: NavPage[];
}

const PLAN: NavArea[] = [
  { label: 'Home', pages: [{ to: '/', label: 'Overview', icon: 'home', words: 'start dashboard health' }] },
  { label: 'Inbox', pages: [] },
  {
    label: 'APIs',
    pages: [
      { to: '/apis', label: 'APIs', icon: 'api', words: 'contracts services openapi' },
      { to: '/routes', label: 'Routes', icon: 'route', words: 'match path' },
      { to: '/upstreams', label: 'Upstreams', icon: 'upstream', words: 'endpoints targets backends balancing health' },
      { to: '/splits', label: 'Splits', icon: 'split', words: 'canary rollout promote abort weight branches' },
      { to: '/policies', label: 'Policies', icon: 'policy', words: 'catalogue rate limit auth cors' },
    ],
  },
  {
    label: 'Products',
    pages: [
      { to: '/products', label: 'Products', icon: 'product', words: 'bundle offer' },
      { to: '/plans', label: 'Plans', icon: 'plan', words: 'limits tiers' },
      { to: '/subscriptions', label: 'Subscriptions', icon: 'subscription', words: 'approve pending access' },
    ],
  },
  {
    label: 'Access',
    pages: [
      { to: '/consumers', label: 'Consumers', icon: 'consumer', words: 'callers keys credentials' },
      { to: '/apps', label: 'Apps', icon: 'app', words: 'applications developers' },
      { to: '/blocks', label: 'Blocks', icon: 'block', words: 'emergency refuse stop ban' },
    ],
  },
  {
    label: 'Observe',
    pages: [
      { to: '/live', label: 'Live traffic', icon: 'live', words: 'rate latency errors now' },
      { to: '/calls', label: 'Call log', icon: 'log', words: 'requests traces search' },
    ],
  },
  { label: 'Govern', pages: [{ to: '/audit', label: 'Audit', icon: 'audit', words: 'changes history who' }] },
  { label: 'Portal', pages: [] },
  {
    label: 'Platform',
    pages: [
      { to: '/gateways', label: 'Gateway', icon: 'gateway', words: 'listeners tls http3 deadlines limits gateways' },
      { to: '/certificates', label: 'Certificates', icon: 'certificate', words: 'tls expiry renewal acme hosts' },
      { to: '/secrets', label: 'Secrets', icon: 'secret', words: 'vault rotate passwords tokens' },
      { to: '/system', label: 'System', icon: 'system', words: 'version store analytics uptime' },
    ],
  },
];

export const AREAS = PLAN.filter((area) => area.pages.length > 0);
