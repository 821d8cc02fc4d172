import type { EndpointStanding, StandingChange, UpstreamStanding } from '@pailou/api/admin';
import { Badge, Callout, type Column, Drawer, EmptyState, ErrorState, Facts, format, Row, Skeleton, Stack, Stat, StateChip, Stats, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { standingsQuery, systemQuery } from '../queries.ts';
import css from './StandingView.module.css';
import { checksOf, stateOf, summaryOf } from './standing.ts';

/** How an upstream and its endpoints stand at the gateway, as it changes. `of` is `upstream/orders`, or `api/orders@v1` for one written there. */
export function StandingView({ of }: { of: string }) {
  const standings = useQuery(standingsQuery(of));
  const system = useQuery(systemQuery);
  if (standings.error && !standings.data) return <ErrorState error={standings.error} retry={() => void standings.refetch()} />;
  if (!standings.data) return <Skeleton lines={5} />;
  const [standing] = standings.data;
  if (!standing) {
    return (
      <EmptyState compact icon="upstream" title={system.data?.role === 'control' ? 'This process runs no gateway' : 'No gateway uses it'}>
        {system.data?.role === 'control' ? 'How endpoints stand is known where the gateways run: their metrics tell it as numbers.' : 'Its endpoints are watched once an API or a route leads to it.'}
      </EmptyState>
    );
  }
  return (
    <Stack>
      {standings.error ? <ErrorState compact error={standings.error} retry={() => void standings.refetch()} /> : null}
      <Numbers standing={standing} />
      <Endpoints standing={standing} />
      {standing.history.length > 0 && <History changes={standing.history} />}
    </Stack>
  );
}

function Numbers({ standing }: { standing: UpstreamStanding }) {
  const { take, state, why } = summaryOf(standing);
  const refused = standing.overloaded + standing.broken;
  return (
    <>
      {standing.breaker === 'open' && (
        <Callout tone="bad" icon="warning">
          <strong>The breaker of the upstream is open:</strong> requests are refused at once with 503 until it is tried again.
        </Callout>
      )}
      <Stats>
        <Stat label="Take requests" value={`${take} of ${standing.endpoints.length}`} note={why ?? 'all endpoints are well'} tone={state === 'healthy' ? undefined : take === 0 ? 'bad' : 'warn'} />
        {typeof standing.requests === 'number' && <Stat label="Under way" value={format.plural(standing.requests, 'request')} />}
        {typeof standing.connections === 'number' && <Stat label="Connections" value={`${format.count(standing.connections)} open`} />}
        <Stat label="Waiting" value={format.plural(standing.pending, 'request')} tone={standing.pending ? 'warn' : undefined} note="for their turn" />
        <Stat label="Refused" value={format.plural(refused, 'request')} note={refused ? `${format.count(standing.overloaded)} for want of room, ${format.count(standing.broken)} by the breaker` : 'since the start'} tone={refused ? 'warn' : undefined} />
        <Stat label="Sent again" value={format.plural(standing.retries, 'request')} note={standing.over_budget ? `${format.count(standing.over_budget)} more were over the budget` : 'since the start'} />
        {standing.hedges > 0 && <Stat label="Sent twice" value={format.plural(standing.hedges, 'request')} note={`the second answer was first ${format.plural(standing.hedges_won, 'time')}`} />}
      </Stats>
    </>
  );
}

function Endpoints({ standing }: { standing: UpstreamStanding }) {
  const [open, setOpen] = useState<string>();
  const shown = standing.endpoints.find((endpoint) => endpoint.url === open);
  const columns: Column<EndpointStanding>[] = [
    {
      id: 'url',
      header: 'Endpoint',
      sort: (one) => one.url,
      cell: (one) => (
        <Row>
          <span className="mono">{one.url}</span>
          {one.zone && <Badge title={one.zone === standing.zone ? 'The zone of the gateway' : 'Another zone than that of the gateway'}>{`zone ${one.zone}`}</Badge>}
          {one.found && <Badge title="Found by discovery, not listed">found</Badge>}
        </Row>
      ),
    },
    {
      id: 'state',
      header: 'State',
      sort: (one) => stateOf(one).state,
      cell: (one) => {
        const { state, why } = stateOf(one, standing.zone);
        return (
          <>
            <StateChip state={state} />
            {why && <div className={css.why}>{why}</div>}
          </>
        );
      },
    },
    { id: 'weight', header: 'Weight', align: 'end', hide: 'medium', sort: (one) => one.weight, cell: (one) => format.count(one.weight) },
    { id: 'flight', header: 'Under way', align: 'end', hide: 'medium', sort: (one) => one.in_flight, cell: (one) => (typeof one.in_flight === 'number' ? format.count(one.in_flight) : <span className="muted" title="Counted where the balancing or a limit asks for it">not counted</span>) },
    {
      id: 'checks',
      header: 'Checks',
      hide: 'below',
      cell: (one) => {
        const said = checksOf(one);
        return said.length ? said.map((line) => <div key={line} className={css.check}>{line}</div>) : <span className="muted">none are set up</span>;
      },
    },
    { id: 'breaker', header: 'Breaker', hide: 'medium', cell: (one) => one.breaker ?? <span className="muted">none</span> },
  ];
  return (
    <>
      <Table
        caption="Endpoints"
        columns={columns}
        rows={standing.endpoints}
        rowKey={(one) => one.url}
        onOpen={(one) => setOpen(one.url)}
        selected={open}
        empty={
          <EmptyState compact icon="upstream" title="No endpoints">
            Requests are answered 503 until one is listed or found.
          </EmptyState>
        }
        footer={<span>{format.plural(standing.endpoints.length, 'endpoint')}</span>}
      />
      <Drawer open={shown !== undefined} onClose={() => setOpen(undefined)} title={shown?.url ?? ''}>
        {shown && (
          <Stack>
            <Facts
              facts={[
                ['State', <StateChip key="state" state={stateOf(shown).state} />],
                ['Why', stateOf(shown, standing.zone).why],
                ['Weight', format.count(shown.weight)],
                ['Zone', shown.zone],
                ['Under way', typeof shown.in_flight === 'number' ? format.plural(shown.in_flight, 'request') : 'not counted'],
                ['Checks', checksOf(shown).join('; ') || 'none are set up'],
                ['Last failure', shown.checks?.last_failure],
                ['Breaker', shown.breaker],
              ]}
            />
            <History changes={shown.history} />
          </Stack>
        )}
      </Drawer>
    </>
  );
}

function History({ changes }: { changes: readonly StandingChange[] }) {
  return (
    <section>
      <h3>What changed lately</h3>
      {changes.length === 0 ? (
        <p className="muted">Nothing since the start.</p>
      ) : (
        <ol className={css.history}>
          {[...changes].reverse().map((change, at) => (
            <li key={`${change.at}/${at}`}>
              <time className="muted" title={format.fullTime(change.at)}>
                {format.ago(change.at)}
              </time>
              <span>{change.what}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
