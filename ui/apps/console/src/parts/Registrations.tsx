import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, EmptyState, format, Panel, Table, useTask, useToast } from '@pailou/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Needs } from './may.tsx';

const STATES = { open: { tone: 'good', says: 'registered' }, leftover: { tone: 'warn', says: 'to be deleted' }, 'given-up': { tone: 'bad', says: 'delete it there' } } as const;

const columnsOf = (server: string): Column<admin.Registration>[] => [
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
  { id: 'retry', header: '', align: 'end', cell: (one) => (one.trouble || one.state !== 'open') && <Retry server={server} one={one} /> },
];

/** Tries at once what is tried again later, or was given up. */
function Retry({ server, one }: { server: string; one: admin.Registration }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const client = useQueryClient();
  const retry = () =>
    run(
      async () => {
        const { gone, registration } = await admin.retryRegistration(server, one.number);
        await client.invalidateQueries({ queryKey: ['registrations', server] });
        if (gone) toast.done(`${one.client_id} is deleted there`);
        else if (registration?.trouble) toast.failed('It did not work', new Error(registration.trouble));
        else toast.done(`The server knows what ${one.client_id} may ask for`);
      },
      (error) => toast.failed('It was not tried', error),
    );
  return (
    <Needs permission="apps:write">
      <Button size="s" busy={busy} onClick={() => void retry()}>
        Try now
      </Button>
    </Needs>
  );
}

/** Clients that were registered with an authorization server, and those that are to be deleted there. */
export function Registrations({ server }: { server: string }) {
  const found = useQuery({ queryKey: ['registrations', server], queryFn: ({ signal }) => admin.registrations(server, signal), refetchInterval: 10_000 });
  return (
    <Panel title="Registered clients" flush>
      <Table
        caption="Registered clients"
        columns={columnsOf(server)}
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
