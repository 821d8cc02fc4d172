import type * as admin from '@pailou/api/admin';
import { catalogueFile } from '@pailou/api/admin';
import { Badge, Button, Drawer, EmptyState, Facts, format, PageHeader, Row, SearchInput, Stack, StateChip, Table, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { keepFile } from '../parts/keepFile.ts';
import { useListSearch } from '../parts/paging.tsx';
import { catalogueQuery } from '../queries.ts';
import { Score } from './Scorecards.tsx';

/** Which APIs there are, who answers for each, who may use it and who does. */
export function Catalogue() {
  const search = useSearch({ from: '/shell/catalogue' });
  const navigate = useNavigate({ from: '/catalogue' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const query = useQuery(catalogueQuery);
  const [open, setOpen] = useState<admin.CatalogueRow>();
  const toast = useToast();
  const wanted = (search.q ?? '').toLowerCase();
  const text = (row: admin.CatalogueRow) => [row.api, row.title, row.owner, row.state, row.path, ...row.tags, ...row.products, ...row.consumers.flatMap((one) => [one.caller, one.owner])].filter(Boolean).join(' ').toLowerCase();
  const rows = query.data?.filter((row) => text(row).includes(wanted));
  const save = async (kind: 'csv' | 'ndjson') => {
    try {
      const blob = new Blob([await catalogueFile(kind)], { type: kind === 'csv' ? 'text/csv' : 'application/x-ndjson' });
      keepFile(blob, `catalogue.${kind}`);
    } catch (error) {
      toast.failed('The catalogue could not be saved', error);
    }
  };
  return (
    <>
      <PageHeader
        title="Catalogue"
        lead="Which APIs there are, who answers for each, who may use it and who does."
        actions={
          <>
            <Button onClick={() => void save('csv')} disabled={!query.data?.length}>
              Save as CSV
            </Button>
            <Button onClick={() => void save('ndjson')} disabled={!query.data?.length}>
              Save as NDJSON
            </Button>
          </>
        }
      />
      <Stack>
        <SearchInput label="Search APIs, owners and who uses them" value={list.text} onChange={list.setText} />
        <Table
          caption="APIs, who answers for them and who uses them"
          rows={rows}
          rowKey={(row) => row.api}
          onOpen={setOpen}
          error={query.error}
          retry={() => void query.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="api" title="No API yet">
              Import a contract: from then on it is listed here.
            </EmptyState>
          }
          columns={[
            {
              id: 'api',
              header: 'API',
              sort: (row) => row.api,
              cell: (row) => (
                <>
                  <b>{row.title}</b>
                  <div className="muted">{row.api}</div>
                </>
              ),
            },
            { id: 'owner', header: 'Owner', sort: (row) => row.owner ?? '', cell: (row) => row.owner ?? <Badge tone="warn">nobody</Badge> },
            { id: 'state', header: 'State', hide: 'narrow', sort: (row) => row.state, cell: (row) => <StateChip state={row.state} /> },
            { id: 'score', header: 'Score', align: 'end', hide: 'medium', sort: (row) => row.score ?? -1, cell: (row) => (row.score == null ? <span className="muted">none</span> : <Score of={row.score} />) },
            { id: 'consumers', header: 'Used by', align: 'end', sort: (row) => row.consumers.length, cell: (row) => format.count(row.consumers.length) },
            { id: 'calls', header: 'Calls, 30 d', align: 'end', hide: 'medium', sort: calls, cell: (row) => format.count(calls(row)) },
          ]}
        />
      </Stack>
      <Drawer open={open !== undefined} onClose={() => setOpen(undefined)} wide title={open?.title ?? ''}>
        {open && (
          <Stack>
            <Row>
              <Link to="/apis/$id" params={{ id: open.api }}>
                {open.api}
              </Link>
              <StateChip state={open.state} />
            </Row>
            <Facts
              facts={[
                ['Owner', open.owner],
                ['Path', <code key="path">{[open.hosts.join(', '), open.path].filter(Boolean).join(' · ')}</code>],
                ['Operations', open.operations == null ? 'passed through' : format.count(open.operations)],
                ['Products', open.products.join(', ')],
                ['Tags', open.tags.join(', ')],
                ['Ends', open.sunset_at ? format.dayOf(open.sunset_at) : undefined],
                ['Changed', `${format.ago(open.updated_at)}, revision ${open.revision}`],
              ]}
            />
            <Table
              caption={`Who uses ${open.api}`}
              rows={open.consumers}
              rowKey={(one) => `${one.caller} ${one.product ?? ''} ${one.plan ?? ''}`}
              empty={<EmptyState compact icon="app" title="Nobody uses it, and nobody may by a subscription" />}
              columns={[
                {
                  id: 'caller',
                  header: 'Who',
                  cell: (one) => (
                    <>
                      {one.caller || <span className="muted">not recognized</span>}
                      {one.owner && <div className="muted">{one.owner}</div>}
                    </>
                  ),
                },
                { id: 'by', header: 'By', hide: 'below', cell: (one) => (one.product ? `${one.product}, ${one.plan ?? ''}${one.subscription && one.subscription !== 'active' ? ` (${one.subscription})` : ''}` : <span className="muted">no subscription</span>) },
                { id: 'calls', header: 'Calls, 30 d', align: 'end', sort: (one) => one.calls, cell: (one) => format.count(one.calls) },
              ]}
            />
          </Stack>
        )}
      </Drawer>
    </>
  );
}

const calls = (row: admin.CatalogueRow) => row.consumers.reduce((sum, one) => sum + one.calls, 0);
