// The portal's client, and what every page asks for, under one name each.
import { ProblemError } from '@pailou/api';
import { base, client } from '@pailou/api/portal';
import type { ContractOutline, OperationPage, Schema, Schemas } from '@pailou/reference';
import { keptAs, workspace } from '../workspace.ts';
import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import type { ApiDetail, ApiSummary, Authorization, Call, Consent, Found, OAuthClient, Page, PortalApp, ProblemType, Product, Sandbox, Session, Site, Usage } from '@pailou/api/portal';

client.setWorkspace(workspace);

export { client };

export const segment = encodeURIComponent;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Answers that more tries do not change are shown at once.
      retry: (failures, error) => failures < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});

/** The items of a list that comes as a whole. */
async function items<T>(answer: Promise<Page<T>>): Promise<T[]> {
  return (await answer).items;
}

const LONG = 5 * 60_000;

export const site = queryOptions({ queryKey: ['site'], staleTime: LONG, queryFn: ({ signal }) => client.get<Site>('/site', {}, signal) });

const SIGNED_IN = keptAs('pailou-signed-in');

/** The session's cookie cannot be read here. This note spares visitors who never signed in a question with a known answer. */
function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(SIGNED_IN) !== null;
  } catch {
    return true;
  }
}

export function noteSignedIn(yes: boolean) {
  try {
    if (yes) localStorage.setItem(SIGNED_IN, '1');
    else localStorage.removeItem(SIGNED_IN);
  } catch {
    // Storage may be off; the server is then asked each time.
  }
}

export const session = queryOptions({
  queryKey: ['session'],
  staleTime: LONG,
  /** Nobody is signed in: `null`, which is no error. */
  queryFn: async ({ signal }): Promise<Session | null> => {
    if (!mayBeSignedIn()) return null;
    try {
      const found = await client.get<Session>('/session', {}, signal);
      client.setCsrf(found.csrf ?? undefined);
      return found;
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 401)) throw error;
      noteSignedIn(false);
      return null;
    }
  },
});

export const apis = (q: string, tag: string) =>
  infiniteQueryOptions({
    queryKey: ['apis', q, tag],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => client.get<Page<ApiSummary>>('/apis', { q, tag, after: pageParam, limit: 60 }, signal),
    getNextPageParam: (last) => last.next || undefined,
  });

export const api = (id: string) => queryOptions({ queryKey: ['api', id], queryFn: ({ signal }) => client.get<ApiDetail>(`/apis/${segment(id)}`, {}, signal) });

export const outline = (id: string) =>
  queryOptions({ queryKey: ['outline', id], staleTime: LONG, gcTime: LONG, queryFn: ({ signal }) => client.get<ContractOutline>(`/apis/${segment(id)}/outline`, {}, signal) });

export const operation = (id: string, name: string) =>
  queryOptions({
    queryKey: ['operation', id, name],
    staleTime: LONG,
    // A reader who walks through a large contract does not keep all of it.
    gcTime: 60_000,
    queryFn: ({ signal }) => client.get<OperationPage>(`/apis/${segment(id)}/operations/${segment(name)}`, {}, signal),
  });

/** One schema with those it uses, by name. */
export async function schemaOf(id: string, name: string): Promise<Schemas> {
  const found = await client.get<{ schema: Schema; schemas: Schemas }>(`/apis/${segment(id)}/schemas/${segment(name)}`);
  return { ...found.schemas, [name]: found.schema };
}

/** A link that saves the contract of an API. A link alone cannot say of which workspace. */
export const contractLink = (id: string) => ({
  href: `${base}/apis/${segment(id)}/contract`,
  download: `${id}.openapi`,
  onClick: async (event: { preventDefault(): void }) => {
    if (workspace === 'default') return;
    event.preventDefault();
    const { body } = await client.call<string>('GET', `/apis/${segment(id)}/contract`, { as: 'text' });
    const url = URL.createObjectURL(new Blob([body]));
    Object.assign(document.createElement('a'), { href: url, download: `${id}.openapi` }).click();
    URL.revokeObjectURL(url);
  },
});

export const search = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    enabled: q.length > 1,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => items(client.get<Page<Found>>('/search', { q, limit: 60 }, signal)),
  });

export const products = queryOptions({ queryKey: ['products'], queryFn: ({ signal }) => items(client.get<Page<Product>>('/products', {}, signal)) });

export const product = (name: string) => queryOptions({ queryKey: ['product', name], queryFn: ({ signal }) => client.get<Product>(`/products/${segment(name)}`, {}, signal) });

export const apps = queryOptions({ queryKey: ['apps'], queryFn: ({ signal }) => items(client.get<Page<PortalApp>>('/apps', {}, signal)) });

export const app = (name: string) => queryOptions({ queryKey: ['apps', name], queryFn: ({ signal }) => client.get<PortalApp>(`/apps/${segment(name)}`, {}, signal) });

/** Where mocks of the APIs answer for an app. */
export const sandboxes = (name: string) => queryOptions({ queryKey: ['apps', name, 'sandbox'], queryFn: ({ signal }) => items(client.get<Page<Sandbox>>(`/apps/${segment(name)}/sandbox`, {}, signal)) });

export const oauthClient = (name: string) => queryOptions({ queryKey: ['apps', name, 'client'], queryFn: ({ signal }) => client.get<OAuthClient>(`/apps/${segment(name)}/client`, {}, signal) });

export const consents = queryOptions({ queryKey: ['consents'], queryFn: ({ signal }) => items(client.get<Page<Consent>>('/consents', {}, signal)) });

/** What an app asks of whoever is signed in; asked once, as the answer does not change while it is looked at. */
export const authorization = (query: string) =>
  queryOptions({
    queryKey: ['authorization', query],
    staleTime: LONG,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async () => (await client.call<Authorization>('POST', '/authorization', { body: { query } })).body,
  });

/** The last `minutes` of an app's calls; asked again every few seconds. */
export const usage = (name: string, minutes: number) =>
  queryOptions({
    queryKey: ['usage', name, minutes],
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const to = Date.now();
      return client.get<Usage>(`/apps/${segment(name)}/usage`, { from: to - minutes * 60_000, to }, signal);
    },
  });

export const calls = (name: string, filter: { status?: string; minutes: number }) =>
  infiniteQueryOptions({
    queryKey: ['calls', name, filter],
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      client.get<Page<Call>>(`/apps/${segment(name)}/calls`, { status: filter.status, from: Date.now() - filter.minutes * 60_000, after: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.next || undefined,
  });

export const problems = queryOptions({ queryKey: ['problems'], staleTime: LONG, queryFn: ({ signal }) => items(client.get<Page<ProblemType>>('/problems', {}, signal)) });

export const problem = (code: string) => queryOptions({ queryKey: ['problem', code], staleTime: LONG, queryFn: ({ signal }) => client.get<ProblemType>(`/problems/${segment(code)}`, {}, signal) });
