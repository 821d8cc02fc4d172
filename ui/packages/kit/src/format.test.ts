import { describe, expect, it } from 'vitest';
import { ago, bytes, count, endOfDay, millis, percent, plural, rate, uptime } from './format.ts';

describe('numbers', () => {
  it('carry their unit and at most three significant digits', () => {
    expect(rate(12.4567)).toBe('12.5 req/s');
    expect(millis(0.4312)).toBe('0.43 ms');
    expect(millis(1234)).toBe('1.23 s');
    expect(millis(90_000)).toBe('1.5 min');
    expect(bytes(1536)).toBe('1.5 KiB');
    expect(bytes(0)).toBe('0 B');
    expect(count(1204)).toBe('1,204');
    expect(count(1_250_000)).toBe('1.3M');
  });
  it('tell nothing from zero', () => {
    expect(count(0)).toBe('0');
    expect(count(null)).toBe('–');
    expect(millis(undefined)).toBe('–');
    expect(percent(0)).toBe('0 %');
    expect(percent(0.00001)).toBe('< 0.01 %');
  });
  it('agree with their noun', () => {
    expect(plural(1, 'call')).toBe('1 call');
    expect(plural(0, 'policy', 'policies')).toBe('0 policies');
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  it('are told by how long ago they were', () => {
    expect(ago(now - 2000, now)).toBe('just now');
    expect(ago(now - 61_000, now)).toBe('1 min ago');
    expect(ago(new Date(now - 2 * 86_400_000).toISOString(), now)).toBe('2 d ago');
    expect(ago('not a time', now)).toBe('–');
  });
  it('end a chosen day with it, where the reader is', () => {
    expect(new Date(endOfDay('2030-01-31')).getTime()).toBe(new Date(2030, 0, 31, 23, 59, 59).getTime());
    expect(endOfDay('2030-01-31')).toMatch(/:59Z$/);
    expect(endOfDay('')).toBe('');
  });
  it('add up to an uptime', () => {
    expect(uptime(now - 30_000, now)).toBe('under a minute');
    expect(uptime(now - (26 * 60 + 5) * 60_000, now)).toBe('1 d 2 h');
  });
});
