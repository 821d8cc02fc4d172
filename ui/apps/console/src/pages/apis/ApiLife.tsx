import * as admin from '@pailou/api/admin';
import { Badge, Button, Dialog, EmptyState, ErrorState, Field, format, Grid, Panel, Row, Skeleton, Stack, StateChip, Table, TextArea, TextInput } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Checks } from '../../parts/Checks.tsx';
import { IfMay, Needs } from '../../parts/may.tsx';
import { ReviewTable } from '../../parts/ReviewTable.tsx';
import { lifeQuery } from '../../queries.ts';
import { BrownoutBadge, BrownoutFields, TheEnd } from './Brownouts.tsx';
import { sent, type TypedBrownout, wrong } from './brownouts.ts';
import { Environments } from './Environments.tsx';
import { useApi } from './useApi.ts';
import { useStep } from './useStep.ts';

type State = admin.Life['state'];
type Move = admin.Life['moves'][number];

const BECOMES: Record<State, string> = { draft: 'Back to draft', review: 'Ask for a review', prerelease: 'Show as a prerelease', published: 'Publish', deprecated: 'Deprecate', retired: 'Retire', archived: 'Archive' };

/** The verb of a step; what is published again was deprecated before. */
const verb = (from: State, to: State) => (from === 'deprecated' && to === 'published' ? 'Publish again' : (from === 'retired' && to === 'deprecated') || from === 'archived' ? 'Bring back' : BECOMES[to]);

const MEANS: Record<State, string> = {
  draft: 'It answers, and is not in the portal.',
  review: 'It answers, is not in the portal, and others look at it.',
  prerelease: 'It answers, and is in the portal as what may still change.',
  published: 'It answers, and is in the portal.',
  deprecated: 'It answers, and says that it will not for ever.',
  retired: 'It answers 410 alone.',
  archived: 'It is kept, and as if it were not there: it answers 404.',
};

