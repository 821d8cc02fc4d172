import * as admin from '@pailou/api/admin';
import { Button, Callout, ErrorState, Field, Mark, TextInput, ThemeToggle, useTask } from '@pailou/kit';
import { ProblemError } from '@pailou/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { takeLink } from '../link.ts';
import { signInQuery } from '../queries.ts';
import css from './SignIn.module.css';

/** Sets a password by the link of an invitation. */
export function SetPassword() {
  const navigate = useNavigate();
  const shortest = useQuery(signInQuery).data?.password_length ?? 8;
  // Kept for as long as the page is open: a password that is too weak leaves the link as it is.
  const [link] = useState(takeLink);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const { busy, error, run } = useTask();
  const differs = again !== '' && again !== password;
  const over = !link || (error instanceof ProblemError && error.status === 401);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!link || differs) return;
    await run(async () => {
      const { email } = await admin.setPassword(link, password);
      await navigate({ to: '/sign-in', search: { email }, replace: true });
    });
  };
  return (
    <main className={css.page}>
      <div className={css.theme}>
        <ThemeToggle />
      </div>
      <div className={css.card}>
        <div className={css.brand}>
          <Mark size={44} />
          <h1>Set your password</h1>
        </div>
        {over ? (
          <div className={css.form}>
            <Callout tone="warn" icon="warning">
              This link was used already, is too old, or is not whole. Ask who invited you for a new one.
            </Callout>
            <Link to="/sign-in">Sign in</Link>
          </div>
        ) : (
          <form onSubmit={(event) => void save(event)} className={css.form}>
            {error !== undefined && <ErrorState compact error={error} />}
            <Field label="Password" required hint={`At least ${shortest} characters; a few words that only you would put together are good.`}>
              {(control) => <TextInput {...control} type="password" autoComplete="new-password" autoFocus value={password} onChange={(event) => setPassword(event.target.value)} />}
            </Field>
            <Field label="The same again" required error={differs ? 'These are not the same.' : undefined}>
              {(control) => <TextInput {...control} type="password" autoComplete="new-password" value={again} onChange={(event) => setAgain(event.target.value)} />}
            </Field>
            <Button type="submit" variant="primary" busy={busy} disabled={[...password].length < shortest || again !== password}>
              Set password
            </Button>
          </form>
        )}
      </div>
    </main>
  );
}
