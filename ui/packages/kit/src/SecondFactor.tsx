import { type FormEvent, useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { CopyButton } from './CodeBlock.tsx';
import { Field, TextInput } from './Field.tsx';
import { Callout, Row, Stack } from './Page.tsx';
import * as format from './format.ts';
import { type PasskeyCalls, type PasskeyItem, Passkeys } from './Passkeys.tsx';
import css from './SecondFactor.module.css';
import { ErrorState, Skeleton } from './States.tsx';
import { useTask } from './useTask.ts';

interface Seed {
  secret: string;
  uri: string;
  qr: { size: number; path: string };
}

interface State {
  /** Whether anything is asked for beside the password. */
  on: boolean;
  codes: boolean;
  passkeys: PasskeyItem[];
  recovery_codes: number;
}

/** What the server is asked for; console and portal have it at addresses of their own. */
export interface FactorCalls {
  read: () => Promise<State>;
  passkeys: PasskeyCalls;
  renewCodes: () => Promise<{ recovery_codes: string[] }>;
  draw: () => Promise<Seed>;
  turnOn: (form: { password: string; secret: string; code: string }) => Promise<{ recovery_codes: string[] }>;
  turnOff: (form: { password: string; code: string }) => Promise<unknown>;
}

type Shown = { what: 'state' } | { what: 'on'; seed: Seed } | { what: 'codes'; codes: string[] } | { what: 'off' };

/** Passkeys, and codes of an authenticator app. `onOff` is told once those are off, which ends every session. */
export function SecondFactor({ calls, onOff }: { calls: FactorCalls; onOff: () => void }) {
  const [state, setState] = useState<State>();
  const [shown, setShown] = useState<Shown>({ what: 'state' });
  const { busy, error, run, clear } = useTask();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');

  const go = (to: Shown) => {
    setShown(to);
    setPassword('');
    setCode('');
    clear();
  };
  const look = () => run(async () => setState(await calls.read()));
  useEffect(() => {
    void look();
  }, []);

  const changed = async (codes: string[]) => {
    if (codes.length > 0) go({ what: 'codes', codes });
    setState(await calls.read());
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      if (shown.what === 'on') {
        const { recovery_codes } = await calls.turnOn({ password, secret: shown.seed.secret, code: code.trim() });
        go(recovery_codes.length > 0 ? { what: 'codes', codes: recovery_codes } : { what: 'state' });
        setState(await calls.read());
      } else {
        await calls.turnOff({ password, code: code.trim() });
        onOff();
      }
    });
  };
  return (
    <Stack gap={3}>
      {state && shown.what === 'state' && <Passkeys calls={calls.passkeys} passkeys={state.passkeys} hasCodes={state.codes} onChange={changed} />}
      <h3>{shown.what === 'codes' ? 'Recovery codes' : 'Codes of an app'}</h3>
      {error !== undefined && <ErrorState compact error={error} retry={state ? undefined : () => void look()} />}
      {!state ? (
        error === undefined && <Skeleton lines={2} />
      ) : shown.what === 'codes' ? (
        <>
          <Callout tone="warn" icon="warning">
            Keep these recovery codes where you find them without your phone. Each takes the place of one code; they are not shown again.
          </Callout>
          <ul className={css.codes} aria-label="Recovery codes">
            {shown.codes.map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
          </ul>
          <Row>
            <CopyButton text={shown.codes.join('\n')} label="Copy the recovery codes" />
            <Button variant="primary" onClick={() => go({ what: 'state' })}>
              I have stored them
            </Button>
          </Row>
        </>
      ) : shown.what === 'state' ? (
        <>
          {state.codes ? (
            <>
              <p>A code of your authenticator app is asked for beside your password.</p>
              <div>
                <Button onClick={() => go({ what: 'off' })}>Turn codes off</Button>
              </div>
            </>
          ) : (
            <>
              <p>With them, a password that somebody learned opens nothing: a code that changes every half a minute is needed beside it.</p>
              <div>
                <Button busy={busy} onClick={() => void run(async () => go({ what: 'on', seed: await calls.draw() }))}>
                  Turn codes on
                </Button>
              </div>
            </>
          )}
          {state.on && (
            <>
              <h3>Recovery codes</h3>
              <p>For when everything else is gone: {format.plural(state.recovery_codes, 'recovery code')} left. Each takes the place of one code, once.</p>
              <div>
                <Button busy={busy} onClick={() => void run(async () => changed((await calls.renewCodes()).recovery_codes))}>
                  Draw new ones
                </Button>
              </div>
            </>
          )}
        </>
      ) : (
        <form onSubmit={submit}>
          <Stack gap={3}>
            {shown.what === 'on' && (
              <>
                <p>Scan this with an authenticator app, or type the secret there.</p>
                <svg className={css.qr} viewBox={`-4 -4 ${shown.seed.qr.size + 8} ${shown.seed.qr.size + 8}`} role="img" aria-label="QR code with the secret" shapeRendering="crispEdges">
                  <path d={shown.seed.qr.path} />
                </svg>
                <div className={css.secret}>
                  <code>{shown.seed.secret}</code> <CopyButton text={shown.seed.secret} label="Copy the secret" />
                </div>
              </>
            )}
            <Field label="Code" required hint={shown.what === 'on' ? 'The six digits the app shows now.' : 'Of the app, or one of the recovery codes.'}>
              {(control) => <TextInput {...control} mono autoComplete="one-time-code" value={code} onChange={(event) => setCode(event.target.value)} />}
            </Field>
            <Field label="Your password" required>
              {(control) => <TextInput {...control} type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />}
            </Field>
            <Row>
              <Button onClick={() => go({ what: 'state' })}>Cancel</Button>
              <Button type="submit" variant="primary" busy={busy} disabled={!code.trim() || !password}>
                {shown.what === 'on' ? 'Turn codes on' : 'Turn codes off and sign out'}
              </Button>
            </Row>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
