import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, type Column, Dialog, EmptyState, Field, format, PageHeader, Row, Stack, Table, TextArea, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Needs } from '../parts/may.tsx';
import { decisionsQuery, forgetResources } from '../queries.ts';

type Waiting = admin.Waiting;

/** Requests for subscriptions that wait for a person, and the way to decide many at once. */
export function Decisions() {
  const waiting = useQuery({ ...decisionsQuery, refetchInterval: 10_000 });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState<boolean>();
  const [outcomes, setOutcomes] = useState<admin.DecisionOutcome[]>();
  const rows = waiting.data;
  const here = rows?.filter((one) => chosen.has(one.subscription)).map((one) => one.subscription) ?? [];
  const choose = (names: string[], on: boolean) => {
    const next = new Set(chosen);
    for (const name of names) {
      if (on) next.add(name);
      else next.delete(name);
    }
    setChosen(next);
  };
  const columns: Column<Waiting>[] = [
    { id: 'chosen', header: 'Choose', width: '5rem', cell: (one) => <input type="checkbox" aria-label={`Choose ${one.subscription}`} checked={chosen.has(one.subscription)} onChange={(event) => choose([one.subscription], event.target.checked)} /> },
    {
      id: 'app',
      header: 'Who asks for what',
      cell: (one) => (
        <>
          <Link to="/$kind/$id" params={{ kind: 'subscriptions', id: one.subscription }}>
            {one.app_title} → {one.product_title}
          </Link>{' '}
          <Badge>{one.plan_title}</Badge>
          {one.instead_of_title && <span className="muted"> instead of {one.instead_of_title}</span>}
        </>
      ),
    },
    { id: 'owner', header: 'Developer', hide: 'below', cell: (one) => one.owner ?? <span className="muted">nobody</span> },
    { id: 'reason', header: 'They say', hide: 'below', cell: (one) => one.reason ?? <span className="muted">nothing</span> },
    { id: 'asked', header: 'Since', hide: 'narrow', cell: (one) => <time title={format.fullTime(one.asked_at)}>{format.ago(one.asked_at)}</time> },
    { id: 'due', header: 'Due', cell: (one) => (!one.due_at ? <span className="muted">not said</span> : one.overdue ? <Badge tone="bad">overdue since {format.dayOf(one.due_at)}</Badge> : <time title={format.fullTime(one.due_at)}>{format.until(one.due_at)}</time>) },
  ];
  const overdue = rows?.filter((one) => one.overdue).length ?? 0;
  return (
    <>
      <PageHeader
        title="Decisions"
        lead="Requests for subscriptions that wait for a person, what waits for longer than its plan says first."
        actions={
          <Needs permission="apps:write">
            <Row>
              <Button variant="danger" disabled={here.length === 0} onClick={() => setDeciding(false)}>
                Refuse {here.length || ''}
              </Button>
              <Button variant="primary" disabled={here.length === 0} onClick={() => setDeciding(true)}>
                Approve {here.length || ''}
              </Button>
            </Row>
          </Needs>
        }
      />
      <Stack gap={3}>
        {overdue > 0 && (
          <Callout tone="warn" icon="warning">
            {format.plural(overdue, 'request')} {overdue === 1 ? 'waits' : 'wait'} for longer than promised.
          </Callout>
        )}
        {outcomes && <Outcomes outcomes={outcomes} />}
        {rows && rows.length > 1 && (
          <Row>
            <Button size="s" onClick={() => choose(rows.map((one) => one.subscription), here.length < rows.length)}>
              {here.length < rows.length ? 'Choose all' : 'Choose none'}
            </Button>
          </Row>
        )}
        <Table
          caption="Requests"
          columns={columns}
          rows={rows}
          rowKey={(one) => one.subscription}
          error={waiting.error}
          retry={() => void waiting.refetch()}
          empty={
            <EmptyState icon="check" title="Nothing waits for a decision">
              Developers ask for products in the portal. Where a plan says <code>approval: manual</code>, their requests wait here.
            </EmptyState>
          }
        />
      </Stack>
      {deciding !== undefined && (
        <DecideDialog
          names={here}
          approve={deciding}
          onClose={() => setDeciding(undefined)}
          onDone={(done) => {
            setOutcomes(done);
            setChosen(new Set(done.filter((one) => one.trouble).map((one) => one.subscription)));
            setDeciding(undefined);
          }}
        />
      )}
    </>
  );
}

function Outcomes({ outcomes }: { outcomes: readonly admin.DecisionOutcome[] }) {
  const failed = outcomes.filter((one) => one.trouble);
  return (
    <Callout tone={failed.length ? 'warn' : 'good'} icon={failed.length ? 'warning' : 'check'}>
      {format.plural(outcomes.length - failed.length, 'request')} decided.
      {failed.length > 0 && (
        <ul>
          {failed.map((one) => (
            <li key={one.subscription}>
              <code>{one.subscription}</code>: {one.trouble}
            </li>
          ))}
        </ul>
      )}
    </Callout>
  );
}

function DecideDialog({ names, approve, onClose, onDone }: { names: string[]; approve: boolean; onClose: () => void; onDone: (outcomes: admin.DecisionOutcome[]) => void }) {
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState('');
  const { busy, run } = useTask();
  const toast = useToast();
  const decide = () =>
    run(
      async () => {
        const done = await admin.decideAll({ subscriptions: names, approve, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(approve && end ? { expires_at: format.endOfDay(end) } : {}) });
        await forgetResources();
        onDone(done.items);
      },
      (error) => toast.failed('Nothing was decided', error),
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${approve ? 'Approve' : 'Refuse'} ${format.plural(names.length, 'request')}?`}
      footer={
        <Button variant={approve ? 'primary' : 'danger'} busy={busy} onClick={() => void decide()}>
          {approve ? 'Approve' : 'Refuse'}
        </Button>
      }
    >
      <Stack>
        <Field label="Your reason" hint="Each of the developers sees it.">
          {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={3} maxLength={1000} />}
        </Field>
        {approve && (
          <Field label="Last day" hint="As their plans say, where left empty.">
            {(control) => <TextInput {...control} type="date" value={end} onChange={(event) => setEnd(event.target.value)} />}
          </Field>
        )}
      </Stack>
    </Dialog>
  );
}
