// Where mocks of the APIs answer for an app, before it may call the real ones.
import { Button, CodeBlock, Confirm, EmptyState, ErrorState, Panel, Skeleton, Stack, useTask, useToast } from '@pailou/kit';
import type { PortalApp } from '@pailou/api/portal';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { resetSandbox } from '../api/account.ts';
import { sandboxes } from '../api/client.ts';
import { useKey } from '../keys.tsx';

export function AppSandbox({ app }: { app: PortalApp }) {
  const all = useQuery(sandboxes(app.name));
  const key = useKey();
  const toast = useToast();
  const [resetting, setResetting] = useState(false);
  const { busy, run } = useTask();
  if (all.error) return <ErrorState error={all.error} retry={() => void all.refetch()} />;
  if (!all.data) return <Skeleton lines={5} />;
  const reset = async () => {
    await run(async () => {
      await resetSandbox(app.name);
      toast.done('The sandbox is empty again.');
    }, (error) => toast.failed('The sandbox was not emptied', error));
    setResetting(false);
  };
  return (
    <Stack gap={4}>
      <Panel
        title="Sandbox"
        actions={
          <Button size="s" icon="refresh" onClick={() => setResetting(true)}>
            Empty it
          </Button>
        }
      >
        <p>
          Here every API with a contract answers by itself, whether it is approved for this app or not. Any <Link to="/apps/$app" params={{ app: app.name }} search={{ tab: 'keys' }}>key</Link> of this app is good. What you create stays, and no other app sees it; nothing
          reaches the real service.
        </p>
      </Panel>
      {all.data.length === 0 && (
        <EmptyState icon="api" title="No API to try yet">
          None of the APIs here has a contract.
        </EmptyState>
      )}
      {all.data.map((one) => (
        <Panel key={one.api} title={one.title} actions={<Link to="/apis/$api/reference" params={{ api: one.api }} search={{ panel: 'try' }}>Try it</Link>}>
          <CodeBlock wrap label={`Sandbox of ${one.title}`} code={`curl '${one.base_url}' -H '${one.key_header}: ${key.value || 'YOUR_API_KEY'}'`} />
        </Panel>
      ))}
      <Confirm open={resetting} title="Empty the sandbox?" action="Empty it" danger busy={busy} onConfirm={() => void reset()} onClose={() => setResetting(false)}>
        <p>What {app.title || app.name} has created in it is gone. Nothing that is real changes.</p>
      </Confirm>
    </Stack>
  );
}
