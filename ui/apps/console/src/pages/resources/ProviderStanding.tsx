// How an identity provider stands, asked when somebody wants to know, and what is to be registered with it.
import * as admin from '@pailou/api/admin';
import { Button, Callout, CodeBlock, ErrorState, Panel, Stack, useTask } from '@pailou/kit';
import { useState } from 'react';

// What is to be registered with a provider, under what it calls it.
function toRegister(check: admin.ProviderCheck): [string, string[]][] {
  const all: [string, string[]][] =
    check.metadata_uri !== undefined && check.metadata_uri !== null
      ? [
          ['Metadata, which says all of it', [check.metadata_uri]],
          ['Assertion consumer services', check.redirect_uris],
          ['Single logout service', check.single_logout_uri ? [check.single_logout_uri] : []],
        ]
      : [
          ['Redirect URIs, to be registered with it', check.redirect_uris],
          ['Back-channel logout URIs', check.backchannel_logout_uris],
          ['Post-logout redirect URIs', check.post_logout_redirect_uris],
        ];
  return all.filter(([, addresses]) => addresses.length > 0);
}

export function ProviderStanding({ name }: { name: string }) {
  const [check, setCheck] = useState<admin.ProviderCheck>();
  const { busy, error, run } = useTask();
  const ask = async () => {
    await run(async () => {
      setCheck(await admin.checkProvider(name));
    });
  };
  return (
    <Panel
      title="Standing"
      actions={
        <Button size="s" icon="refresh" busy={busy} onClick={() => void ask()}>
          Check now
        </Button>
      }
    >
      <Stack gap={3}>
        {error !== undefined && <ErrorState compact error={error} />}
        {!check && error === undefined && <p className="muted">Ask the provider how it is, and see what is to be registered with it.</p>}
        {check && (
          <div role="status">
            <Callout tone={check.ready ? 'good' : 'bad'} icon={check.ready ? 'check' : 'warning'}>
              {check.ready ? `People can sign in by it; it has ${check.keys} ${check.keys === 1 ? 'key' : 'keys'}.` : `Nobody can sign in by it: ${check.trouble}`}
            </Callout>
          </div>
        )}
        {check &&
          toRegister(check).map(([title, addresses]) => (
            <div key={title}>
              <h3>{title}</h3>
              <CodeBlock code={addresses.join('\n')} />
            </div>
          ))}
      </Stack>
    </Panel>
  );
}
