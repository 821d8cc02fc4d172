import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Breadcrumbs, Button, Confirm, EmptyState, ErrorState, PageHeader, Skeleton, StateChip, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { BlockButton } from '../../parts/BlockButton.tsx';
import { DecisionDialog, waits } from '../../parts/DecisionDialog.tsx';
import { GatherButton } from '../../parts/GatherButton.tsx';
import { DocumentView } from '../../parts/DocumentView.tsx';
import { ResourceEditor } from '../../parts/ResourceEditor.tsx';
import { Revisions } from '../../parts/Revisions.tsx';
import { TabLinks } from '../../parts/TabLinks.tsx';
import { forgetResources, resourceQuery } from '../../queries.ts';
import { NotFound } from '../NotFound.tsx';
import { KINDS, kindOf, type ListedKind } from './kinds.tsx';
import { Summary } from './Summary.tsx';
import { AREA_OF, Needs } from '../../parts/may.tsx';

const TABS = { overview: 'Overview', edit: 'Edit', document: 'Document', revisions: 'Revisions' };
type TabName = keyof typeof TABS;

export function ResourcePage() {
  const { kind: plural, id } = useParams({ from: '/shell/$kind/$id' });
  const kind = kindOf(plural);
  return kind ? <OfKind key={`${kind}/${id}`} kind={kind} id={id} /> : <NotFound />;
}

function OfKind({ kind, id }: { kind: ListedKind; id: string }) {
  const view = KINDS[kind];
  const search = useSearch({ from: '/shell/$kind/$id' });
  const tab: TabName = search.tab && search.tab in TABS ? (search.tab as TabName) : 'overview';
  const navigate = useNavigate();
  const toast = useToast();
  const found = useQuery(resourceQuery(kind, id));
  const [removing, setRemoving] = useState(false);
  const [deciding, setDeciding] = useState(false);
  const { busy, run } = useTask();
  const crumbs = <Breadcrumbs crumbs={[<Link key="list" to={`/${view.plural}` as '/consumers'}>{view.title}</Link>, id]} />;
  if (found.error) {
    return (
      <>
        {crumbs}
        {found.error instanceof ProblemError && found.error.status === 404 ? <EmptyState icon={view.icon} title={`There is no ${view.one} ${id}`} /> : <ErrorState error={found.error} retry={() => void found.refetch()} />}
      </>
    );
  }
  const document = found.data?.body;
  const remove = async () => {
    await run(
      async () => {
        await admin.remove(kind, id, found.data?.etag);
        await navigate({ to: `/${view.plural}` as '/consumers' });
        await forgetResources();
        toast.done(`Deleted ${view.one} ${id}`);
      },
      (error) => toast.failed(`Could not delete ${id}`, error),
    );
    setRemoving(false);
  };
  const state = document && 'state' in document ? document.state : undefined;
  return (
    <>
      {crumbs}
      <PageHeader
        title={(document && 'title' in document && document.title) || id}
        chips={state && <StateChip state={state} />}
        lead={document && 'description' in document ? document.description : undefined}
        actions={
          <>
            {(kind === 'consumer' || kind === 'app') && <GatherButton about={kind === 'app' ? { app: id } : { consumer: id }} name={`${kind} ${id}`} />}
            {(kind === 'consumer' || kind === 'app') && <BlockButton of={kind} id={id} />}
            <Needs permission={`${AREA_OF[kind]}:write`}>
              <Button variant="danger" icon="trash" disabled={!document} onClick={() => setRemoving(true)}>
                Delete
              </Button>
            </Needs>
            {kind === 'subscription' && document && waits(document as admin.Subscription) && (
              <Needs permission="apps:write">
                <Button variant="primary" onClick={() => setDeciding(true)}>
                  Decide
                </Button>
              </Needs>
            )}
          </>
        }
      />
      <TabLinks label={`Pages of ${id}`}>
        {(Object.keys(TABS) as TabName[]).map((name) => (
          <Link key={name} to="/$kind/$id" params={{ kind: view.plural, id }} search={{ tab: name === 'overview' ? undefined : name }} aria-current={tab === name ? 'page' : undefined} activeProps={{}} activeOptions={{ exact: true }}>
            {TABS[name]}
          </Link>
        ))}
      </TabLinks>
      {!document ? (
        <Skeleton lines={6} />
      ) : tab === 'overview' ? (
        <Summary kind={kind} id={id} document={document} />
      ) : tab === 'edit' ? (
        <ResourceEditor
          kind={kind}
          id={id}
          document={document}
          etag={found.data?.etag}
          onSaved={() => void navigate({ to: '/$kind/$id', params: { kind: view.plural, id } })}
          onReload={() => {
            void found.refetch();
            void navigate({ to: '/$kind/$id', params: { kind: view.plural, id } });
          }}
        />
      ) : tab === 'document' ? (
        <DocumentView kind={kind} id={id} document={document as unknown as Record<string, unknown>} />
      ) : (
        <Revisions kind={kind} id={id} />
      )}
      <Confirm open={removing} onClose={() => setRemoving(false)} onConfirm={() => void remove()} busy={busy} danger action={`Delete ${view.one}`} title={`Delete ${id}?`}>
        <p>It takes effect on every gateway at once. Its revisions stay in the audit log. What other resources refer to cannot be deleted.</p>
      </Confirm>
      {deciding && document && <DecisionDialog subscription={document as admin.Subscription} onClose={() => setDeciding(false)} />}
    </>
  );
}
