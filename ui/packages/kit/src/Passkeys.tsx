// The passkeys of who is signed in: listed with their last use, added, taken away.
import { type FormEvent, useState } from 'react';
import { Badge } from './Badge.tsx';
import { Button } from './Button.tsx';
import { Confirm } from './Dialog.tsx';
import { Field, TextInput } from './Field.tsx';
import * as format from './format.ts';
import { Callout, Row, Stack } from './Page.tsx';
import { type CreationJson, type MadePasskey, makePasskey, passkeysWork } from './webauthn.ts';
import css from './SecondFactor.module.css';
import { ErrorState } from './States.tsx';
import { useTask } from './useTask.ts';

export interface PasskeyItem {
  id: string;
  name: string;
  synced: boolean;
  created_at: string;
  last_used_at?: string | null;
}

/** What the server is asked for; console and portal have it at addresses of their own. */
export interface PasskeyCalls {
  options: () => Promise<CreationJson>;
  add: (form: MadePasskey & { name: string }) => Promise<{ passkey: PasskeyItem; recovery_codes: string[] }>;
  rename: (id: string, name: string) => Promise<unknown>;
  remove: (id: string) => Promise<unknown>;
}

/** When a passkey was made and used. */
export function passkeyTimes({ created_at, last_used_at }: PasskeyItem): string {
  return `added ${format.ago(created_at)}, ${last_used_at ? `used ${format.ago(last_used_at)}` : 'not used yet'}`;
}

interface Props {
  calls: PasskeyCalls;
  passkeys: readonly PasskeyItem[];
  /** Whether something else is asked for beside the password, once there is no passkey. */
  hasCodes: boolean;
  /** Told after each change, with recovery codes where some came. */
  onChange: (codes: string[]) => Promise<void>;
}

export function Passkeys({ calls, passkeys, hasCodes, onChange }: Props) {
  const [name, setName] = useState<string>();
  const [renaming, setRenaming] = useState<{ passkey: PasskeyItem; to: string }>();
  const [leaving, setLeaving] = useState<PasskeyItem>();
  const { busy, error, run } = useTask();
  const add = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const made = await makePasskey(await calls.options());
      const { recovery_codes } = await calls.add({ ...made, name: (name ?? '').trim() });
      setName(undefined);
      await onChange(recovery_codes);
    });
  };
  const remove = (passkey: PasskeyItem) =>
    void run(async () => {
      try {
        await calls.remove(passkey.id);
        await onChange([]);
      } finally {
        setLeaving(undefined);
      }
    });
  const rename = (passkey: PasskeyItem, to: string) =>
    void run(async () => {
      await calls.rename(passkey.id, to);
      setRenaming(undefined);
      await onChange([]);
    });
  const works = passkeysWork();
  return (
    <Stack gap={3}>
      <h3>Passkeys</h3>
      <p>Sign in with a finger, your face, a PIN or a security key: nothing to type, and nothing that a false page could take from you.</p>
      {error !== undefined && <ErrorState compact error={error} />}
      {passkeys.length > 0 && (
        <ul className={css.list} aria-label="Passkeys">
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <Row>
                <span>
                  <b>{passkey.name}</b> {passkey.synced && <Badge title="Your provider keeps it the same on your devices">synced</Badge>}
                  <br />
                  <span className="muted">{passkeyTimes(passkey)}</span>
                </span>
                <Button size="s" disabled={busy} aria-label={`Rename the passkey ${passkey.name}`} onClick={() => setRenaming({ passkey, to: passkey.name })}>
                  Rename
                </Button>
                <Button size="s" disabled={busy} aria-label={`Remove the passkey ${passkey.name}`} onClick={() => setLeaving(passkey)}>
                  Remove
                </Button>
              </Row>
            </li>
          ))}
        </ul>
      )}
      {renaming && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            rename(renaming.passkey, renaming.to.trim());
          }}
        >
          <Stack gap={2}>
            <Field label={`Another name for ${renaming.passkey.name}`}>{(control) => <TextInput {...control} value={renaming.to} onChange={(event) => setRenaming({ ...renaming, to: event.target.value })} maxLength={100} required autoFocus />}</Field>
            <Row>
              <Button type="submit" variant="primary" busy={busy} disabled={renaming.to.trim() === ''}>
                Rename
              </Button>
              <Button onClick={() => setRenaming(undefined)}>Cancel</Button>
            </Row>
          </Stack>
        </form>
      )}
      {!works ? (
        <Callout tone="calm" icon="note">
          Browsers take passkeys at https addresses with a host name, and at http://localhost.
        </Callout>
      ) : name === undefined ? (
        <div>
          <Button icon="plus" onClick={() => setName('')}>
            Add a passkey
          </Button>
        </div>
      ) : (
        <form onSubmit={add}>
          <Stack gap={3}>
            <Field label="Name of the passkey" required hint="By which you recognize it, such as “Laptop” or “Blue key”.">
              {(control) => <TextInput {...control} autoFocus maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <Row>
              <Button onClick={() => setName(undefined)}>Cancel</Button>
              <Button type="submit" variant="primary" busy={busy} disabled={!name.trim()}>
                Continue
              </Button>
            </Row>
          </Stack>
        </form>
      )}
      {leaving && (
        <Confirm open danger busy={busy} action="Remove" title={`Remove ${leaving.name}?`} onClose={() => setLeaving(undefined)} onConfirm={() => remove(leaving)}>
          <p>
            It signs in no more, and your other sessions end.
            {passkeys.length === 1 && !hasCodes && ' Nothing but your password is asked for then, and your recovery codes go with it.'}
          </p>
        </Confirm>
      )}
    </Stack>
  );
}
