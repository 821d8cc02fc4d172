import type { Fault } from '@pailou/api/admin';

/** Whose fault an unsuccessful call is, in words. */
export const FAULT_WORDS: Record<Fault, string> = {
  none: 'succeeded',
  downstream: "client's fault",
  upstream: "upstream's fault",
  gateway: "gateway's fault",
};

export const FAULT_COLORS: Record<Fault, string> = {
  none: 'var(--chart-1)',
  downstream: 'var(--chart-2)',
  upstream: 'var(--chart-3)',
  gateway: 'var(--chart-4)',
};
