import { describe, expect, it } from 'vitest';
import { oneLine, readUse, stageOrder, writeUse } from './policy-use.ts';

describe('an attached policy', () => {
  it('reads and writes back, with and without a condition', () => {
    const use = { 'rate-limit': { limit: 1, window: '1m' }, when: 'request.method == "GET"' };
    expect(writeUse(readUse(use))).toEqual(use);
    expect(writeUse(readUse('key-auth'))).toEqual({ 'key-auth': {} });
    expect(writeUse({ policy: 'cors', config: {}, when: '  ' })).toEqual({ cors: {} });
  });
  it('is told in one line', () => {
    expect(oneLine({ limit: 100, window: '1m', per: undefined, list: ['a', 'b c'] })).toBe('{ limit: 100, window: 1m, list: [a, "b c"] }');
    expect(oneLine({})).toBe('{}');
    expect(oneLine({ text: 'x'.repeat(200) })).toHaveLength(90);
  });
  it('runs by its stage, unknown ones last', () => {
    expect(['limit', 'edge', 'other', 'authenticate'].sort((a, b) => stageOrder(a) - stageOrder(b))).toEqual(['edge', 'authenticate', 'limit', 'other']);
  });
});
