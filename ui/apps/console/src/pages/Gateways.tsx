import type { Documents, ListenerStatus, System } from '@pailou/api/admin';
import { Badge, buttonClass, Callout, type Column, EmptyState, ErrorState, Facts, format, Grid, Icon, PageHeader, Panel, Row, Skeleton, Stack, Stat, Stats, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { validityOf, SOON_DAYS } from '../parts/certificates.ts';
import { listQuery, systemQuery } from '../queries.ts';
import { IfMay } from '../parts/may.tsx';

const LEAD = 'Where it listens, what it speaks there, and what holds for everything that passes.';

/** The gateway of this process: where it listens, what it speaks there, and what holds for all that passes. */
export function Gateways() {
  const system = useQuery({ ...systemQuery, refetchInterval: 2000 });
  const gateways = useQuery(listQuery('gateway', { limit: 100 }));
  const error = system.error ?? gateways.error;
  const refetch = () => {
    void system.refetch();
    void gateways.refetch();
  };
  if (!system.data || !gateways.data) {
    return (
      <>
        <PageHeader title="Gateway" lead={LEAD} />
        {error ? <ErrorState error={error} retry={refetch} /> : <Skeleton lines={8} />}
      </>
    );
  }
  const document = gateways.data.items[0]?.document;
  const change = document ? (
    <Link to="/$kind/$id" params={{ kind: 'gateways', id: document.name }} search={{ tab: 'edit' }} className={buttonClass('primary')}>
      <Icon name="edit" size={16} /> Change
    </Link>
  ) : (
    <Link to="/$kind/new" params={{ kind: 'gateways' }} className={buttonClass('primary')}>
      <Icon name="edit" size={16} /> Change the defaults
    </Link>
  );
  const action = <IfMay permission="gateways:write">{change}</IfMay>;
  return (
    <>
      <PageHeader title="Gateway" lead={LEAD} actions={action} />
      <Stack>
        {error ? <ErrorState compact error={error} retry={refetch} /> : null}
        <State system={system.data} />
        <Listeners system={system.data} document={document} />
        <Grid min="24rem">
          <Tls document={document} certificates={system.data.gateway.certificates} />
          <Bounds document={document} />
          <Responses responses={system.data.gateway.responses} />
        </Grid>
      </Stack>
    </>
  );
}

function State({ system: { gateway, role, store } }: { system: System }) {
  if (role === 'control') {
    return <Callout>This process decides the configuration and carries no traffic itself. Gateways of other processes listen as they are started, and where the resource says.</Callout>;
  }
  return (
    <Stats>
      <Stat label="State" value={gateway.draining ? 'draining' : gateway.ready ? 'ready' : 'not ready'} note={gateway.draining ? 'finishes what it has, takes nothing new' : gateway.ready ? 'takes requests' : 'has no configuration in force'} tone={gateway.ready ? 'good' : 'warn'} />
      <Stat label="Snapshot" value={String(gateway.snapshot)} note={gateway.snapshot === store.snapshot ? 'the latest' : `the store has ${store.snapshot}`} tone={gateway.snapshot === store.snapshot ? undefined : 'warn'} />
      <Stat label="Connections" value={`${format.count(gateway.connections)} open`} note={`${format.count(gateway.accepted)} accepted since the start`} />
      <Stat label="Shed" value={format.plural(gateway.shed, 'connection')} note="because the bound was reached" tone={gateway.shed > 0 ? 'warn' : undefined} />
      <Stat label="Workers" value={format.count(gateway.workers)} note="one a processor" />
    </Stats>
  );
}

/** The listeners of the command line, by the names they have. */
const GIVEN = new Set(['http', 'https']);

function Listeners({ system, document }: { system: System; document?: Documents['gateway'] }) {
  const columns: Column<ListenerStatus>[] = [
    { id: 'name', header: 'Listener', sort: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
    { id: 'address', header: 'Address', sort: ({ address }) => address, cell: ({ address }) => <span className="mono">{address}</span> },
    {
      id: 'speaks',
      header: 'Speaks',
      cell: ({ scheme, http3 }) => (
        <Row>
          <Badge>HTTP/1.1</Badge>
          <Badge title={scheme === 'https' ? 'Chosen by ALPN' : 'With prior knowledge'}>HTTP/2</Badge>
          {http3 && <Badge tone="plum" title="On the UDP port of the same number">HTTP/3</Badge>}
        </Row>
      ),
    },
    { id: 'tls', header: 'TLS', hide: 'narrow', cell: ({ scheme }) => (scheme === 'https' ? <Badge tone="good">{`${document?.tls?.min_version ?? '1.2'} or newer`}</Badge> : <span className="muted">none</span>), sort: ({ scheme }) => scheme },
    { id: 'proxy', header: 'PROXY protocol', hide: 'medium', cell: ({ proxy_protocol }) => (proxy_protocol ? 'expected' : <span className="muted">no</span>) },
    { id: 'from', header: 'Set by', hide: 'medium', cell: ({ name }) => (GIVEN.has(name) ? <span className="muted">the command line</span> : document ? <Link to="/$kind/$id" params={{ kind: 'gateways', id: document.name }}>{`gateway/${document.name}`}</Link> : null) },
  ];
  return (
    <Table
      caption="Listeners"
      columns={columns}
      rows={system.gateway.listeners}
      rowKey={({ name }) => name}
      empty={
        <EmptyState compact icon="gateway" title="It listens nowhere">
          {system.role === 'control' ? 'This process runs no gateway.' : <p>Start it with <code>--http</code> or <code>--https</code>, or list listeners in its resource.</p>}
        </EmptyState>
      }
      footer={<span>{format.plural(system.gateway.listeners.length, 'listener')}</span>}
    />
  );
}

function Tls({ document, certificates }: { document?: Documents['gateway']; certificates: System['gateway']['certificates'] }) {
  const tls = document?.tls;
  const ending = certificates.filter((one) => one.name !== '(made)' && validityOf(one).days < SOON_DAYS).length;
  const auth = tls?.client_auth;
  return (
    <Panel title="TLS" actions={<Link to="/certificates">Certificates</Link>}>
      <Stack gap={3}>
        {ending > 0 && (
          <Callout tone="warn" icon="warning">
            {format.plural(ending, 'certificate')} to be renewed.
          </Callout>
        )}
        <Facts
          facts={[
            ['Lowest version', `TLS ${tls?.min_version ?? '1.2'}`],
            ['Cipher suites', tls?.ciphers?.length ? tls.ciphers.map((suite) => <div key={suite} className="mono">{suite}</div>) : 'all that are considered safe'],
            ['Clients show a certificate', auth ? `${auth.mode === 'request' ? 'if they have one' : 'always'}${auth.ca_file ? `, checked against ${auth.ca_file}` : ''}` : 'where a policy asks for it'],
            ['Sessions are resumed', tls?.session_tickets === false ? 'no' : 'by tickets'],
            ['HTTP/3', tls?.http3 === false ? 'off' : 'on, where TLS is spoken'],
            ['Certificates', format.count(certificates.filter((one) => !one.name.startsWith('(')).length)],
          ]}
        />
      </Stack>
    </Panel>
  );
}

function Bounds({ document }: { document?: Documents['gateway'] }) {
  return (
    <Panel title="Deadlines and bounds">
      <Facts
        facts={[
          ["A request's head", `within ${document?.timeouts?.header ?? '15s'}, ${document?.limits?.headers ?? '32KiB'} at most`],
          ["A request's body", `a piece within ${document?.timeouts?.body ?? '30s'}, ${document?.limits?.body ?? '100MiB'} at most`],
          ['An idle connection', `is closed after ${document?.timeouts?.idle ?? '75s'}`],
          ['An upstream', `has ${document?.timeouts?.upstream ?? '1m'} to answer, where it says nothing else`],
          ['Connections', `${format.count(document?.limits?.connections ?? 20_000)} at one time`],
          ['Trusted proxies', document?.trusted_proxies?.length ? document.trusted_proxies.join(', ') : 'none'],
          ['Policies for every request', document?.policies?.length ? format.count(document.policies.length) : 'none'],
        ]}
      />
    </Panel>
  );
}

function Responses({ responses }: { responses: System['gateway']['responses'] }) {
  const { requests } = responses;
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const hits = (requests.hit ?? 0) + (requests.stale ?? 0) + (requests.renewed ?? 0);
  return (
    <Panel title="Stored responses">
      {all === 0 && responses.keys === 0 ? (
        <p className="muted">
          Nothing is stored: the policy <code>cache</code> keeps responses here.
        </p>
      ) : (
        <Facts
          facts={[
            ['Answered from here', all ? `${format.percent(hits / all)} of ${format.plural(all, 'request')}` : 'no requests yet'],
            ['In memory', `${format.plural(responses.keys, 'response')}, ${format.bytes(responses.memory)}`],
            ['On disk', `${format.plural(responses.disk_keys, 'response')}, ${format.bytes(responses.disk)}`],
            ['Dropped for want of room', format.count(responses.evicted + responses.disk_evicted)],
          ]}
        />
      )}
    </Panel>
  );
}
