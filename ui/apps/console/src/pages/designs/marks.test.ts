import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { inPlace } from './marks.ts';

const mark = (from: number, to: number): Diagnostic => ({ from, to, severity: 'warning', message: `${from}` });

describe('marks', () => {
  const shown = [mark(2, 4), mark(2, 4), mark(3, 8), mark(9, 9)];
  const state = EditorState.create({ doc: 'abcdefghijkl' });
  const marked = state.update(setDiagnostics(state, shown)).state;

  it('are in place as they were shown, and after what was typed before them', () => {
    expect(inPlace(marked, shown, shown)).toBe(true);
    const typed = marked.update({ changes: { from: 0, insert: 'X' } }).state;
    expect(inPlace(typed, shown, shown)).toBe(false);
    expect(inPlace(typed, shown, [mark(3, 5), mark(3, 5), mark(4, 9), mark(10, 10)])).toBe(true);
    expect(inPlace(marked, shown, shown.slice(1))).toBe(false);
  });
  it('are not where they were when what they are at is taken away and put back', () => {
    const gone = marked.update({ changes: { from: 1, to: 6 } }).state;
    const back = gone.update({ changes: { from: 1, insert: 'bcdef' } }).state;
    expect(back.doc.eq(marked.doc)).toBe(true);
    expect(inPlace(back, shown, shown)).toBe(false);
  });
});
