// One app: how it is used, its keys, what it is subscribed to, and each of its calls.
import { Breadcrumbs, Button, Confirm, PageHeader, Stack, Tabs, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteApp } from '../api/account.ts';
import { app as appQuery } from '../api/client.ts';
import type { PortalApp } from '@pailou/api/portal';
import { AppCalls } from '../parts/AppCalls.tsx';
import { AppClient } from '../parts/AppClient.tsx';
import { AppDialog } from '../parts/AppDialog.tsx';
import { AppKeys } from '../parts/AppKeys.tsx';
import { AppSandbox } from '../parts/AppSandbox.tsx';
import { AppSubscriptions } from '../parts/AppSubscriptions.tsx';
import { AppUsage } from '../parts/AppUsage.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { SignedIn } from '../parts/SignedIn.tsx';
import { useTitle } from '../parts/title.ts';

const route = getRouteApi('/apps/$app');

export function AppPage() {
  const { app: name } = route.useParams();
  useTitle(name, 'My apps');
  return (
    <SignedIn what="this app">
      <Page name={name} />
    </SignedIn>
  );
}

function Page({ name }: { name: string }) {
  const query = useQuery(appQuery(name));
  return (
    <Loaded query={query} missing="app">
      {(app) => <Content app={app} />}
    </Loaded>
  );
}

function Content({ app }: { app: PortalApp }) {
  const { tab = 'usage' } = route.useSearch();
  const navigate = useNavigate();
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const [editing, setEditing] = useState(false);
  const { busy, run } = useTask();
  const remove = async () => {
    await run(async () => {
      await navigate({ to: '/apps' });
      await deleteApp(app.name);
      toast.done(`${app.title || app.name} is deleted.`);
    }, (error) => toast.failed('The app was not deleted', error));
  };
  return (
    <Stack gap={5}>
      <Breadcrumbs crumbs={[<Link key="apps" to="/apps">My apps</Link>, app.title || app.name]} />
      <PageHeader
        title={app.title || app.name}
        lead={app.description}
        actions={
          <>
            <Button icon="edit" onClick={() => setEditing(true)}>
              Edit
            </Button>
            <Button variant="danger" icon="trash" onClick={() => setDeleting(true)}>
              Delete
            </Button>
          </>
        }
      />
      <Tabs
        label="App"
        tabs={[
          { id: 'usage', label: 'Usage' },
          { id: 'keys', label: 'Keys', count: app.keys.length },
          { id: 'oauth', label: 'OAuth' },
          { id: 'subscriptions', label: 'Subscriptions', count: app.subscriptions.length },
          { id: 'sandbox', label: 'Sandbox' },
          { id: 'calls', label: 'Calls' },
        ]}
        active={tab}
        onChange={(id) => void navigate({ to: '/apps/$app', params: { app: app.name }, search: { tab: id }, replace: true, resetScroll: false })}
      >
        {tab === 'usage' ? <AppUsage app={app} /> : tab === 'keys' ? <AppKeys app={app} /> : tab === 'oauth' ? <AppClient app={app} /> : tab === 'subscriptions' ? <AppSubscriptions app={app} /> : tab === 'sandbox' ? <AppSandbox app={app} /> : <AppCalls app={app} />}
      </Tabs>
      <AppDialog open={editing} app={app} onClose={() => setEditing(false)} onDone={() => setEditing(false)} />
      <Confirm open={deleting} title={`Delete ${app.title || app.name}?`} action="Delete" danger busy={busy} onConfirm={() => void remove()} onClose={() => setDeleting(false)}>
        <p>Its keys and tokens stop working at once, and its subscriptions end. This cannot be undone.</p>
      </Confirm>
    </Stack>
  );
}
