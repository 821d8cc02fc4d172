import * as admin from '@pailou/api/admin';
import { Badge, buttonClass, Chart, CodeBlock, EmptyState, ErrorState, format, Grid, Icon, PageHeader, Panel, Skeleton, Sparkline, Stack, Stat, Stats, StateChip } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { nameOf, SOON_DAYS, validityOf } from '../parts/certificates.ts';
import { curlOf, gatewayUrl, sampleOperation } from '../parts/gateway.ts';
import { ResourceLink } from '../parts/ResourceLink.tsx';
import { summaryOf } from '../parts/standing.ts';
import { currentRate, errorShare, seriesOf } from '../parts/traffic-series.ts';
import { rangeOf, useTraffic } from '../parts/TrafficView.tsx';
import { listQuery, operationsQuery, secretReferencesQuery, standingsQuery, systemQuery } from '../queries.ts';
import { waits } from '../parts/DecisionDialog.tsx';
import { IfMay, useMay } from '../parts/may.tsx';
import css from './Overview.module.css';

/** Things of a panel that are shown at most. */
const SHOWN = 8;

/** What needs me now: health, traffic, decisions that wait, what changed. */
export function Overview() {
  const apis = useQuery(listQuery('api', { limit: 5 }));
  const range = rangeOf('1h');
  const traffic = useTraffic({}, range.ms, 2000);
  if (apis.error) return <ErrorState error={apis.error} retry={() => void apis.refetch()} />;
  if (!apis.data) return <Skeleton lines={8} />;
  return (
    <>
      <PageHeader title="Overview" />
      <Stack>
        <IfMay permission="system:read">
          <Health />
        </IfMay>
        {apis.data.total === 0 ? <FirstApi /> : traffic.data && traffic.data.traffic.totals.requests === 0 ? <FirstCall api={apis.data.items[0]?.document} /> : <Traffic answer={traffic.data} error={traffic.error} />}
        <Grid min="24rem">
          <Attention />
          <IfMay permission="apps:read">
            <Waiting />
          </IfMay>
          <IfMay permission="audit:read">
            <Changes />
          </IfMay>
        </Grid>
      </Stack>
    </>
  );
}

