import type { Documents, PolicyUse } from '@pailou/api/admin';
import { Callout, Chart, Facts, format, Grid, Panel, Stack, StateChip } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import { Deliveries } from '../../parts/Deliveries.tsx';
import { Registrations } from '../../parts/Registrations.tsx';
import { Keys } from '../../parts/Keys.tsx';
import { oneLine, readUse } from '../../parts/policy-use.ts';
import { StandingView } from '../../parts/StandingView.tsx';
import { errorShare, seriesOf } from '../../parts/traffic-series.ts';
import { rangeOf, useTraffic } from '../../parts/TrafficView.tsx';
import { approvalOf, askedOf, blockedOf, letsIn, limitsOf, type ListedKind } from './kinds.tsx';
import { ProviderStanding } from './ProviderStanding.tsx';
import css from './Summary.module.css';

/** What a resource says, in words, with what belongs to it. */
export function Summary({ kind, id, document }: { kind: ListedKind; id: string; document: Documents[ListedKind] }) {
  const policies = 'policies' in document ? document.policies : undefined;
  return (
    <Stack>
      {(kind === 'consumer' || kind === 'app') && <Keys kind={kind} id={id} credentials={(document as Documents['consumer']).credentials ?? []} />}
      {(kind === 'consumer' || kind === 'app') && <Usage filter={{ caller: `${kind}/${id}` }} />}
      {kind === 'plan' && <Usage filter={{ plan: id }} />}
      {kind === 'upstream' && <StandingView of={`upstream/${id}`} />}
      {kind === 'route' && typeof (document as Documents['route']).upstream === 'object' && <StandingView of={`route/${id}`} />}
      {kind === 'route' && (document as Documents['route']).split && (
        <Callout icon="split">
          Its requests are divided among several upstreams: <Link to="/splits" search={{ q: `route/${id}` }}>how the branches do</Link>.
        </Callout>
      )}
      <Grid min="24rem">
        <Panel title="About">
          <Facts facts={factsOf(document)} />
        </Panel>
        {policies && <Policies policies={policies} />}
        {kind === 'identity-provider' && <ProviderStanding name={id} />}
      </Grid>
      {kind === 'webhook' && <Deliveries hook={id} />}
      {kind === 'authorization-server' && <Registrations server={id} />}
    </Stack>
  );
}

function Policies({ policies }: { policies: readonly PolicyUse[] }) {
  return (
    <Panel title="Policies">
      {policies.length === 0 ? (
        <p className="muted">None.</p>
      ) : (
        <Facts
          facts={policies.map((one) => {
            const use = readUse(one);
            return [use.policy, <code key={use.policy}>{oneLine(use.config, 200)}</code>] as const;
          })}
        />
      )}
    </Panel>
  );
}

function Usage({ filter }: { filter: { caller: string } | { plan: string } }) {
  const range = rangeOf('1h');
  const answer = useTraffic(filter, range.ms, range.refresh).data;
  if (!answer) return null;
  const series = seriesOf(answer.traffic, answer.now);
  const totals = answer.traffic.totals;
  return (
    <Panel title={`${format.plural(totals.requests, 'call')} in the last hour${totals.requests ? `, ${format.percent(errorShare(totals))} did not succeed` : ''}`} actions={'caller' in filter ? <Link to="/calls" search={{ caller: filter.caller }}>Its calls</Link> : <Link to="/calls" search={{ plan: filter.plan }}>Its calls</Link>}>
      <Chart title="Calls" unit="req/s" kind="area" times={series.times} series={series.rate} height={150} noReadings="No calls" />
    </Panel>
  );
}

const link = (kind: string, id: string) => (
  <Link key={id} to="/$kind/$id" params={{ kind, id }}>
    {id}
  </Link>
);
const spaced = (nodes: React.ReactNode[]) => nodes.flatMap((node, at) => (at ? [', ', node] : [node]));

const pathOf = (match: Documents['route']['match']) => match.path ?? match.path_regex ?? '';

