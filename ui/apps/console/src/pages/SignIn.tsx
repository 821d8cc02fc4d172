import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Button, Callout, ErrorState, Field, Mark, Skeleton, TextInput, ThemeToggle } from '@pailou/kit';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { takeLink } from '../link.ts';
import { queryClient, sessionQuery } from '../queries.ts';
import css from './SignIn.module.css';

/** Signs in by the admin token, or by the one-time link the server printed. */
export function SignIn() {
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [byLink, setByLink] = useState(false);
  const asked = useRef(false);

  const enter = async (proof: { token: string } | { link: string }) => {
    setBusy(true);
    setError(undefined);
    try {
      const session = await admin.signIn(proof);
      queryClient.clear();
      admin.client.setCsrf(session.csrf);
      queryClient.setQueryData(sessionQuery.queryKey, session);
      // Only addresses inside the console are followed.
      await navigate({ to: next?.startsWith('/') && !next.startsWith('//') ? next : '/', replace: true });
    } catch (cause) {
      setError(cause);
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

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setByLink(false);
    void enter({ token: token.trim() });
  };
  const refused = error instanceof ProblemError && error.status === 401;
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
          <form onSubmit={submit} className={css.form}>
            {byLink && refused && (
              <Callout tone="warn" icon="warning">
                This sign-in link was used already or is older than 15 minutes. Sign in with the admin token, or start Pailou again for a new link.
              </Callout>
            )}
            {error !== undefined && !refused && <ErrorState compact error={error} />}
            <Field label="Admin token" required hint="The value of PAILOU_ADMIN_TOKEN, or the token Pailou printed when it first started." error={!byLink && refused ? 'This token is not valid.' : undefined}>
              {(control) => <TextInput {...control} type="password" autoComplete="current-password" autoFocus value={token} onChange={(event) => setToken(event.target.value)} />}
            </Field>
            <Button type="submit" variant="primary" busy={busy} disabled={!token.trim()}>
              Sign in
            </Button>
          </form>
        )}
      </div>
      <p className={css.foot}>API management: gateway, contracts, portal.</p>
    </main>
  );
}
