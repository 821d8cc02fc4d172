import type { Documents, Stored, UpstreamStanding } from '@pailou/api/admin';
import { buttonClass, type Column, EmptyState, ErrorState, format, Icon, PageHeader, Panel, said, SearchInput, Stack, StateChip, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { PageFooter, type ListSearch, useListSearch } from '../../parts/paging.tsx';
import { ResourceLink } from '../../parts/ResourceLink.tsx';
import { summaryOf } from '../../parts/standing.ts';
import { listQuery, standingsQuery } from '../../queries.ts';
import { KINDS } from '../resources/kinds.tsx';
import { IfMay } from '../../parts/may.tsx';

/** Every upstream with how it stands now: those with a name, and those written inside an API or route. */
export function UpstreamList() {
  const search: ListSearch = useSearch({ from: '/shell/upstreams' });
  const navigate = useNavigate({ from: '/upstreams' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const page = useQuery(listQuery('upstream', { q: search.q, after: search.after, limit: 100 }));
  const standings = useQuery(standingsQuery());
  const of = (key: string) => standings.data?.find((standing) => standing.upstream === key);
  const view = KINDS.upstream;
  const [name, ...others] = view.columns;
  const columns: Column<Stored<Documents['upstream']>>[] = [
    ...(name ? [name] : []),
    { id: 'state', header: 'Stands', cell: ({ document }) => <Stands standing={of(`upstream/${document.name}`)} known={standings.data !== undefined} />, sort: ({ document }) => stateOf(of(`upstream/${document.name}`)) },
    ...others.filter((column) => column.id !== 'total').map((column) => (column.id === 'endpoints' ? { ...column, hide: 'narrow' as const } : column)),
  ];
  const inline = standings.data?.filter((standing) => !standing.upstream.startsWith('upstream/') && standing.upstream.includes(search.q ?? '')) ?? [];
  const create = (
    <IfMay permission="routes:write">
      <Link to="/$kind/new" params={{ kind: 'upstreams' }} className={buttonClass('primary')}>
        <Icon name="plus" size={16} /> New upstream
      </Link>
    </IfMay>
  );
  return (
    <>
      <PageHeader title={view.title} lead="Pools of endpoints that APIs and routes lead to, and how they stand at the gateway now." actions={create} />
      <Stack gap={3}>
        <SearchInput label="Search upstreams" value={list.text} onChange={list.setText} />
        {standings.error && page.data ? <ErrorState compact error={standings.error} retry={() => void standings.refetch()} /> : null}
        <Table
          caption={view.title}
          columns={columns}
          rows={page.data?.items}
          rowKey={({ document }) => document.name ?? ''}
          error={page.error}
          retry={() => void page.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon={view.icon} title="No upstreams with a name yet" action={create}>
              <span>{said(view.first)}</span>
            </EmptyState>
          }
          footer={<PageFooter page={page.data} after={search.after} onPage={list.page} what="upstream" />}
        />
        {inline.length > 0 && (
          <Panel title="Written inside APIs and routes" flush>
            <Table caption="Upstreams inside APIs and routes" columns={INLINE} rows={inline} rowKey={(standing) => standing.upstream} empty={null} footer={<span>{format.plural(inline.length, 'upstream')}</span>} />
          </Panel>
        )}
      </Stack>
    </>
  );
}

const stateOf = (standing: UpstreamStanding | undefined) => standing && summaryOf(standing).state;

function Stands({ standing, known }: { standing?: UpstreamStanding; known: boolean }) {
  if (!standing) return known ? <span className="muted">not in use</span> : null;
  const { take, state, why } = summaryOf(standing);
  return (
    <>
      <StateChip state={state} />
      <div className="muted">{why ?? `${take} of ${standing.endpoints.length} take requests`}</div>
    </>
  );
}

const INLINE: Column<UpstreamStanding>[] = [
  { id: 'of', header: 'Of', cell: (standing) => <ResourceLink of={standing.upstream} />, sort: (standing) => standing.upstream },
  { id: 'state', header: 'Stands', cell: (standing) => <Stands standing={standing} known />, sort: stateOf },
  { id: 'endpoints', header: 'Endpoints', hide: 'narrow', cell: (standing) => standing.endpoints.map((one) => <div key={one.url} className="mono">{one.url}</div>) },
  { id: 'pending', header: 'Waiting', align: 'end', hide: 'medium', cell: (standing) => format.count(standing.pending), sort: (standing) => standing.pending },
];
