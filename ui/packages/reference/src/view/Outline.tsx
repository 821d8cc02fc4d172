// The operations of a contract, grouped and filtered. Only the rows in sight exist, so that a thousand operations cost as much as thirty.
import { EmptyState, Icon, MethodBadge, SearchInput, cx } from '@pailou/kit';
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Outline as OutlineData } from '../contract.ts';
import { groupsOf, type Row, rowsOf } from '../outline.ts';
import css from './Outline.module.css';

const ROW = 34;
const MARGIN = 8;
/** Contracts with fewer operations open with all groups unfolded. */
const SMALL = 60;

interface OutlineProps {
  outline: OutlineData;
  /** The operation that is shown. */
  active?: string;
  href: (operation: string) => string;
  onOpen: (operation: string) => void;
}

/** Whether a click asks for this page rather than a new tab or window. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
}

export function Outline({ outline, active, href, onOpen }: OutlineProps) {
  const [filter, setFilter] = useState('');
  const groups = useMemo(() => groupsOf(outline), [outline]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(outline.operations.length <= SMALL ? groups.map((group) => group.name) : []));
  const activeGroup = useMemo(() => groups.find((group) => group.operations.some((operation) => operation.id === active))?.name, [groups, active]);
  useEffect(() => {
    if (activeGroup !== undefined) setOpen((now) => (now.has(activeGroup) ? now : new Set(now).add(activeGroup)));
  }, [activeGroup]);
  const rows = useMemo(() => rowsOf(groups, filter, open), [groups, filter, open]);
  const found = useMemo(() => rows.reduce((sum, row) => sum + (row.kind === 'group' ? row.count : 0), 0), [rows]);
  const toggle = useCallback((name: string) => {
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  }, []);

  return (
    <nav className={css.outline} aria-label="Operations">
      <div className={css.filter}>
        <SearchInput label="Filter operations" value={filter} onChange={setFilter} placeholder={`Filter ${outline.operations.length.toLocaleString('en-US')} operations`} />
        <span role="status" className="visually-hidden">
          {filter ? `${found} operations match` : ''}
        </span>
      </div>
      {rows.length ? (
        <Rows rows={rows} active={active} follow={filter === ''} href={href} onOpen={onOpen} onToggle={toggle} />
      ) : (
        <EmptyState compact icon="search" title={filter ? 'No operation matches' : 'No operations'}>
          {filter ? (
            <button type="button" className={css.clear} onClick={() => setFilter('')}>
              Clear the filter
            </button>
          ) : (
            'The contract lists none.'
          )}
        </EmptyState>
      )}
    </nav>
  );
}

interface RowsProps extends Pick<OutlineProps, 'active' | 'href' | 'onOpen'> {
  rows: Row[];
  /** Brings the active operation into sight when it changes. */
  follow: boolean;
  onToggle: (group: string) => void;
}

function Rows({ rows, active, follow, href, onOpen, onToggle }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [cursor, setCursor] = useState<string>();
  const focusNext = useRef(false);
  const tabStop = rows.some((row) => row.key === cursor) ? cursor : rows.some((row) => row.key === active) ? active : rows[0]?.key;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const show = useCallback((index: number, centered: boolean) => {
    const element = box.current;
    if (!element || index < 0) return;
    const top = index * ROW;
    if (top < element.scrollTop || top + ROW > element.scrollTop + element.clientHeight) {
      element.scrollTop = centered ? top - element.clientHeight / 3 : top < element.scrollTop ? top : top + ROW - element.clientHeight;
      setView({ top: element.scrollTop, height: element.clientHeight });
    }
  }, []);

  const activeIndex = rows.findIndex((row) => row.key === active);
  useEffect(() => {
    if (follow) show(activeIndex, true);
  }, [activeIndex, follow, show]);

  useLayoutEffect(() => {
    if (!focusNext.current) return;
    focusNext.current = false;
    box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex((row) => row.key === tabStop);
    const page = Math.max(1, Math.floor(view.height / ROW) - 1);
    const row = rows[at];
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + page, PageUp: at - page };
    if (row?.kind === 'group' && ((event.key === 'ArrowRight' && !row.open) || (event.key === 'ArrowLeft' && row.open))) {
      event.preventDefault();
      onToggle(row.name);
      return;
    }
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, to));
    setCursor(rows[index]?.key);
    focusNext.current = true;
    show(index, false);
  };

  const first = Math.max(0, Math.floor(view.top / ROW) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + MARGIN);
  return (
    <div className={css.rows} ref={box} onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })} onKeyDown={onKeyDown}>
      <ul style={{ height: rows.length * ROW }}>
        {rows.slice(first, last).map((row, i) => (
          <li key={row.key} style={{ top: (first + i) * ROW }}>
            {row.kind === 'group' ? (
              <button type="button" className={css.group} aria-expanded={row.open} tabIndex={row.key === tabStop ? 0 : -1} onClick={() => onToggle(row.name)}>
                <span className={cx(css.fold, row.open && css.unfolded)}>
                  <Icon name="right" size={12} />
                </span>
                <span className={css.groupName}>{row.name}</span>
                <span className={css.count}>{row.count}</span>
              </button>
            ) : (
              <a
                href={href(row.operation.id)}
                className={cx(css.operation, row.key === active && css.active)}
                aria-current={row.key === active ? 'page' : undefined}
                tabIndex={row.key === tabStop ? 0 : -1}
                title={`${row.operation.method} ${row.operation.path}`}
                onClick={(event) => {
                  if (!isPlainClick(event)) return;
                  event.preventDefault();
                  setCursor(row.key);
                  onOpen(row.operation.id);
                }}
              >
                <MethodBadge method={row.operation.method} />
                {row.operation.summary ? (
                  <span className={cx(css.name, row.operation.deprecated && css.deprecated)}>{row.operation.summary}</span>
                ) : (
                  // Paths differ at their end, so they are cut at their beginning.
                  <span className={cx(css.name, css.path, row.operation.deprecated && css.deprecated)}>
                    <bdi dir="ltr">{row.operation.path}</bdi>
                  </span>
                )}
                {row.operation.deprecated && <span className="visually-hidden">deprecated</span>}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
