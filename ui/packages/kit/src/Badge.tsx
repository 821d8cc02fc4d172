import type { ReactNode } from 'react';
import css from './Badge.module.css';
import { cx } from './cx.ts';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'calm' | 'plum' | 'accent';

export function Badge({ tone = 'neutral', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={cx(css.badge, css[tone])} title={title}>
      {children}
    </span>
  );
}

const STATES: Record<string, Tone> = {
  active: 'good',
  live: 'good',
  healthy: 'good',
  ready: 'good',
  approved: 'good',
  published: 'good',
  applied: 'good',
  open: 'calm',
  review: 'calm',
  prerelease: 'calm',
  retired: 'bad',
  pending: 'warn',
  suspended: 'warn',
  deprecated: 'warn',
  degraded: 'warn',
  expired: 'bad',
  rejected: 'bad',
  failed: 'bad',
  unhealthy: 'bad',
  'on trial': 'warn',
  draining: 'warn',
  'asked anyway': 'warn',
  ejected: 'bad',
  'breaker open': 'bad',
  'slow start': 'calm',
  public: 'calm',
  private: 'neutral',
};

/** A state by its word, with a dot; the word carries the meaning, not the color. */
export function StateChip({ state, label }: { state: string; label?: string }) {
  return (
    <span className={cx(css.badge, css.state, css[STATES[state] ?? 'neutral'])}>
      <span className={css.dot} aria-hidden="true" />
      {label ?? state}
    </span>
  );
}

const METHODS: Record<string, Tone> = { GET: 'calm', HEAD: 'calm', POST: 'good', PUT: 'warn', PATCH: 'warn', DELETE: 'bad', OPTIONS: 'plum', QUERY: 'calm' };

export function MethodBadge({ method }: { method: string }) {
  const name = method.toUpperCase();
  return <span className={cx(css.method, css[METHODS[name] ?? 'neutral'])}>{name}</span>;
}

/** An HTTP status with the tone of its class. */
export function StatusBadge({ status }: { status: number }) {
  const tone: Tone = status >= 500 ? 'bad' : status >= 400 ? 'warn' : status >= 300 ? 'calm' : status >= 200 ? 'good' : 'neutral';
  return <span className={cx(css.badge, css.code, css[tone])}>{status || '—'}</span>;
}
