import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cleanup } from '@testing-library/react';
import { ProblemError } from '@pailou/api';
import { type Column, sortRows, Table } from './Table.tsx';
import { rowWindow } from './useRowWindow.ts';

interface Row {
  name: string;
  calls: number | null;
}
const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', cell: (row) => row.name, sort: (row) => row.name },
  { id: 'calls', header: 'Calls', cell: (row) => row.calls, sort: (row) => row.calls },
];
const rows: Row[] = [
  { name: 'v10', calls: 5 },
  { name: 'v9', calls: null },
  { name: 'a', calls: 20 },
];
const names = (sorted: readonly Row[] | undefined) => sorted?.map((row) => row.name);
const table = (more: Partial<Parameters<typeof Table<Row>>[0]>) => <Table caption="Versions" columns={columns} rows={rows} rowKey={(row) => row.name} empty="nothing yet" {...more} />;

afterEach(cleanup);

describe('sorting', () => {
  it('orders numbers inside names and puts missing values last both ways', () => {
    expect(names(sortRows(rows, columns, { id: 'name', down: false }))).toEqual(['a', 'v9', 'v10']);
    expect(names(sortRows(rows, columns, { id: 'calls', down: false }))).toEqual(['v10', 'a', 'v9']);
    expect(names(sortRows(rows, columns, { id: 'calls', down: true }))).toEqual(['a', 'v10', 'v9']);
  });
  it('goes up, down and back with clicks on a header, and says so', () => {
    render(table({}));
    const button = screen.getByRole('button', { name: 'Calls' });
    const header = button.closest('th');
    fireEvent.click(button);
    expect(header?.getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(button);
    expect(header?.getAttribute('aria-sort')).toBe('descending');
    expect(screen.getAllByRole('row')[1]?.textContent).toContain('a20');
    fireEvent.click(button);
    expect(header?.getAttribute('aria-sort')).toBeNull();
  });
});

describe('the states of a list', () => {
  it('tells nothing yet from no match', () => {
    const { rerender } = render(table({ rows: [] }));
    expect(screen.getByText('nothing yet')).toBeTruthy();
    const clear = vi.fn();
    rerender(table({ rows: [], filtered: true, onClearFilters: clear }));
    fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(clear).toHaveBeenCalledOnce();
  });
  it('shows an error with its request id and a retry, and a refusal as a matter of access', () => {
    const retry = vi.fn();
    const { rerender } = render(table({ rows: undefined, error: new ProblemError(500, 'internal', 'Internal error', 'Broken', [], 'req-7'), retry }));
    expect(screen.getByText('req-7')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalledOnce();
    rerender(table({ rows: undefined, error: new ProblemError(403, 'forbidden', 'Forbidden', '') }));
    expect(screen.getByText('You may not see this')).toBeTruthy();
  });
  it('opens a row by Enter and moves between rows by arrows', () => {
    const open = vi.fn();
    render(table({ onOpen: open }));
    const [, first, second] = screen.getAllByRole('row');
    first?.focus();
    fireEvent.keyDown(first as HTMLElement, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second as HTMLElement, { key: 'Enter' });
    expect(open).toHaveBeenCalledWith(rows[1]);
  });
});

describe('a narrow screen', () => {
  it('has what stands nowhere else below its row, with what its head says', () => {
    const stacked: Column<Row>[] = columns.map((column) => (column.id === 'calls' ? { ...column, hide: 'below' } : column));
    render(table({ columns: stacked }));
    const [, first] = screen.getAllByRole('row');
    expect([...(first?.children ?? [])].map((cell) => cell.getAttribute('data-label'))).toEqual([null, 'Calls']);
    expect(screen.getByRole('table').className).toContain('stacked');
  });
});

describe('a long list', () => {
  it('draws the rows near the screen and keeps the height of the rest', () => {
    const view = rowWindow(10_000, { first: 5000, visible: 20, height: 40 });
    expect(view.end - view.start).toBeLessThan(100);
    expect(view.start).toBeLessThan(5000);
    expect(view.before + (view.end - view.start) * 40 + view.after).toBe(400_000);
    expect(rowWindow(10_000, { first: 9995, visible: 20, height: 40 }).end).toBe(10_000);
  });
});
