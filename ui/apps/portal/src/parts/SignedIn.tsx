// Shows what only a signed-in developer may see; others are told how to get there, and come back here.
import { buttonClass, EmptyState, ErrorState, Skeleton } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { session } from '../api/client.ts';
import { below } from '../workspace.ts';

export function SignedIn({ what, why, children }: { what: string; /** In place of what is said of lists. */ why?: string; children: ReactNode }) {
  const who = useQuery(session);
  const to = below(useRouterState({ select: (state) => state.location.href }));
  if (who.error) return <ErrorState error={who.error} retry={() => void who.refetch()} />;
  if (who.data === undefined) return <Skeleton lines={4} />;
  if (who.data) return children;
  return (
    <>
      <h1 className="visually-hidden">Sign in</h1>
      <EmptyState
        icon="key"
        title={`Sign in to see ${what}`}
        action={
          <>
            <Link to="/sign-in" search={{ to }} className={buttonClass('primary')}>
              Sign in
            </Link>
            <Link to="/sign-up" search={{ to }} className={buttonClass()}>
              Sign up
            </Link>
          </>
        }
      >
        {why ?? 'They belong to your account. Anyone may make one.'}
      </EmptyState>
    </>
  );
}
