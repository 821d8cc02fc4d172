// What charts draw of an answer of analytics.
import type { Fault, Totals, Traffic } from '@pailou/api/admin';
import type { Series } from '@pailou/kit';
import { FAULT_COLORS, FAULT_WORDS } from './faults.ts';

const FAULTS: Fault[] = ['none', 'downstream', 'upstream', 'gateway'];
const LEAST_PART_MS = 2000;

export interface TrafficSeries {
  times: number[];
  /** Requests each second by fault. */
  rate: Series[];
  latency: Series[];
  /** Percent of requests that did not succeed; no reading where there were no requests. */
  errors: Series[];
}

/** The series of an answer. The last step has only begun at `now`: it counts for the time that passed, or is left out. */
export function seriesOf(traffic: Traffic, now: number): TrafficSeries {
  const points = traffic.points.filter((point) => now - point.at >= Math.min(LEAST_PART_MS, traffic.step_ms));
  const seconds = points.map((point) => Math.min(traffic.step_ms, now - point.at) / 1000);
  const line = (id: string, label: string, color: string, read: (point: Totals) => number | null | undefined): Series => ({ id, label, color, values: points.map((point) => read(point) ?? null) });
  return {
    times: points.map((point) => point.at),
    rate: FAULTS.map((fault) => ({ id: fault, label: FAULT_WORDS[fault], color: FAULT_COLORS[fault], values: points.map((point, at) => (point.by_fault[fault] ?? 0) / (seconds[at] || 1)) })),
    latency: [line('p50', 'p50', 'var(--chart-1)', (point) => point.p50_ms), line('p95', 'p95', 'var(--chart-2)', (point) => point.p95_ms), line('p99', 'p99', 'var(--chart-3)', (point) => point.p99_ms)],
    errors: [line('errors', 'did not succeed', 'var(--chart-3)', (point) => (point.requests ? (point.errors / point.requests) * 100 : null))],
  };
}

/** The share of requests that did not succeed, 0 to 1; nothing where there were none. */
export function errorShare(totals: { requests: number; errors: number }): number | undefined {
  return totals.requests > 0 ? totals.errors / totals.requests : undefined;
}

/** Requests each second over the last steps, about ten seconds or more. */
export function currentRate(traffic: Traffic, now: number): number | undefined {
  const from = now - Math.max(10_000, traffic.step_ms);
  const recent = traffic.points.filter((point) => point.at + traffic.step_ms > from);
  const first = recent[0];
  if (!first) return undefined;
  const requests = recent.reduce((sum, point) => sum + point.requests, 0);
  return requests / (Math.max(1000, now - first.at) / 1000);
}
