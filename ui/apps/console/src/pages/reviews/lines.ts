// Where what was said of a line stands in the contract that a review is about now.
import type { Review } from '@pailou/api/admin';

export type Remark = Review['remarks'][number];

/** Remarks keep so many characters of a line. */
const KEPT = 200;

/** The line of a remark, from 1: of the present proposal its own, of an earlier one the nearest that reads the same; nothing where none does. */
export function lineOf(remark: Remark, digest: string, lines: readonly string[]): number | undefined {
  const { place } = remark;
  if (!place) return undefined;
  if (remark.digest === digest) return place.line <= lines.length ? place.line : undefined;
  if (place.text.trim() === '') return undefined;
  let nearest: number | undefined;
  lines.forEach((line, at) => {
    if (line.slice(0, 2 * KEPT) !== place.text && [...line].slice(0, KEPT).join('') !== place.text) return;
    if (nearest === undefined || Math.abs(at + 1 - place.line) < Math.abs(nearest - place.line)) nearest = at + 1;
  });
  return nearest;
}

/** What was said, by the lines it stands at. */
export function byLine(remarks: readonly Remark[], digest: string, text: string): Map<number, Remark[]> {
  const lines = text.split('\n');
  const found = new Map<number, Remark[]>();
  for (const remark of remarks) {
    const line = lineOf(remark, digest, lines);
    if (line !== undefined) found.set(line, [...(found.get(line) ?? []), remark]);
  }
  return found;
}
