import type { Documents, Stored } from '@pailou/api/admin';
import { Button, buttonClass, type Column, EmptyState, Icon, PageHeader, Row, said, SearchInput, Select, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { DecisionDialog, waits } from '../../parts/DecisionDialog.tsx';
import { PageFooter, type ListSearch, useListSearch } from '../../parts/paging.tsx';
import { listQuery } from '../../queries.ts';
import { KINDS, type KindView, type ListedKind } from './kinds.tsx';
import { AREA_OF, Needs, useMay } from '../../parts/may.tsx';

export const Workspaces = () => <ResourceList kind="workspace" />;
export const Routes = () => <ResourceList kind="route" />;
export const Consumers = () => <ResourceList kind="consumer" />;
export const Products = () => <ResourceList kind="product" />;
export const Plans = () => <ResourceList kind="plan" />;
export const Standards = () => <ResourceList kind="standard" />;
export const Waivers = () => <ResourceList kind="waiver" />;
export const AuthorizationServers = () => <ResourceList kind="authorization-server" />;
export const Webhooks = () => <ResourceList kind="webhook" />;
export const IdentityProviders = () => <ResourceList kind="identity-provider" />;
export const Apps = () => <ResourceList kind="app" />;
export const Subscriptions = () => <ResourceList kind="subscription" />;

const STATES = ['', 'pending', 'active', 'suspended', 'rejected', 'expired'].map((value) => ({ value, label: value || 'Any state' }));

/** The name of a kind in a sentence. */
const spoken = (plural: string) => plural.replaceAll('-', ' ');

function ResourceList<K extends ListedKind>({ kind }: { kind: K }) {
  const view = KINDS[kind] as unknown as KindView<K>;
  const search = useSearch({ strict: false }) as ListSearch;
  const navigate = useNavigate();
  const go = (next: ListSearch) => void navigate({ to: '.', search: next, replace: true });
  const list = useListSearch(search, go);
  const may = useMay();
  const [deciding, setDeciding] = useState<Documents['subscription']>();
  // A state is no word the server searches by: all are read, up to its most, and sieved here.
  const page = useQuery(listQuery(kind, { q: search.q, after: search.after, limit: search.state ? 1000 : 100 }));
  const rows = search.state ? page.data?.items.filter(({ document }) => search.state === 'pending' ? waits(document as Documents['subscription']) : ((document as Documents['subscription']).state ?? 'active') === search.state) : page.data?.items;
  const columns: Column<Stored<Documents[K]>>[] = [...view.columns];
  if (kind === 'subscription') {
    columns.push({
      id: 'decide',
      header: 'Decision',
      align: 'end',
      cell: ({ document }) => {
        const subscription = document as Documents['subscription'];
        return waits(subscription) ? (
          <Needs permission="apps:write">
            <Button size="s" variant="primary" onClick={() => setDeciding(subscription)}>
              Decide
            </Button>
          </Needs>
        ) : null;
      },
    });
  }
  const create = view.creates && may(`${AREA_OF[kind]}:write`) && (
    <Link to="/$kind/new" params={{ kind: view.plural }} className={buttonClass('primary')}>
      <Icon name="plus" size={16} /> New {view.one}
    </Link>
  );
  return (
    <>
      <PageHeader title={view.title} lead={view.lead} actions={create} />
      <Stack gap={3}>
        <Row>
          <SearchInput label={`Search ${spoken(view.plural)}`} value={list.text} onChange={list.setText} />
          {kind === 'subscription' && <Select aria-label="State" options={STATES} value={search.state ?? ''} onChange={(event) => go({ ...search, state: event.target.value || undefined, after: undefined })} />}
        </Row>
        <Table
          caption={view.title}
          columns={columns}
          rows={rows}
          rowKey={({ document }) => document.name ?? ''}
          error={page.error}
          retry={() => void page.refetch()}
          filtered={Boolean(search.q || search.state)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon={view.icon} title={`No ${spoken(view.plural)} yet`} action={create}>
              <span>{said(view.first)}</span>
            </EmptyState>
          }
          footer={<PageFooter page={search.state && page.data ? { items: rows ?? [], total: rows?.length ?? 0, next: page.data.next } : page.data} after={search.after} onPage={list.page} what={view.one} />}
        />
      </Stack>
      {deciding && <DecisionDialog subscription={deciding} onClose={() => setDeciding(undefined)} />}
    </>
  );
}
