// What mends findings, as changes of the text that is in the editor.
import type { DesignFinding } from '@pailou/api/admin';
import type { TextEdit } from './source-edit.ts';

export type DesignFix = NonNullable<DesignFinding['fix']>;

/** A text by lines: where one begins and how long it is. */
export interface Lines {
  lines: number;
  line: (number: number) => { from: number; to: number };
}

/** The edits of a fix; nothing where the text has no such place. */
export function editsOf(fix: DesignFix, doc: Lines): TextEdit[] | undefined {
  const place = (line: number, character: number) => {
    if (line >= doc.lines) return undefined;
    const { from, to } = doc.line(line + 1);
    return from + character <= to ? from + character : undefined;
  };
  const edits: TextEdit[] = [];
  for (const { line, character, end_line, end_character, insert } of fix.edits) {
    const [from, to] = [place(line, character), end_line === doc.lines && end_character === 0 ? doc.line(doc.lines).to : place(end_line, end_character)];
    if (from === undefined || to === undefined || from > to) return undefined;
    edits.push({ from, to, insert });
  }
  return edits;
}

/** The edits of many fixes: what two say alike is made once, and of two that are about one piece the first is. */
export function together(fixes: readonly DesignFix[], doc: Lines): TextEdit[] {
  const taken: TextEdit[] = [];
  const same = (a: TextEdit) => taken.some((b) => a.from === b.from && a.to === b.to && a.insert === b.insert);
  // Two that only add something at one place do not disturb each other.
  const clashes = (a: TextEdit) => taken.some((b) => (a.from < b.to && b.from < a.to) || (a.from === b.from && (a.to > a.from || b.to > b.from)));
  for (const fix of fixes) {
    const edits = editsOf(fix, doc);
    if (!edits || edits.every(same) || edits.some(clashes)) continue;
    taken.push(...edits);
  }
  return taken.sort((a, b) => a.from - b.from);
}
