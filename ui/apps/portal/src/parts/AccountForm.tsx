// Sign up or sign in, in one place: switching between the two keeps what was typed.
import { type FactorNeeded, ProblemError } from '@pailou/api';
import { Button, Callout, Field, passkeysWork, showPasskey, TextInput } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ConfirmEmail, signIn, signInByPasskey, signUp, ways } from '../api/account.ts';
import { site } from '../api/client.ts';
import css from './AccountForm.module.css';

export type AccountMode = 'sign-up' | 'sign-in';

export interface Credentials {
  email: string;
  password: string;
  name: string;
  /** Of the second factor; asked for once the server says it needs one. */
  code?: string;
  /** What else the second factor can be. */
  factor?: FactorNeeded;
}

export const noCredentials: Credentials = { email: '', password: '', name: '' };

/** What is missing beside a password that was right. */
export const factorOf = (error: unknown) => (error instanceof ProblemError ? error.factor : undefined);
export const needsCode = (error: unknown) => factorOf(error) !== undefined;
/** The least characters of a password, as the server has it. */
export const useShortest = () => useQuery(ways).data?.password_length ?? 8;

/** What is wrong with the form before it is sent. */
export function accountIssues(mode: AccountMode, { email, password }: Credentials, shortest: number): Partial<Record<keyof Credentials, string>> {
  const issues: Partial<Record<keyof Credentials, string>> = {};
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) issues.email = 'Write an e-mail address, such as ada@example.com.';
  if (mode === 'sign-up' && [...password].length < shortest) issues.password = `Use at least ${shortest} characters.`;
  if (mode === 'sign-in' && password === '') issues.password = 'Write your password.';
  return issues;
}

export async function enter(mode: AccountMode, { email, password, name, code }: Credentials): Promise<void> {
  const address = email.trim();
  if (mode === 'sign-up') await signUp({ email: address, password, name: name.trim() || (address.split('@')[0] ?? address) });
  else await signIn({ email: address, password, ...(code ? { code: code.trim() } : {}) });
}

interface FieldsProps {
  mode: AccountMode;
  value: Credentials;
  onChange: (value: Credentials) => void;
  issues: Partial<Record<keyof Credentials, string>>;
}

export function AccountFields({ mode, value, onChange, issues }: FieldsProps) {
  const shortest = useShortest();
  return (
    <>
      <Field label="E-mail" required error={issues.email}>
        {(control) => <TextInput {...control} type="email" name="email" autoComplete="email" value={value.email} onChange={(event) => onChange({ ...value, email: event.target.value })} />}
      </Field>
      <Field label="Password" required error={issues.password} hint={mode === 'sign-up' ? `At least ${shortest} characters.` : undefined}>
        {(control) => (
          <TextInput
            {...control}
            type="password"
            name="password"
            autoComplete={mode === 'sign-up' ? 'new-password' : 'current-password'}
            value={value.password}
            onChange={(event) => onChange({ ...value, password: event.target.value })}
          />
        )}
      </Field>
      {mode === 'sign-in' && value.code !== undefined && (
        <Field label="Code" required hint={value.factor?.codes === false ? 'One of your recovery codes.' : 'Of your authenticator app, or one of your recovery codes.'}>
          {(control) => <TextInput {...control} mono name="code" autoComplete="one-time-code" autoFocus value={value.code} onChange={(event) => onChange({ ...value, code: event.target.value })} />}
        </Field>
      )}
      {mode === 'sign-up' && (
        <Field label="Your name (optional)">
          {(control) => <TextInput {...control} name="name" autoComplete="name" value={value.name} onChange={(event) => onChange({ ...value, name: event.target.value })} />}
        </Field>
      )}
    </>
  );
}

/** Why the server did not let someone in, and what helps. */
export function AccountProblem({ mode, error, onMode }: { mode: AccountMode; error: unknown; onMode: (mode: AccountMode) => void }) {
  if (error instanceof ConfirmEmail) {
    return (
      <div role="status">
        <Callout tone="calm" icon="note">
          {error.message}
        </Callout>
      </div>
    );
  }
  if (needsCode(error)) return null;
  if (!(error instanceof ProblemError)) return <Callout tone="bad">{error instanceof Error ? error.message : String(error)}</Callout>;
  return (
    <div role="alert">
      <Callout tone="bad">
        {error.status === 401 ? (error.detail.includes('passkey') ? error.detail : error.detail.includes('code') ? 'This code is wrong, or was used already.' : 'No account has this e-mail address and password.') : error.status === 409 ? 'There is an account with this e-mail address already.' : error.detail || error.title}{' '}
        {error.findings.map((finding) => finding.message).join('. ')}{' '}
        {mode === 'sign-up' && error.status === 409 && (
          <button type="button" className={css.switch} onClick={() => onMode('sign-in')}>
            Sign in instead
          </button>
        )}
      </Callout>
    </div>
  );
}

export function Switch({ mode, onMode }: { mode: AccountMode; onMode: (mode: AccountMode) => void }): ReactNode {
  return (
    <p className="muted">
      {mode === 'sign-up' ? 'You have an account? ' : 'No account yet? '}
      <button type="button" className={css.switch} onClick={() => onMode(mode === 'sign-up' ? 'sign-in' : 'sign-up')}>
        {mode === 'sign-up' ? 'Sign in' : 'Sign up'}
      </button>
    </p>
  );
}

/** The whole form, for a page of its own. */
export function AccountForm({ mode, onMode, onDone }: { mode: AccountMode; onMode: (mode: AccountMode) => void; onDone: () => void }) {
  const [value, setValue] = useState(noCredentials);
  const letters = useQuery(site).data?.letters;
  const help = useQuery(ways).data;
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const issues = accountIssues(mode, value, useShortest());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(issues).length) return;
    setBusy(true);
    setError(undefined);
    try {
      await enter(mode, value);
      onDone();
    } catch (cause) {
      const factor = factorOf(cause);
      if (factor) setValue({ ...value, code: value.code ?? '', factor });
      setError(cause);
      setBusy(false);
    }
  };
  // Beside the password where that was right, else in its place.
  const byPasskey = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const asked = value.factor?.passkey;
      if (asked) await signIn({ email: value.email.trim(), password: value.password, passkey: await showPasskey(asked) });
      else await signInByPasskey();
      onDone();
    } catch (cause) {
      // Each challenge is answered once: the password fetches another.
      if (value.factor) setValue({ ...value, factor: undefined, code: undefined });
      setError(cause);
      setBusy(false);
    }
  };
  const usesPasskey = mode === 'sign-in' && passkeysWork() && (value.factor ? Boolean(value.factor.passkey) : (help?.passkeys ?? false));
  return (
    <form onSubmit={submit} noValidate className={css.form}>
      <AccountFields mode={mode} value={value} onChange={setValue} issues={tried ? issues : {}} />
      {error !== undefined && <AccountProblem mode={mode} error={error} onMode={onMode} />}
      <Button type="submit" variant="primary" busy={busy}>
        {mode === 'sign-up' ? 'Sign up' : 'Sign in'}
      </Button>
      {usesPasskey && (
        <Button icon="key" disabled={busy} onClick={() => void byPasskey()}>
          {value.factor ? 'Use your passkey' : 'Sign in with a passkey'}
        </Button>
      )}
      {mode === 'sign-in' && letters && (
        <p>
          <Link to="/forgotten">I forgot my password</Link>
        </p>
      )}
      <Switch mode={mode} onMode={onMode} />
    </form>
  );
}
