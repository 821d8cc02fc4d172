import * as admin from '@pailou/api/admin';
import { Badge, Button, Chart, type Column, EmptyState, ErrorState, format, Grid, PageHeader, Panel, Row, Select, Skeleton, Stack, Stat, Stats, Table } from '@pailou/kit';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { currentRate, errorShare, seriesOf } from '../parts/traffic-series.ts';
import { useTraffic } from '../parts/TrafficView.tsx';
import { listQuery } from '../queries.ts';

const WINDOW = 10 * 60_000;
const REFRESH = 1500;

export function Live() {
  const { api } = useSearch({ from: '/shell/live' });
  const navigate = useNavigate({ from: '/live' });
  const [running, setRunning] = useState(true);
  const apis = useQuery(listQuery('api', { limit: 1000 }));
  const every = running ? REFRESH : false;
  const live = useTraffic({ api, step: '10s' }, WINDOW, every);
  const last = useTraffic({ api, step: '10s' }, 60_000, every);
  const choices = [{ value: '', label: 'All APIs and routes' }, ...(apis.data?.items ?? []).map(({ document }) => ({ value: admin.idOf(document), label: admin.idOf(document) }))];
  return (
    <>
      <PageHeader
        title="Live traffic"
        chips={running ? <Badge tone="good">refreshes each 1.5 s</Badge> : <Badge tone="warn">paused</Badge>}
        actions={
          <Row>
            <Select aria-label="API" options={choices} value={api ?? ''} onChange={(event) => void navigate({ search: { api: event.target.value || undefined }, replace: true })} />
            <Button icon={running ? 'pause' : 'play'} onClick={() => setRunning(!running)}>
              {running ? 'Pause' : 'Go on'}
            </Button>
          </Row>
        }
      />
      {live.error && !live.data ? <ErrorState error={live.error} retry={() => void live.refetch()} /> : live.data ? <Body live={live.data} last={last.data} api={api} every={every} /> : <Skeleton lines={8} />}
    </>
  );
}

interface Answer {
  traffic: admin.Traffic;
  now: number;
}

function Body({ live, last, api, every }: { live: Answer; last?: Answer; api?: string; every: number | false }) {
  const series = seriesOf(live.traffic, live.now);
  const totals = last?.traffic.totals;
  const share = totals && errorShare(totals);
  return (
    <Stack>
      <Stats>
        <Stat label="Rate now" value={format.rate(last && currentRate(last.traffic, last.now))} note="mean of the last 10 s" />
        <Stat label="Did not succeed" value={totals ? (share === undefined ? 'no calls' : format.percent(share)) : '–'} note="last minute" tone={(share ?? 0) > 0.05 ? 'bad' : undefined} />
        <Stat label="Latency p50" value={format.millis(totals?.p50_ms)} note="last minute" />
        <Stat label="Latency p95" value={format.millis(totals?.p95_ms)} note="last minute" />
        <Stat label="Latency p99" value={format.millis(totals?.p99_ms)} note="last minute" />
        <Stat label="Gateway's share p95" value={format.millis(totals?.gateway_p95_ms)} note="last minute" />
      </Stats>
      <Panel>
        <Chart title="Requests by whose fault" unit="req/s" kind="area" times={series.times} series={series.rate} height={240} />
      </Panel>
      <Grid min="26rem">
        <Panel>
          <Chart title="Latency" unit="ms" kind="line" times={series.times} series={series.latency} noReadings="No calls in these ten minutes" />
        </Panel>
        <Panel>
          <Chart title="Calls that did not succeed" unit="%" kind="line" times={series.times} series={series.errors} noReadings="No calls in these ten minutes" />
        </Panel>
      </Grid>
      <Grid min="26rem">
        <Top title={api ? 'Operations' : 'APIs and routes'} by={api ? 'operation' : 'api'} api={api} every={every} />
        <Top title="Statuses" by="status" api={api} every={every} />
        <Top title="Callers" by="caller" api={api} every={every} />
        <Top title="Refused by the gateway for" by="problem" api={api} every={every} />
      </Grid>
    </Stack>
  );
}

function Top({ title, by, api, every }: { title: string; by: 'api' | 'operation' | 'status' | 'caller' | 'problem'; api?: string; every: number | false }) {
  const top = useQuery({
    queryKey: ['top', by, api ?? '', WINDOW],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      const rows = (await admin.top({ by, api, from: to - WINDOW, to, limit: 8 }, signal)).items;
      return rows.filter((row) => by !== 'problem' || row.key);
    },
    refetchInterval: every && every * 2,
    placeholderData: keepPreviousData,
  });
  const columns: Column<admin.TopRow>[] = [
    { id: 'key', header: title, cell: (row) => (row.key ? <Link to="/calls" search={{ [by]: row.key, ...(api ? { api } : {}), range: '15m' }}>{row.key}</Link> : <span className="muted">{by === 'caller' ? 'anonymous' : 'none'}</span>) },
    { id: 'requests', header: 'Calls', align: 'end', cell: (row) => format.count(row.requests) },
    { id: 'errors', header: 'Did not succeed', align: 'end', hide: 'narrow', cell: (row) => format.percent(errorShare(row)) },
    { id: 'p95', header: 'p95', align: 'end', cell: (row) => format.millis(row.p95_ms) },
  ];
  return <Table dense caption={title} columns={columns} rows={top.data} rowKey={(row) => `${row.api ?? ''} ${row.key}`} error={top.error} retry={() => void top.refetch()} empty={<Panel title={title}><EmptyState compact icon="live" title="Nothing in the last ten minutes" /></Panel>} />;
}