function Health() {
  const system = useQuery({ ...systemQuery, refetchInterval: 5000 });
  const { gateway, analytics, version, started_at } = system.data ?? {};
  const items: { label: string; ok: boolean; note: string }[] = system.data
    ? [
        { label: 'Gateway', ok: gateway?.ready === true, note: gateway?.ready ? `snapshot ${gateway.snapshot}, ${format.plural(gateway.connections, 'connection')}` : 'takes no requests' },
        { label: 'Control plane', ok: !system.error, note: `${version ?? ''}, up ${format.uptime(started_at ?? Date.now())}` },
        { label: 'Analytics', ok: !analytics?.error && (analytics?.dropped ?? 0) === 0, note: analytics ? `${format.count(analytics.recorded)} calls counted, ${format.count(analytics.dropped)} dropped` : 'off' },
      ]
    : [];
  if (system.error) return <ErrorState compact error={system.error} retry={() => void system.refetch()} />;
  return (
    <ul className={css.health} aria-label="Health">
      {items.map((item) => (
        <li key={item.label}>
          <StateChip state={item.ok ? 'healthy' : 'degraded'} label={item.ok ? 'healthy' : 'look here'} />
          <b>{item.label}</b>
          <Link to="/system" className={css.healthNote}>
            {item.note}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function FirstApi() {
  return (
    <Panel>
      <EmptyState
        icon="api"
        title="Welcome. Publish your first API"
        action={
          <IfMay permission="apis:write">
            <Link to="/apis/new" className={buttonClass('primary')}>
              <Icon name="upload" size={16} /> Import an OpenAPI document
            </Link>
          </IfMay>
        }
      >
        <p>Bring a contract and the address of the service behind it. Pailou routes, guards, documents and meters it.</p>
        <CodeBlock wrap label="The same from a shell" caption code="pailou import openapi orders.yaml --upstream http://127.0.0.1:9001" />
      </EmptyState>
    </Panel>
  );
}

function FirstCall({ api }: { api?: admin.Api }) {
  const id = api ? admin.idOf(api) : '';
  const operations = useQuery({ ...operationsQuery(id), enabled: Boolean(api) });
  const system = useQuery(systemQuery);
  if (!api) return null;
  const operation = sampleOperation(operations.data ?? []);
  const guarded = operation?.policies.some((one) => one.policy === 'key-auth');
  return (
    <Panel>
      <EmptyState icon="live" title={`Make a call to ${api.title ?? id}`}>
        <p>No traffic in the last hour. Paste this into a terminal; this panel turns into live numbers with the first call.</p>
        <CodeBlock wrap label="Call" code={curlOf(gatewayUrl(system.data), api, operation)} />
        {guarded && (
          <p>
            It asks for a key: <Link to="/consumers">open a consumer</Link> and issue one, or use the key that quickstart printed.
          </p>
        )}
        <p className={css.waiting} role="status">
          <span className={css.pulse} aria-hidden="true" /> waiting for the first call
        </p>
      </EmptyState>
    </Panel>
  );
}

function Traffic({ answer, error }: { answer?: { traffic: admin.Traffic; now: number }; error: unknown }) {
  if (!answer) return error ? <ErrorState error={error} /> : <Skeleton lines={5} />;
  const { traffic, now } = answer;
  const series = seriesOf(traffic, now);
  const totals = traffic.totals;
  const share = errorShare(totals);
  const all = series.times.map((_, at) => series.rate.reduce((sum, one) => sum + (one.values[at] ?? 0), 0));
  return (
    <>
      <Stats>
        <Stat label="Rate now" value={format.rate(currentRate(traffic, now))} note={`${format.count(totals.requests)} calls in the last hour`} chart={<Sparkline values={all} width={220} />} />
        <Stat label="Did not succeed" value={format.percent(share)} note={`${format.count(totals.errors)} calls in the last hour`} tone={(share ?? 0) > 0.05 ? 'warn' : undefined} chart={<Sparkline values={series.errors[0]?.values ?? []} color="var(--chart-3)" width={220} />} />
        <Stat label="Latency p95" value={format.millis(totals.p95_ms)} note={`p50 ${format.millis(totals.p50_ms)}, p99 ${format.millis(totals.p99_ms)}`} chart={<Sparkline values={series.latency[1]?.values ?? []} color="var(--chart-2)" width={220} />} />
      </Stats>
      <Panel
        actions={
          <Link to="/live" className={buttonClass('quiet', 's')}>
            Live traffic
          </Link>
        }
        title="The last hour"
      >
        <Chart title="Requests" unit="req/s" kind="area" times={series.times} series={series.rate} height={200} />
      </Panel>
    </>
  );
}

/** What works for now and will not, or does not any more. */
function Attention() {
  const system = useQuery({ ...systemQuery, refetchInterval: 5000 });
  const standings = useQuery({ ...standingsQuery(), refetchInterval: 5000 });
  const may = useMay();
  const references = useQuery({ ...secretReferencesQuery, enabled: may('secrets:read') });
  const certificates = (system.data?.gateway.certificates ?? []).filter((one) => one.name !== '(made)').map((one) => ({ name: one.name, ...validityOf(one) }));
  const upstreams = (standings.data ?? []).map((one) => ({ of: one.upstream, ...summaryOf(one) }));
  const items: { key: string; badge: ReactNode; link: ReactNode; why?: string }[] = [
    ...certificates
      .filter(({ days }) => days < SOON_DAYS)
      .map(({ name, words, tone }) => ({ key: `certificate/${name}`, badge: <Badge tone={tone}>{words}</Badge>, link: <Link to="/certificates">Certificate {nameOf(name)}</Link> })),
    ...(system.data?.acme ?? []).filter(({ failures }) => failures > 0).map(({ certificate, error }) => ({ key: `acme/${certificate}`, badge: <StateChip state="failed" label="could not be had" />, link: <Link to="/certificates">Certificate {certificate}</Link>, why: error ?? undefined })),
    ...upstreams.filter(({ state }) => state !== 'healthy').map(({ of, state, why }) => ({ key: of, badge: <StateChip state={state} />, link: <ResourceLink of={of} />, why })),
    ...(references.data?.items ?? [])
      .filter(({ trouble, in_force }) => trouble || !in_force)
      .map(({ reference, in_force }) => ({ key: reference, badge: <StateChip state={in_force ? 'degraded' : 'failed'} label={in_force ? 'out of reach' : 'missing'} />, link: <Link to="/secrets" className="mono">{reference}</Link> })),
    ...(system.data?.store.unresolved ?? []).map((finding, at) => ({ key: `unresolved/${at}`, badge: <StateChip state="failed" label="not in effect" />, link: <Link to="/system">{finding.resource ?? 'A resource'}</Link>, why: finding.message })),
  ];
  return (
    <Panel title={items.length ? `${format.plural(items.length, 'thing')} to look at` : 'To look at'}>
      {!system.data && !standings.data ? (
        <Skeleton />
      ) : items.length === 0 ? (
        <p className="muted">Endpoints, certificates and secrets are well.</p>
      ) : (
        <ul className={css.items}>
          {items.slice(0, SHOWN).map(({ key, badge, link, why }) => (
            <li key={key}>
              {badge} {link} {why && <span className="muted">{why}</span>}
            </li>
          ))}
          {items.length > SHOWN && <li className="muted">and {format.count(items.length - SHOWN)} more</li>}
        </ul>
      )}
    </Panel>
  );
}

function Waiting() {
  const subscriptions = useQuery(listQuery('subscription', { limit: 1000 }));
  const pending = subscriptions.data?.items.filter(({ document }) => waits(document)) ?? [];
  return (
    <Panel
      title={pending.length ? `${format.plural(pending.length, 'subscription')} to decide` : 'To decide'}
      actions={
        pending.length > 0 && (
          <Link to="/subscriptions" search={{ state: 'pending' }} className={buttonClass('quiet', 's')}>
            All
          </Link>
        )
      }
    >
      {subscriptions.error ? (
        <ErrorState compact error={subscriptions.error} />
      ) : pending.length === 0 ? (
        <p className="muted">Nothing waits for you.</p>
      ) : (
        <ul className={css.items}>
          {pending.slice(0, 6).map(({ document, updated_at }) => (
            <li key={document.name}>
              <Link to="/$kind/$id" params={{ kind: 'subscriptions', id: document.name }}>
                {document.app} → {document.product}
              </Link>{' '}
              <Badge>{document.change?.plan ?? document.plan}</Badge> <span className="muted">{format.ago(updated_at)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Changes() {
  const audit = useQuery({ queryKey: ['audit', 'latest'], queryFn: ({ signal }) => admin.audit({ limit: 7 }, signal), refetchInterval: 10_000 });
  return (
    <Panel
      title="Recent changes"
      actions={
        <Link to="/audit" className={buttonClass('quiet', 's')}>
          Audit
        </Link>
      }
    >
      {audit.error ? (
        <ErrorState compact error={audit.error} retry={() => void audit.refetch()} />
      ) : !audit.data ? (
        <Skeleton />
      ) : audit.data.items.length === 0 ? (
        <p className="muted">Nothing was changed yet.</p>
      ) : (
        <ul className={css.items}>
          {audit.data.items.map((record) => (
            <li key={record.number}>
              <Badge>{record.action}</Badge> <span className="mono">{[record.kind, record.id].filter(Boolean).join('/')}</span>{' '}
              <span className="muted">
                {record.actor}, {format.ago(record.at)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
