import type * as admin from '@pailou/api/admin';
import { proposal } from '@pailou/api/admin';
import { Badge, Button, buttonClass, CodeBlock, type Column, Dialog, EmptyState, ErrorState, format, PageHeader, Panel, Row, SearchInput, Skeleton, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { IfMay } from '../parts/may.tsx';
import { type ListSearch, useListSearch } from '../parts/paging.tsx';
import { driftListQuery, driftQuery } from '../queries.ts';

const EXAMPLE = `policies:
  - observe: { sample: 1 }`;

/** Traffic beside contracts: every API at a glance, or one of them with all that differs. */
export function Drift() {
  const search: ListSearch & { api?: string } = useSearch({ from: '/shell/drift' });
  return search.api ? <OfApi id={search.api} /> : <All search={search} />;
}

function All({ search }: { search: ListSearch }) {
  const navigate = useNavigate({ from: '/drift' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const all = useQuery(driftListQuery);
  const rows = all.data?.filter((one) => one.api.toLowerCase().includes((search.q ?? '').toLowerCase()));
  const columns: Column<admin.DriftSummary>[] = [
    {
      id: 'api',
      header: 'API',
      sort: (one) => one.api,
      cell: (one) => (
        <>
          <Link to="/drift" search={{ api: one.api }}>
            <b>{one.api}</b>
          </Link>
          {!one.contract && <div className="muted">has no contract</div>}
        </>
      ),
    },
    { id: 'shadows', header: 'Shadow', align: 'end', sort: (one) => one.shadows, cell: (one) => <Number of={one.shadows} tone="bad" /> },
    { id: 'zombies', header: 'Zombie', align: 'end', sort: (one) => one.zombies, cell: (one) => <Number of={one.zombies} tone="warn" /> },
    { id: 'unseen', header: 'Unseen', align: 'end', hide: 'medium', sort: (one) => one.unseen, cell: (one) => format.count(one.unseen) },
    { id: 'operations', header: 'Operations', align: 'end', hide: 'narrow', sort: (one) => one.operations, cell: (one) => format.count(one.operations) },
    { id: 'since', header: 'Watched', align: 'end', hide: 'medium', sort: (one) => one.since, cell: (one) => (one.since ? `since ${format.ago(one.since)}` : <span className="muted">no calls yet</span>) },
  ];
  return (
    <>
      <PageHeader title="Drift" lead="Where traffic and contracts differ: operations that are called and not described (shadow), or described and not called for a long time (zombie)." />
      <Stack>
        <SearchInput label="Search APIs" value={list.text} onChange={list.setText} />
        <Table
          caption="APIs and how far they differ from their contracts"
          columns={columns}
          rows={rows}
          rowKey={(one) => one.api}
          error={all.error}
          retry={() => void all.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="api" title="No API yet">
              Import a contract: from then on its calls are held against it.
            </EmptyState>
          }
        />
      </Stack>
    </>
  );
}

const titles = (after: string) => ({
  zombie: `Zombie: in the contract, and nobody has called it for ${after} or longer`,
  unseen: `Unseen: in the contract, and nobody has called it yet; after ${after} it is a zombie`,
  deprecated: 'Deprecated, and still called',
});
const CAPTIONS = { zombie: 'Operations that nobody calls', unseen: 'Operations that nobody has called yet', deprecated: 'Deprecated operations that are called' };

const Number = ({ of, tone }: { of: number; tone: 'bad' | 'warn' }) => (of > 0 ? <Badge tone={tone}>{format.count(of)}</Badge> : <span className="muted">0</span>);

const Seen = ({ span }: { span: admin.Drift['shadow'][number]['calls'] }) => <span title={`first ${format.ago(span.first)}`}>{format.ago(span.last)}</span>;

const Named = ({ method, path }: { method: string; path: string }) => (
  <span className="mono" style={{ overflowWrap: 'anywhere' }}>
    <b>{method}</b> {path}
  </span>
);

function OfApi({ id }: { id: string }) {
  const drift = useQuery(driftQuery(id));
  const [open, setOpen] = useState(false);
  const data = drift.data;
  const of = (state: string) => data?.operations.filter((one) => one.state === state) ?? [];
  const drifted = of('drifted').flatMap((operation) => operation.drifted.map((found) => ({ operation, found })));
  const isClean = data && data.shadow.length === 0 && drifted.length === 0 && of('zombie').length === 0 && of('deprecated').length === 0;
  const proposes = data && data.operations.length > 0 && (data.shadow.length > 0 || drifted.length > 0);
  return (
    <>
      <PageHeader
        title={`Drift of ${id}`}
        lead={data?.since ? `Watched since ${format.ago(data.since)}; ${format.plural(data.sampled, 'exchange')} looked into.` : 'Traffic beside its contract.'}
        actions={
          <Row>
            <Link to="/drift">All APIs</Link>
            {proposes ? (
              <Button variant="primary" onClick={() => setOpen(true)}>
                Propose a contract
              </Button>
            ) : null}
          </Row>
        }
      />
      <Stack>
        {drift.error ? <ErrorState compact={data !== undefined} error={drift.error} retry={() => void drift.refetch()} /> : null}
        {!data && !drift.error && <Skeleton lines={8} />}
        {isClean && (
          <EmptyState icon="check" title={data.since ? 'Traffic is as the contract says' : 'Nobody has called it yet'}>
            {data.sampled === 0 && (
              <>
                <p>Operations and statuses are counted for every API. To learn of parameters and fields, look into some exchanges:</p>
                <CodeBlock wrap label="In the API" caption code={EXAMPLE} />
              </>
            )}
          </EmptyState>
        )}
        {data && data.shadow.length > 0 && (
          <Panel title="Shadow: called, and not in the contract">
            <Table
              caption="Operations that the contract does not have"
              rows={data.shadow}
              rowKey={(one) => `${one.method} ${one.path}`}
              empty={null}
              columns={[
                { id: 'operation', header: 'Operation', cell: (one) => <Named {...one} />, sort: (one) => one.path },
                { id: 'calls', header: 'Calls', align: 'end', cell: (one) => format.count(one.calls.count), sort: (one) => one.calls.count },
                { id: 'last', header: 'Last', align: 'end', hide: 'narrow', cell: (one) => <Seen span={one.calls} />, sort: (one) => one.calls.last },
              ]}
            />
          </Panel>
        )}
        {drifted.length > 0 && (
          <Panel title="Drifted: other than the contract says">
            <Table
              caption="What the contract does not have"
              rows={drifted}
              rowKey={({ operation, found }) => `${operation.id} ${found.kind} ${found.status ?? ''} ${found.place} ${found.message}`}
              empty={null}
              columns={[
                {
                  id: 'what',
                  header: 'What',
                  sort: ({ found }) => found.place,
                  cell: ({ operation, found }) => (
                    <>
                      <Badge tone="warn">{found.kind.replace('-', ' ')}</Badge> <span className="mono">{found.place}</span>
                      <div className="muted">
                        {operation.method} {operation.path}
                        {found.status && found.kind !== 'status' ? `, ${found.status}` : ''}: {found.message}
                      </div>
                    </>
                  ),
                },
                { id: 'count', header: 'Seen', align: 'end', cell: ({ found }) => format.count(found.seen.count), sort: ({ found }) => found.seen.count },
                { id: 'last', header: 'Last', align: 'end', hide: 'narrow', cell: ({ found }) => <Seen span={found.seen} />, sort: ({ found }) => found.seen.last },
              ]}
            />
          </Panel>
        )}
        {(['zombie', 'unseen', 'deprecated'] as const).map(
          (state) =>
            of(state).length > 0 && (
              <Panel key={state} title={titles(data?.zombie_after ?? '')[state]}>
                <Table
                  caption={CAPTIONS[state]}
                  rows={of(state)}
                  rowKey={(one) => one.id}
                  empty={null}
                  columns={[
                    { id: 'operation', header: 'Operation', cell: (one) => <Named {...one} />, sort: (one) => one.path },
                    { id: 'calls', header: 'Calls', align: 'end', cell: (one) => format.count(one.calls.count), sort: (one) => one.calls.count },
                    { id: 'last', header: 'Last', align: 'end', hide: 'narrow', cell: (one) => (one.calls.count > 0 ? <Seen span={one.calls} /> : <span className="muted">never</span>), sort: (one) => one.calls.last },
                  ]}
                />
              </Panel>
            ),
        )}
        {data && data.noise.paths > 0 && (
          <p className="muted">
            {format.plural(data.noise.paths, 'other path')} were called {format.plural(data.noise.calls, 'time')}, seldom or by those who look for holes.
          </p>
        )}
        {data?.full && <p className="muted">There was more than is kept: what is told is true, and may not be all.</p>}
      </Stack>
      {open && <ProposalDialog id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

function ProposalDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const made = useQuery({ queryKey: ['drift', id, 'proposal'], queryFn: ({ signal }) => proposal(id, signal) });
  return (
    <Dialog
      open
      onClose={onClose}
      title="The contract with what was seen"
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <IfMay permission="apis:write">
            <Link to="/designs/new" search={{ draft: `api/${id}` }} className={buttonClass('primary')}>
              Begin a design with it
            </Link>
          </IfMay>
        </>
      }
    >
      <Stack gap={3}>
        <p>It only adds. Read it before you publish it: what is called is not always what should be.</p>
        {made.error ? <ErrorState compact error={made.error} retry={() => void made.refetch()} /> : null}
        {!made.data && !made.error && <Skeleton lines={6} />}
        {made.data && <CodeBlock code={JSON.stringify(made.data.patch, null, 2)} label="What changes (JSON merge patch)" caption maxHeight="24rem" />}
        {made.data && <CodeBlock code={JSON.stringify(made.data.contract, null, 2)} label="The whole contract" caption maxHeight="12rem" />}
        {made.data && made.data.left_out.length > 0 && (
          <div>
            <p>Left out:</p>
            <ul>
              {made.data.left_out.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </div>
        )}
      </Stack>
    </Dialog>
  );
}
