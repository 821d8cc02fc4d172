import * as admin from '@pailou/api/admin';
import { Chart, ErrorState, format, Grid, Panel, Skeleton, Stack, Stat, Stats } from '@pailou/kit';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { errorShare, seriesOf } from './traffic-series.ts';

export const RANGES = [
  { value: '15m', label: 'Last 15 minutes', ms: 15 * 60_000, refresh: 2000 },
  { value: '1h', label: 'Last hour', ms: 3_600_000, refresh: 5000 },
  { value: '6h', label: 'Last 6 hours', ms: 6 * 3_600_000, refresh: 15_000 },
  { value: '24h', label: 'Last 24 hours', ms: 24 * 3_600_000, refresh: 30_000 },
  { value: '7d', label: 'Last 7 days', ms: 7 * 24 * 3_600_000, refresh: 60_000 },
  { value: '30d', label: 'Last 30 days', ms: 30 * 24 * 3_600_000, refresh: 60_000 },
] as const;

/** The range of an address, or the first. */
export const rangeOf = (value: string | undefined) => RANGES.find((range) => range.value === value) ?? RANGES[0];

/** Traffic of a period up to now, asked again and again. */
export function useTraffic(filter: admin.TrafficQuery, ms: number, refresh: number | false) {
  return useQuery({
    queryKey: ['traffic', filter, ms],
    queryFn: async ({ signal }) => {
      const to = Date.now();
      return { traffic: await admin.traffic({ ...filter, from: to - ms, to }, signal), now: to };
    },
    refetchInterval: refresh,
    placeholderData: keepPreviousData,
  });
}

/** Numbers and charts of the traffic of a period. */
export function TrafficView({ filter, range }: { filter: admin.TrafficQuery; range: (typeof RANGES)[number] }) {
  const { data, error, refetch } = useTraffic(filter, range.ms, range.refresh);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={6} />;
  const { traffic, now } = data;
  const totals = traffic.totals;
  const series = seriesOf(traffic, now);
  const share = errorShare(totals);
  return (
    <Stack>
      <Stats>
        <Stat label="Requests" value={`${format.count(totals.requests)} calls`} note={range.label.toLowerCase()} />
        <Stat label="Did not succeed" value={share === undefined ? 'no calls' : format.percent(share)} note={`${format.count(totals.by_fault.downstream)} client · ${format.count(totals.by_fault.upstream)} upstream · ${format.count(totals.by_fault.gateway)} gateway`} tone={(share ?? 0) > 0.05 ? 'warn' : undefined} />
        <Stat label="Latency p50" value={format.millis(totals.p50_ms)} note={`gateway ${format.millis(totals.gateway_p50_ms)}`} />
        <Stat label="Latency p95" value={format.millis(totals.p95_ms)} note={`gateway ${format.millis(totals.gateway_p95_ms)}`} />
        <Stat label="Latency p99" value={format.millis(totals.p99_ms)} note={`gateway ${format.millis(totals.gateway_p99_ms)}`} />
        <Stat label="Bodies out" value={format.bytes(totals.bytes_out)} note={`in ${format.bytes(totals.bytes_in)}`} />
      </Stats>
      <Panel>
        <Chart title="Requests" unit="req/s" kind="area" times={series.times} series={series.rate} height={220} />
      </Panel>
      <Grid min="26rem">
        <Panel>
          <Chart title="Latency" unit="ms" kind="line" times={series.times} series={series.latency} noReadings="No calls in this period" />
        </Panel>
        <Panel>
          <Chart title="Calls that did not succeed" unit="%" kind="line" times={series.times} series={series.errors} noReadings="No calls in this period" />
        </Panel>
      </Grid>
    </Stack>
  );
}
