import { client } from '@pailou/api/admin';
import { ProblemError, queryString } from '@pailou/api';
import { ErrorState, Skeleton } from '@pailou/kit';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import './link.ts';
import { readCallFilters } from './parts/call-filters.ts';
import { queryClient, sessionQuery } from './queries.ts';
import { NotFound } from './pages/NotFound.tsx';
import { SetPassword } from './pages/SetPassword.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { Shell } from './shell/Shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignIn,
  validateSearch: (search: Record<string, unknown>): { next?: string; email?: string; problem?: string } => ({ next: text(search.next), email: text(search.email), problem: text(search.problem) }),
});

const setPassword = createRoute({ getParentRoute: () => root, path: '/set-password', component: SetPassword });

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  notFoundComponent: NotFound,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) {
        throw redirect({ to: '/sign-in', search: { next: location.href === '/' ? undefined : location.href } });
      }
      throw error;
    }
  },
});

interface ListSearch {
  q?: string;
  after?: string;
  state?: string;
}
interface AuditSearch {
  kind?: string;
  actor?: string;
  id?: string;
  address?: string;
  action?: string;
  hours?: string;
  after?: string;
}
const listSearch = (search: Record<string, unknown>): ListSearch => ({ q: text(search.q), after: text(search.after), state: text(search.state) });
const rangeSearch = (search: Record<string, unknown>): { range?: string } => ({ range: text(search.range) });

