// What pages ask the server for, with the keys under which answers are kept.
import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { DEFAULT, isOperators, setWorkspace } from './workspace.ts';
import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      refetchOnWindowFocus: false,
      // A refusal stays one; only a server that did not answer is asked again.
      retry: (failures, error) => failures < 2 && error instanceof ProblemError && (error.status === 0 || error.status >= 502),
      retryDelay: 500,
    },
  },
});

/** Who is signed in. A workspace that is gone, or not to be seen any more, is left for `default`, where everybody is let in. */
async function readSession(signal: AbortSignal): Promise<admin.Session> {
  try {
    return await admin.readSession(signal);
  } catch (error) {
    if (isOperators() || !(error instanceof ProblemError && error.status === 404)) throw error;
    setWorkspace(DEFAULT);
    return admin.readSession(signal);
  }
}

/** How one signs in, and the rule for passwords. */
export const signInQuery = queryOptions({ queryKey: ['sign-in-help'], queryFn: ({ signal }) => admin.signInHelp(signal), staleTime: Number.POSITIVE_INFINITY });
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await readSession(signal);
    admin.client.setCsrf(session.csrf);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const listQuery = <K extends admin.Kind>(kind: K, query: admin.ListQuery = {}) =>
  queryOptions({ queryKey: ['resources', kind, 'list', query], queryFn: ({ signal }) => admin.list(kind, query, signal), placeholderData: keepPreviousData });

export const resourceQuery = <K extends admin.Kind>(kind: K, id: string) => queryOptions({ queryKey: ['resources', kind, 'one', id], queryFn: ({ signal }) => admin.read(kind, id, signal) });

export const revisionsQuery = (kind: admin.Kind, id: string) =>
  queryOptions({ queryKey: ['resources', kind, 'revisions', id], queryFn: async ({ signal }) => (await admin.revisions(kind, id, signal)).items });

/** When keys were last used; gateways tell it every few seconds. */
export const decisionsQuery = queryOptions({ queryKey: ['resources', 'decisions'], queryFn: async ({ signal }) => (await admin.decisions(signal)).items });
export const keysQuery = (kind: 'consumer' | 'app', id: string) =>
  queryOptions({ queryKey: ['resources', kind, 'keys', id], queryFn: async ({ signal }) => (await admin.keysOf(kind, id, signal)).items, refetchInterval: 10_000 });

export const passwordsQuery = (kind: 'consumer' | 'app', id: string) =>
  queryOptions({ queryKey: ['resources', kind, 'passwords', id], queryFn: async ({ signal }) => (await admin.passwordsOf(kind, id, signal)).items, refetchInterval: 10_000 });

export const operationsQuery = (id: string) => queryOptions({ queryKey: ['resources', 'api', 'operations', id], queryFn: async ({ signal }) => (await admin.operations(id, signal)).items });

export const policiesQuery = queryOptions({ queryKey: ['policies'], queryFn: async ({ signal }) => (await admin.policies(signal)).items, staleTime: Number.POSITIVE_INFINITY });

export const systemQuery = queryOptions({ queryKey: ['system'], queryFn: ({ signal }) => admin.system(signal), staleTime: 10_000 });

/** How upstreams stand at the gateway of the process; asked again and again while it is shown. */
export const standingsQuery = (upstream?: string) =>
  queryOptions({ queryKey: ['standings', upstream ?? ''], queryFn: async ({ signal }) => (await admin.standings(upstream, signal)).items, refetchInterval: 2000 });

export const splitsQuery = (seconds: number) => queryOptions({ queryKey: ['splits', seconds], queryFn: async ({ signal }) => (await admin.splits(seconds, signal)).items, refetchInterval: 2000, placeholderData: keepPreviousData });

export const driftListQuery = queryOptions({ queryKey: ['drift'], queryFn: async ({ signal }) => (await admin.drifts(signal)).items, refetchInterval: 10_000 });

export const driftQuery = (id: string) => queryOptions({ queryKey: ['drift', id], queryFn: ({ signal }) => admin.drift(id, signal), refetchInterval: 10_000 });

export const lifeQuery = (id: string) => queryOptions({ queryKey: ['life', id], queryFn: ({ signal }) => admin.life(id, signal) });

export const reviewsQuery = (state: string) => queryOptions({ queryKey: ['reviews', 'list', state], queryFn: async ({ signal }) => (await admin.reviews({ state }, signal)).items, refetchInterval: 10_000 });

export const reviewQuery = (number: string) => queryOptions({ queryKey: ['reviews', 'one', number], queryFn: ({ signal }) => admin.review(number, signal), refetchInterval: 10_000 });

export const emergenciesQuery = queryOptions({ queryKey: ['reviews', 'emergencies'], queryFn: async ({ signal }) => (await admin.emergencies(signal)).items });

export const scorecardsQuery = queryOptions({ queryKey: ['scorecards'], queryFn: async ({ signal }) => (await admin.scorecards(signal)).items });

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: async ({ signal }) => (await admin.catalogue(signal)).items });

export const environmentsQuery = (id: string) => queryOptions({ queryKey: ['life', id, 'environments'], queryFn: async ({ signal }) => (await admin.environments(id, signal)).items });

export const secretsQuery = queryOptions({ queryKey: ['secrets'], queryFn: ({ signal }) => admin.secrets(signal), refetchInterval: 10_000 });

export const secretReferencesQuery = queryOptions({ queryKey: ['secret-references'], queryFn: ({ signal }) => admin.secretReferences(signal), refetchInterval: 10_000 });

export const membersQuery = queryOptions({ queryKey: ['members'], queryFn: async ({ signal }) => (await admin.members(signal)).items });

export const developersQuery = (query: admin.ListQuery) => queryOptions({ queryKey: ['developers', query], placeholderData: keepPreviousData, queryFn: ({ signal }) => admin.developers(query, signal) });

export const memberPermissionsQuery = (email: string) => queryOptions({ queryKey: ['members', email, 'permissions'], queryFn: async ({ signal }) => (await admin.memberPermissions(email, signal)).items });

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: async ({ signal }) => (await admin.roles(signal)).items });

export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: async ({ signal }) => (await admin.tokens(signal)).items });

/** The schemas of the admin API, from which forms are made. */
export const schemasQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: ({ signal }) => admin.client.get<{ components?: { schemas?: Record<string, unknown> } }>('/openapi.json', undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Forgets what is known of resources after a change of one of them. */
export async function forgetResources() {
  // A workspace may have been made, or be gone.
  if (isOperators()) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  await queryClient.invalidateQueries({ queryKey: ['resources'] });
}
