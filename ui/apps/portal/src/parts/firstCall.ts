// Which call shows best that a key works: a read that needs nothing filled in, else the first one whose examples suffice.
import type { BuiltRequest, ContractOutline, OperationPage, OutlineOperation } from '@pailou/reference';
import { requestFor } from '@pailou/reference';
import { queryOptions } from '@tanstack/react-query';
import { operation, outline, queryClient } from '../api/client.ts';

const MOST_TRIES = 3;

/** Operations worth trying, best first: reads before writes, few parameters before many, otherwise the contract's order. */
export function candidates(contract: ContractOutline): OutlineOperation[] {
  const cost = (o: OutlineOperation) => (o.method.toUpperCase() === 'GET' ? 0 : 100) + (o.deprecated ? 50 : 0) + (o.path.match(/\{/g)?.length ?? 0);
  return [...contract.operations].sort((a, b) => cost(a) - cost(b)).slice(0, MOST_TRIES);
}

export interface FirstCall {
  page?: OperationPage;
  request: BuiltRequest;
}

/** A call that works as it stands; an API without a contract is called at its root. */
export const firstCall = (api: string, hasContract: boolean) =>
  queryOptions({
    queryKey: ['first-call', api],
    staleTime: 300_000,
    queryFn: async (): Promise<FirstCall> => {
      if (hasContract) {
        const contract = await queryClient.fetchQuery(outline(api));
        for (const candidate of candidates(contract)) {
          const page = await queryClient.fetchQuery(operation(api, candidate.id));
          const request = requestFor(page);
          if (request) return { page, request };
        }
      }
      return { request: { method: 'GET', path: '/', headers: {} } };
    },
  });
