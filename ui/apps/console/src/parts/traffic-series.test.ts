import type { Traffic } from '@pailou/api/admin';
import { describe, expect, it } from 'vitest';
import { currentRate, errorShare, seriesOf } from './traffic-series.ts';

const totals = (requests: number, errors = 0) => ({ requests, errors, by_fault: { none: requests - errors, downstream: errors, upstream: 0, gateway: 0 }, p50_ms: requests ? 2 : null, p95_ms: null, p99_ms: null, gateway_p50_ms: null, gateway_p95_ms: null, gateway_p99_ms: null, bytes_in: 0, bytes_out: 0 });
const traffic: Traffic = {
  from: 0,
  to: 30_000,
  step_ms: 10_000,
  points: [
    { at: 0, ...totals(100, 10) },
    { at: 10_000, ...totals(0) },
    { at: 20_000, ...totals(40) },
  ],
  totals: totals(140, 10),
};

describe('what a chart draws', () => {
  it('counts a step that has begun for the time that passed', () => {
    const { rate } = seriesOf(traffic, 24_000);
    expect(rate[0]?.values).toEqual([9, 0, 10]);
    expect(rate[1]?.values).toEqual([1, 0, 0]);
  });
  it('leaves out a step that has hardly begun', () => {
    expect(seriesOf(traffic, 20_500).times).toEqual([0, 10_000]);
  });
  it('has no latency and no error share where there were no requests', () => {
    const { latency, errors } = seriesOf(traffic, 30_000);
    expect(latency[0]?.values).toEqual([2, null, 2]);
    expect(errors[0]?.values).toEqual([10, null, 0]);
    expect(errorShare({ requests: 0, errors: 0 })).toBeUndefined();
  });
  it('tells the rate of now from the last steps', () => {
    expect(currentRate(traffic, 30_000)).toBe(4);
    expect(currentRate({ ...traffic, points: [] }, 30_000)).toBeUndefined();
  });
});
