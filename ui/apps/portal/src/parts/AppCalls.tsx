// Each call of an app, the newest first: what was asked, what came back, and why it was refused.
import { Button, Drawer, EmptyState, Facts, format, MethodBadge, Panel, Row, Select, Stack, StatusBadge, Table } from '@pailou/kit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { calls } from '../api/client.ts';
import type { Call, PortalApp } from '@pailou/api/portal';
import { PERIODS } from './AppUsage.tsx';

const STATUSES = [
  { value: '', label: 'Every status' },
  { value: '2xx', label: '2xx: fine' },
  { value: '4xx', label: '4xx: refused' },
  { value: '5xx', label: '5xx: failed' },
  { value: '401', label: '401: no valid key' },
  { value: '429', label: '429: over the limit' },
];

export function AppCalls({ app }: { app: PortalApp }) {
  const [status, setStatus] = useState('');
  const [minutes, setMinutes] = useState('60');
  const [shown, setShown] = useState<Call>();
  const query = useInfiniteQuery(calls(app.name, { status: status || undefined, minutes: Number(minutes) }));
  return (
    <Stack gap={4}>
      <Row>
        <Select aria-label="Status" value={status} onChange={(event) => setStatus(event.target.value)} options={STATUSES} />
        <Select aria-label="Period" value={minutes} onChange={(event) => setMinutes(event.target.value)} options={PERIODS} />
      </Row>
      <Panel flush>
        <Table
          caption="Calls"
          rows={query.data?.pages.flatMap((page) => page.items)}
          rowKey={(call) => call.id}
          onOpen={setShown}
          selected={shown?.id}
          error={query.data ? undefined : query.error}
          retry={() => void query.refetch()}
          filtered={status !== ''}
          onClearFilters={() => setStatus('')}
          empty={
            <EmptyState compact icon="log" title="No calls in this period">
              Calls with a key of this app appear here within seconds.
            </EmptyState>
          }
          columns={[
            { id: 'at', header: 'Time', cell: (call) => <time dateTime={new Date(call.at).toISOString()}>{format.clockTime(call.at)}</time>, width: '6rem' },
            { id: 'method', header: 'Method', cell: (call) => <MethodBadge method={call.method} />, width: '5rem' },
            { id: 'path', header: 'Path', cell: (call) => <code>{call.path}</code> },
            { id: 'status', header: 'Status', cell: (call) => <StatusBadge status={call.status} />, width: '5rem' },
            { id: 'problem', header: 'Refused because', hide: 'below', cell: (call) => call.problem ?? '' },
            { id: 'duration', header: 'Took', align: 'end', hide: 'narrow', cell: (call) => format.millis(call.duration_ms) },
          ]}
          footer={
            query.hasNextPage && (
              <Button size="s" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Older calls
              </Button>
            )
          }
        />
      </Panel>
      <Drawer open={shown !== undefined} onClose={() => setShown(undefined)} title="Call">
        {shown && (
          <Facts
            facts={[
              ['Time', format.fullTime(shown.at)],
              ['Request', <span key="request"><MethodBadge method={shown.method} /> <code>{shown.path}</code></span>],
              ['Status', <StatusBadge key="status" status={shown.status} />],
              ['Refused because', shown.problem && <Link key="problem" to="/problems/$code" params={{ code: shown.problem }}>{shown.problem}</Link>],
              ['Operation', shown.api && shown.operation ? <Link key="operation" to="/apis/$api/reference/$operation" params={{ api: shown.api, operation: shown.operation }}>{shown.operation}</Link> : shown.operation],
              ['Took', format.millis(shown.duration_ms)],
              ['Sent', format.bytes(shown.bytes_in)],
              ['Received', format.bytes(shown.bytes_out)],
              ['Request id', <code key="id">{shown.request_id}</code>],
            ]}
          />
        )}
      </Drawer>
    </Stack>
  );
}
