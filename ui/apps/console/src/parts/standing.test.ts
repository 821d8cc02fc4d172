import type { EndpointStanding, UpstreamStanding } from '@pailou/api/admin';
import { describe, expect, it } from 'vitest';
import { checksOf, stateOf, summaryOf } from './standing.ts';

const endpoint = (more: Partial<EndpointStanding>): EndpointStanding => ({ url: 'http://a:1', weight: 1, found: false, takes_requests: true, history: [], ...more });
const upstream = (endpoints: EndpointStanding[], more: Partial<UpstreamStanding> = {}): UpstreamStanding => ({ upstream: 'upstream/a', endpoints, pending: 0, retries: 0, over_budget: 0, hedges: 0, hedges_won: 0, overloaded: 0, broken: 0, history: [], ...more });

describe('the state of an endpoint', () => {
  it.each([
    [{}, 'in use', undefined],
    [{ answers: { failures_in_a_row: 0, ejections: 0 } }, 'healthy', undefined],
    [{ out: 'ejected', takes_requests: false, out_for_ms: 12_000, history: [{ at: 1, what: 'out for 30s: 5 failures' }] }, 'ejected', 'for another 12 s; out for 30s: 5 failures'],
    [{ out: 'unhealthy', takes_requests: false, checks: { against: 0, well: false, last_failure: 'the answer was 500' } }, 'unhealthy', 'its last check failed: the answer was 500'],
    [{ out: 'unhealthy', takes_requests: true }, 'asked anyway', 'its checks fail, but too few endpoints are well to leave it out'],
    [{ weight: 0, rests: 'weight', takes_requests: false, in_flight: 2 }, 'draining', 'its weight is 0; 2 requests left'],
    [{ weight: 0, out: 'unhealthy', takes_requests: false, in_flight: 0 }, 'drained', 'its weight is 0'],
    [{ rests: 'zone', takes_requests: false }, 'standby', 'those in zone a go first'],
    [{ warming_percent: 40 }, 'slow start', 'it gets 40 % of its share so far'],
    [{ breaker: 'half-open' }, 'on trial', 'a few requests pass, to see whether it is well again'],
    [{ checks: { against: 0 } }, 'not checked yet', undefined],
  ] as [Partial<EndpointStanding>, string, string | undefined][])('%o is %s', (more, state, why) => {
    expect(stateOf(endpoint(more), 'a')).toEqual(why ? { state, why } : { state });
  });
});

it('says of an upstream how many endpoints take requests, and what is wrong', () => {
  expect(summaryOf(upstream([endpoint({}), endpoint({ out: 'ejected', takes_requests: false })]))).toEqual({ take: 1, state: 'degraded', why: '1 endpoint out' });
  expect(summaryOf(upstream([endpoint({ out: 'unhealthy', takes_requests: false })]))).toMatchObject({ take: 0, state: 'unhealthy' });
  expect(summaryOf(upstream([endpoint({})], { breaker: 'open' })).state).toBe('breaker open');
});

it('tells the last check and what answers say', () => {
  const now = 1_800_000_000_000;
  expect(checksOf(endpoint({ checks: { against: 0, well: true, last_at: now - 2000 }, answers: { failures_in_a_row: 3, ejections: 0 } }), now)).toEqual(['well just now', '3 bad answers in a row']);
  expect(checksOf(endpoint({ answers: { failures_in_a_row: 0, ejections: 0 } }), now)).toEqual(['no bad answers']);
  expect(checksOf(endpoint({}), now)).toEqual([]);
});
