import { describe, expect, it } from 'vitest';
import { callQuery, chipsOf, clean, rangeMs, readCallFilters } from './call-filters.ts';

describe('filters in an address', () => {
  it('are read back as they were written, without what is not valid', () => {
    expect(readCallFilters({ api: 'orders@v1', status: '4XX', method: 'get', fault: 'mine', min_ms: '20', x: '1', range: '15m', call: '7' })).toEqual({
      api: 'orders@v1',
      status: '4xx',
      method: 'GET',
      min_ms: '20',
      range: '15m',
      call: '7',
    });
    expect(readCallFilters({ range: 'soon', status: '6xx', method: 'NOPE', min_ms: '-1', q: ' ' })).toEqual({});
  });
  it('take a status, a class of them and nothing else', () => {
    expect(['404', '5xx', '5XX', '40', 'abc', '600'].map((text) => clean('status', text))).toEqual(['404', '5xx', '5xx', undefined, undefined, undefined]);
  });
  it('show as chips in a fixed order, the open call not among them', () => {
    expect(chipsOf({ call: '7', range: '1h', status: '404', api: 'a' }).map((chip) => chip.name)).toEqual(['api', 'status']);
  });
  it('become a question with a begin', () => {
    expect(callQuery({ api: 'a', range: '1h', call: '7' }, 3_600_000 * 2)).toEqual({ api: 'a', from: 3_600_000 });
    expect(callQuery({ api: 'a' }, 5)).toEqual({ api: 'a', from: undefined });
  });
  it('know lengths of time', () => {
    expect(['10s', '15m', '24h', '7d', '0m', 'x', '15'].map(rangeMs)).toEqual([10_000, 900_000, 86_400_000, 604_800_000, undefined, undefined, undefined]);
  });
});
