// Calls with a token: which app calls, what it asks for, and what it has.
import { ProblemError } from '@pailou/api';
import type { OAuthClient, PortalApp } from '@pailou/api/portal';
import { Button, buttonClass, Callout, Checkbox, ErrorState, Field, format, Select, Skeleton, TextInput, useTask } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { putClient } from '../api/account.ts';
import { oauthClient, site } from '../api/client.ts';
import { below } from '../workspace.ts';
import { makeKey } from './dpop.ts';
import { challengeOf, codeOf, isOver, ownToken, questionFor, random, revoke, type Token, thumbprint, tokenForCode, type Way, waysOf } from './flow.ts';
import { lackingOf, type Needs, wantedOf } from './needs.ts';
import { answerFrom, backAddress, canComeBack, openWindow } from './popup.ts';
import css from './TokenPanel.module.css';
import { useTokens } from './tokens.tsx';

const WAYS: Record<Way, string> = { 'client-credentials': 'The app itself', 'authorization-code': 'Somebody who agrees: you' };
/** More scopes than this that the operation does not need are folded away. */
const FOLDED = 4;

interface TokenPanelProps {
  needs: Needs;
  /** The apps of whoever is signed in; `undefined` where nobody is. */
  apps?: PortalApp[];
  /** The product to subscribe to for this API. */
  product?: string;
  api: string;
}

/** The app that calls: the one that was chosen, else the first. */
export function callingApp(chosen: string, apps: PortalApp[] | undefined): string {
  return apps?.find((app) => app.name === chosen)?.name ?? apps?.[0]?.name ?? '';
}

export function TokenPanel({ needs, apps, product, api }: TokenPanelProps) {
  const tokens = useTokens();
  const to = below(useRouterState({ select: (state) => state.location.href }));
  const app = callingApp(tokens.app, apps);
  if (!apps)
    return (
      <Frame needs={needs}>
        <p className={css.note}>A token is of one of your apps.</p>
        <div className={css.row}>
          <Link to="/sign-in" search={{ to }} className={buttonClass('primary', 's')}>
            Sign in
          </Link>
          <Link to="/sign-up" search={{ to }} className={buttonClass('plain', 's')}>
            Sign up
          </Link>
        </div>
      </Frame>
    );
  if (!app)
    return (
      <Frame needs={needs}>
        <p className={css.note}>You have no app yet. A token is of an app that is subscribed to this API.</p>
        <div className={css.row}>
          {product ? (
            <Link to="/subscribe" search={{ api, product }} className={buttonClass('primary', 's')}>
              Make an app and subscribe
            </Link>
          ) : (
            <Link to="/apps" className={buttonClass('primary', 's')}>
              Make an app
            </Link>
          )}
        </div>
      </Frame>
    );
  return (
    <Frame needs={needs}>
      {apps.length > 1 && (
        <Field label="App">
          {(control) => <Select {...control} value={app} onChange={(event) => tokens.choose(event.target.value)} options={apps.map((one) => ({ value: one.name, label: one.title || one.name }))} />}
        </Field>
      )}
      <OfApp key={app} app={app} needs={needs} product={product} api={api} />
    </Frame>
  );
}

function Frame({ needs, children }: { needs: Needs; children: ReactNode }) {
  return (
    <section className={css.panel} aria-label="Token">
      <NeedsLine needs={needs} />
      {children}
    </section>
  );
}

