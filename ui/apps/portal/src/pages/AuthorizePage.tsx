// An app sent a person here: what it wants to do, and their word on it.
import { Button, Callout, EmptyState, ErrorState, Icon, Mark, Panel, Skeleton, Stack } from '@pailou/kit';
import type { AskedScope } from '@pailou/api/portal';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { decideAuthorization } from '../api/account.ts';
import { authorization, session } from '../api/client.ts';
import { SignedIn } from '../parts/SignedIn.tsx';
import { useTitle } from '../parts/title.ts';
import css from './AuthorizePage.module.css';

const route = getRouteApi('/authorize');

/** The query an app sent the person with, as the server packed it; `undefined` where it is none. */
export function unpacked(request: string | undefined): string | undefined {
  if (!request?.startsWith('q.')) return undefined;
  try {
    return atob(request.slice(2).replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}

export function AuthorizePage() {
  useTitle('An app asks');
  const query = unpacked(route.useSearch().request);
  if (!query)
    return (
      <EmptyState icon="app" title="No app asks for anything here">
        This page is for apps that want to act for you. Begin in the app.
      </EmptyState>
    );
  return (
    <SignedIn what="what the app asks for" why="The app is told nothing before you agree.">
      <Question query={query} />
    </SignedIn>
  );
}

/** Leaves the portal for the app. */
function leave(location: string) {
  window.location.replace(location);
}

function Question({ query }: { query: string }) {
  const who = useQuery(session);
  const found = useQuery(authorization(query));
  const [busy, setBusy] = useState<'yes' | 'no'>();
  const [error, setError] = useState<unknown>();
  const asked = found.data?.asked;
  const decide = async (agrees: boolean) => {
    setBusy(agrees ? 'yes' : 'no');
    setError(undefined);
    try {
      leave((await decideAuthorization(query, agrees)).location);
    } catch (cause) {
      setError(cause);
      setBusy(undefined);
    }
  };
  const onward = found.data?.location;
  const remembered = asked?.is_remembered ?? false;
  useEffect(() => {
    if (onward) leave(onward);
    else if (remembered) void decide(true);
    // Once for each question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [onward, remembered]);
  if (found.error) return <ErrorState error={found.error} />;
  if (!asked || onward || (remembered && error === undefined)) return <Skeleton lines={6} />;
  return (
    <div className={css.page}>
      <Between app={asked.app} />
      <h1>{asked.app} asks to act for you</h1>
      {asked.description && <p className={css.about}>{asked.description}</p>}
      <Panel className={css.panel}>
        <Stack gap={4}>
          <Wishes scopes={asked.scopes} resource={asked.resource ?? undefined} />
          <dl className={css.facts}>
            <div>
              <dt>You are</dt>
              <dd>
                <strong>{who.data?.user.email ?? who.data?.user.name}</strong>
                <span className="muted"> The app is told this address.</span>
              </dd>
            </div>
            <div>
              <dt>You return to</dt>
              <dd>
                <strong className="mono">{asked.returns_to}</strong>
                {asked.returns_here && <span className="muted"> That is this very computer, or whatever program answers there.</span>}
              </dd>
            </div>
          </dl>
          {asked.is_public && <Callout tone="warn">Nobody vouches that this really is {asked.app}. Agree only if you have just begun in that app yourself.</Callout>}
          {error !== undefined && <ErrorState error={error} compact />}
          <div className={css.answers}>
            <Button busy={busy === 'no'} disabled={busy !== undefined} onClick={() => void decide(false)}>
              Do not agree
            </Button>
            <Button variant="primary" busy={busy === 'yes'} disabled={busy !== undefined} onClick={() => void decide(true)}>
              Agree
            </Button>
          </div>
        </Stack>
      </Panel>
      <p className="muted">You can take it back at any time, under “Apps you agreed to”.</p>
    </div>
  );
}

/** The app, and who it asks at. */
function Between({ app }: { app: string }) {
  return (
    <div className={css.between} aria-hidden="true">
      <span className={css.app}>{[...app][0]?.toUpperCase()}</span>
      <Icon name="right" size={18} />
      <Mark size={44} />
    </div>
  );
}

/** What an app wants to do, in the words of the APIs it may call. */
export function Wishes({ scopes, resource }: { scopes: AskedScope[]; resource?: string }) {
  const where = resource ? (
    <>
      at <code>{resource}</code>
    </>
  ) : (
    'at the APIs it is subscribed to'
  );
  if (!scopes.length) return <p>It wants to know who you are {where}, and nothing else.</p>;
  return (
    <div>
      <p>It wants to do this {where}:</p>
      <ul className={css.wishes}>
        {scopes.map((scope) => (
          <li key={scope.name}>
            <Icon name="check" size={16} />
            <div>
              {scope.description ? (
                <>
                  <strong>{scope.description}</strong> <code className="muted">{scope.name}</code>
                </>
              ) : (
                <code>{scope.name}</code>
              )}
              <Operations list={scope.operations} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** More operations than this are folded away. */
const FOLDED = 3;

function Operations({ list }: { list: string[] }) {
  if (!list.length) return null;
  if (list.length <= FOLDED) return <div className="muted">{list.join(' · ')}</div>;
  return (
    <details className="muted">
      <summary>{list.length} operations</summary>
      {list.join(' · ')}
    </details>
  );
}
