// Which page is at which address. Pages that not every visitor sees come in files of their own.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { outline, operation, queryClient } from './api/client.ts';
import './link.ts';
import { ApiPage } from './pages/ApiPage.tsx';
import { CataloguePage } from './pages/CataloguePage.tsx';
import { HomePage } from './pages/HomePage.tsx';
import { NotFound } from './pages/NotFound.tsx';
import { Shell } from './shell/Shell.tsx';
import { basepath } from './workspace.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);

export interface CatalogueSearch {
  q?: string;
  tag?: string;
  view?: 'list';
}

export interface SubscribeSearch {
  product?: string;
  plan?: string;
  api?: string;
  app?: string;
}

interface AccountSearch {
  /** Where to go on afterwards. */
  to?: string;
  /** Why a provider's way did not lead in. */
  problem?: string;
}

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFound /> });

const home = createRoute({ getParentRoute: () => root, path: '/', component: HomePage });

const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/apis',
  validateSearch: (search: Record<string, unknown>): CatalogueSearch => ({ q: text(search.q), tag: text(search.tag), view: search.view === 'list' ? 'list' : undefined }),
  component: CataloguePage,
});

const api = createRoute({ getParentRoute: () => root, path: '/apis/$api', component: ApiPage });

const referenceSearch = (search: Record<string, unknown>): { panel?: 'try' } => ({ panel: search.panel === 'try' ? 'try' : undefined });

const reference = createRoute({
  getParentRoute: () => root,
  path: '/apis/$api/reference',
  validateSearch: referenceSearch,
  loader: ({ params }) => void queryClient.prefetchQuery(outline(params.api)),
  component: lazyRouteComponent(() => import('./pages/ReferencePage.tsx'), 'ReferenceStart'),
});

const referenceOperation = createRoute({
  getParentRoute: () => root,
  path: '/apis/$api/reference/$operation',
  validateSearch: referenceSearch,
  // Both are asked for while the page's own script is on its way.
  loader: ({ params }) => {
    void queryClient.prefetchQuery(outline(params.api));
    void queryClient.prefetchQuery(operation(params.api, params.operation));
  },
  component: lazyRouteComponent(() => import('./pages/ReferencePage.tsx'), 'ReferencePage'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q) }),
  component: lazyRouteComponent(() => import('./pages/SearchPage.tsx'), 'SearchPage'),
});

const products = createRoute({ getParentRoute: () => root, path: '/products', component: lazyRouteComponent(() => import('./pages/ProductsPage.tsx'), 'ProductsPage') });
const product = createRoute({ getParentRoute: () => root, path: '/products/$product', component: lazyRouteComponent(() => import('./pages/ProductPage.tsx'), 'ProductPage') });

const subscribe = createRoute({
  getParentRoute: () => root,
  path: '/subscribe',
  validateSearch: (search: Record<string, unknown>): SubscribeSearch => ({ product: text(search.product), plan: text(search.plan), api: text(search.api), app: text(search.app) }),
  component: lazyRouteComponent(() => import('./pages/SubscribePage.tsx'), 'SubscribePage'),
});

const accountSearch = (search: Record<string, unknown>): AccountSearch => ({ to: text(search.to), problem: text(search.problem) });
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: accountSearch, component: lazyRouteComponent(() => import('./pages/AccountPages.tsx'), 'SignInPage') });
const signUp = createRoute({ getParentRoute: () => root, path: '/sign-up', validateSearch: accountSearch, component: lazyRouteComponent(() => import('./pages/AccountPages.tsx'), 'SignUpPage') });

const lettersPage = () => import('./pages/LetterPages.tsx');
const letters = [
  createRoute({ getParentRoute: () => root, path: '/forgotten', component: lazyRouteComponent(lettersPage, 'ForgottenPage') }),
  createRoute({ getParentRoute: () => root, path: '/set-password', component: lazyRouteComponent(lettersPage, 'SetPasswordPage') }),
  createRoute({ getParentRoute: () => root, path: '/confirm', component: lazyRouteComponent(lettersPage, 'ConfirmPage') }),
  createRoute({ getParentRoute: () => root, path: '/account', component: lazyRouteComponent(lettersPage, 'AccountPage') }),
] as const;
const apps = createRoute({ getParentRoute: () => root, path: '/apps', component: lazyRouteComponent(() => import('./pages/AppsPage.tsx'), 'AppsPage') });

export const appTabs = ['usage', 'keys', 'oauth', 'subscriptions', 'sandbox', 'calls'] as const;
export type AppTab = (typeof appTabs)[number];
const app = createRoute({
  getParentRoute: () => root,
  path: '/apps/$app',
  validateSearch: (search: Record<string, unknown>): { tab?: AppTab } => ({ tab: appTabs.find((tab) => tab === search.tab) }),
  component: lazyRouteComponent(() => import('./pages/AppPage.tsx'), 'AppPage'),
});

const authorize = createRoute({
  getParentRoute: () => root,
  path: '/authorize',
  validateSearch: (search: Record<string, unknown>): { request?: string } => ({ request: text(search.request) }),
  component: lazyRouteComponent(() => import('./pages/AuthorizePage.tsx'), 'AuthorizePage'),
});
const oauthReturn = createRoute({ getParentRoute: () => root, path: '/oauth-return', component: lazyRouteComponent(() => import('./pages/OAuthReturnPage.tsx'), 'OAuthReturnPage') });
const device = createRoute({
  getParentRoute: () => root,
  path: '/device',
  validateSearch: (search: Record<string, unknown>): { code?: string } => ({ code: text(search.code) }),
  component: lazyRouteComponent(() => import('./pages/DevicePage.tsx'), 'DevicePage'),
});
const consents = createRoute({ getParentRoute: () => root, path: '/consents', component: lazyRouteComponent(() => import('./pages/ConsentsPage.tsx'), 'ConsentsPage') });

const problems = createRoute({ getParentRoute: () => root, path: '/problems', component: lazyRouteComponent(() => import('./pages/ProblemPages.tsx'), 'ProblemsPage') });
const problem = createRoute({ getParentRoute: () => root, path: '/problems/$code', component: lazyRouteComponent(() => import('./pages/ProblemPages.tsx'), 'ProblemPage') });

export const router = createRouter({
  routeTree: root.addChildren([home, catalogue, api, reference, referenceOperation, search, products, product, subscribe, signIn, signUp, ...letters, apps, app, authorize, oauthReturn, device, consents, problems, problem]),
  basepath,
  scrollRestoration: true,
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
