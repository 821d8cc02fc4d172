import type { DesignCheck, DesignFinding } from '@pailou/api/admin';
import { ChangeSet, Text } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftText } from './draft.ts';
import { applied, type Checked, LiveCheck } from './live-check.ts';

const finding = (code: string, line: number, character = 0): DesignFinding => ({ code, message: code, severity: 'warning', path: [], line, character, end_line: line, end_character: character + 1, documentation_url: null, fix: null });
const places = (list: readonly DesignFinding[]) => list.map(({ code, line, character, end_character }) => `${code} ${line}:${character}-${end_character}`);
const moved = (old_line: number, old_character: number, new_line: number, new_character: number) => ({ old_line, old_character, new_line, new_character });

describe('findings', () => {
  it('are what they were with what changed', () => {
    const before = [finding('a', 0), finding('b', 2, 1), finding('c', 2, 5), finding('d', 4)];
    const changes = { moved: moved(2, 4, 3, 1), removed: [3], added: [{ at: 1, finding: finding('x', 1) }, { at: 4, finding: finding('y', 9) }] };
    expect(places(applied(before, changes))).toEqual(['a 0:0-1', 'x 1:0-1', 'b 2:1-2', 'c 3:2-3', 'y 9:0-1']);
    expect(applied([], { moved: moved(0, 0, 0, 0), removed: [], added: [{ at: 0, finding: finding('x', 1) }] })).toHaveLength(1);
  });
  it('move with what mends them', () => {
    const fix = { title: 'Mend', edits: [{ line: 3, character: 2, end_line: 3, end_character: 3, insert: '' }] };
    const [one] = applied([{ ...finding('a', 3), fix }], { moved: moved(1, 0, 2, 0), removed: [], added: [] });
    expect(one?.fix?.edits[0]).toMatchObject({ line: 4, end_line: 4 });
  });
});

describe('LiveCheck', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const answer = (base: string, number: number, more: Partial<DesignCheck>): DesignCheck => ({ base, writing: { id: 'w', number }, changes: null, kept: false, rules: [], counts: [0, 0, 0, 0], findings: [], incomplete: false, ...more });

  it('asks once more where something was typed meanwhile, and by the number of the check that it knows', async () => {
    const draft = new DraftText(Text.of(['abc']));
    const answers: ((answer: DesignCheck) => void)[] = [];
    const asked: unknown[] = [];
    const seen: Checked[] = [];
    const check = (source: unknown, _api: unknown, writing: unknown) => {
      asked.push({ source, writing });
      return new Promise<DesignCheck>((resolve) => answers.push(resolve));
    };
    const live = new LiveCheck(draft, undefined, { checked: (one) => seen.push(one), failed: () => expect.unreachable() }, check);
    live.ask();
    await vi.advanceTimersByTimeAsync(0);
    const changes = ChangeSet.of({ from: 0, insert: 'X' }, 3);
    draft.changed(changes, changes.apply(draft.doc));
    live.ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([{ source: { text: 'abc' }, writing: {} }]);
    answers[0]?.(answer('one', 1, { findings: [finding('a', 0, 2)] }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen[0]).toMatchObject({ changed: true });
    expect(seen[0]?.since?.mapPos(2)).toBe(3);
    expect(asked[1]).toEqual({ source: { base: 'one', edits: [{ from: 0, to: 0, insert: 'X' }] }, writing: { id: 'w', known: 1 } });
    answers[1]?.(answer('two', 2, { changes: { moved: moved(0, 0, 0, 1), removed: [], added: [] } }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen[1]).toMatchObject({ since: undefined, changed: false });
    expect(places(seen[1]?.check.findings ?? [])).toEqual(['a 0:3-4']);
    expect(asked).toHaveLength(2);
    live.end();
    live.ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(2);
  });
});
