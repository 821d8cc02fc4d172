import * as admin from '@pailou/api/admin';
import { Callout, CodeBlock, EmptyState, Facts, format, Grid, MethodBadge, Panel, Row, Stack, Stat, StateChip, Stats } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { curlOf, gatewayUrl, sampleOperation, versionWords } from '../../parts/gateway.ts';
import { oneLine, readUse } from '../../parts/policy-use.ts';
import { StandingView } from '../../parts/StandingView.tsx';
import { errorShare, seriesOf } from '../../parts/traffic-series.ts';
import { RANGES, useTraffic } from '../../parts/TrafficView.tsx';
import { Chart } from '@pailou/kit';
import { listQuery, operationsQuery, systemQuery } from '../../queries.ts';
import { useApi } from './useApi.ts';

const SHOWN = 8;

export function ApiOverview() {
  const { id, api } = useApi();
  const operations = useQuery(operationsQuery(id));
  const system = useQuery(systemQuery);
  const all = useQuery({ ...listQuery('api', { limit: 1000 }), enabled: Boolean(api.version) });
  const others = (all.data?.items ?? []).map(({ document }) => document).filter((other) => other.name === api.name && other.version !== api.version);
  const range = RANGES[0];
  const traffic = useTraffic({ api: id }, range.ms, range.refresh).data;
  const sample = curlOf(gatewayUrl(system.data), api, sampleOperation(operations.data ?? []));
  const upstream = typeof api.upstream === 'string' ? undefined : api.upstream;
  const series = traffic && seriesOf(traffic.traffic, traffic.now);
  const totals = traffic?.traffic.totals;
  return (
    <Stack>
      {totals && totals.requests === 0 ? (
        <Panel title="No traffic in the last 15 minutes">
          <EmptyState compact icon="live" title="Waiting for the first call">
            <p>Paste this into a terminal. The call appears here within two seconds.</p>
            <CodeBlock wrap label="First call" code={sample} />
          </EmptyState>
        </Panel>
      ) : (
        <>
          {totals && (
            <Stats>
              <Stat label="Requests" value={`${format.count(totals.requests)} calls`} note="last 15 minutes" />
              <Stat label="Did not succeed" value={format.percent(errorShare(totals))} />
              <Stat label="Latency p95" value={format.millis(totals.p95_ms)} note={`p50 ${format.millis(totals.p50_ms)}`} />
              <Stat label="Gateway's share p95" value={format.millis(totals.gateway_p95_ms)} />
            </Stats>
          )}
          {series && (
            <Panel>
              <Chart title="Requests" unit="req/s" kind="area" times={series.times} series={series.rate} />
            </Panel>
          )}
        </>
      )}
      {upstream && <StandingView of={`api/${id}`} />}
      {api.split && (
        <Callout icon="split">
          Its requests are divided among {format.count(api.split.branches.length + 1)} upstreams: <Link to="/splits" search={{ q: `api/${id}` }}>how the branches do</Link>.
        </Callout>
      )}
      <Grid min="24rem">
        <Panel title="About">
          <Stack gap={3}>
            {api.description && <p>{api.description}</p>}
            <Facts
              facts={[
                ['Id', <code key="id">{id}</code>],
                ['Owner', api.owner],
                ['Tags', api.tags?.join(', ')],
                ['Hosts', api.listen.hosts?.join(', ') || 'any'],
                ['Base path', <code key="path">{api.listen.path ?? '/'}</code>],
                ['Version named by', versionWords(api)],
                ['Other versions', others.length > 0 ? <OtherVersions key="versions" others={others} /> : undefined],
                ['Goes upstream', api.listen.strip_path === false ? 'with the base path' : 'without the base path'],
                [
                  'Upstream',
                  typeof api.upstream === 'string' ? (
                    <Link to="/$kind/$id" params={{ kind: 'upstreams', id: api.upstream }}>
                      {api.upstream}
                    </Link>
                  ) : (
                    upstream?.endpoints.map((endpoint) => (
                      <div key={typeof endpoint === 'string' ? endpoint : endpoint.url} className="mono">
                        {typeof endpoint === 'string' ? endpoint : `${endpoint.url} (weight ${endpoint.weight ?? 1})`}
                      </div>
                    ))
                  ),
                ],
                ['Balancing', upstream?.balance ?? (upstream ? 'round-robin' : undefined)],
                ['Contract', api.contract ? (operations.data ? format.plural(operations.data.length, 'operation') : '…') : 'none: every path is passed through'],
              ]}
            />
          </Stack>
        </Panel>
        <Panel
          title="Policies"
          actions={
            <Link to="/apis/$id/policies" params={{ id }}>
              Edit
            </Link>
          }
        >
          {api.policies?.length ? (
            <Facts facts={api.policies.map(readUse).map((use) => [use.policy, <code key={use.policy}>{oneLine(use.config)}</code>] as const)} />
          ) : (
            <p className="muted">None on the API itself.</p>
          )}
        </Panel>
        <Panel
          title="Operations"
          actions={
            <Link to="/apis/$id/operations" params={{ id }}>
              All {format.count(operations.data?.length)}
            </Link>
          }
        >
          <Stack gap={2}>
            {operations.data?.slice(0, SHOWN).map((operation) => (
              <div key={operation.id}>
                <MethodBadge method={operation.method ?? 'ANY'} /> <span className="mono">{operation.path}</span>
              </div>
            ))}
          </Stack>
        </Panel>
        {totals && totals.requests > 0 && (
          <Panel title="Try it">
            <CodeBlock wrap label="Sample call" code={sample} />
          </Panel>
        )}
      </Grid>
    </Stack>
  );
}

function OtherVersions({ others }: { others: readonly admin.Api[] }) {
  return (
    <Row>
      {others.map((other) => (
        <span key={admin.idOf(other)}>
          <Link to="/apis/$id" params={{ id: admin.idOf(other) }}>
            {other.version ?? 'unversioned'}
          </Link>{' '}
          {other.lifecycle?.state && other.lifecycle.state !== 'published' && <StateChip state={other.lifecycle.state} />}
        </span>
      ))}
    </Row>
  );
}
