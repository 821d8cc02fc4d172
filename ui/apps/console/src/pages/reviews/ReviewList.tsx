import type * as admin from '@pailou/api/admin';
import { Badge, EmptyState, format, PageHeader, Panel, Row, Select, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { IfMay } from '../../parts/may.tsx';
import { ReviewTable } from '../../parts/ReviewTable.tsx';
import { emergenciesQuery, reviewsQuery } from '../../queries.ts';

const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'applied', label: 'Applied' },
  { value: 'closed', label: 'Closed' },
];

/** Reviews of all APIs, and what passed by what standards ask. */
export function ReviewList() {
  const { state = 'open' } = useSearch({ from: '/shell/reviews' });
  const navigate = useNavigate({ from: '/reviews' });
  const reviews = useQuery(reviewsQuery(state));
  return (
    <>
      <PageHeader title="Reviews" lead="What APIs are to become, looked at by others before they do." />
      <Stack>
        <Row>
          <Select aria-label="Which reviews" options={STATES} value={state} onChange={(event) => void navigate({ search: { state: event.target.value === 'open' ? undefined : event.target.value }, replace: true })} />
        </Row>
        <ReviewTable
          rows={reviews.data}
          error={reviews.error}
          retry={() => void reviews.refetch()}
          empty={
            <EmptyState icon="check" title={state === 'open' ? 'Nothing waits for a review' : 'No such review'}>
              A review is opened on the page of an API, under Life, or by <code>pailou review open</code>.
            </EmptyState>
          }
        />
        <IfMay permission="emergencies:read">
          <Emergencies />
        </IfMay>
      </Stack>
    </>
  );
}

function Emergencies() {
  const all = useQuery(emergenciesQuery);
  return (
    <Panel title="Passed by what standards ask" flush>
      <Table<admin.Emergency>
        caption="Changes in an emergency, the newest first"
        rows={all.data}
        rowKey={(one) => String(one.number)}
        error={all.error}
        retry={() => void all.refetch()}
        empty={
          <EmptyState compact icon="check" title="Nothing ever did">
            What is done in an emergency is listed here, with the reason.
          </EmptyState>
        }
        columns={[
          {
            id: 'api',
            header: 'API',
            cell: (one) => (
              <>
                <Link to="/apis/$id/life" params={{ id: one.api }}>
                  {one.api}
                </Link>
                <div className="muted">
                  {one.what}
                  {!one.made && (
                    <>
                      {' '}
                      <Badge>failed</Badge>
                    </>
                  )}
                </div>
              </>
            ),
          },
          {
            id: 'reason',
            header: 'Why',
            cell: (one) => (
              <>
                {one.reason}
                <div className="muted">{format.plural(one.passed.length, 'thing')} that a standard asks for</div>
              </>
            ),
          },
          { id: 'by', header: 'By', hide: 'narrow', cell: (one) => one.by },
          { id: 'at', header: 'When', align: 'end', cell: (one) => <span title={format.fullTime(one.at)}>{format.ago(one.at)}</span> },
        ]}
      />
    </Panel>
  );
}
