import * as admin from '@pailou/api/admin';
import { Badge, buttonClass, type Column, EmptyState, format, Icon, PageHeader, SearchInput, Stack, StateChip, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { PageFooter, useListSearch } from '../../parts/paging.tsx';
import { errorShare } from '../../parts/traffic-series.ts';
import { listQuery } from '../../queries.ts';
import { IfMay } from '../../parts/may.tsx';
import { isShown, LifeChip } from './ApiChips.tsx';

const HOUR = 3_600_000;

export function ApiList() {
  const search = useSearch({ from: '/shell/apis' });
  const navigate = useNavigate({ from: '/apis' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const apis = useQuery(listQuery('api', { q: search.q, after: search.after, limit: 100 }));
  const top = useQuery({
    queryKey: ['top', 'api', HOUR],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      return (await admin.top({ by: 'api', from: to - HOUR, to, limit: 1000 }, signal)).items;
    },
    refetchInterval: 10_000,
  });
  const traffic = useMemo(() => new Map(top.data?.map((row) => [row.key, row])), [top.data]);
  type Row = admin.Stored<admin.Api>;
  const columns: Column<Row>[] = [
    {
      id: 'name',
      header: 'API',
      sort: ({ document }) => admin.idOf(document),
      cell: ({ document }) => (
        <>
          <Link to="/apis/$id" params={{ id: admin.idOf(document) }}>
            <b>{document.title ?? document.name}</b>
          </Link>{' '}
          {document.version && <Badge>{document.version}</Badge>} <LifeChip api={document} />
          {document.title && <div className="muted mono">{admin.idOf(document)}</div>}
        </>
      ),
    },
    { id: 'listen', header: 'Answers at', cell: ({ document }) => <span className="mono">{[document.listen.hosts?.[0], document.listen.path ?? '/'].filter(Boolean).join('')}</span>, sort: ({ document }) => document.listen.path },
    { id: 'visibility', header: 'Portal', hide: 'medium', cell: ({ document }) => <StateChip state={isShown(document) ? 'public' : 'private'} />, sort: ({ document }) => String(isShown(document)) },
    { id: 'policies', header: 'Policies', hide: 'medium', align: 'end', cell: ({ document }) => document.policies?.length ?? 0, sort: ({ document }) => document.policies?.length ?? 0 },
    { id: 'calls', header: 'Calls, last hour', align: 'end', cell: ({ document }) => format.count(top.data ? (traffic.get(admin.idOf(document))?.requests ?? 0) : undefined), sort: ({ document }) => traffic.get(admin.idOf(document))?.requests ?? 0 },
    {
      id: 'errors',
      header: 'Did not succeed',
      align: 'end',
      hide: 'narrow',
      cell: ({ document }) => {
        const row = traffic.get(admin.idOf(document));
        return row ? format.percent(errorShare(row)) : '–';
      },
      sort: ({ document }) => {
        const row = traffic.get(admin.idOf(document));
        return row && errorShare(row);
      },
    },
    { id: 'p95', header: 'p95', align: 'end', hide: 'narrow', cell: ({ document }) => format.millis(traffic.get(admin.idOf(document))?.p95_ms), sort: ({ document }) => traffic.get(admin.idOf(document))?.p95_ms },
  ];
  const importLink = (
    <IfMay permission="apis:write">
      <Link to="/apis/new" className={buttonClass('primary')}>
        <Icon name="upload" size={16} /> Import an API
      </Link>
    </IfMay>
  );
  return (
    <>
      <PageHeader title="APIs" lead="Each API is a contract, the upstream that serves it, and the policies that guard it." actions={importLink} />
      <Stack gap={3}>
        <SearchInput label="Search APIs" value={list.text} onChange={list.setText} />
        <Table
          caption="APIs"
          columns={columns}
          rows={apis.data?.items}
          rowKey={({ document }) => admin.idOf(document)}
          error={apis.error}
          retry={() => void apis.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="api" title="No APIs yet" action={importLink}>
              Bring an OpenAPI document and the address of the service behind it. Routes, documentation, try-it and the portal page follow from the contract.
            </EmptyState>
          }
          footer={<PageFooter page={apis.data} after={search.after} onPage={list.page} what="API" />}
        />
      </Stack>
    </>
  );
}
