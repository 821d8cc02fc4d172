// How an identity provider stands, asked when somebody wants to know, and what is to be registered with it.
import * as admin from '@pailou/api/admin';
import { Button, Callout, CodeBlock, ErrorState, Panel, Stack, useTask } from '@pailou/kit';
import { useState } from 'react';

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
        {check && (
          <>
            <h3>Redirect URIs, to be registered with it</h3>
            <CodeBlock code={check.redirect_uris.join('\n')} />
            <h3>Back-channel logout URIs</h3>
            <CodeBlock code={check.backchannel_logout_uris.join('\n')} />
            <h3>Post-logout redirect URIs</h3>
            <CodeBlock code={check.post_logout_redirect_uris.join('\n')} />
          </>
        )}
      </Stack>
    </Panel>
  );
}
