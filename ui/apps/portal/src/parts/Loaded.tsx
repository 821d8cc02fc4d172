// What a query has: its data, or the state that says why there is none yet.
import { ProblemError } from '@pailou/api';
import { ErrorState, Skeleton } from '@pailou/kit';
import type { ReactNode } from 'react';
import { NotFound } from '../pages/NotFound.tsx';

interface Query<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

export function Loaded<T>({ query, lines = 5, missing, children }: { query: Query<T>; lines?: number; missing?: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return <Skeleton lines={lines} />;
  if (missing && query.error instanceof ProblemError && query.error.status === 404) return <NotFound what={missing} />;
  return <ErrorState error={query.error} retry={() => void query.refetch()} />;
}
