import { describe, expect, it } from 'vitest';
import { type DesignFix, editsOf, type Lines, together } from './mend.ts';

const linesOf = (text: string): Lines => {
  const all = text.split('\n');
  return {
    lines: all.length,
    line: (number) => {
      const from = all.slice(0, number - 1).join('\n').length + (number > 1 ? 1 : 0);
      return { from, to: from + (all[number - 1] ?? '').length };
    },
  };
};
const fix = (...edits: [number, number, number, number, string][]): DesignFix => ({ title: 'Mend', edits: edits.map(([line, character, end_line, end_character, insert]) => ({ line, character, end_line, end_character, insert })) });
const made = (text: string, fixes: DesignFix[]) => together(fixes, linesOf(text)).reduceRight((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);

describe('what mends findings', () => {
  it('changes the pieces it is about', () => {
    expect(made('a: 1/\nb: 2/\n', [fix([1, 4, 1, 5, '']), fix([0, 4, 0, 5, ''])])).toBe('a: 1\nb: 2\n');
    expect(made('- a\n- b\n- a', [fix([2, 0, 3, 0, ''])])).toBe('- a\n- b\n');
  });

  it('is made once where two say the same, and not where two are about one piece', () => {
    const tags = fix([0, 0, 0, 0, 'tags: []\n']);
    expect(made('paths: {}', [tags, tags])).toBe('tags: []\npaths: {}');
    expect(made('abc', [fix([0, 0, 0, 2, 'x']), fix([0, 1, 0, 3, 'y']), fix([0, 0, 0, 0, 'z'])])).toBe('xc');
    // All of its edits, or none.
    expect(made('abc', [fix([0, 0, 0, 1, 'x']), fix([0, 2, 0, 3, 'y'], [0, 0, 0, 1, 'z'])])).toBe('xbc');
    expect(made('a', [fix([0, 1, 0, 1, ' b']), fix([0, 1, 0, 1, ' c'])])).toBe('a b c');
  });

  it('is nothing at places that are not there', () => {
    expect(editsOf(fix([0, 5, 0, 6, '']), linesOf('abc'))).toBeUndefined();
    expect(editsOf(fix([3, 0, 3, 0, '']), linesOf('abc'))).toBeUndefined();
  });
});
