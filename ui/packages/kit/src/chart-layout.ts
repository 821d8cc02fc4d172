// The geometry of a chart, apart from how it is drawn.
import { clockTime } from './format.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A reading's place: `y` its top, `base` what it stands on. */
export interface Point {
  x: number;
  y: number;
  base: number;
}

type Values = readonly (number | null)[];

/** Places every reading in the box; stacked series stand on those before them. */
export function layoutChart(times: readonly number[], all: readonly Values[], stacked: boolean, box: Box) {
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? 1) - first || 1;
  const x = (time: number) => box.x + ((time - first) / span) * box.width;
  const tops = times.map((_, at) => (stacked ? all.reduce((sum, values) => sum + (values[at] ?? 0), 0) : Math.max(0, ...all.map((values) => values[at] ?? 0))));
  const max = niceMax(Math.max(0, ...tops));
  const y = (value: number) => box.y + box.height - (value / max) * box.height;
  const heap = times.map(() => 0);
  const points = all.map((values) =>
    times.map((time, at): Point | null => {
      const value = values[at];
      if (value === null || value === undefined) return null;
      const base = stacked ? (heap[at] ?? 0) : 0;
      if (stacked) heap[at] = base + value;
      return { x: x(time), y: y(base + value), base: y(base) };
    }),
  );
  const nearest = (left: number) => Math.max(0, Math.min(times.length - 1, Math.round(((left - box.x) / box.width) * (times.length - 1))));
  return { x, y, max, points, nearest };
}

/** An SVG path through the points, broken where there is no reading; closed down to the base for an area. */
export function pathOf(points: readonly (Point | null)[], closed: boolean): string {
  const runs: Point[][] = [];
  let run: Point[] | undefined;
  for (const point of points) {
    if (!point) {
      run = undefined;
    } else {
      if (!run) runs.push((run = []));
      run.push(point);
    }
  }
  const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return runs
    .map((all) => {
      // A single reading between gaps would be an invisible line.
      const [only] = all;
      if (all.length === 1 && only) return `M${at(only.x - 1, only.y)}L${at(only.x + 1, only.y)}`;
      const top = all.map((point) => at(point.x, point.y)).join('L');
      const bottom = closed ? `L${[...all].reverse().map((point) => at(point.x, point.base)).join('L')}Z` : '';
      return `M${top}${bottom}`;
    })
    .join('');
}

/** The least round number that is not below; 1 for 0. */
export function niceMax(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.999999) ?? 10;
  // 3 × 0.1 is not 0.3.
  return Number((step * power).toPrecision(6));
}

/** From 0 to `max` in equal steps. */
export function niceTicks(max: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, at) => (max / steps) * at);
}

/** Labels below the axis, about one each 110 pixels. */
export function timeTicks(times: readonly number[], width: number): { time: number; label: string; anchor: 'start' | 'middle' | 'end' }[] {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || first === last) return [];
  const steps = Math.max(1, Math.min(8, Math.floor(width / 110)));
  const seconds = (last - first) / steps < 60_000;
  return Array.from({ length: steps + 1 }, (_, at) => {
    const time = first + ((last - first) / steps) * at;
    return { time, label: clockTime(time, seconds), anchor: at === 0 ? 'start' : at === steps ? 'end' : 'middle' };
  });
}
