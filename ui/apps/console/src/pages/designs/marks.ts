// Where an editor shows what was found: it moves the marks with what is typed, which is not always where they belong.
import { type Diagnostic, forEachDiagnostic } from '@codemirror/lint';
import type { EditorState } from '@codemirror/state';

/** Whether what an editor shows is where it should be. */
export function inPlace(state: EditorState, shown: readonly Diagnostic[], wanted: readonly Diagnostic[]) {
  const places = new Map<Diagnostic, readonly [number, number]>();
  forEachDiagnostic(state, (one, from, to) => places.set(one, [from, to]));
  return (
    shown.length === wanted.length &&
    shown.every((one, at) => {
      const [place, other] = [places.get(one), wanted[at]];
      return place && other && place[0] === other.from && place[1] === other.to;
    })
  );
}
