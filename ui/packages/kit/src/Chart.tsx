import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import css from './Chart.module.css';
import { layoutChart, niceTicks, pathOf, timeTicks } from './chart-layout.ts';
import { cx } from './cx.ts';
import { clockTime, digits, timeZone } from './format.ts';

export interface Series {
  id: string;
  label: string;
  /** A CSS color, usually `var(--chart-1)`. */
  color: string;
  /** One value per time; `null` is "no reading", which is not zero. */
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  /** After every number: `req/s`, `ms`, `%`. */
  unit: string;
  /** Milliseconds since 1970, ascending. */
  times: readonly number[];
  series: readonly Series[];
  /** Areas stand on each other and add up; lines do not. */
  kind: 'area' | 'line';
  height?: number;
  /** Shown instead of the chart where no series has a reading. */
  noReadings?: string;
}

const MARGIN = { top: 8, right: 12, bottom: 22, left: 48 };

/** A time series, with its unit, time zone, a legend that switches series, a cursor for mouse and keyboard, and a table. */
export function Chart({ title, unit, times, series, kind, height = 180, noReadings = 'No readings in this period' }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<number>();
  const [asTable, setAsTable] = useState(false);
  const id = useId();

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [asTable]);

  const shown = series.filter((one) => !hidden.has(one.id));
  const box = { x: MARGIN.left, y: MARGIN.top, width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const layout = layoutChart(times, shown.map((one) => one.values), kind === 'area', box);
  const ticks = niceTicks(layout.max, 4);
  const any = series.some((one) => one.values.some((value) => value !== null));
  const at = cursor === undefined || cursor >= times.length ? undefined : cursor;
  const value = (one: Series, index: number) => {
    const n = one.values[index];
    return n === null || n === undefined ? 'no reading' : `${digits(n)} ${unit}`;
  };

  const point = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    setCursor(layout.nearest(event.clientX - left));
  };
  const step = (event: KeyboardEvent) => {
    const last = times.length - 1;
    const to = { ArrowRight: Math.min(last, (at ?? -1) + 1), ArrowLeft: Math.max(0, (at ?? last + 1) - 1), Home: 0, End: last, Escape: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setCursor(to < 0 ? undefined : to);
  };

  return (
    <figure className={css.chart} aria-labelledby={id}>
      <div className={css.head}>
        <figcaption id={id} className={css.title}>
          {title} <span className={css.unit}>{unit}</span>
        </figcaption>
        <div className={css.legend}>
          {series.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-pressed={!hidden.has(one.id)}
              className={cx(css.entry, hidden.has(one.id) && css.off)}
              onClick={() => setHidden((old) => (old.has(one.id) ? new Set([...old].filter((name) => name !== one.id)) : new Set([...old, one.id])))}
            >
              <span className={css.swatch} style={{ background: one.color }} />
              {one.label}
            </button>
          ))}
          <button type="button" className={css.entry} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Chart' : 'Table'}
          </button>
        </div>
      </div>
      {asTable ? (
        <div className={css.tableFrame} tabIndex={0} role="region" aria-label={`${title} as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time ({timeZone()})</th>
                {series.map((one) => (
                  <th scope="col" key={one.id}>
                    {one.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{clockTime(time)}</th>
                  {series.map((one) => (
                    <td key={one.id}>{value(one, index)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div className={css.frame} ref={frame} style={{ height }}>
          {any ? (
            <svg
              width={width}
              height={height}
              role="img"
              tabIndex={0}
              aria-label={`${title}. ${summary(shown, unit)} Use the arrow keys to read single times, or switch to the table.`}
              onPointerMove={point}
              onPointerLeave={() => setCursor(undefined)}
              onKeyDown={step}
              onBlur={() => setCursor(undefined)}
            >
              {ticks.map((tick) => {
                const y = box.y + box.height - (tick / (layout.max || 1)) * box.height;
                return (
                  <g key={tick}>
                    <line x1={box.x} x2={box.x + box.width} y1={y} y2={y} className={css.grid} />
                    <text x={box.x - 8} y={y + 4} textAnchor="end" className={css.axis}>
                      {digits(tick)}
                    </text>
                  </g>
                );
              })}
              {timeTicks(times, box.width).map((tick) => (
                <text key={tick.time} x={layout.x(tick.time)} y={height - 5} textAnchor={tick.anchor} className={css.axis}>
                  {tick.label}
                </text>
              ))}
              {shown.map((one, index) => {
                const points = layout.points[index] ?? [];
                return kind === 'area' ? (
                  // No outlines: the line of a series that is zero would lie on top of the others.
                  <path key={one.id} d={pathOf(points, true)} fill={one.color} className={css.area} />
                ) : (
                  <path key={one.id} d={pathOf(points, false)} stroke={one.color} className={css.line} />
                );
              })}
              {at !== undefined && times[at] !== undefined && <line x1={layout.x(times[at])} x2={layout.x(times[at])} y1={box.y} y2={box.y + box.height} className={css.cursor} />}
            </svg>
          ) : (
            <p className={css.none}>{noReadings}</p>
          )}
          {any && at !== undefined && times[at] !== undefined && (
            <div className={css.tip} role="status" style={{ left: Math.min(Math.max(0, layout.x(times[at]) + 10), Math.max(0, width - 180)) }}>
              <strong>{clockTime(times[at])}</strong>
              {shown.map((one) => (
                <span key={one.id}>
                  <span className={css.swatch} style={{ background: one.color }} /> {one.label} <b>{value(one, at)}</b>
                </span>
              ))}
            </div>
          )}
        </div>
      )}
      <p className={css.zone}>{timeZone()}</p>
    </figure>
  );
}

/** What the series were last and at most, for those who cannot see them. */
export function summary(series: readonly Series[], unit: string): string {
  return series
    .map((one) => {
      const readings = one.values.filter((value) => value !== null);
      const last = readings.at(-1);
      return last === undefined ? `${one.label}: no reading.` : `${one.label}: ${digits(last)} ${unit} now, at most ${digits(Math.max(...readings))} ${unit}.`;
    })
    .join(' ');
}

/** A line without axes, beside a number. */
export function Sparkline({ values, color = 'var(--chart-1)', width = 120, height = 32 }: { values: readonly (number | null)[]; color?: string; width?: number; height?: number }) {
  const box = { x: 1, y: 2, width: width - 2, height: height - 4 };
  const layout = layoutChart(
    values.map((_, at) => at),
    [values],
    false,
    box,
  );
  const points = layout.points[0] ?? [];
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true" className={css.spark}>
      <path d={pathOf(points, true)} fill={color} opacity={0.14} />
      <path d={pathOf(points, false)} stroke={color} className={css.line} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
