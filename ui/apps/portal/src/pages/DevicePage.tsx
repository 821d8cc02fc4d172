// A device shows a code: a person types it here, sees what the device asks for, and gives their word.
import { Button, Callout, EmptyState, ErrorState, Field, Mark, Panel, Stack, TextInput, useTask } from '@pailou/kit';
import type { DeviceAsked } from '@pailou/api/portal';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { askDevice, decideDevice } from '../api/account.ts';
import { SignedIn } from '../parts/SignedIn.tsx';
import { useTitle } from '../parts/title.ts';
import css from './AuthorizePage.module.css';
import { Wishes } from './AuthorizePage.tsx';

const route = getRouteApi('/device');

export function DevicePage() {
  useTitle('A device asks');
  return (
    <SignedIn what="what the device asks for" why="The device is told nothing before you agree.">
      <Page />
    </SignedIn>
  );
}

function Page() {
  const [code, setCode] = useState(route.useSearch().code ?? '');
  const [asked, setAsked] = useState<DeviceAsked>();
  const [decided, setDecided] = useState<boolean>();
  const { busy, error, run } = useTask();
  const act = async (action: () => Promise<void>) => {
    await run(async () => {
      await action();
    });
  };
  const look = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) void act(async () => setAsked(await askDevice(code)));
  };
  const decide = (agrees: boolean) =>
    act(async () => {
      if (!asked) return;
      await decideDevice(asked.user_code, agrees);
      setDecided(agrees);
    });
  if (decided !== undefined)
    return (
      <EmptyState icon={decided ? 'check' : 'close'} title={decided ? 'You agreed' : 'You did not agree'}>
        {decided ? 'Go back to the device: it goes on in a few seconds.' : 'The device is told so.'}
      </EmptyState>
    );
  return (
    <div className={css.page}>
      <Mark size={40} />
      <h1>{asked ? `${asked.app} on a device asks to act for you` : 'Connect a device'}</h1>
      <Panel className={css.panel}>
        {asked ? (
          <Stack gap={4}>
            <p>
              The device shows the code <strong className="mono">{asked.user_code}</strong>.
            </p>
            <Wishes scopes={asked.scopes} resource={asked.resource ?? undefined} />
            <Callout tone="warn">Agree only if you hold the device that shows this code. Whoever sent you a code could act for you.</Callout>
            {error !== undefined && <ErrorState error={error} compact />}
            <div className={css.answers}>
              <Button disabled={busy} onClick={() => void decide(false)}>
                Do not agree
              </Button>
              <Button variant="primary" busy={busy} onClick={() => void decide(true)}>
                Agree
              </Button>
            </div>
          </Stack>
        ) : (
          <form onSubmit={look} noValidate>
            <Stack gap={4}>
              <Field label="The code that the device shows" hint="Eight letters, such as WDJB-MJHT.">
                {(control) => <TextInput {...control} mono autoFocus autoCapitalize="characters" maxLength={20} value={code} onChange={(event) => setCode(event.target.value)} />}
              </Field>
              {error !== undefined && <ErrorState error={error} compact />}
              <div className={css.answers}>
                <Button variant="primary" type="submit" busy={busy}>
                  Next
                </Button>
              </div>
            </Stack>
          </form>
        )}
      </Panel>
    </div>
  );
}