/** Where an API is in its life: what it may become, what is asked for that, who looks at it, what became of it. */
export function ApiLife() {
  const { id, api } = useApi();
  const life = useQuery(lifeQuery(id));
  const [step, setStep] = useState<Move>();
  const [emergency, setEmergency] = useState<State>();
  const data = life.data;
  if (life.error) return <ErrorState error={life.error} retry={() => void life.refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  const owner = api.owner ?? null;
  return (
    <Stack>
      <Row>
        <StateChip state={data.state} />
        <span className="muted">{MEANS[data.state]}</span>
        {data.state === 'deprecated' && <BrownoutBadge brownouts={api.lifecycle?.brownouts ?? []} />}
      </Row>
      {data.state === 'deprecated' && <TheEnd id={id} api={api} />}
      <Grid min="22rem">
        {data.moves.map((move) => (
          <Panel
            key={move.to}
            title={verb(data.state, move.to)}
            actions={
              <Badge tone={move.allowed ? 'good' : 'bad'}>{move.allowed ? 'nothing stands in the way' : 'not yet'}</Badge>
            }
          >
            <Stack gap={3}>
              <Checks checks={move.checks} findings={move.findings} />
              <Row>
                <Needs permission="apis:write" owner={owner}>
                  <Button variant="primary" disabled={!move.allowed} onClick={() => setStep(move)}>
                    {verb(data.state, move.to)}
                  </Button>
                </Needs>
                {!move.allowed && move.to !== 'draft' && (
                  <IfMay permission="emergencies:write">
                    <Button variant="quiet" onClick={() => setEmergency(move.to)}>
                      In an emergency…
                    </Button>
                  </IfMay>
                )}
              </Row>
            </Stack>
          </Panel>
        ))}
      </Grid>
      <Panel title="Reviews that are open" flush={data.reviews.length > 0}>
        {data.reviews.length > 0 ? (
          <ReviewTable rows={data.reviews} />
        ) : (
          <EmptyState compact icon="check" title="Nobody was asked to look at it">
            A review is of what the API is to become. <Link to="/reviews">All reviews</Link>
          </EmptyState>
        )}
      </Panel>
      {data.tests && (
        <Panel title="Last test with this contract">
          <Row>
            <Badge tone={data.tests.passed ? 'good' : 'bad'}>{data.tests.passed ? 'passed' : 'failed'}</Badge>
            <span>
              {format.count(data.tests.report.sent - data.tests.report.failed)} of {format.plural(data.tests.report.sent, 'case')} as promised, {format.count(data.tests.report.called)} of {format.plural(data.tests.report.operations, 'operation')} called, by {data.tests.by} {format.ago(data.tests.at)}
            </span>
          </Row>
        </Panel>
      )}
      <Environments id={id} api={api} />
      <Panel title="What became of it" flush>
        <History events={data.history} />
      </Panel>
      {step && <StepDialog id={id} state={data.state} move={step} onClose={() => setStep(undefined)} />}
      {emergency && <EmergencyDialog id={id} to={emergency} onClose={() => setEmergency(undefined)} />}
    </Stack>
  );
}

function History({ events }: { events: admin.Life['history'] }) {
  return (
    <Table
      caption="What became of the API, the newest first"
      rows={events}
      rowKey={(one) => `${one.at} ${one.what} ${one.revision ?? one.review ?? ''}`}
      empty={<EmptyState compact icon="log" title="Nothing yet" />}
      columns={[
        { id: 'what', header: 'What', cell: (one) => (one.what === 'emergency' ? <Badge tone="bad">emergency</Badge> : one.review ? <Link to="/reviews/$number" params={{ number: String(one.review) }}>reviewed</Link> : <StateChip state={one.what} />) },
        { id: 'by', header: 'By', cell: (one) => one.by },
        { id: 'why', header: 'Why', hide: 'below', cell: (one) => one.reason ?? <span className="muted">{one.revision ? `revision ${one.revision}` : ''}</span> },
        { id: 'at', header: 'When', align: 'end', cell: (one) => <span title={format.fullTime(one.at)}>{format.ago(one.at)}</span> },
      ]}
    />
  );
}

function StepDialog({ id, state, move, onClose }: { id: string; state: State; move: Move; onClose: () => void }) {
  const [summary, setSummary] = useState('');
  const [sunset, setSunset] = useState('');
  const [successor, setSuccessor] = useState('');
  const [docs, setDocs] = useState('');
  const [brownouts, setBrownouts] = useState<TypedBrownout[]>([]);
  const name = verb(state, move.to);
  const { run, busy, error } = useStep(id, move.to === 'review' ? `Asked for a review of ${id}` : `${id} is ${move.to}`, onClose);
  const ends = move.to === 'deprecated' && state !== 'retired';
  const end = sunset ? `${sunset}T00:00:00Z` : undefined;
  const submit = () =>
    run(() =>
      admin.moveApi(id, {
        to: move.to,
        ...(move.to === 'review' && summary.trim() ? { summary: summary.trim() } : {}),
        ...(ends && end ? { sunset_at: end } : {}),
        ...(ends && successor.trim() ? { successor: successor.trim() } : {}),
        ...(ends && docs.trim() ? { docs: docs.trim() } : {}),
        ...(ends && brownouts.length > 0 ? { brownouts: brownouts.map((one) => sent(one, [])) } : {}),
      }),
    );
  return (
    <Dialog
      open
      wide={ends}
      onClose={onClose}
      title={`${name}: ${id}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={move.to === 'retired' ? 'danger' : 'primary'} busy={busy} disabled={(move.to === 'review' && !summary.trim()) || brownouts.some((one) => wrong(one, end))} onClick={() => void submit()}>
            {name}
          </Button>
        </>
      }
    >
      <Stack>
        <p>{MEANS[move.to]}</p>
        {move.to === 'review' && (
          <Field label="What is to be looked at" hint="What changes, and why, for those who look at it." required>
            {(control) => <TextArea {...control} value={summary} onChange={(event) => setSummary(event.target.value)} rows={4} maxLength={4000} />}
          </Field>
        )}
        {ends && (
          <>
            <Field label="When it will stop to answer" hint="Its answers say so from now on.">
              {(control) => <TextInput {...control} type="date" value={sunset} onChange={(event) => setSunset(event.target.value)} />}
            </Field>
            <Field label="What comes after it" hint="An address, such as https://api.example.com/orders/v2.">
              {(control) => <TextInput {...control} mono value={successor} onChange={(event) => setSuccessor(event.target.value)} />}
            </Field>
            <Field label="A page that says more" hint="Why, and how to move.">
              {(control) => <TextInput {...control} mono value={docs} onChange={(event) => setDocs(event.target.value)} />}
            </Field>
            <section aria-label="Brownouts">
              <Stack gap={3}>
                <h3>Brownouts</h3>
                <p className="muted">Short times before the end in which calls are refused, so that whoever still calls notices. They can be planned later, too.</p>
                <BrownoutFields ends={end} typed={brownouts} onChange={setBrownouts} />
              </Stack>
            </section>
          </>
        )}
        {error ? <ErrorState compact error={error} /> : null}
      </Stack>
    </Dialog>
  );
}

function EmergencyDialog({ id, to, onClose }: { id: string; to: State; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { run, busy, error } = useStep(id, `${id} is ${to}`, onClose);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Pass by what standards ask: ${id} becomes ${to}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" busy={busy} disabled={!reason.trim()} onClick={() => void run(() => admin.passBy(id, { to, reason: reason.trim() }))}>
            Pass by
          </Button>
        </>
      }
    >
      <Stack>
        <p>What standards ask for is not looked at this once. Your reason is kept in the audit trail, and listed under Reviews for everybody who may see it.</p>
        <Field label="Why it cannot wait" required>
          {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={3} maxLength={4000} />}
        </Field>
        {error ? <ErrorState compact error={error} /> : null}
      </Stack>
    </Dialog>
  );
}
