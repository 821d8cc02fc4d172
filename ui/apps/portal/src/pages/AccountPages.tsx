// Sign in and sign up; both go on with what the visitor was about to do.
import { Mark, Or, Panel, ProviderButtons, SignInProblem, Stack } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { beginSso, ways } from '../api/account.ts';
import { session } from '../api/client.ts';
import { AccountForm, type AccountMode } from '../parts/AccountForm.tsx';
import { returnTo } from '../parts/returnTo.ts';
import { useTitle } from '../parts/title.ts';
import css from './AccountPages.module.css';

export function SignInPage() {
  const { to, problem } = getRouteApi('/sign-in').useSearch();
  return <AccountPage mode="sign-in" to={to} problem={problem} />;
}

export function SignUpPage() {
  const { to } = getRouteApi('/sign-up').useSearch();
  return <AccountPage mode="sign-up" to={to} />;
}

function AccountPage({ mode, to, problem }: { mode: AccountMode; to?: string; problem?: string }) {
  useTitle(mode === 'sign-up' ? 'Sign up' : 'Sign in');
  const who = useQuery(session);
  const help = useQuery(ways).data;
  const providers = help?.providers ?? [];
  const passwords = help?.passwords ?? true;
  const navigate = useNavigate();
  const router = useRouter();
  const signedIn = Boolean(who.data);
  useEffect(() => {
    if (signedIn) router.history.replace(`/portal${returnTo(to)}`);
  }, [signedIn, router, to]);
  return (
    <div className={css.page}>
      <Mark size={40} />
      <h1>{mode === 'sign-up' ? 'Make an account' : 'Sign in'}</h1>
      <p className="muted">{mode === 'sign-up' ? 'For apps, keys and a view of your own calls.' : 'Good to see you again.'}</p>
      <Panel className={css.panel}>
        <Stack gap={4}>
          {problem && <SignInProblem problem={problem} />}
          {providers.length > 0 && <ProviderButtons providers={providers} begin={(name) => beginSso(name, returnTo(to))} />}
          {providers.length > 0 && passwords && <Or />}
          {passwords && <AccountForm mode={mode} onMode={(next) => void navigate({ to: next === 'sign-up' ? '/sign-up' : '/sign-in', search: { to }, replace: true })} onDone={() => router.history.replace(`/portal${returnTo(to)}`)} />}
        </Stack>
      </Panel>
    </div>
  );
}
