import type * as admin from '@pailou/api/admin';
import { buttonClass, type Column, EmptyState, format, Icon, PageHeader, SearchInput, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { IfMay } from '../../parts/may.tsx';
import { PageFooter, useListSearch } from '../../parts/paging.tsx';
import { ResourceLink } from '../../parts/ResourceLink.tsx';
import { listQuery } from '../../queries.ts';

type Row = admin.Stored<admin.Design>;

const COLUMNS: Column<Row>[] = [
  {
    id: 'name',
    header: 'Design',
    sort: ({ document }) => document.title ?? document.name,
    cell: ({ document }) => (
      <>
        <Link to="/designs/$id" params={{ id: document.name }}>
          <b>{document.title ?? document.name}</b>
        </Link>
        {document.title && <div className="muted mono">{document.name}</div>}
      </>
    ),
  },
  { id: 'api', header: 'Of the API', sort: ({ document }) => document.api ?? '', cell: ({ document }) => (document.api ? <ResourceLink of={`api/${document.api}`} /> : <span className="muted">a new one</span>) },
  { id: 'owner', header: 'Owner', hide: 'narrow', sort: ({ document }) => document.owner ?? '', cell: ({ document }) => document.owner ?? <span className="muted">nobody</span> },
  { id: 'revision', header: 'Revision', align: 'end', hide: 'narrow', cell: (row) => row.revision },
  { id: 'updated', header: 'Saved', align: 'end', sort: (row) => row.updated_at, cell: (row) => <time title={format.fullTime(row.updated_at)}>{format.ago(row.updated_at)}</time> },
];

/** Contracts in the making. */
export function DesignList() {
  const search = useSearch({ from: '/shell/designs' });
  const navigate = useNavigate({ from: '/designs' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const designs = useQuery(listQuery('design', { q: search.q, after: search.after, limit: 100 }));
  const create = (
    <IfMay permission="apis:write">
      <Link to="/designs/new" className={buttonClass('primary')}>
        <Icon name="plus" size={16} /> New design
      </Link>
    </IfMay>
  );
  return (
    <>
      <PageHeader title="Designs" lead="Contracts in the making: nobody is bound by them until they are published." actions={create} />
      <Stack gap={3}>
        <SearchInput label="Search designs" value={list.text} onChange={list.setText} />
        <Table
          caption="Designs"
          columns={COLUMNS}
          rows={designs.data?.items}
          rowKey={({ document }) => document.name}
          error={designs.error}
          retry={() => void designs.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="edit" title="No designs yet" action={create}>
              Begin with a template, a document you have, the contract of an API, or what was seen of its traffic.
            </EmptyState>
          }
          footer={<PageFooter page={designs.data} after={search.after} onPage={list.page} what="design" />}
        />
      </Stack>
    </>
  );
}
