import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Badge, Breadcrumbs, Button, Confirm, EmptyState, ErrorState, PageHeader, Skeleton, StateChip, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { BlockButton } from '../../parts/BlockButton.tsx';
import { TabLinks } from '../../parts/TabLinks.tsx';
import { forgetResources, resourceQuery } from '../../queries.ts';
import { Needs } from '../../parts/may.tsx';
import { isShown, LifeChip } from './ApiChips.tsx';

const TABS = [
  { to: '/apis/$id', label: 'Overview', exact: true },
  { to: '/apis/$id/operations', label: 'Operations' },
  { to: '/apis/$id/policies', label: 'Policies' },
  { to: '/apis/$id/life', label: 'Life' },
  { to: '/apis/$id/traffic', label: 'Traffic' },
  { to: '/apis/$id/calls', label: 'Calls' },
  { to: '/apis/$id/document', label: 'Document' },
  { to: '/apis/$id/revisions', label: 'Revisions' },
] as const;

/** The frame of an API's pages: its name, its state and the tabs. */
export function ApiPage() {
  const { id } = useParams({ from: '/shell/apis/$id' });
  const api = useQuery(resourceQuery('api', id));
  const [removing, setRemoving] = useState(false);
  const { busy, run } = useTask();
  const navigate = useNavigate();
  const toast = useToast();
  const crumbs = <Breadcrumbs crumbs={[<Link key="apis" to="/apis">APIs</Link>, id]} />;
  if (api.error) {
    return (
      <>
        {crumbs}
        {api.error instanceof ProblemError && api.error.status === 404 ? (
          <EmptyState icon="api" title={`There is no API ${id}`}>
            It may have been renamed or deleted. <Link to="/audit" search={{ kind: 'api' }}>The audit log</Link> says when and by whom.
          </EmptyState>
        ) : (
          <ErrorState error={api.error} retry={() => void api.refetch()} />
        )}
      </>
    );
  }
  const document = api.data?.body;
  const remove = async () => {
    await run(async () => {
      await admin.remove('api', id, api.data?.etag);
      await navigate({ to: '/apis' });
      await forgetResources();
      toast.done(`Deleted API ${id}`);
    }, (error) => toast.failed(`Could not delete ${id}`, error));
    setRemoving(false);
  };
  return (
    <>
      {crumbs}
      <PageHeader
        title={document?.title ?? document?.name ?? id}
        chips={
          document && (
            <>
              {document.version && <Badge>{document.version}</Badge>}
              <StateChip state={isShown(document) ? 'public' : 'private'} label={isShown(document) ? 'in the portal' : 'not in the portal'} />
              <LifeChip api={document} />
              {!document.contract && <Badge tone="warn">pass-through</Badge>}
            </>
          )
        }
        lead={document && <span className="mono">{[document.listen.hosts?.join(', '), document.listen.path ?? '/'].filter(Boolean).join(' · ')}</span>}
        actions={
          <>
            <BlockButton of="api" id={id} />
            <Needs permission="apis:write" owner={document && (document.owner ?? null)}>
              <Button variant="danger" icon="trash" onClick={() => setRemoving(true)} disabled={!document}>
                Delete
              </Button>
            </Needs>
          </>
        }
      />
      <TabLinks label={`Pages of ${id}`}>
        {TABS.map((tab) => (
          <Link key={tab.to} to={tab.to} params={{ id }} activeOptions={{ exact: 'exact' in tab, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
            {tab.label}
          </Link>
        ))}
      </TabLinks>
      {document ? <Outlet /> : <Skeleton lines={6} />}
      <Confirm open={removing} onClose={() => setRemoving(false)} onConfirm={() => void remove()} busy={busy} danger action="Delete API" title={`Delete ${id}?`}>
        <p>
          From that moment the gateway answers 404 at <code>{document?.listen.path}</code>. Its revisions stay in the audit log.
        </p>
      </Confirm>
    </>
  );
}
