import * as admin from '@pailou/api/admin';
import { Badge, type Column, EmptyState, format, Panel, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';

const TONES = { waiting: 'warn', taken: 'good', 'given-up': 'bad' } as const;

const columns: Column<admin.Delivery>[] = [
  { id: 'at', header: 'When', cell: (one) => <time title={format.fullTime(one.at)}>{format.ago(one.at)}</time> },
  { id: 'event', header: 'What', cell: (one) => <code>{one.event}</code> },
  { id: 'state', header: 'State', cell: (one) => <Badge tone={TONES[one.state as keyof typeof TONES]}>{one.state === 'given-up' ? 'given up' : one.state}</Badge> },
  { id: 'attempts', header: 'Attempts', hide: 'narrow', align: 'end', cell: (one) => format.count(one.attempts) },
  {
    id: 'trouble',
    header: 'What came of it',
    hide: 'below',
    cell: (one) => (
      <>
        {one.trouble ?? (one.state === 'taken' ? 'It was taken.' : 'It is about to be told.')}
        {one.next_at && one.attempts > 0 && <span className="muted"> Told again {format.until(one.next_at)}.</span>}
      </>
    ),
  },
];

/** What a webhook was told lately, and how that went. */
export function Deliveries({ hook }: { hook: string }) {
  const found = useQuery({ queryKey: ['deliveries', hook], queryFn: ({ signal }) => admin.deliveries(hook, signal), refetchInterval: 5_000 });
  return (
    <Panel title="Deliveries" flush>
      <Table
        caption="Deliveries"
        columns={columns}
        rows={found.data?.items}
        rowKey={(one) => one.id}
        error={found.error}
        retry={() => void found.refetch()}
        empty={
          <EmptyState compact icon="live" title="Nothing was told yet">
            It is told when a developer asks for a subscription, when that waits for too long, and when it is decided.
          </EmptyState>
        }
      />
    </Panel>
  );
}