function factsOf(document: Documents[ListedKind]): [string, React.ReactNode][] {
  switch (document.kind) {
    case 'route':
      return [
        ['Host', document.match.hosts?.join(', ') || 'any'],
        ['Path', <code key="p">{pathOf(document.match)}</code>],
        ['Methods', document.match.methods?.join(', ') || 'any'],
        ['Leads to', typeof document.upstream === 'string' ? link('upstreams', document.upstream) : document.upstream.endpoints.map((one) => (typeof one === 'string' ? one : one.url)).join(', ')],
        ['Goes upstream', document.strip_path ? 'without the literal beginning of its path' : 'with its path as it is'],
      ];
    case 'consumer':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['Title', document.title],
        ['Groups', document.groups?.join(', ') || 'none'],
      ];
    case 'plan':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['Approval', approvalOf(document)],
        ['Is to be decided within', document.decide_within],
        ['Costs', document.price ? `${document.price.amount} ${document.price.currency} a ${document.price.per}` : 'nothing'],
        ['Costs nothing at first for', document.trial],
        ['A subscription lasts', document.lasts ?? 'until it is ended'],
        ['Developers agree to', document.terms && <span key="t" className={css.words}>{document.terms.trim()}</span>],
        ['Description', document.description],
      ];
    case 'product':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['APIs', spaced(document.apis.map((id) => <Link key={id} to="/apis/$id" params={{ id }}>{id}</Link>))],
        ['Plans', spaced(document.plans.map((id) => link('plans', id)))],
        ['In the portal', <StateChip key="v" state={document.visibility ?? 'public'} />],
      ];
    case 'app':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['Developer', document.owner ?? 'nobody'],
        ['Description', document.description],
      ];
    case 'subscription':
      return [
        ['App', link('apps', document.app)],
        ['Product', link('products', document.product)],
        ['Plan', link('plans', document.plan)],
        ['Asks for the plan', document.change && link('plans', document.change.plan)],
        ['They say', document.change?.reason],
        ['State', <StateChip key="s" state={document.state ?? 'active'} />],
        ['Ends', document.expires_at ? format.fullTime(document.expires_at) : 'when somebody ends it'],
        ['Is a trial until', document.trial_until && format.fullTime(document.trial_until)],
        ['Periods are counted from', document.began_at && format.fullTime(document.began_at)],
        ['Agreed to the terms', document.terms && format.fullTime(document.terms.at)],
        ['Reason', document.reason],
      ];
    case 'workspace':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['Description', document.description],
        ['Labels', spaced(Object.entries(document.labels ?? {}).map(([label, value]) => <code key={label}>{`${label}=${value}`}</code>))],
        ['May have', limitsOf(document) || 'as much as it likes'],
      ];
    case 'block':
      return [
        ['Refuses', <code key="b">{blockedOf(document)}</code>],
        ['Reason', document.reason],
        ['Ends', document.expires_at ? format.fullTime(document.expires_at) : 'when it is lifted'],
      ];
    case 'standard':
      return [
        ['Asks for', askedOf(document)],
        ['Of APIs that are', document.applies_to?.states?.join(', ')],
        ['With a tag of', document.applies_to?.tags?.join(', ') || 'any'],
        ['A change that does not meet it', document.enforcement === 'warn' ? 'is told' : 'is refused'],
        ['Description', document.description],
      ];
    case 'waiver':
      return [
        ['API', <code key="a">{document.api}</code>],
        ['Standard', link('standards', document.standard)],
        ['May do without', document.requirements?.join(', ') || 'everything it asks'],
        ['Reason', document.reason],
        ['Ends', format.fullTime(document.expires_at)],
      ];
    case 'webhook':
      return [
        ['Address', <code key="u">{document.url}</code>],
        ['Tells', document.events?.join(', ') || 'everything'],
        ['Signed by', <code key="s">{document.secret}</code>],
      ];
    case 'authorization-server':
      return [
        ['Issuer', <code key="i">{document.issuer}</code>],
        ['New apps', document.registration ? 'are registered there' : 'are clients of another server, or made there by hand'],
        ['Registered by', document.registration && <code key="t">{document.registration.initial_access_token ?? 'anybody'}</code>],
        ['Ask for tokens by', document.registration?.grants?.join(', ') || (document.registration ? 'every way' : undefined)],
        ['Tokens are for', document.audience?.join(', ') || 'the address of the gateways'],
        ['Scopes called otherwise', Object.entries(document.scopes ?? {}).map(([here, there]) => `${here}: ${there}`).join(', ') || 'none'],
      ];
    case 'identity-provider': {
      const { console, portal } = document;
      return [
        ['Issuer', <code key="i">{document.issuer}</code>],
        ['Client', <code key="c">{document.client_id}</code>],
        ['Speaks', document.saml ? 'SAML 2.0' : 'OpenID Connect'],
        ['Metadata', document.saml && <code key="m">{document.saml.metadata}</code>],
        ['Lets in', letsIn(document)],
        ['Addresses of', document.email_domains?.join(', ') || 'any domain'],
        ['Members of groups', console && (console.roles?.length ? console.roles.map((rule) => <div key={`${rule.group} ${rule.role} ${rule.workspace}`}>{`${rule.group === '*' ? 'everybody' : rule.group}: ${rule.role} in ${rule.workspace ?? 'default'}`}</div>) : 'have the roles they were given')],
        ['A member’s session lasts', console?.session],
        ['Developers of groups', portal && (portal.groups?.join(', ') || 'any')],
        ['A developer’s session lasts', portal?.session],
        ['Signing out', document.sign_out === false ? 'is here alone' : 'is here and there'],
      ];
    }
    case 'gateway':
      return [
        ['Listeners', document.listeners?.length ? document.listeners.map((one) => <div key={one.name}><b>{one.name}</b> <span className="mono">{one.address}</span>{one.tls ? ' with TLS' : ''}</div>) : 'those of the command line'],
        ['Lowest TLS version', document.tls?.min_version ?? '1.2'],
        ['Default certificate', document.tls?.default_certificate ? link('certificates', document.tls.default_certificate) : 'the first by name'],
        ['Head of a request within', document.timeouts?.header],
        ['Piece of a body within', document.timeouts?.body],
        ['Idle connections', document.timeouts?.idle],
        ['Largest head', document.limits?.headers],
        ['Largest body', document.limits?.body],
        ['Connections', document.limits && `${format.count(document.limits.connections)} at one time`],
        ['Trusted proxies', document.trusted_proxies?.join(', ')],
      ];
    case 'certificate':
      return [
        ['Name', <code key="n">{document.name}</code>],
        ['Hosts', document.hosts?.join(', ') || 'those it names itself'],
        ['Certificate file', document.cert_file && <code key="c">{document.cert_file}</code>],
        ['Key file', document.key_file && <code key="k">{document.key_file}</code>],
        ['From the authority', document.acme && document.acme.directory],
        ['OCSP answer', document.ocsp_file && <code key="o">{document.ocsp_file}</code>],
        ['As it is served', <Link key="s" to="/certificates" search={{ q: document.name }}>Certificates</Link>],
      ];
    default:
      return [
        ['Endpoints', document.endpoints.map((one) => <div key={typeof one === 'string' ? one : one.url} className="mono">{typeof one === 'string' ? one : `${one.url} (weight ${one.weight ?? 1})`}</div>)],
        ['Balancing', document.balance ?? 'round-robin'],
        ['To connect', document.timeouts?.connect ?? '5s'],
        ['Between pieces of a response', document.timeouts?.read ?? '30s'],
        ["To the response's head", document.timeouts?.total ?? '1m'],
        ['Host header', document.preserve_host ? "the client's" : "the endpoint's"],
      ];
  }
}
