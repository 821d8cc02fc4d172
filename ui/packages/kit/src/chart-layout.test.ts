import { describe, expect, it } from 'vitest';
import { layoutChart, niceMax, pathOf } from './chart-layout.ts';

const box = { x: 0, y: 0, width: 100, height: 100 };

describe('a chart', () => {
  it('stacks areas on each other', () => {
    const { points, max } = layoutChart([0, 1], [[2, 2], [3, 3]], true, box);
    expect(max).toBe(5);
    expect(points[1]?.[0]).toEqual({ x: 0, y: 0, base: 60 });
  });
  it('breaks a line where there is no reading instead of drawing zero', () => {
    const { points } = layoutChart([0, 1, 2, 3, 4], [[1, 1, null, 1, 1]], false, box);
    const path = pathOf(points[0] ?? [], false);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).not.toContain('50.0');
  });
  it('shows a lone reading', () => {
    const { points } = layoutChart([0, 1, 2], [[null, 1, null]], false, box);
    expect(pathOf(points[0] ?? [], true)).toBe('M49.0 0.0L51.0 0.0');
  });
  it('ends its axis at a round number, also for zero', () => {
    expect([0, 0.3, 7, 23, 100, 101].map(niceMax)).toEqual([1, 0.3, 8, 24, 100, 120]);
  });
});
