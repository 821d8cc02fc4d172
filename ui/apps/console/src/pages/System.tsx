import * as admin from '@pailou/api/admin';
import { Callout, ErrorState, Facts, Findings, format, Grid, PageHeader, Panel, Skeleton, Stack, Stat, Stats } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { systemQuery } from '../queries.ts';

export function System() {
  const system = useQuery({ ...systemQuery, refetchInterval: 2000 });
  if (system.error && !system.data) return <ErrorState error={system.error} retry={() => void system.refetch()} />;
  if (!system.data) return <Skeleton lines={8} />;
  const { version, role, started_at, gateway, analytics, store } = system.data;
  const lost = analytics ? analytics.dropped + analytics.lost : 0;
  return (
    <>
      <PageHeader title="System" lead="This process: what runs, where it listens, and what it could not keep." />
      <Stack>
        {system.error && <Callout tone="bad" icon="warning">The server does not answer just now; what is shown is the last that was known.</Callout>}
        {analytics?.error && (
          <Callout tone="bad" icon="warning">
            <strong>Analytics cannot write:</strong> {analytics.error} Counting goes on in memory.
          </Callout>
        )}
        {!gateway.ready && (
          <Callout tone="warn" icon="warning">
            {gateway.draining ? 'The gateway is draining: it finishes what it has and takes nothing new.' : 'The gateway has no configuration in force and takes no requests.'}
          </Callout>
        )}
        {store.unresolved.length > 0 && (
          <Callout tone="bad" icon="warning">
            <p>
              <strong>Some stored resources are not in effect:</strong>
            </p>
            <Findings findings={store.unresolved} />
          </Callout>
        )}
        {lost > 0 && (
          <Callout tone="warn" icon="warning">
            {format.plural(lost, 'call')} found no room and are in no number of analytics. Traffic itself is not affected.
          </Callout>
        )}
        <Stats>
          <Stat label="Version" value={version} note={`role ${role}`} />
          <Stat label="Up" value={format.uptime(started_at)} note={`since ${format.fullTime(started_at)}`} />
          <Stat label="Snapshot" value={String(gateway.snapshot)} note={gateway.snapshot === store.snapshot ? 'the gateway runs the latest' : `the store has ${store.snapshot}`} tone={gateway.snapshot === store.snapshot ? undefined : 'warn'} />
          {analytics && <Stat label="Connections" value={`${format.count(gateway.connections)} open`} note={`${format.plural(gateway.workers, 'worker')}, ${format.count(gateway.accepted)} accepted, ${format.count(gateway.shed)} shed`} />}
        </Stats>
        <Grid min="18rem">
          <Panel title="Listeners" actions={<Link to="/gateways">Gateway</Link>}>
            {gateway.listeners.length ? (
              <Facts facts={gateway.listeners.map((listener) => [listener.name, <code key={listener.address}>{listener.address}</code>] as const)} />
            ) : (
              <p className="muted">This process runs no gateway.</p>
            )}
          </Panel>
          {analytics && <Panel title="Analytics">
            <Facts
              facts={[
                ['Counted', `${format.count(analytics.recorded)} calls`],
                ['Dropped', `${format.count(analytics.dropped)} calls`],
                ['In the call log', `${format.count(analytics.calls_kept)} calls`],
                ['Counted, not logged', `${format.count(analytics.not_logged)} calls`],
                ['Series', `${format.count(analytics.series)} of calls`],
                ['Kept in', analytics.durable ? 'a database' : 'memory only'],
                ['Last written', analytics.flushed_at ? format.ago(analytics.flushed_at) : undefined],
              ]}
            />
          </Panel>}
          <Panel title="Store">
            <Facts facts={[['Snapshot', store.snapshot], ...store.resources.filter((row) => row.count > 0).map((row) => [admin.PLURALS[row.kind], format.count(row.count)] as const)]} />
          </Panel>
        </Grid>
      </Stack>
    </>
  );
}