const overview = createRoute({ getParentRoute: () => shell, path: '/', component: lazyRouteComponent(() => import('./pages/Overview.tsx'), 'Overview') });
const apis = createRoute({ getParentRoute: () => shell, path: '/apis', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/apis/ApiList.tsx'), 'ApiList') });
const importApi = createRoute({ getParentRoute: () => shell, path: '/apis/new', component: lazyRouteComponent(() => import('./pages/apis/import/ImportApi.tsx'), 'ImportApi') });
const api = createRoute({ getParentRoute: () => shell, path: '/apis/$id', component: lazyRouteComponent(() => import('./pages/apis/ApiPage.tsx'), 'ApiPage') });
const apiTabs = [
  createRoute({ getParentRoute: () => api, path: '/', component: lazyRouteComponent(() => import('./pages/apis/ApiOverview.tsx'), 'ApiOverview') }),
  createRoute({ getParentRoute: () => api, path: '/operations', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/apis/ApiOperations.tsx'), 'ApiOperations') }),
  createRoute({ getParentRoute: () => api, path: '/policies', validateSearch: (search: Record<string, unknown>): { operation?: string } => ({ operation: text(search.operation) }), component: lazyRouteComponent(() => import('./pages/apis/ApiPolicies.tsx'), 'ApiPolicies') }),
  createRoute({ getParentRoute: () => api, path: '/traffic', validateSearch: rangeSearch, component: lazyRouteComponent(() => import('./pages/apis/ApiTraffic.tsx'), 'ApiTraffic') }),
  createRoute({ getParentRoute: () => api, path: '/calls', validateSearch: readCallFilters, component: lazyRouteComponent(() => import('./pages/apis/ApiCalls.tsx'), 'ApiCalls') }),
  createRoute({ getParentRoute: () => api, path: '/document', component: lazyRouteComponent(() => import('./pages/apis/ApiDocument.tsx'), 'ApiDocument') }),
  createRoute({ getParentRoute: () => api, path: '/life', component: lazyRouteComponent(() => import('./pages/apis/ApiLife.tsx'), 'ApiLife') }),
  createRoute({ getParentRoute: () => api, path: '/revisions', component: lazyRouteComponent(() => import('./pages/apis/ApiRevisions.tsx'), 'ApiRevisions') }),
] as const;
const designs = createRoute({ getParentRoute: () => shell, path: '/designs', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/designs/DesignList.tsx'), 'DesignList') });
const newDesign = createRoute({ getParentRoute: () => shell, path: '/designs/new', validateSearch: (search: Record<string, unknown>): { api?: string; draft?: string } => ({ api: text(search.api), draft: text(search.draft) }), component: lazyRouteComponent(() => import('./pages/designs/NewDesign.tsx'), 'NewDesign') });
const design = createRoute({ getParentRoute: () => shell, path: '/designs/$id', component: lazyRouteComponent(() => import('./pages/designs/DesignPage.tsx'), 'DesignPage') });
const splits = createRoute({ getParentRoute: () => shell, path: '/splits', validateSearch: (search: Record<string, unknown>): { q?: string; seconds?: string } => ({ q: text(search.q), seconds: text(search.seconds) }), component: lazyRouteComponent(() => import('./pages/Splits.tsx'), 'Splits') });
const drift = createRoute({ getParentRoute: () => shell, path: '/drift', validateSearch: (search: Record<string, unknown>): { q?: string; api?: string } => ({ q: text(search.q), api: text(search.api) }), component: lazyRouteComponent(() => import('./pages/Drift.tsx'), 'Drift') });
const reviews = createRoute({ getParentRoute: () => shell, path: '/reviews', validateSearch: (search: Record<string, unknown>): { state?: string } => ({ state: text(search.state) }), component: lazyRouteComponent(() => import('./pages/reviews/ReviewList.tsx'), 'ReviewList') });
const review = createRoute({ getParentRoute: () => shell, path: '/reviews/$number', component: lazyRouteComponent(() => import('./pages/reviews/ReviewPage.tsx'), 'ReviewPage') });
const scorecards = createRoute({ getParentRoute: () => shell, path: '/scorecards', validateSearch: (search: Record<string, unknown>): { q?: string; view?: string; owner?: string } => ({ q: text(search.q), view: text(search.view), owner: typeof search.owner === 'string' ? search.owner : undefined }), component: lazyRouteComponent(() => import('./pages/Scorecards.tsx'), 'Scorecards') });
const catalogue = createRoute({ getParentRoute: () => shell, path: '/catalogue', validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q) }), component: lazyRouteComponent(() => import('./pages/Catalogue.tsx'), 'Catalogue') });
const gateways = createRoute({ getParentRoute: () => shell, path: '/gateways', component: lazyRouteComponent(() => import('./pages/Gateways.tsx'), 'Gateways') });
const certificates = createRoute({ getParentRoute: () => shell, path: '/certificates', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/Certificates.tsx'), 'Certificates') });
const secrets = createRoute({ getParentRoute: () => shell, path: '/secrets', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/Secrets.tsx'), 'Secrets') });
const people = createRoute({ getParentRoute: () => shell, path: '/people', validateSearch: (search: Record<string, unknown>): { q?: string; tab?: string } => ({ q: text(search.q), tab: text(search.tab) }), component: lazyRouteComponent(() => import('./pages/people/People.tsx'), 'People') });
const developers = createRoute({ getParentRoute: () => shell, path: '/developers', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/people/Developers.tsx'), 'Developers') });
const tokens = createRoute({ getParentRoute: () => shell, path: '/tokens', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/people/Tokens.tsx'), 'Tokens') });
const policies = createRoute({ getParentRoute: () => shell, path: '/policies', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/Policies.tsx'), 'Policies') });
const live = createRoute({ getParentRoute: () => shell, path: '/live', validateSearch: (search: Record<string, unknown>): { api?: string } => ({ api: text(search.api) }), component: lazyRouteComponent(() => import('./pages/Live.tsx'), 'Live') });
const calls = createRoute({ getParentRoute: () => shell, path: '/calls', validateSearch: readCallFilters, component: lazyRouteComponent(() => import('./pages/Calls.tsx'), 'Calls') });
const audit = createRoute({ getParentRoute: () => shell, path: '/audit', validateSearch: (search: Record<string, unknown>): AuditSearch => ({ kind: text(search.kind), actor: text(search.actor), id: text(search.id), address: text(search.address), action: text(search.action), hours: text(search.hours), after: text(search.after) }), component: lazyRouteComponent(() => import('./pages/Audit.tsx'), 'Audit') });
const system = createRoute({ getParentRoute: () => shell, path: '/system', component: lazyRouteComponent(() => import('./pages/System.tsx'), 'System') });

const decisions = createRoute({ getParentRoute: () => shell, path: '/decisions', component: lazyRouteComponent(() => import('./pages/Decisions.tsx'), 'Decisions') });

const lists = [
  createRoute({ getParentRoute: () => shell, path: '/routes', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Routes') }),
  createRoute({ getParentRoute: () => shell, path: '/upstreams', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/upstreams/UpstreamList.tsx'), 'UpstreamList') }),
  createRoute({ getParentRoute: () => shell, path: '/consumers', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Consumers') }),
  createRoute({ getParentRoute: () => shell, path: '/products', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Products') }),
  createRoute({ getParentRoute: () => shell, path: '/plans', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Plans') }),
  createRoute({ getParentRoute: () => shell, path: '/standards', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Standards') }),
  createRoute({ getParentRoute: () => shell, path: '/identity-providers', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'IdentityProviders') }),
  createRoute({ getParentRoute: () => shell, path: '/waivers', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Waivers') }),
  createRoute({ getParentRoute: () => shell, path: '/apps', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Apps') }),
  createRoute({ getParentRoute: () => shell, path: '/workspaces', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Workspaces') }),
  createRoute({ getParentRoute: () => shell, path: '/blocks', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/Blocks.tsx'), 'Blocks') }),
  createRoute({ getParentRoute: () => shell, path: '/authorization-servers', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'AuthorizationServers') }),
  createRoute({ getParentRoute: () => shell, path: '/webhooks', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Webhooks') }),
  createRoute({ getParentRoute: () => shell, path: '/subscriptions', validateSearch: listSearch, component: lazyRouteComponent(() => import('./pages/resources/ResourceList.tsx'), 'Subscriptions') }),
] as const;
const newResource = createRoute({ getParentRoute: () => shell, path: '/$kind/new', component: lazyRouteComponent(() => import('./pages/resources/NewResource.tsx'), 'NewResource') });
const resource = createRoute({ getParentRoute: () => shell, path: '/$kind/$id', validateSearch: (search: Record<string, unknown>): { tab?: string } => ({ tab: text(search.tab) }), component: lazyRouteComponent(() => import('./pages/resources/ResourcePage.tsx'), 'ResourcePage') });

const nothing = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

export const router = createRouter({
  routeTree: root.addChildren([signIn, setPassword, shell.addChildren([overview, apis, importApi, api.addChildren(apiTabs), policies, live, calls, audit, system, designs, newDesign, design, splits, drift, reviews, review, scorecards, catalogue, gateways, certificates, secrets, people, developers, tokens, decisions, ...lists, newResource, resource, nothing])]),
  basepath: '/console',
  // Search parameters are plain text, so that addresses can be read and written by hand.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => queryString(search as Record<string, string>),
  pathParamsAllowedCharacters: ['@'],
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Skeleton lines={5} />,
  defaultPendingMs: 150,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  scrollRestoration: true,
});

client.onUnauthenticated(() => {
  if (!/\/(sign-in|set-password)$/.test(router.state.location.pathname) && queryClient.getQueryData(sessionQuery.queryKey)) {
    queryClient.removeQueries({ queryKey: sessionQuery.queryKey });
    void router.navigate({ to: '/sign-in', search: { next: router.state.location.href } });
  }
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
