import type { Query } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, CopyButton, Drawer, EmptyState, ErrorState, Facts, Field, format, Icon, MethodBadge, Row, Select, Skeleton, Stack, StatusBadge, Table, TextInput } from '@pailou/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { CALL_FILTERS, type CallFilter, type CallFilters, callQuery, chipsOf, clean } from './call-filters.ts';
import css from './CallLog.module.css';
import { FAULT_WORDS } from './faults.ts';

const PAGE = 50;
const TAIL_MS = 2000;
const MOST_PAGES = 40;

const RANGES = [
  { value: '', label: 'All that is kept' },
  { value: '15m', label: 'Last 15 minutes' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
];

interface CallLogProps {
  filters: CallFilters;
  onFilters: (filters: CallFilters) => void;
  /** A filter that stands and is not shown. */
  fixed?: { api: string };
  /** Shown where no call was ever logged. */
  empty: ReactNode;
}

/** The calls that passed, newest first, with filters, live tail and the details of one. */
export function CallLog({ filters, onFilters, fixed, empty }: CallLogProps) {
  const [tail, setTail] = useState(true);
  const { call: open, ...asked } = filters;
  const log = useInfiniteQuery({
    queryKey: ['calls', fixed?.api, asked],
    queryFn: ({ pageParam, signal }) => {
      const query: Query = { ...callQuery(asked, Date.now()), ...fixed, limit: PAGE, after: pageParam };
      return admin.calls(query, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // Following the tail and reading far back exclude each other: a refetch would ask for every page again.
    refetchInterval: (query) => (tail && (query.state.data?.pages.length ?? 0) <= 1 ? TAIL_MS : false),
    placeholderData: (before) => before,
  });
  const rows = log.data?.pages.flatMap((page) => page.items);
  const pages = log.data?.pages.length ?? 0;
  const chips = chipsOf(asked).filter((chip) => !(fixed && chip.name === 'api'));
  const set = (name: CallFilter | 'range' | 'call', value: string | undefined) => onFilters({ ...filters, [name]: value || undefined });

  return (
    <Stack gap={3}>
      <Row>
        <AddFilter taken={fixed ? ['api'] : []} onAdd={set} />
        <span className={css.range}>
          <Select aria-label="Period" options={RANGES} value={asked.range ?? ''} onChange={(event) => set('range', event.target.value)} />
        </span>
        <span className={css.tail}>
          <Button size="s" icon={tail ? 'pause' : 'play'} onClick={() => setTail(!tail)} aria-pressed={tail}>
            {tail ? (pages > 1 ? 'Tail waits' : 'Live tail on') : 'Live tail off'}
          </Button>
        </span>
      </Row>
      {chips.length > 0 && (
        <Row>
          {chips.map((chip) => (
            <button key={chip.name} type="button" className={css.chip} onClick={() => set(chip.name, undefined)} aria-label={`Remove filter ${chip.label} ${chip.value}`}>
              <span className="muted">{chip.label}</span> {chip.value} <Icon name="close" size={12} />
            </button>
          ))}
          <Button variant="quiet" size="s" onClick={() => onFilters({})}>
            Clear filters
          </Button>
        </Row>
      )}
      <Table
        caption="Calls"
        dense
        columns={fixed ? COLUMNS.filter((column) => column.id !== 'api') : COLUMNS}
        rows={rows}
        rowKey={(call) => call.id}
        onOpen={(call) => set('call', call.id)}
        selected={open}
        error={log.error}
        retry={() => void log.refetch()}
        filtered={chips.length > 0 || asked.range !== undefined}
        onClearFilters={() => onFilters({})}
        empty={empty}
        footer={
          rows && (
            <>
              <span>
                {format.plural(rows.length, 'call')} shown, newest first · times in {format.timeZone()}
              </span>
              {log.hasNextPage &&
                (pages < MOST_PAGES ? (
                  <Button size="s" busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                    Older calls
                  </Button>
                ) : (
                  <span>Narrow the filters to see older calls.</span>
                ))}
            </>
          )
        }
      />
      <CallDrawer id={open} known={rows?.find((call) => call.id === open)} onClose={() => set('call', undefined)} onFilter={(name, value) => onFilters({ ...filters, call: undefined, [name]: value })} />
    </Stack>
  );
}

const COLUMNS: Column<admin.Call>[] = [
  { id: 'at', header: 'Time', cell: (call) => <time title={format.fullTime(call.at)}>{format.clockTime(call.at)}</time> },
  { id: 'status', header: 'Status', cell: (call) => <StatusBadge status={call.status} /> },
  {
    id: 'call',
    header: 'Call',
    cell: (call) => (
      <span className={css.call}>
        <MethodBadge method={call.method} /> <span className="mono">{call.path}</span>
      </span>
    ),
  },
  { id: 'api', header: 'API', hide: 'medium', cell: (call) => call.api ?? call.service ?? <span className="muted">none matched</span> },
  { id: 'caller', header: 'Caller', hide: 'narrow', cell: (call) => call.caller ?? <span className="muted">anonymous</span> },
  { id: 'problem', header: 'Refused for', hide: 'medium', cell: (call) => call.problem && <span className="mono">{call.problem}</span> },
  { id: 'duration', header: 'Duration', align: 'end', cell: (call) => format.millis(call.duration_ms) },
  { id: 'gateway', header: 'of it gateway', align: 'end', hide: 'medium', cell: (call) => format.millis(call.gateway_ms) },
];

function AddFilter({ taken, onAdd }: { taken: string[]; onAdd: (name: CallFilter, value: string) => void }) {
  const [name, setName] = useState<CallFilter>('q');
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const value = clean(name, text);
    if (!value) {
      setWrong(true);
      return;
    }
    onAdd(name, value);
    setText('');
  };
  const options = Object.entries(CALL_FILTERS)
    .filter(([one]) => !taken.includes(one))
    .map(([value, label]) => ({ value, label }));
  return (
    <form onSubmit={submit} className={css.add}>
      <Select aria-label="Filter by" options={options} value={name} onChange={(event) => setName(event.target.value as CallFilter)} />
      <Field label="Filter value" hideLabel error={wrong ? EXAMPLES[name] : undefined}>
        {(control) => (
          <TextInput
            {...control}
            value={text}
            placeholder={EXAMPLES[name]}
            onChange={(event) => {
              setText(event.target.value);
              setWrong(false);
            }}
          />
        )}
      </Field>
      <Button type="submit" disabled={!text.trim()}>
        Filter
      </Button>
    </form>
  );
}

const EXAMPLES: Record<CallFilter, string> = {
  q: 'Path, host, request id, cause …',
  api: 'Such as orders@v1',
  operation: 'Such as getOrder',
  caller: 'Such as consumer/ada',
  method: 'Such as GET',
  status: '404, or 4xx',
  fault: 'downstream, upstream or gateway',
  problem: 'Such as rate-limited',
  cache: 'hit, stale, miss or bypass',
  protocol: 'HTTP/1.1, HTTP/2 or HTTP/3',
  plan: 'Such as gold',
  min_ms: 'Milliseconds, such as 500',
};

function CallDrawer({ id, known, onClose, onFilter }: { id?: string; known?: admin.Call; onClose: () => void; onFilter: (name: CallFilter, value: string) => void }) {
  const found = useQuery({ queryKey: ['call', id], queryFn: ({ signal }) => admin.call(id ?? '', signal), enabled: id !== undefined && !known });
  const call = known ?? found.data;
  return (
    <Drawer open={id !== undefined} onClose={onClose} title={call ? `${call.method} ${call.path}` : 'Call'}>
      {found.error && !call ? <ErrorState error={found.error} retry={() => void found.refetch()} /> : !call ? <Skeleton lines={8} /> : <CallDetails call={call} onFilter={onFilter} />}
    </Drawer>
  );
}

function CallDetails({ call, onFilter }: { call: admin.Call; onFilter: (name: CallFilter, value: string) => void }) {
  const only = (name: CallFilter, value: string | null | undefined) =>
    value && (
      <button type="button" className={css.only} title="Show only these" onClick={() => onFilter(name, value)}>
        {value}
      </button>
    );
  const copied = (value: string) =>
    value && (
      <span className={css.copied}>
        <code>{value}</code> <CopyButton text={value} />
      </span>
    );
  return (
    <Stack gap={5}>
      <Row>
        <StatusBadge status={call.status} />
        {call.problem && <Badge tone="warn">{call.problem}</Badge>}
        {call.fault !== 'none' && <Badge tone={call.fault === 'downstream' ? 'warn' : 'bad'}>{FAULT_WORDS[call.fault]}</Badge>}
        <span className="muted">{format.fullTime(call.at)}</span>
      </Row>
      <LatencySplit call={call} />
      <Facts
        facts={[
          ['API', call.api ? <Link to="/apis/$id" params={{ id: call.api }}>{call.api}</Link> : call.service],
          ['Operation', only('operation', call.operation)],
          ['Caller', only('caller', call.caller)],
          ['Plan', only('plan', call.plan)],
          ['Subscription', call.subscription],
          ['Protocol', only('protocol', call.protocol)],
          ['Host', call.host],
          ['Client', call.client],
          ['User agent', call.user_agent],
          ['Request body', format.bytes(call.bytes_in)],
          ['Response body', format.bytes(call.bytes_out)],
          ['Upstream', call.endpoint ?? 'not reached'],
          ['Attempts', String(call.attempts)],
          ['Cache', only('cache', call.cache)],
          ['Cause', call.cause],
          ['Request id', copied(call.request_id)],
          ['Trace id', copied(call.trace_id)],
        ]}
      />
    </Stack>
  );
}

/** The duration as a bar: what the gateway took and what the upstream took. */
function LatencySplit({ call }: { call: admin.Call }) {
  const share = call.duration_ms > 0 ? Math.min(100, (call.upstream_ms / call.duration_ms) * 100) : 0;
  return (
    <figure aria-label="Where the time went">
      <div className={css.split} aria-hidden="true">
        <span className={css.gateway} style={{ width: `${100 - share}%` }} />
        <span className={css.upstream} style={{ width: `${share}%` }} />
      </div>
      <figcaption className={css.splitLegend}>
        <span>
          <span className={css.gatewayDot} /> gateway <b>{format.millis(call.gateway_ms)}</b>
        </span>
        <span>
          <span className={css.upstreamDot} /> upstream <b>{format.millis(call.upstream_ms)}</b>
        </span>
        <span>
          in all <b>{format.millis(call.duration_ms)}</b>
        </span>
      </figcaption>
    </figure>
  );
}

/** Where no call was logged yet. */
export function NoCalls({ children }: { children?: ReactNode }) {
  return (
    <EmptyState icon="log" title="No calls yet">
      <p>Every call through the gateway appears here within two seconds, with its route, caller, status and where the time went.</p>
      {children}
    </EmptyState>
  );
}
