// How an app is used: calls, errors and times, by operation, beside the limits of its plans.
import { Chart, EmptyState, ErrorState, format, Panel, Select, Skeleton, Stack, Stat, Stats, Table, buttonClass } from '@pailou/kit';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { product as productQuery, usage } from '../api/client.ts';
import type { PortalApp, Usage } from '@pailou/api/portal';
import css from './AppUsage.module.css';
import { Limits } from './PlanCard.tsx';

export const PERIODS = [
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
];

export function AppUsage({ app }: { app: PortalApp }) {
  const [minutes, setMinutes] = useState('60');
  const query = useQuery(usage(app.name, Number(minutes)));
  return (
    <div className={css.columns}>
      <Stack gap={5}>
        <div className={css.period}>
          <Select aria-label="Period" value={minutes} onChange={(event) => setMinutes(event.target.value)} options={PERIODS} />
        </div>
        {query.data ? <Numbers app={app} usage={query.data} /> : query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={8} />}
      </Stack>
      <PlanLimits app={app} />
    </div>
  );
}

function Numbers({ app, usage: { traffic, operations } }: { app: PortalApp; usage: Usage }) {
  const { totals } = traffic;
  const times = useMemo(() => traffic.points.map((point) => point.at), [traffic]);
  if (!totals.requests) {
    return (
      <EmptyState icon="live" title="No calls in this period" action={<Link to="/apps/$app" params={{ app: app.name }} search={{ tab: 'keys' }} className={buttonClass('primary')}>Its keys</Link>}>
        As soon as a call is made with one of its keys, it shows here, within seconds.
      </EmptyState>
    );
  }
  return (
    <>
      <Stats>
        <Stat label="Calls" value={format.count(totals.requests)} />
        <Stat label="Errors" value={format.count(totals.errors)} note={format.percent(totals.errors / totals.requests)} tone={totals.errors ? 'warn' : undefined} />
        <Stat label="Median" value={format.millis(totals.p50_ms)} />
        <Stat label="95th percentile" value={format.millis(totals.p95_ms)} />
      </Stats>
      <Panel>
        <Chart
          title="Calls"
          unit="calls"
          kind="area"
          times={times}
          series={[
            { id: 'good', label: 'Succeeded', color: 'var(--chart-1)', values: traffic.points.map((point) => point.requests - point.errors) },
            { id: 'errors', label: 'Errors', color: 'var(--chart-3)', values: traffic.points.map((point) => point.errors) },
          ]}
        />
      </Panel>
      <Panel>
        <Chart
          title="Response time"
          unit="ms"
          kind="line"
          times={times}
          series={[
            { id: 'p50', label: 'Median', color: 'var(--chart-1)', values: traffic.points.map((point) => point.p50_ms ?? null) },
            { id: 'p95', label: '95th percentile', color: 'var(--chart-2)', values: traffic.points.map((point) => point.p95_ms ?? null) },
          ]}
        />
      </Panel>
      <Panel title="By operation" flush>
        <Table
          caption="Operations by calls"
          rows={operations}
          rowKey={(row) => `${row.api ?? ''} ${row.key}`}
          empty="None."
          columns={[
            {
              id: 'operation',
              header: 'Operation',
              sort: (row) => row.key,
              cell: (row) =>
                row.api && row.key ? (
                  <Link to="/apis/$api/reference/$operation" params={{ api: row.api, operation: row.key }}>
                    {row.key}
                  </Link>
                ) : (
                  row.key || 'no operation'
                ),
            },
            { id: 'api', header: 'API', hide: 'narrow', sort: (row) => row.api, cell: (row) => row.api },
            { id: 'calls', header: 'Calls', align: 'end', sort: (row) => row.requests, cell: (row) => format.count(row.requests) },
            { id: 'errors', header: 'Errors', align: 'end', sort: (row) => row.errors, cell: (row) => format.count(row.errors) },
            { id: 'p95', header: 'p95', align: 'end', sort: (row) => row.p95_ms, cell: (row) => format.millis(row.p95_ms) },
          ]}
        />
      </Panel>
    </>
  );
}

/** What its plans allow. */
function PlanLimits({ app }: { app: PortalApp }) {
  const products = useQueries({ queries: app.subscriptions.map((subscription) => productQuery(subscription.product)) });
  return (
    <aside aria-label="Limits">
      <Panel title="Limits">
        {app.subscriptions.length ? (
          <Stack gap={4}>
            {app.subscriptions.map((subscription, at) => {
              const product = products[at]?.data;
              const plan = product?.plans.find((p) => p.name === subscription.plan);
              return (
                <div key={subscription.id} className={css.limit}>
                  <strong>
                    {product?.title || subscription.product}, {plan?.title || subscription.plan}
                  </strong>
                  {plan ? <Limits limits={plan.limits} /> : products[at]?.isPending ? <Skeleton lines={1} /> : <p className="muted">The plan is no longer offered.</p>}
                </div>
              );
            })}
          </Stack>
        ) : (
          <p className="muted">
            It is subscribed to nothing yet. <Link to="/products">Choose a product</Link>.
          </p>
        )}
      </Panel>
    </aside>
  );
}
