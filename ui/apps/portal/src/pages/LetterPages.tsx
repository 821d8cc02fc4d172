// What links in letters lead to, and the second factor of an account.
import { ProblemError } from '@pailou/api';
import { Button, Callout, ErrorState, Field, Identities, Mark, Panel, SecondFactor, Stack, TextInput, useTask } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { confirmAccount, forgotPassword, identities, secondFactor, setPassword } from '../api/account.ts';
import { noteSignedIn, queryClient, session } from '../api/client.ts';
import { linkSecret } from '../link.ts';
import { useShortest } from '../parts/AccountForm.tsx';
import { useTitle } from '../parts/title.ts';
import css from './AccountPages.module.css';

function Card({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  useTitle(title);
  return (
    <div className={css.page}>
      <Mark size={40} />
      <h1>{title}</h1>
      {lead && <p className="muted">{lead}</p>}
      <Panel className={css.panel}>{children}</Panel>
    </div>
  );
}

/** A form that sends something once; what it says of a refusal that ends the link. */
function useSending() {
  const { busy, error, run } = useTask();
  const send = async (event: FormEvent, work: () => Promise<void>) => {
    event.preventDefault();
    await run(async () => {
      await work();
    });
  };
  return { busy, error, send };
}

const Over = () => (
  <Stack gap={3}>
    <Callout tone="warn" icon="warning">
      This link was used already, is too old, or is not whole.
    </Callout>
    <Link to="/forgotten">Ask for a new one</Link>
  </Stack>
);

export function ForgottenPage() {
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState(false);
  const { busy, error, send } = useSending();
  return (
    <Card title="Set another password" lead="A letter with a link comes to your address.">
      {sent ? (
        <Callout tone="calm" icon="note">
          If there is an account with {email}, a letter is on its way. The link in it works once, within an hour.
        </Callout>
      ) : (
        <form
          onSubmit={(event) =>
            void send(event, async () => {
              await forgotPassword(email.trim());
              setSent(true);
            })
          }
        >
          <Stack gap={3}>
            {error !== undefined && <ErrorState compact error={error} />}
            <Field label="E-mail" required>
              {(control) => <TextInput {...control} type="email" autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} />}
            </Field>
            <Button type="submit" variant="primary" busy={busy} disabled={!email.includes('@')}>
              Send the letter
            </Button>
          </Stack>
        </form>
      )}
    </Card>
  );
}

export function SetPasswordPage() {
  const link = linkSecret();
  const shortest = useShortest();
  const [password, setWord] = useState('');
  const [done, setDone] = useState(false);
  const { busy, error, send } = useSending();
  const over = !link || (error instanceof ProblemError && error.status === 401);
  return (
    <Card title="Set another password">
      {done ? (
        <Stack gap={3}>
          <Callout tone="calm" icon="note">
            Your password is set; sessions that were open have ended.
          </Callout>
          <Link to="/sign-in">Sign in</Link>
        </Stack>
      ) : over ? (
        <Over />
      ) : (
        <form
          onSubmit={(event) =>
            void send(event, async () => {
              await setPassword(link, password);
              setDone(true);
            })
          }
        >
          <Stack gap={3}>
            {error !== undefined && <ErrorState compact error={error} />}
            <Field label="New password" required hint={`At least ${shortest} characters.`}>
              {(control) => <TextInput {...control} type="password" autoComplete="new-password" value={password} onChange={(event) => setWord(event.target.value)} />}
            </Field>
            <Button type="submit" variant="primary" busy={busy} disabled={[...password].length < shortest}>
              Set password
            </Button>
          </Stack>
        </form>
      )}
    </Card>
  );
}

export function ConfirmPage() {
  const link = linkSecret();
  const navigate = useNavigate();
  const [email, setEmail] = useState('');
  const [password, setWord] = useState('');
  const { busy, error, send } = useSending();
  return (
    <Card title="Confirm your address" lead="With the password you chose, so that nobody else can make your address theirs.">
      {!link ? (
        <Over />
      ) : (
        <form
          onSubmit={(event) =>
            void send(event, async () => {
              await confirmAccount({ link, email: email.trim(), password });
              await navigate({ to: '/apps' });
            })
          }
        >
          <Stack gap={3}>
            {error !== undefined && <ErrorState compact error={error} />}
            <Field label="E-mail" required>
              {(control) => <TextInput {...control} type="email" autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} />}
            </Field>
            <Field label="Password" required>
              {(control) => <TextInput {...control} type="password" autoComplete="current-password" value={password} onChange={(event) => setWord(event.target.value)} />}
            </Field>
            <Button type="submit" variant="primary" busy={busy} disabled={!email.includes('@') || password === ''}>
              Confirm and sign in
            </Button>
          </Stack>
        </form>
      )}
    </Card>
  );
}

export function AccountPage() {
  const who = useQuery(session);
  const navigate = useNavigate();
  if (!who.data) {
    return (
      <Card title="Your account">
        <Link to="/sign-in" search={{ to: '/account' }}>
          Sign in first
        </Link>
      </Card>
    );
  }
  const off = () => {
    noteSignedIn(false);
    queryClient.setQueryData(session.queryKey, null);
    void navigate({ to: '/sign-in' });
  };
  return (
    <Card title="Your account" lead={who.data.user.email ?? undefined}>
      <Identities calls={identities} />
      <SecondFactor calls={secondFactor} onOff={off} />
    </Card>
  );
}
