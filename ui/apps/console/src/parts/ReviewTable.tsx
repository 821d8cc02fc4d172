import type { ReviewLine } from '@pailou/api/admin';
import { Badge, EmptyState, format, StateChip, Table } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

type More = Partial<Pick<ComponentProps<typeof Table<ReviewLine>>, 'error' | 'retry' | 'filtered' | 'onClearFilters' | 'empty'>>;

/** Reviews, each a line that leads to it. */
export function ReviewTable({ rows, ...more }: { rows: readonly ReviewLine[] | undefined } & More) {
  return (
    <Table
      caption="Reviews, the newest first"
      rows={rows}
      rowKey={(one) => String(one.number)}
      empty={<EmptyState icon="check" title="No reviews" />}
      {...more}
      columns={[
        {
          id: 'summary',
          header: 'Review',
          cell: (one) => (
            <>
              <Link to="/reviews/$number" params={{ number: String(one.number) }}>
                <b>{one.summary.split('\n')[0]}</b>
              </Link>
              <div className="muted">
                {one.api}, to become {one.to}
              </div>
            </>
          ),
        },
        {
          id: 'said',
          header: 'Said',
          cell: (one) =>
            one.state !== 'open' ? (
              <StateChip state={one.state} />
            ) : one.changes_requested_by.length > 0 ? (
              <Badge tone="warn">changes asked for</Badge>
            ) : one.approved_by.length > 0 ? (
              <Badge tone="good">{format.plural(one.approved_by.length, 'approval')}</Badge>
            ) : (
              <Badge>waits</Badge>
            ),
        },
        { id: 'by', header: 'By', hide: 'narrow', cell: (one) => one.author },
        { id: 'at', header: 'Opened', align: 'end', hide: 'medium', cell: (one) => <span title={format.fullTime(one.opened_at)}>{format.ago(one.opened_at)}</span> },
      ]}
    />
  );
}
