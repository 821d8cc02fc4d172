import { describe, expect, it } from 'vitest';
import { lasting, proposed, sent, typed, typedOf, when, wrong } from './brownouts.ts';

const at = (text: string) => new Date(text).getTime();

describe('brownouts', () => {
  it('are typed in the time of who types and sent in that of the server', () => {
    const one = { from: '2026-10-01T09:00', until: '2026-10-01T10:00' };
    const given = sent(one, []);
    expect(at(given.from)).toBe(at(one.from));
    expect(given.until).toMatch(/Z$/);
    expect(typedOf(given)).toEqual(one);
    // What nobody changed stays as it was written.
    const exact = { from: '2026-10-01T09:00:30Z', until: '2026-10-01T10:00:30+00:00' };
    expect(sent(typedOf(exact), [exact])).toBe(exact);
  });

  it('are refused where they cannot be', () => {
    expect(wrong({ from: '', until: '' })).toMatch(/Say when/);
    expect(wrong({ from: '2026-10-01T09:00', until: '2026-10-01T09:00' })).toMatch(/before it begins/);
    expect(wrong({ from: '2026-10-01T09:00', until: '2026-10-02T09:01' })).toMatch(/a day long/);
    expect(wrong({ from: '2026-10-01T09:00', until: '2026-10-02T09:00' }, '2026-10-01T12:00:00Z')).toMatch(/after the API ends/);
    expect(wrong({ from: '2026-10-01T09:00', until: '2026-10-02T09:00' }, '2026-12-01T00:00:00Z')).toBeUndefined();
  });

  it('are proposed ever longer toward the end, none of the past', () => {
    const all = proposed('2026-12-31T00:00:00Z', at('2026-06-01T00:00:00Z'));
    expect(all.map(({ from, until }) => (at(until) - at(from)) / 60_000)).toEqual([10, 60, 720]);
    expect(all.every((one) => wrong(one, '2026-12-31T00:00:00Z') === undefined)).toBe(true);
    expect(proposed('2026-12-31T00:00:00Z', at('2026-12-20T00:00:00Z'))).toHaveLength(1);
    expect(typed(new Date(2026, 8, 1, 9, 5))).toBe('2026-09-01T09:05');
  });

  it('are planned, in force, or over', () => {
    const one = { from: '2026-10-01T09:00:00Z', until: '2026-10-01T10:00:00Z' };
    expect(['2026-10-01T08:59:59Z', '2026-10-01T09:00:00Z', '2026-10-01T10:00:00Z'].map((now) => when(one, at(now)))).toEqual(['planned', 'now', 'over']);
    const long = ['2026-10-01T09:10:00Z', '2026-10-01T10:30:00Z', '2026-10-02T09:00:00Z'];
    expect(long.map((until) => lasting({ ...one, until }))).toEqual(['10 min', '1 h 30 min', '24 h']);
  });
});
