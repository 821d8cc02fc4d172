import { Callout, ErrorState, Facts, format, Grid, PageHeader, Panel, Skeleton, Stack, Stat, Stats } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { systemQuery } from '../queries.ts';

export function System() {
  const system = useQuery({ ...systemQuery, refetchInterval: 2000 });
  if (system.error && !system.data) return <ErrorState error={system.error} retry={() => void system.refetch()} />;
  if (!system.data) return <Skeleton lines={8} />;
  const { version, role, started_at, gateway, analytics, store } = system.data;
  const lost = (analytics?.dropped ?? 0) + (typeof analytics?.lost === 'number' ? analytics.lost : 0);
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
        {lost > 0 && (
          <Callout tone="warn" icon="warning">
            {format.plural(lost, 'call')} found no room and are in no number of analytics. Traffic itself is not affected.
          </Callout>
        )}
        <Stats>
          <Stat label="Version" value={version} note={`role ${role}`} />
          <Stat label="Up" value={format.uptime(started_at)} note={`since ${format.fullTime(started_at)}`} />
          {gateway && <Stat label="Snapshot" value={`No. ${gateway.snapshot ?? '–'}`} note="what the gateway runs" />}
          {gateway && <Stat label="Connections" value={`${format.count(gateway.connections)} open`} note={gateway.workers === undefined ? undefined : format.plural(gateway.workers, 'worker')} />}
        </Stats>
        <Grid min="22rem">
          <Panel title="Listeners">
            {gateway?.listeners?.length ? (
              <Facts facts={gateway.listeners.map((listener, at) => (typeof listener === 'string' ? ([`${at + 1}`, <code key={at}>{listener}</code>] as const) : ([String(listener.protocol ?? listener.scheme ?? listener.name ?? 'http'), <code key={at}>{String(listener.address ?? listener.url ?? '')}</code>] as const)))} />
            ) : (
              <p className="muted">This process runs no gateway.</p>
            )}
          </Panel>
          <Panel title="Analytics">
            {analytics ? (
              <Facts
                facts={[
                  ['Counted', `${format.count(analytics.recorded)} calls`],
                  ['Dropped', `${format.count(analytics.dropped)} calls`],
                  ['In the call log', `${format.count(analytics.calls_kept ?? analytics.logged)} calls`],
                  ['Counted, not logged', `${format.count(analytics.not_logged)} calls`],
                  ['Series', analytics.series === undefined ? undefined : `${format.count(analytics.series)} series`],
                  ['Kept in', analytics.durable === false ? 'memory only' : 'a database'],
                ]}
              />
            ) : (
              <p className="muted">Off.</p>
            )}
          </Panel>
          {store && (
            <Panel title="Store">
              <Facts facts={Object.entries(store).map(([name, value]) => [name.replaceAll('_', ' '), shown(name, value)] as const)} />
            </Panel>
          )}
        </Grid>
      </Stack>
    </>
  );
}

function shown(name: string, value: unknown): string {
  if (typeof value === 'number') return /bytes|size/.test(name) ? format.bytes(value) : format.count(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
