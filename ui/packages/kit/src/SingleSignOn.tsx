// Signing in by an organization's provider: its buttons, what went wrong on the way, and what an account is connected with.
import { useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import * as format from './format.ts';
import { Callout, Row, Stack } from './Page.tsx';
import css from './SingleSignOn.module.css';
import { ErrorState, Skeleton } from './States.tsx';
import { leave, useTask } from './useTask.ts';

export interface Provider {
  name: string;
  title: string;
}

/** What the server sends a browser back with that was not let in. */
const PROBLEMS: Record<string, string> = {
  again: 'Signing in did not come to its end: it took too long, or began in another browser. Begin again.',
  denied: 'The provider did not sign you in.',
  provider: 'The provider did not answer as it should. Try again in a minute; the log of the server says more.',
  'no-email': 'The provider does not say an e-mail address that it has verified. Whoever runs it can see to that.',
  domain: 'Your e-mail address is of a domain that is not let in here.',
  'no-account': 'You have no account here yet. Ask somebody who runs this to invite you.',
  exists: 'There is an account with your e-mail address already. Sign in with its password, and connect the provider under your name.',
  'no-role': 'None of your groups lets you in here. Ask whoever gives out groups.',
  taken: 'That account at the provider is connected with another account here, or yours is connected with another one there.',
  'too-many': 'That were too many tries. Wait a quarter of an hour.',
  failed: 'Something went wrong; the log of the server says what.',
};

/** Why the provider's way did not lead in. */
export function SignInProblem({ problem }: { problem: string }) {
  return (
    <div role="alert">
      <Callout tone="warn" icon="warning">
        {PROBLEMS[problem] ?? PROBLEMS.failed}
      </Callout>
    </div>
  );
}

/** One button for each provider. `begin` says where the browser goes. */
export function ProviderButtons({ providers, begin }: { providers: Provider[]; begin: (name: string) => Promise<string> }) {
  const { busy, error, run } = useTask();
  const [chosen, setChosen] = useState<string>();
  const go = (name: string) => {
    setChosen(name);
    void run(async () => leave(await begin(name)));
  };
  return (
    <Stack gap={3}>
      {error !== undefined && <ErrorState compact error={error} />}
      {providers.map(({ name, title }) => (
        <Button key={name} icon="key" className={css.provider} busy={busy && chosen === name} disabled={busy} onClick={() => go(name)}>
          {`Continue with ${title}`}
        </Button>
      ))}
    </Stack>
  );
}

/** Between the buttons of providers and a form. */
export function Or() {
  return (
    <div className={css.or} aria-hidden="true">
      or
    </div>
  );
}

/** What the server is asked for; console and portal have it at addresses of their own. */
export interface IdentityCalls {
  ways: () => Promise<{ providers: Provider[] }>;
  list: () => Promise<{ items: { provider: string; last_sign_in_at: string }[] }>;
  connect: (provider: string) => Promise<string>;
  disconnect: (provider: string) => Promise<unknown>;
}

/** The providers that one's account is connected with, and those that it can be. Nothing where there are none. */
export function Identities({ calls }: { calls: IdentityCalls }) {
  const [known, setKnown] = useState<{ providers: Provider[]; connected: Map<string, string> }>();
  const { busy, error, run } = useTask();
  const look = async () => {
    const [{ providers }, { items }] = await Promise.all([calls.ways(), calls.list()]);
    setKnown({ providers, connected: new Map(items.map((item) => [item.provider, item.last_sign_in_at])) });
  };
  useEffect(() => {
    void run(look);
  }, []);
  if (known && known.providers.length === 0 && known.connected.size === 0) return null;
  const gone = [...(known?.connected.keys() ?? [])].filter((name) => !known?.providers.some((provider) => provider.name === name));
  const all = [...(known?.providers ?? []), ...gone.map((name) => ({ name, title: name }))];
  return (
    <Stack gap={3}>
      <h3>Single sign-on</h3>
      {error !== undefined && <ErrorState compact error={error} />}
      {!known && error === undefined && <Skeleton lines={2} />}
      <ul className={css.list} aria-label="Identity providers">
        {all.map(({ name, title }) => {
          const at = known?.connected.get(name);
          return (
            <li key={name}>
              <Row>
                <span>
                  <b>{title}</b>{' '}
                  <span className="muted">{at ? `connected, signed in ${format.ago(at)}` : 'not connected'}</span>
                </span>
                {at ? (
                  <Button size="s" disabled={busy} aria-label={`Disconnect ${title}`} onClick={() => void run(async () => { await calls.disconnect(name); await look(); })}>
                    Disconnect
                  </Button>
                ) : (
                  <Button size="s" disabled={busy} aria-label={`Connect ${title}`} onClick={() => void run(async () => leave(await calls.connect(name)))}>
                    Connect
                  </Button>
                )}
              </Row>
            </li>
          );
        })}
      </ul>
    </Stack>
  );
}
