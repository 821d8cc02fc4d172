import { describe, expect, it } from 'vitest';
import { merge } from './merge.ts';

const BASE = 'a\nb\nc\nd\ne\n';

describe('merge', () => {
  it('has what each changed where they changed different lines', () => {
    expect(merge(BASE, 'A\nb\nc\nd\ne\n', 'a\nb\nc\nd\nE\nf\n')).toEqual({ text: 'A\nb\nc\nd\nE\nf\n', conflicts: [] });
    expect(merge(BASE, 'a\nc\nd\ne\n', 'a\nb\nc\nd\nnew\ne\n')).toEqual({ text: 'a\nc\nd\nnew\ne\n', conflicts: [] });
    expect(merge(BASE, BASE, 'other')).toEqual({ text: 'other', conflicts: [] });
    expect(merge(BASE, 'other', BASE)).toEqual({ text: 'other', conflicts: [] });
  });
  it('keeps ours and tells where both changed the same lines', () => {
    expect(merge(BASE, 'a\nb\nmine\nd\ne\n', 'a\nb\ntheirs\nd\ne\n')).toEqual({ text: 'a\nb\nmine\nd\ne\n', conflicts: [{ line: 3, theirs: 'theirs' }] });
  });
  it('has once what both changed alike', () => {
    expect(merge(BASE, 'a\nb\nsame\nd\ne\n', 'a\nb\nsame\nd\nE\n')).toEqual({ text: 'a\nb\nsame\nd\nE\n', conflicts: [] });
  });
  it('makes any two changes of one text into one that has each of them where the other is silent', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 300; round += 1) {
      const base = Array.from({ length: 20 }, () => String(random(6)));
      const change = (from: number, to: number, mark: string) => {
        const lines = [...base];
        for (let times = 0; times < 3; times += 1) {
          const at = from + random(to - from);
          if (random(2)) lines[at] = `${mark}${random(9)}`;
        }
        return lines.join('\n');
      };
      // The line between stays as it is, so that no place is of both.
      const [ours, theirs] = [change(0, 9, 'x'), change(11, 20, 'y')];
      const wanted = [...ours.split('\n').slice(0, 10), ...theirs.split('\n').slice(10)].join('\n');
      expect(merge(base.join('\n'), ours, theirs)).toEqual({ text: wanted, conflicts: [] });
    }
  });
});
