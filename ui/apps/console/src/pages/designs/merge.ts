// Two people changed the same text: what each changed, line by line, made one.

export interface Merged {
  text: string;
  /** Places where both changed the same lines; there the text has ours. */
  conflicts: { line: number; theirs: string }[];
}

/** A run of lines of the base that another run takes the place of. */
interface Hunk {
  from: number;
  to: number;
  lines: string[];
}

/** What `ours` and `theirs` made of `base`, together. */
export function merge(base: string, ours: string, theirs: string): Merged {
  const [from, mine, other] = [base, ours, theirs].map((text) => text.split('\n')) as [string[], string[], string[]];
  const [a, b] = [hunks(from, mine), hunks(from, other)];
  const out: string[] = [];
  const conflicts: Merged['conflicts'] = [];
  let at = 0;
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    const first = Math.min(x?.from ?? Number.POSITIVE_INFINITY, y?.from ?? Number.POSITIVE_INFINITY);
    out.push(...from.slice(at, first));
    // Everything that touches what begins here, of both sides.
    let end = first;
    const [i0, j0] = [i, j];
    for (let grew = true; grew; ) {
      grew = false;
      for (let hunk = a[i]; hunk && (hunk.from < end || hunk.from === first); hunk = a[i]) {
        end = Math.max(end, hunk.to);
        i += 1;
        grew = true;
      }
      for (let hunk = b[j]; hunk && (hunk.from < end || hunk.from === first); hunk = b[j]) {
        end = Math.max(end, hunk.to);
        j += 1;
        grew = true;
      }
    }
    const [mineNow, otherNow] = [made(from, a.slice(i0, i), first, end), made(from, b.slice(j0, j), first, end)];
    const same = mineNow.length === otherNow.length && mineNow.every((line, index) => line === otherNow[index]);
    if (i === i0 || (!same && j > j0 && i > i0)) {
      if (i > i0) {
        conflicts.push({ line: out.length + 1, theirs: otherNow.join('\n') });
        out.push(...mineNow);
      } else {
        out.push(...otherNow);
      }
    } else {
      out.push(...mineNow);
    }
    at = end;
  }
  out.push(...from.slice(at));
  return { text: out.join('\n'), conflicts };
}

function made(base: readonly string[], list: readonly Hunk[], from: number, to: number): string[] {
  const out: string[] = [];
  let at = from;
  for (const hunk of list) {
    out.push(...base.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  out.push(...base.slice(at, to));
  return out;
}

/** More differences than this are one: a text that has so little in common is another text. */
const MOST = 2000;

/** What makes the one out of the other: the shortest way (E. W. Myers, 1986), between what both begin and end with. */
function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const [n, m] = [endA - start, endB - start];
  if (n === 0 && m === 0) return [];
  const most = Math.min(n + m, MOST);
  let frontier = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  let reached = false;
  for (let d = 0; d <= most && !reached; d += 1) {
    const next = new Map(frontier);
    for (let k = -d; k <= d; k += 2) {
      const [left, right] = [frontier.get(k - 1) ?? -1, frontier.get(k + 1) ?? -1];
      let x = k === -d || (k !== d && left < right) ? right : left + 1;
      let y = x - k;
      while (x < n && y < m && a[start + x] === b[start + y]) {
        x += 1;
        y += 1;
      }
      next.set(k, x);
      if (x >= n && y >= m) reached = true;
    }
    trace.push(frontier);
    frontier = next;
  }
  if (!reached) return [{ from: start, to: endA, lines: b.slice(start, endB) }];
  // Back along the way.
  const steps: { x: number; y: number; px: number; py: number }[] = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const v = trace[d] as Map<number, number>;
    const k = x - y;
    const [left, right] = [v.get(k - 1) ?? -1, v.get(k + 1) ?? -1];
    const pk = k === -d || (k !== d && left < right) ? k + 1 : k - 1;
    const px = v.get(pk) ?? 0;
    const py = px - pk;
    while (x > px && y > py) {
      x -= 1;
      y -= 1;
    }
    if (d > 0) steps.push({ x, y, px, py });
    [x, y] = [px, py];
  }
  const found: Hunk[] = [];
  for (const step of steps.reverse()) {
    const [from, to] = [start + step.px, start + step.x];
    const lines = b.slice(start + step.py, start + step.y);
    const last = found.at(-1);
    if (last && last.to === from) {
      last.to = to;
      last.lines.push(...lines);
    } else {
      found.push({ from, to, lines: [...lines] });
    }
  }
  return found;
}
