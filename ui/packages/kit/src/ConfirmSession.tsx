// Asks who is signed in to show that it is still them, before something dangerous goes on.
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Field, TextInput } from './Field.tsx';
import { Callout, Stack } from './Page.tsx';
import { passkeysWork, type RequestJson, type ShownPasskey, showPasskey } from './webauthn.ts';
import { ErrorState, Skeleton } from './States.tsx';
import { leave, useTask } from './useTask.ts';

export interface ConfirmationWays {
  confirmed: boolean;
  password: boolean;
  second_factor: boolean;
  codes: boolean;
  passkey?: RequestJson | null;
  token: boolean;
  provider?: string | null;
}

export interface ConfirmationForm {
  password?: string;
  code?: string;
  passkey?: ShownPasskey;
  token?: string;
}

/** What the server is asked for; console and portal have it at addresses of their own. */
export interface ConfirmationCalls {
  ways: () => Promise<ConfirmationWays>;
  confirm: (form: ConfirmationForm) => Promise<unknown>;
  /** Where the browser signs in anew at a provider; it comes back to this page. */
  again: (provider: string) => Promise<string>;
  /** Is told how to ask; the client does before it repeats a call. */
  onAsk: (ask: () => Promise<boolean>) => void;
}

/** Stands once in an app, and shows itself when a call waits for it. */
export function ConfirmSession({ calls }: { calls: ConfirmationCalls }) {
  const [answer, setAnswer] = useState<{ done: (yes: boolean) => void }>();
  useEffect(() => calls.onAsk(() => new Promise<boolean>((done) => setAnswer({ done }))), [calls]);
  if (!answer) return null;
  const end = (yes: boolean) => {
    setAnswer(undefined);
    answer.done(yes);
  };
  return <Asking calls={calls} onEnd={end} />;
}

function Asking({ calls, onEnd }: { calls: ConfirmationCalls; onEnd: (yes: boolean) => void }) {
  const [ways, setWays] = useState<ConfirmationWays>();
  const [form, setForm] = useState({ password: '', code: '', token: '' });
  const { busy, error, run } = useTask();
  const asked = useRef(false);
  const id = useId();
  const look = () =>
    run(async () => {
      const found = await calls.ways();
      // It was shown in another window meanwhile.
      if (found.confirmed) onEnd(true);
      else setWays(found);
    });
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    void look();
  });
  const byPasskey = () =>
    run(async () => {
      // The challenge before may be over, or answered.
      const fresh = (await calls.ways()).passkey;
      if (!fresh) return;
      await calls.confirm({ passkey: await showPasskey(fresh), ...(form.password ? { password: form.password } : {}) });
      onEnd(true);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await calls.confirm(ways?.token ? { token: form.token.trim() } : { password: form.password, ...(ways?.second_factor ? { code: form.code.trim() } : {}) });
      onEnd(true);
    });
  };
  const byProvider = (provider: string) => run(async () => leave(await calls.again(provider)));
  const usesPasskey = Boolean(ways?.passkey) && passkeysWork();
  const ready = ways?.token ? form.token.trim() !== '' : form.password !== '' && (!ways?.second_factor || form.code.trim() !== '');
  const typed = ways?.password || ways?.token;
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  return (
    <Dialog
      open
      onClose={() => onEnd(false)}
      title="Confirm that it is you"
      footer={
        <>
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          {typed && (
            <Button type="submit" form={id} variant={usesPasskey ? 'plain' : 'primary'} busy={busy} disabled={!ready}>
              Confirm
            </Button>
          )}
        </>
      }
    >
      <Stack gap={4}>
        <p>What you are about to do is worth a second look. Show that it is still you; it counts for ten minutes, here alone.</p>
        {error !== undefined && <ErrorState compact error={error} retry={ways ? undefined : () => void look()} />}
        {!ways && error === undefined && <Skeleton lines={3} />}
        {usesPasskey && (
          <Button icon="key" variant="primary" busy={busy} onClick={() => void byPasskey()}>
            Use a passkey
          </Button>
        )}
        {ways?.provider && !ways.password && (
          <>
            <Callout tone="calm" icon="note">
              You sign in there once more and come back to this page; begin again then.
            </Callout>
            <Button icon="key" variant="primary" busy={busy} onClick={() => void byProvider(ways.provider ?? '')}>
              {`Sign in anew at ${ways.provider}`}
            </Button>
          </>
        )}
        {ways && typed && (
          <form id={id} onSubmit={submit}>
            <Stack gap={3}>
              {ways.token ? (
                <Field label="Admin token" required>
                  {(control) => <TextInput {...control} type="password" autoComplete="current-password" autoFocus value={form.token} onChange={(event) => set({ token: event.target.value })} />}
                </Field>
              ) : (
                <>
                  <Field label="Your password" required>
                    {(control) => <TextInput {...control} type="password" autoComplete="current-password" autoFocus={!usesPasskey} value={form.password} onChange={(event) => set({ password: event.target.value })} />}
                  </Field>
                  {ways.second_factor && (
                    <Field label="Code" required hint={ways.codes ? 'Of your authenticator app, or one of your recovery codes.' : 'One of your recovery codes.'}>
                      {(control) => <TextInput {...control} mono autoComplete="one-time-code" value={form.code} onChange={(event) => set({ code: event.target.value })} />}
                    </Field>
                  )}
                </>
              )}
            </Stack>
          </form>
        )}
      </Stack>
    </Dialog>
  );
}
