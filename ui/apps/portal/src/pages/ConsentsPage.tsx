// The apps a person agreed to, and the way to take it back.
import { Button, Confirm, EmptyState, format, PageHeader, Panel, Stack, Table, useTask, useToast } from '@pailou/kit';
import type { Consent } from '@pailou/api/portal';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeConsent } from '../api/account.ts';
import { consents } from '../api/client.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { SignedIn } from '../parts/SignedIn.tsx';
import { useTitle } from '../parts/title.ts';

export function ConsentsPage() {
  useTitle('Apps you agreed to');
  return (
    <SignedIn what="the apps you agreed to">
      <Page />
    </SignedIn>
  );
}

function Page() {
  const query = useQuery(consents);
  const [ending, setEnding] = useState<Consent>();
  const { busy, run } = useTask();
  const toast = useToast();
  const end = async () => {
    if (!ending) return;
    await run(async () => {
      await revokeConsent(ending.client_id);
      toast.done(`${ending.app} can act for you no more.`);
      setEnding(undefined);
    }, (error) => toast.failed('It was not taken back', error));
  };
  return (
    <Stack gap={5}>
      <PageHeader title="Apps you agreed to" lead="They act for you until you take it back." />
      <Loaded query={query}>
        {(items) => (
          <Panel flush>
            <Table
              caption="Apps you agreed to"
              rows={items}
              rowKey={(consent) => consent.client_id}
              empty={
                <EmptyState icon="app" title="No app acts for you">
                  When an app asks to act for you and you agree, it is listed here.
                </EmptyState>
              }
              columns={[
                { id: 'app', header: 'App', sort: (consent) => consent.app, cell: (consent) => consent.app },
                { id: 'scopes', header: 'May', hide: 'below', cell: (consent) => (consent.scopes.length ? consent.scopes.map((scope) => <code key={scope}>{scope} </code>) : 'know who you are') },
                { id: 'at', header: 'Since', hide: 'narrow', sort: (consent) => consent.at, cell: (consent) => format.ago(consent.at) },
                {
                  id: 'actions',
                  header: 'Actions',
                  align: 'end',
                  cell: (consent) => (
                    <Button size="s" variant="quiet" onClick={() => setEnding(consent)}>
                      Take back
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Loaded>
      <Confirm open={ending !== undefined} title={`Take back what ${ending?.app ?? 'the app'} may do?`} action="Take back" danger busy={busy} onConfirm={() => void end()} onClose={() => setEnding(undefined)}>
        <p>Its calls for you are refused at once. It can ask you again.</p>
      </Confirm>
    </Stack>
  );
}
