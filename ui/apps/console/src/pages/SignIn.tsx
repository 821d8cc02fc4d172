import { type FactorNeeded, ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Button, Callout, ErrorState, Field, Mark, Or, passkeysWork, ProviderButtons, showPasskey, SignInProblem, Skeleton, TextInput, ThemeToggle } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { takeLink } from '../link.ts';
import { queryClient, sessionQuery, signInQuery } from '../queries.ts';
import css from './SignIn.module.css';

const WAY = 'pailou-sign-in-by';

/** How somebody signed in here the last time; the token is what an installation begins with. */
const remembered = () => (window.localStorage.getItem(WAY) === 'password' ? 'password' : 'token');
const remember = (way: 'password' | 'token') => window.localStorage.setItem(WAY, way);

/** Signs in with e-mail address and password, by the admin token, or by the one-time link the server printed. */
export function SignIn() {
  const { next, email: known, problem } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const [by, setBy] = useState<'password' | 'token'>(known ? 'password' : remembered());
  const [token, setToken] = useState('');
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [factor, setFactor] = useState<FactorNeeded>();
  const asksCode = factor !== undefined;
  const help = useQuery(signInQuery);
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [byLink, setByLink] = useState(false);
  const [byToken, setByToken] = useState(false);
  const asked = useRef(false);

  const enter = async (proof: admin.Proof) => {
    setBusy(true);
    setError(undefined);
    try {
      const session = await admin.signIn(proof);
      queryClient.clear();
      admin.client.setCsrf(session.csrf);
      // What they may is asked of the workspace that is shown.
      await queryClient.fetchQuery(sessionQuery);
      // Only addresses inside the console are followed.
      await navigate({ to: next?.startsWith('/') && !next.startsWith('//') ? next : '/', replace: true });
    } catch (cause) {
      if (cause instanceof ProblemError && cause.factor) setFactor(cause.factor);
      else setError(cause);
    } finally {
      setBusy(false);
    }
  };

  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    const link = takeLink();
    if (link) {
      setByLink(true);
      void enter({ link });
    }
  });

  const providers = help.data?.providers ?? [];
  // Where providers alone sign in, the administrator's token stays as the way in when none answers.
  const passwords = help.data?.passwords ?? true;
  const shown = passwords ? by : 'token';
  const asksForm = passwords || byToken || providers.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setByLink(false);
    remember(shown);
    void enter(shown === 'token' ? { token: token.trim() } : { email: email.trim(), password, ...(asksCode ? { code: code.trim() } : {}) });
  };
  // Beside the password where that was right, else in its place.
  const byPasskey = async () => {
    setBusy(true);
    setError(undefined);
    setByLink(false);
    try {
      const asked = factor?.passkey;
      const passkey = await showPasskey(asked ?? (await admin.passkeyChallenge()));
      remember('password');
      // Each challenge is answered once: where this one is not taken, the password fetches another.
      setFactor(undefined);
      await enter(asked ? { email: email.trim(), password, passkey } : { passkey });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  const usesPasskey = passkeysWork() && (factor ? Boolean(factor.passkey) : (help.data?.passkeys ?? false));
  // Where there is one to use beside the password, it comes first.
  const passkey = (
    <Button icon="key" variant={factor ? 'primary' : undefined} disabled={busy} onClick={() => void byPasskey()}>
      {factor ? 'Use your passkey' : 'Sign in with a passkey'}
    </Button>
  );
  const forgot = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await admin.forgotPassword(email.trim());
      setSent(true);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const refused = error instanceof ProblemError && error.status === 401;
  const byPass = refused && error.detail.includes('passkey');
  return (
    <main className={css.page}>
      <div className={css.theme}>
        <ThemeToggle />
      </div>
      <div className={css.card}>
        <div className={css.brand}>
          <Mark size={44} />
          <h1>Sign in to Pailou</h1>
        </div>
        {byLink && busy ? (
          <Skeleton lines={3} />
        ) : (
          <div className={css.form}>
            {problem && <SignInProblem problem={problem} />}
            {providers.length > 0 && <ProviderButtons providers={providers} begin={(name) => admin.beginSso(name, next)} />}
            {providers.length > 0 && asksForm && <Or />}
            {!asksForm && (
              <Button variant="quiet" onClick={() => setByToken(true)}>
                Use the admin token
              </Button>
            )}
            {asksForm && (
          <form onSubmit={submit} className={css.form}>
            {byLink && refused && (
              <Callout tone="warn" icon="warning">
                This sign-in link was used already or is older than 15 minutes. Sign in with the admin token, or start Pailou again for a new link.
              </Callout>
            )}
            {error !== undefined && (!refused || byPass) && <ErrorState compact error={error} />}
            {shown === 'token' ? (
              <Field label="Admin token" required hint="The value of PAILOU_ADMIN_TOKEN, or the token Pailou printed when it first started." error={!byLink && refused && !byPass ? 'This token is not valid.' : undefined}>
                {(control) => <TextInput {...control} type="password" autoComplete="current-password" autoFocus value={token} onChange={(event) => setToken(event.target.value)} />}
              </Field>
            ) : (
              <>
                <Field label="E-mail address" required>
                  {(control) => <TextInput {...control} type="email" autoComplete="username" autoFocus={email === ''} value={email} onChange={(event) => setEmail(event.target.value)} />}
                </Field>
                <Field label="Password" required error={!byLink && refused && !asksCode && !byPass ? 'E-mail address or password is wrong.' : undefined}>
                  {(control) => <TextInput {...control} type="password" autoComplete="current-password" autoFocus={email !== ''} value={password} onChange={(event) => setPassword(event.target.value)} />}
                </Field>
                {asksCode && (
                  <Field label="Code" required hint={factor?.codes ? 'Of your authenticator app, or one of your recovery codes.' : 'One of your recovery codes.'} error={refused ? 'This code, or the password, is wrong, or the code was used already.' : undefined}>
                    {(control) => <TextInput {...control} inputMode="text" autoComplete="one-time-code" autoFocus={!usesPasskey} mono value={code} onChange={(event) => setCode(event.target.value)} />}
                  </Field>
                )}
                {sent && (
                  <Callout tone="calm" icon="note">
                    If there is an account with this address, a letter with a link is on its way.
                  </Callout>
                )}
              </>
            )}
            {usesPasskey && factor && passkey}
            <Button type="submit" variant={usesPasskey && factor ? 'plain' : 'primary'} busy={busy} disabled={shown === 'token' ? !token.trim() : !email.trim() || !password || (asksCode && !code.trim())}>
              Sign in
            </Button>
            {usesPasskey && !factor && passkey}
            {shown === 'password' && help.data?.letters && (
              <Button variant="quiet" disabled={!email.includes('@') || busy} onClick={() => void forgot()}>
                I forgot my password
              </Button>
            )}
            {passwords && <Button
              variant="quiet"
              onClick={() => {
                setError(undefined);
                setBy(by === 'token' ? 'password' : 'token');
              }}
            >
              {by === 'token' ? 'Use e-mail and password' : 'Use the admin token'}
            </Button>}
          </form>
            )}
          </div>
        )}
      </div>
      <p className={css.foot}>API management: gateway, contracts, portal.</p>
    </main>
  );
}