/** What the operation needs, in the contract's words. */
function NeedsLine({ needs }: { needs: Needs }) {
  const named = needs.alternatives.filter((scopes) => scopes.length);
  if (!named.length) return <p className={css.note}>This operation takes a token{needs.alternatives.length ? ', of any scope' : ''}.</p>;
  return (
    <div className={css.needs}>
      <p className={css.note}>This operation needs a token with{named.length > 1 ? ' one of these' : ''}:</p>
      <ul>
        {named.map((scopes) => (
          <li key={scopes.join(' ')}>
            {scopes.map((scope) => (
              <span key={scope} className={css.need}>
                <code>{scope}</code>
                {needs.meanings[scope] && <span className={css.note}> {needs.meanings[scope]}</span>}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface OfAppProps {
  app: string;
  needs: Needs;
  product?: string;
  api: string;
}

function OfApp({ app, needs, product, api }: OfAppProps) {
  const query = useQuery(oauthClient(app));
  if (query.error instanceof ProblemError && query.error.status === 404) return <NoClient app={app} />;
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} compact />;
  if (!query.data) return <Skeleton lines={4} />;
  if (!waysOf(query.data).length)
    return (
      <Callout>
        The client of this app {query.data.server ? `gets its tokens from ${query.data.server}` : query.data.has_keys ? 'proves itself with keys of its own, which no page has' : 'gets tokens on devices only'}. Get a token where the app runs, or choose another app.
      </Callout>
    );
  return <Ask app={app} client={query.data} needs={needs} product={product} api={api} />;
}

/** Makes the app a client that can be used from here. */
function NoClient({ app }: { app: string }) {
  const tokens = useTokens();
  const { busy, error, run } = useTask();
  const make = () =>
    run(async () => {
      const back = canComeBack() ? [backAddress()] : [];
      const made = await putClient(app, { grants: ['client-credentials', ...(back.length ? (['authorization-code'] as const) : [])], redirect_uris: back, public: false, dpop: false });
      if (made.client_secret) tokens.keep(app, { secret: made.client_secret });
    });
  const server = useQuery(site).data?.authorization_server;
  if (server)
    return (
      <>
        <p className={css.note}>This app is no OAuth client yet. Clients are registered with {server}, and get their tokens there.</p>
        <div className={css.row}>
          <Link to="/apps/$app" params={{ app }} className={buttonClass('primary', 's')}>
            Make it one
          </Link>
        </div>
      </>
    );
  return (
    <>
      <p className={css.note}>This app is no OAuth client yet. One that is made here has a secret that this page keeps in memory until it is closed; rotate it on the app’s page to have one of your own.</p>
      <div className={css.row}>
        <Button variant="primary" size="s" busy={busy} onClick={() => void make()}>
          Make it an OAuth client
        </Button>
        <Link to="/apps/$app" params={{ app }} search={{ tab: 'oauth' }} className={buttonClass('plain', 's')}>
          On the app’s page
        </Link>
      </div>
      {error !== undefined && <ErrorState error={error} compact />}
    </>
  );
}

function Ask({ app, client, needs, product, api }: OfAppProps & { client: OAuthClient }) {
  const tokens = useTokens();
  const { secret = '', token } = tokens.held(app);
  const ways = waysOf(client);
  const [way, setWay] = useState<Way>(token?.way ?? ways[0] ?? 'client-credentials');
  const [also, setAlso] = useState<string[]>([]);
  const { busy, error, run } = useTask();
  const chosen = ways.includes(way) ? way : (ways[0] ?? 'client-credentials');
  const wanted = wantedOf(needs, client.scopes);
  const missing = wanted.filter((scope) => !client.scopes.includes(scope));
  const asked = [...new Set([...wanted, ...also])].filter((scope) => client.scopes.includes(scope));
  const prover = { client, secret };
  const comesBack = client.redirect_uris.includes(backAddress());
  const blocked = (!client.public && !secret) || (chosen === 'authorization-code' && !comesBack);

  const get = () =>
    run(async () => {
      // Before anything is waited for: the browser opens it for the click alone.
      const opened = chosen === 'authorization-code' ? openWindow() : undefined;
      try {
        const key = client.dpop ? await makeKey() : undefined;
        tokens.keep(app, { token: opened ? await agreed(opened, key) : await ownToken(prover, asked, key) });
      } finally {
        opened?.close();
      }
    });
  const agreed = async (opened: Window, key?: CryptoKeyPair): Promise<Token> => {
    const [state, verifier] = [random(16), random(48)];
    const question = questionFor(client, { back: backAddress(), scopes: asked, state, challenge: await challengeOf(verifier), bound: await thumbprint(key) });
    const code = codeOf(await answerFrom(opened, question, state), state, client.issuer);
    return tokenForCode(prover, code, backAddress(), verifier, asked, key);
  };
  const letBack = () => run(async () => void (await putClient(app, { grants: client.grants, public: client.public, dpop: client.dpop, redirect_uris: [...client.redirect_uris, backAddress()] })));
  const forget = () => {
    if (token) void revoke(prover, token);
    tokens.keep(app, { token: undefined });
  };
  if (token) return <Has token={token} needs={needs} onForget={forget} onMore={() => tokens.keep(app, { token: undefined })} />;
  return (
    <>
      {ways.length > 1 && (
        <Field label="Who calls">
          {(control) => <Select {...control} value={chosen} onChange={(event) => setWay(event.target.value as Way)} options={ways.map((one) => ({ value: one, label: WAYS[one] }))} />}
        </Field>
      )}
      {!client.public && (
        <Field label="The client’s secret" hint="Kept in this page’s memory only.">
          {(control) => <TextInput {...control} mono type="password" value={secret} onChange={(event) => tokens.keep(app, { secret: event.target.value.trim() })} placeholder="pls_…" autoComplete="off" data-1p-ignore data-testid="client-secret" />}
        </Field>
      )}
      {missing.length > 0 && (
        <Callout tone="warn">
          This app may not ask for <code>{missing.join(' ')}</code>: none of its subscriptions covers it.{' '}
          {product && (
            <Link to="/subscribe" search={{ api, product, app }}>
              Subscribe it
            </Link>
          )}
        </Callout>
      )}
      <More scopes={client.scopes.filter((scope) => !wanted.includes(scope))} needs={needs} chosen={also} onChange={setAlso} />
      {chosen === 'authorization-code' && !comesBack && (
        <Callout>
          {canComeBack() ? 'People who agree cannot come back here: this page is not among the addresses of the client.' : 'People who agree can only come back to a page that is reached over TLS. Open the portal by https to call for a person.'}
          {canComeBack() && (
            <p>
              <Button size="s" busy={busy} onClick={() => void letBack()}>
                Let them come back here
              </Button>
            </p>
          )}
        </Callout>
      )}
      <div className={css.row}>
        <Button variant="primary" size="s" icon="key" busy={busy} disabled={blocked} onClick={() => void get()}>
          Get a token
        </Button>
        {busy && chosen === 'authorization-code' && <span className={css.note} role="status">Answer in the window that has opened.</span>}
      </div>
      {error !== undefined && <ErrorState error={error} compact />}
    </>
  );
}

/** Scopes that may be asked for beside those that are needed. */
function More({ scopes, needs, chosen, onChange }: { scopes: string[]; needs: Needs; chosen: string[]; onChange: (scopes: string[]) => void }) {
  if (!scopes.length) return null;
  const list = (
    <div className={css.scopes}>
      {scopes.map((scope) => (
        <Checkbox
          key={scope}
          label={<code>{scope}</code>}
          hint={needs.meanings[scope]}
          checked={chosen.includes(scope)}
          onChange={(event) => onChange(event.target.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))}
        />
      ))}
    </div>
  );
  if (scopes.length <= FOLDED)
    return (
      <fieldset className={css.more}>
        <legend>Ask for as well</legend>
        {list}
      </fieldset>
    );
  return (
    <details className={css.more}>
      <summary>Ask for as well: {scopes.length} other scopes</summary>
      {list}
    </details>
  );
}

function Has({ token, needs, onForget, onMore }: { token: Token; needs: Needs; onForget: () => void; onMore: () => void }) {
  const over = useOver(token);
  const lacks = lackingOf(needs, token.scopes);
  const renews = token.way === 'client-credentials' || token.refresh !== undefined;
  return (
    <div className={css.has} data-testid="token">
      <p>
        <strong>{token.way === 'client-credentials' ? 'A token of the app' : 'A token that you agreed to'}</strong>
        {token.key && ', bound to a key of this page'}
      </p>
      <p className={css.note}>
        {over ? (renews ? 'It has ended; the next call renews it.' : 'It has ended.') : <>Good until {format.clockTime(token.expiresAt, false)}{renews && ', then renewed'}.</>} {token.scopes.length ? 'With ' : 'Without scopes.'}
        {token.scopes.map((scope) => (
          <code key={scope}>{scope} </code>
        ))}
      </p>
      {lacks.length > 0 && (
        <Callout tone="warn">
          This operation also needs <code>{lacks.join(' ')}</code>.
        </Callout>
      )}
      <div className={css.row}>
        {(lacks.length > 0 || (over && !renews)) && (
          <Button variant="primary" size="s" onClick={onMore}>
            Get another token
          </Button>
        )}
        <Button size="s" onClick={onForget}>
          Forget it
        </Button>
      </div>
    </div>
  );
}

/** Whether a token has ended, told when it does. */
function useOver(token: Token): boolean {
  const [over, setOver] = useState(() => isOver(token));
  useEffect(() => {
    const left = token.expiresAt - Date.now();
    setOver(isOver(token));
    const timer = setTimeout(() => setOver(true), Math.max(0, left - 10_000));
    return () => clearTimeout(timer);
  }, [token]);
  return over;
}
