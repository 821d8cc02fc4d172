import { describe, expect, it } from 'vitest';
import { diff, same } from './diff.ts';

describe('a difference', () => {
  it('names each field, and what is new or gone as a whole', () => {
    const before = { listen: { path: '/a' }, policies: [{ 'rate-limit': { limit: 1 } }], tags: ['x'] };
    const after = { listen: { path: '/b' }, policies: [{ 'rate-limit': { limit: 2 } }, { cors: {} }] };
    expect(diff(before, after)).toEqual([
      { path: 'listen.path', before: '/a', after: '/b' },
      { path: 'policies[0].rate-limit.limit', before: 1, after: 2 },
      { path: 'policies[1]', after: { cors: {} } },
      { path: 'tags', before: ['x'] },
    ]);
  });
  it('does not depend on the order of fields or on fields that are absent', () => {
    expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(diff({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});
