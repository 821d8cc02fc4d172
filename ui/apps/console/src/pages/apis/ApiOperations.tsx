import * as admin from '@pailou/api/admin';
import { Badge, buttonClass, CodeBlock, type Column, Drawer, EmptyState, Facts, format, MethodBadge, Row, SearchInput, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { curlOf, gatewayUrl } from '../../parts/gateway.ts';
import { useListSearch } from '../../parts/paging.tsx';
import { oneLine } from '../../parts/policy-use.ts';
import { operationsQuery, systemQuery } from '../../queries.ts';
import { useApi } from './useApi.ts';

const DAY = 24 * 3_600_000;

export function ApiOperations() {
  const { id, api } = useApi();
  const search = useSearch({ from: '/shell/apis/$id/operations' });
  const navigate = useNavigate({ from: '/apis/$id/operations' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const [open, setOpen] = useState<string>();
  const operations = useQuery(operationsQuery(id));
  const system = useQuery(systemQuery);
  const top = useQuery({
    queryKey: ['top', 'operation', id],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      return (await admin.top({ by: 'operation', api: id, from: to - DAY, to, limit: 1000 }, signal)).items;
    },
    refetchInterval: 10_000,
  });
  const traffic = useMemo(() => new Map(top.data?.map((row) => [row.key, row])), [top.data]);
  const rows = useMemo(() => {
    const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return operations.data?.filter((one) => words.every((word) => `${one.id} ${one.method ?? ''} ${one.path} ${one.summary ?? ''} ${one.tags?.join(' ') ?? ''}`.toLowerCase().includes(word)));
  }, [operations.data, search.q]);
  const shown = rows?.find((row) => row.id === open);
  const columns: Column<admin.Operation>[] = [
    { id: 'method', header: 'Method', width: '6rem', cell: (row) => <MethodBadge method={row.method ?? 'ANY'} />, sort: (row) => row.method ?? '' },
    {
      id: 'path',
      header: 'Path',
      sort: (row) => row.path,
      cell: (row) => (
        <>
          <span className="mono">{row.path}</span> {row.deprecated && <Badge tone="warn">deprecated</Badge>}
          {row.summary && <div className="muted">{row.summary}</div>}
        </>
      ),
    },
    {
      id: 'policies',
      header: 'Policies in force',
      hide: 'narrow',
      cell: (row) => (
        <Row>
          {row.policies.map((one, at) => (
            <Badge key={at} tone={one.from === 'operation' ? 'plum' : one.from === 'gateway' ? 'calm' : 'neutral'} title={`${oneLine(one.config)} · from the ${one.from}`}>
              {one.policy}
            </Badge>
          ))}
        </Row>
      ),
    },
    { id: 'calls', header: 'Calls, last 24 h', align: 'end', hide: 'narrow', cell: (row) => format.count(top.data ? (traffic.get(row.id)?.requests ?? 0) : undefined), sort: (row) => traffic.get(row.id)?.requests ?? 0 },
    { id: 'p95', header: 'p95', align: 'end', hide: 'medium', cell: (row) => format.millis(traffic.get(row.id)?.p95_ms), sort: (row) => traffic.get(row.id)?.p95_ms },
  ];
  return (
    <Stack gap={3}>
      <Row>
        <SearchInput label="Search operations" value={list.text} onChange={list.setText} />
        <span className="muted">Badges: policies of the API, <Badge tone="plum">of the operation</Badge>, <Badge tone="calm">of the gateway</Badge></span>
      </Row>
      <Table
        caption="Operations"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        onOpen={(row) => setOpen(row.id)}
        selected={open}
        error={operations.error}
        retry={() => void operations.refetch()}
        filtered={Boolean(search.q)}
        onClearFilters={list.clear}
        empty={<EmptyState icon="api" title="No operations">This API has no contract: every path under its base path is passed through.</EmptyState>}
        footer={operations.data && <span>{rows?.length === operations.data.length ? format.plural(operations.data.length, 'operation') : `${format.count(rows?.length)} of ${format.plural(operations.data.length, 'operation')}`}</span>}
      />
      <Drawer open={shown !== undefined} onClose={() => setOpen(undefined)} title={shown ? `${shown.method ?? 'ANY'} ${shown.path}` : ''}>
        {shown && (
          <Stack gap={5}>
            {shown.summary && <p>{shown.summary}</p>}
            <Facts
              facts={[
                ['Operation', <code key="id">{shown.id}</code>],
                ['Tags', shown.tags?.join(', ')],
                ['Calls, last 24 h', format.count(traffic.get(shown.id)?.requests ?? 0)],
              ]}
            />
            <Stack gap={2}>
              <h3>What applies to a call, in order</h3>
              {shown.policies.length === 0 && <p className="muted">No policy: whoever knows the address may call.</p>}
              {shown.policies.map((one, at) => (
                <div key={at}>
                  <Row>
                    <b>{one.policy}</b>
                    <Badge tone={one.from === 'operation' ? 'plum' : one.from === 'gateway' ? 'calm' : 'neutral'}>from the {one.from}</Badge>
                  </Row>
                  <code className="muted">{oneLine(one.config, 400)}</code>
                  {one.when && (
                    <div>
                      <code className="muted">when {one.when}</code>
                    </div>
                  )}
                </div>
              ))}
              <p className="muted">A plan's or a consumer's policy of the same name replaces these for its calls.</p>
            </Stack>
            <CodeBlock wrap label="Call" code={curlOf(gatewayUrl(system.data), api, shown)} />
            <Row>
              <Link to="/apis/$id/policies" params={{ id }} search={{ operation: shown.id }} className={buttonClass('plain')}>
                Policies of this operation
              </Link>
              <Link to="/apis/$id/calls" params={{ id }} search={{ operation: shown.id }} className={buttonClass('plain')}>
                Its calls
              </Link>
            </Row>
          </Stack>
        )}
      </Drawer>
    </Stack>
  );
}
