import { describe, expect, it } from 'vitest';
import { byLine, lineOf, type Remark } from './lines.ts';

const remark = (digest: string, line: number, text: string): Remark => ({ by: 'bea', at: '2026-11-30T00:00:00Z', text: 'Why?', digest, place: { line, text } });

describe('what was said of a line', () => {
  const lines = ['openapi: 3.1.0', 'paths:', '  /a:', '    get:', '  /b:', '    get:', ''];

  it('stands there while the proposal is the same, whatever stands there', () => {
    expect(lineOf(remark('now', 4, 'something else'), 'now', lines)).toBe(4);
    expect(lineOf(remark('now', 8, ''), 'now', lines)).toBeUndefined();
    expect(lineOf({ ...remark('now', 1, ''), place: undefined }, 'now', lines)).toBeUndefined();
  });

  it('goes with the nearest line that reads the same once the proposal is another', () => {
    expect(lineOf(remark('before', 7, '    get:'), 'now', lines)).toBe(6);
    expect(lineOf(remark('before', 1, '    get:'), 'now', lines)).toBe(4);
    expect(lineOf(remark('before', 3, '  /gone:'), 'now', lines)).toBeUndefined();
    // An empty line reads the same as any other.
    expect(lineOf(remark('before', 7, ''), 'now', lines)).toBeUndefined();
    const long = 'x'.repeat(300);
    expect(lineOf(remark('before', 9, 'x'.repeat(200)), 'now', ['a', long])).toBe(2);
  });

  it('is gathered by lines in the order it was said', () => {
    const said = [remark('now', 3, '  /a:'), remark('before', 1, '  /a:'), remark('now', 2, 'paths:')];
    const found = byLine(said, 'now', lines.join('\n'));
    expect([...found].map(([line, all]) => [line, all.length])).toEqual([
      [3, 2],
      [2, 1],
    ]);
  });
});
