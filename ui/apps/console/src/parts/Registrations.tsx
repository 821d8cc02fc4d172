import * as admin from '@pailou/api/admin';
import { Badge, type Column, EmptyState, format, Panel, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

const STATES = { open: { tone: 'good', says: 'registered' }, leftover: { tone: 'warn', says: 'to be deleted' }, 'given-up': { tone: 'bad', says: 'delete it there' } } as const;

const columns: Column<admin.Registration>[] = [
  { id: 'client', header: 'Client ID', cell: (one) => <code>{one.client_id}</code> },
  {
    id: 'app',
    header: 'App',
    cell: (one) =>
      one.state === 'open' ? (
        <Link to="/$kind/$id" params={{ kind: 'apps', id: one.app }}>
          {one.app}
        </Link>
      ) : (
        one.app
      ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (one) => {
      const state = STATES[one.state as keyof typeof STATES];
      return <Badge tone={state.tone}>{state.says}</Badge>;
    },
  },
  { id: 'at', header: 'Registered', hide: 'narrow', cell: (one) => <time title={format.fullTime(one.at)}>{format.ago(one.at)}</time> },
  {
    id: 'trouble',
    header: 'What came of it',
    hide: 'below',
    cell: (one) => (
      <>
        {one.trouble ?? (one.managed ? 'It can be changed and deleted from here.' : 'The server lets it be changed by hand alone.')}
        {one.next_at && <span className="muted"> Tried again {format.until(one.next_at)}.</span>}
      </>
    ),
  },
];

/** Clients that were registered with an authorization server, and those that are to be deleted there. */
export function Registrations({ server }: { server: string }) {
  const found = useQuery({ queryKey: ['registrations', server], queryFn: ({ signal }) => admin.registrations(server, signal), refetchInterval: 10_000 });
  return (
    <Panel title="Registered clients" flush>
      <Table
        caption="Registered clients"
        columns={columns}
        rows={found.data?.items}
        rowKey={(one) => String(one.number)}
        error={found.error}
        retry={() => void found.refetch()}
        empty={
          <EmptyState compact icon="key" title="No app is registered there yet">
            A developer who makes an OAuth client for an app has it registered with this server.
          </EmptyState>
        }
      />
    </Panel>
  );
}
