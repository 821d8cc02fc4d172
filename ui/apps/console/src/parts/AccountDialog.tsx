// Who is signed in: what they may, and their password.
import * as admin from '@pailou/api/admin';
import { Button, Dialog, ErrorState, Facts, Field, Identities, SecondFactor, Stack, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { PermissionList } from './PermissionList.tsx';
import { queryClient, sessionQuery, signInQuery } from '../queries.ts';

export function AccountDialog({ session, onClose }: { session: admin.Session; onClose: () => void }) {
  const { user, permissions } = session;
  return (
    <Dialog open onClose={onClose} title={user.name} footer={<Button onClick={onClose}>Close</Button>}>
      <Stack>
        {user.email && <Facts facts={[['Signs in with', user.email]]} />}
        <div>
          <h3>What you may</h3>
          <PermissionList permissions={permissions ?? []} />
        </div>
        {user.kind === 'member' && (
          <>
            <Identities calls={admin.identities} />
            <ChangePassword />
            <SecondFactor calls={admin.secondFactor} onOff={() => window.location.assign('/console/sign-in')} />
          </>
        )}
      </Stack>
    </Dialog>
  );
}

function ChangePassword() {
  const shortest = useQuery(signInQuery).data?.password_length ?? 8;
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, run } = useTask();
  const toast = useToast();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    await run(async () => {
      const session = await admin.changeOwnPassword(current, password);
      admin.client.setCsrf(session.csrf);
      queryClient.setQueryData(sessionQuery.queryKey, session);
      setCurrent('');
      setPassword('');
      toast.done('Your password is changed; your other sessions have ended');
    });
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack gap={3}>
        <h3>Change your password</h3>
        {error !== undefined && <ErrorState compact error={error} />}
        <Field label="Present password" required>
          {(control) => <TextInput {...control} type="password" autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />}
        </Field>
        <Field label="New password" required hint={`At least ${shortest} characters.`}>
          {(control) => <TextInput {...control} type="password" autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />}
        </Field>
        <div>
          <Button type="submit" busy={busy} disabled={current === '' || [...password].length < shortest}>
            Change password
          </Button>
        </div>
      </Stack>
    </form>
  );
}
