import { ProblemError } from '@pailou/api';
import { type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import { EmptyState, ErrorState } from './States.tsx';
import css from './Table.module.css';
import { useRowWindow } from './useRowWindow.ts';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; a column without it does not sort. */
  sort?: (row: Row) => string | number | null | undefined;
  /** Numbers stand at the end, so that their digits line up. */
  align?: 'end';
  /** CSS width. */
  width?: string;
  /** Leaves the column out on narrow screens. What stands nowhere else goes `below` the others there, over the whole width. */
  hide?: 'narrow' | 'medium' | 'below';
}

interface TableProps<Row> {
  /** What the table lists; read out, not shown. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Opens a row by click or Enter; leave it out where a cell holds the link. */
  onOpen?: (row: Row) => void;
  selected?: string;
  error?: unknown;
  retry?: () => void;
  /** What is shown when there is nothing at all. */
  empty: ReactNode;
  /** Whether filters are on: then nothing found is not nothing at all. */
  filtered?: boolean;
  onClearFilters?: () => void;
  /** Below the rows: pagination, totals. */
  footer?: ReactNode;
  dense?: boolean;
}

/** A list with its five states; long ones draw only the rows in view. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, rowKey, onOpen, selected, error, retry, empty, filtered, onClearFilters, footer, dense } = props;
  const [order, setOrder] = useState<{ id: string; down: boolean }>();
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = useMemo(() => sortRows(rows, columns, order), [rows, columns, order]);
  const view = useRowWindow(body, sorted?.length ?? 0);

  if (error !== undefined && error !== null && !rows) {
    return error instanceof ProblemError && error.status === 403 ? (
      <EmptyState icon="key" title="You may not see this">
        {error.detail || 'Ask an administrator of this workspace for access.'}
      </EmptyState>
    ) : (
      <ErrorState error={error} retry={retry} />
    );
  }
  if (sorted?.length === 0) {
    return filtered ? (
      <EmptyState compact icon="search" title="Nothing matches" action={onClearFilters && <Button onClick={onClearFilters}>Clear filters</Button>}>
        No {caption.toLowerCase()} fit the search and filters.
      </EmptyState>
    ) : (
      <>{empty}</>
    );
  }
  return (
    <div className={css.frame}>
      <div className={css.scroll}>
        <table className={cx(css.table, dense && css.dense, columns.some((column) => column.hide === 'below') && css.stacked)} aria-busy={!rows || undefined} aria-rowcount={sorted ? sorted.length + 1 : undefined}>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => {
                const active = order?.id === column.id;
                return (
                  <th key={column.id} scope="col" className={cellClass(column)} style={cellStyle(column)} aria-sort={active ? (order.down ? 'descending' : 'ascending') : undefined}>
                    {column.sort && sorted ? (
                      <button type="button" className={css.sort} onClick={() => setOrder(active ? (order.down ? undefined : { id: column.id, down: true }) : { id: column.id, down: false })}>
                        {column.header}
                        <span className={cx(css.arrow, active && css.sorted)}>
                          <Icon name={active && order.down ? 'down' : 'up'} size={12} />
                        </span>
                      </button>
                    ) : (
                      column.header
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={moveBetweenRows}>
            {!sorted &&
              Array.from({ length: 6 }, (_, at) => (
                <tr key={at} className={css.loading}>
                  {columns.map((column) => (
                    <td key={column.id} className={cellClass(column)}>
                      <span className={css.bone} />
                    </td>
                  ))}
                </tr>
              ))}
            {sorted && view.before > 0 && <tr aria-hidden="true" style={{ height: view.before }} />}
            {sorted?.slice(view.start, view.end).map((row, at) => {
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  data-row={key}
                  aria-rowindex={view.start + at + 2}
                  aria-selected={selected === undefined ? undefined : selected === key}
                  className={cx(onOpen && css.open, selected === key && css.selected)}
                  tabIndex={onOpen ? 0 : undefined}
                  onClick={onOpen && ((event) => fromRow(event) && onOpen(row))}
                  onKeyDown={
                    onOpen &&
                    ((event) => {
                      if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
                      // Or the same key would press what is focused by then, such as the button that closes a drawer.
                      event.preventDefault();
                      onOpen(row);
                    })
                  }
                >
                  {columns.map((column) => (
                    <td key={column.id} className={cellClass(column)} style={cellStyle(column)} data-label={column.hide === 'below' ? column.header : undefined}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {sorted && view.after > 0 && <tr aria-hidden="true" style={{ height: view.after }} />}
          </tbody>
        </table>
      </div>
      {error !== undefined && error !== null && <ErrorState compact error={error} retry={retry} />}
      {footer && <div className={css.footer}>{footer}</div>}
    </div>
  );
}

function cellClass<Row>(column: Column<Row>): string {
  return cx(column.align === 'end' && css.end, column.hide && css[column.hide]);
}

/** Its width; where columns are stacked it stands for the flexible one. */
function cellStyle<Row>(column: Column<Row>): CSSProperties | undefined {
  return column.width ? ({ width: column.width, '--own': `0 0 ${column.width}` } as CSSProperties) : undefined;
}

/** A click on a link, button or selected text inside a row is not a click on the row. */
function fromRow(event: MouseEvent<HTMLElement>): boolean {
  return !(event.target as Element).closest('a,button,input,select,label') && !window.getSelection()?.toString();
}

function moveBetweenRows(event: KeyboardEvent<HTMLTableSectionElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = (event.target as Element).closest('tr');
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  if (!(next instanceof HTMLElement)) return;
  const target = next.tabIndex === 0 ? next : next.querySelector<HTMLElement>('a,button,input');
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** The rows in the order asked for; those without a value come last either way. */
export function sortRows<Row>(rows: readonly Row[] | undefined, columns: readonly Column<Row>[], order?: { id: string; down: boolean }): readonly Row[] | undefined {
  const by = order && columns.find((column) => column.id === order.id)?.sort;
  if (!rows || !by) return rows;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    if (x === y) return 0;
    if (x === null || x === undefined) return 1;
    if (y === null || y === undefined) return -1;
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), 'en', { numeric: true }));
  });
}
