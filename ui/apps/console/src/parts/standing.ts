// How an endpoint and an upstream stand, in words.
import type { EndpointStanding, UpstreamStanding } from '@pailou/api/admin';
import { format } from '@pailou/kit';

export interface Said {
  state: string;
  /** Why, and until when. */
  why?: string;
}

/** The state of an endpoint, the one that decides first. */
export function stateOf(endpoint: EndpointStanding, zone?: string | null): Said {
  const left = endpoint.out_for_ms ? `for another ${format.millis(endpoint.out_for_ms)}` : undefined;
  const last = endpoint.history.at(-1)?.what;
  if (endpoint.weight === 0 && !endpoint.takes_requests) {
    return endpoint.in_flight ? { state: 'draining', why: `its weight is 0; ${format.plural(endpoint.in_flight, 'request')} left` } : { state: 'drained', why: 'its weight is 0' };
  }
  if (endpoint.out && endpoint.takes_requests) {
    return { state: 'asked anyway', why: `${OUT[endpoint.out]}, but too few endpoints are well to leave it out` };
  }
  switch (endpoint.out) {
    case 'unhealthy':
      return { state: 'unhealthy', why: endpoint.checks?.last_failure ? `its last check failed: ${endpoint.checks.last_failure}` : last };
    case 'ejected':
      return { state: 'ejected', why: [left, last].filter(Boolean).join('; ') };
    case 'breaker':
      return { state: 'breaker open', why: [left, last].filter(Boolean).join('; ') };
  }
  switch (endpoint.rests) {
    case 'zone':
      return { state: 'standby', why: zone ? `those in zone ${zone} go first` : 'those in the zone of the gateway go first' };
    case 'priority':
      return { state: 'standby', why: 'those with a lower priority go first' };
  }
  if (endpoint.breaker === 'half-open') return { state: 'on trial', why: 'a few requests pass, to see whether it is well again' };
  if (typeof endpoint.warming_percent === 'number') return { state: 'slow start', why: `it gets ${endpoint.warming_percent} % of its share so far` };
  if (endpoint.checks && typeof endpoint.checks.well !== 'boolean') return { state: 'not checked yet' };
  return { state: endpoint.checks || endpoint.answers || endpoint.breaker ? 'healthy' : 'in use' };
}

const OUT = { unhealthy: 'its checks fail', ejected: 'its answers were bad', breaker: 'its breaker is open' };

/** What the checks of an endpoint say, one after the other; nothing where none are made. */
export function checksOf({ checks, answers }: EndpointStanding, now = Date.now()): string[] {
  const said: string[] = [];
  if (checks) {
    const when = checks.last_at ? format.ago(checks.last_at, now) : undefined;
    said.push(!when ? 'not asked yet' : checks.last_failure ? `failed ${when}` : `well ${when}`);
  }
  if (answers?.failures_in_a_row) said.push(`${format.plural(answers.failures_in_a_row, 'bad answer')} in a row`);
  if (answers?.ejections) said.push(`put out ${format.plural(answers.ejections, 'time')}`);
  if (answers && said.length === (checks ? 1 : 0)) said.push('no bad answers');
  return said;
}

/** How many endpoints take requests, and how an upstream stands as a whole. */
export function summaryOf({ endpoints, breaker }: UpstreamStanding): Said & { take: number } {
  const take = endpoints.filter((endpoint) => endpoint.takes_requests).length;
  const out = endpoints.filter((endpoint) => endpoint.out && endpoint.weight > 0).length;
  if (breaker === 'open') return { take, state: 'breaker open', why: 'requests are refused at once' };
  if (endpoints.length === 0) return { take, state: 'unhealthy', why: 'it has no endpoints' };
  if (take === 0) return { take, state: 'unhealthy', why: 'no endpoint takes requests' };
  if (breaker === 'half-open') return { take, state: 'on trial' };
  if (out > 0) return { take, state: 'degraded', why: `${format.plural(out, 'endpoint')} out` };
  return { take, state: 'healthy' };
}
