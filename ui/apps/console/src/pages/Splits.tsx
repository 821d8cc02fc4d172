import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Badge, Button, CodeBlock, type Column, cx, Dialog, EmptyState, ErrorState, Facts, Field, format, PageHeader, Panel, Row, SearchInput, Select, Skeleton, Stack, StateChip, Table, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type ListSearch, useListSearch } from '../parts/paging.tsx';
import { ResourceLink } from '../parts/ResourceLink.tsx';
import { type Branch, matchText, readShare, roomOf, stepsOf, stickyText, upstreamText, USUAL } from '../parts/splits.ts';
import { forgetResources, queryClient, splitsQuery } from '../queries.ts';
import { Needs } from '../parts/may.tsx';
import css from './Splits.module.css';

const SPANS = [
  { value: '60', label: 'Last minute' },
  { value: '300', label: 'Last 5 minutes' },
  { value: '900', label: 'Last 15 minutes' },
  { value: '3600', label: 'Last hour' },
];
const USUAL_SPAN = '300';

const EXAMPLE = `split:
  sticky: [consumer, ip]
  branches:
    - name: canary
      upstream: orders-next
      weight: 5
      rollout: { steps: [5, 25, 50], every: 10m }`;

interface Change {
  split: admin.Split;
  branch: Branch;
  action: admin.SplitAction['action'];
}

/** Requests divided among upstreams: how the branches do, and what becomes of them. */
export function Splits() {
  const search: ListSearch & { seconds?: string } = useSearch({ from: '/shell/splits' });
  const navigate = useNavigate({ from: '/splits' });
  const list = useListSearch(search, (next) => void navigate({ search: { ...next, seconds: search.seconds }, replace: true }));
  const seconds = SPANS.find((span) => span.value === search.seconds)?.value ?? USUAL_SPAN;
  const splits = useQuery(splitsQuery(Number(seconds)));
  const [change, setChange] = useState<Change>();
  const shown = splits.data?.filter((split) => `${split.kind}/${split.id} ${split.title ?? ''}`.toLowerCase().includes((search.q ?? '').toLowerCase()));
  return (
    <>
      <PageHeader title="Splits" lead="APIs and routes whose requests are divided among several upstreams: how each branch does, and what becomes of it." />
      <Stack>
        {splits.data && splits.data.length > 0 && (
          <Row>
            <SearchInput label="Search splits" value={list.text} onChange={list.setText} />
            <Select aria-label="Counted over" options={SPANS} value={seconds} onChange={(event) => void navigate({ search: { q: search.q, seconds: event.target.value === USUAL_SPAN ? undefined : event.target.value }, replace: true })} />
          </Row>
        )}
        {splits.error ? <Failed error={splits.error} retry={() => void splits.refetch()} compact={splits.data !== undefined} /> : null}
        {!splits.data ? (
          splits.error ? null : <Skeleton lines={8} />
        ) : splits.data.length === 0 ? (
          <EmptyState icon="split" title="Nothing is divided yet">
            <p>Give an API or a route a split, and a part of its requests goes to another upstream: a canary that grows by itself, or two versions side by side.</p>
            <CodeBlock wrap label="In an API or route" caption code={EXAMPLE} />
          </EmptyState>
        ) : shown?.length === 0 ? (
          <EmptyState compact icon="search" title="Nothing matches" action={<Button onClick={list.clear}>Clear filters</Button>} />
        ) : (
          shown?.map((split) => <OfService key={`${split.kind}/${split.id}`} split={split} onChange={(branch, action) => setChange({ split, branch, action })} />)
        )}
      </Stack>
      {change && <ChangeDialog key={`${change.split.id}/${change.branch.name}/${change.action}`} change={change} onClose={() => setChange(undefined)} />}
    </>
  );
}

function Failed({ error, retry, compact }: { error: unknown; retry: () => void; compact: boolean }) {
  if (error instanceof ProblemError && error.status === 403) {
    return (
      <EmptyState icon="key" title="You may not see this">
        {error.detail}
      </EmptyState>
    );
  }
  return <ErrorState compact={compact} error={error} retry={retry} />;
}

interface Line {
  conduct: admin.BranchConduct;
  /** What the split says of it; nothing for what branches leave. */
  branch?: Branch;
}

function OfService({ split, onChange }: { split: admin.Split; onChange: (branch: Branch, action: Change['action']) => void }) {
  const lines = split.branches.map((conduct): Line => ({ conduct, branch: split.split.branches.find((branch) => branch.name === conduct.count.branch) }));
  const of = `${split.kind}/${split.id}`;
  const columns: Column<Line>[] = [
    {
      id: 'branch',
      header: 'Branch',
      cell: ({ conduct, branch }) => (
        <>
          <span className={css.name}>
            <span className={css.swatch} style={{ background: colorOf(lines, conduct) }} aria-hidden="true" />
            <b>{branch?.name ?? 'usual'}</b>
          </span>
          <div className={cx('muted', 'mono', css.upstream)}>{upstreamText(branch ? branch.upstream : split.upstream)}</div>
          {branch && (
            <div className={css.narrow}>
              <Changes branch={branch} onChange={onChange} />
            </div>
          )}
        </>
      ),
    },
    { id: 'share', header: 'Share', align: 'end', cell: ({ conduct }) => format.percent(conduct.weight / 100) },
    { id: 'calls', header: 'Calls', align: 'end', hide: 'narrow', cell: ({ conduct }) => format.count(conduct.count.requests) },
    { id: 'failed', header: 'Failed', align: 'end', cell: ({ conduct }) => <Failures conduct={conduct} /> },
    { id: 'p50', header: 'p50', align: 'end', hide: 'medium', cell: ({ conduct }) => format.millis(conduct.count.p50_ms) },
    { id: 'p99', header: 'p99', align: 'end', hide: 'medium', cell: ({ conduct }) => format.millis(conduct.count.p99_ms) },
    {
      id: 'actions',
      header: 'Change',
      align: 'end',
      hide: 'narrow',
      cell: ({ branch }) => branch && <Changes branch={branch} onChange={onChange} />,
    },
  ];
  const rolled = split.split.branches.filter((branch) => branch.rollout);
  const matched = split.split.branches.flatMap((branch) => matchText(branch).map((text) => ({ name: branch.name, text })));
  return (
    <Panel
      title={
        <Row>
          <span>{split.title ?? split.id}</span>
          <ResourceLink of={of} />
        </Row>
      }
    >
      <Stack gap={3}>
        <ShareBar lines={lines} />
        <Table caption={`Branches of ${of}`} columns={columns} rows={lines} rowKey={({ conduct }) => conduct.count.branch} empty={null} />
        {rolled.map((branch) => (
          <RolloutView key={branch.name} branch={branch} standing={split.branches.find((one) => one.count.branch === branch.name)?.rollout} />
        ))}
        {(matched.length > 0 || (split.split.sticky?.length ?? 0) > 0) && (
          <Facts
            facts={[
              ['Callers stay by', split.split.sticky?.length ? stickyText(split.split.sticky) : undefined],
              ...matched.map(({ name, text }, at) => [`${at ? 'Also' : 'Always'} to ${name}`, <span key={text} className="mono">{text}</span>] as const),
            ]}
          />
        )}
      </Stack>
    </Panel>
  );
}

/** What can become of a branch. */
function Changes({ branch, onChange }: { branch: Branch; onChange: (branch: Branch, action: Change['action']) => void }) {
  return (
    <span className={css.actions}>
      <Needs permission="splits:write">
        <Button size="s" aria-label={`Set the share of ${branch.name}`} onClick={() => onChange(branch, 'weight')}>
          Share
        </Button>
        <Button size="s" variant="primary" aria-label={`Promote ${branch.name}`} onClick={() => onChange(branch, 'promote')}>
          Promote
        </Button>
        <Button size="s" variant="danger" aria-label={`Abort ${branch.name}`} onClick={() => onChange(branch, 'abort')}>
          Abort
        </Button>
      </Needs>
    </span>
  );
}

function Failures({ conduct }: { conduct: admin.BranchConduct }) {
  const { requests, errors } = conduct.count;
  if (requests === 0) return <span className="muted">no calls</span>;
  const share = errors / requests;
  return (
    <span className={cx(share > 0.05 && css.bad)} title={format.plural(errors, 'call')}>
      {format.percent(share)}
      {errors > 0 && <span className="muted"> ({format.count(errors)})</span>}
    </span>
  );
}

const COLORS = ['var(--chart-2)', 'var(--chart-4)', 'var(--chart-5)', 'var(--chart-3)'];
const colorOf = (lines: readonly Line[], conduct: admin.BranchConduct) => (conduct.count.branch === USUAL ? 'var(--chart-1)' : COLORS[lines.findIndex((line) => line.conduct === conduct) % COLORS.length]);

/** Whose share is how large; the table below says it in numbers. */
function ShareBar({ lines }: { lines: readonly Line[] }) {
  return (
    <div className={css.bar} aria-hidden="true">
      {lines
        .filter(({ conduct }) => conduct.weight > 0)
        .map(({ conduct }) => (
          <span key={conduct.count.branch} style={{ flexGrow: conduct.weight, background: colorOf(lines, conduct) }} />
        ))}
    </div>
  );
}

function RolloutView({ branch, standing }: { branch: Branch; standing?: admin.BranchConduct['rollout'] }) {
  const rules = branch.rollout;
  if (!rules) return null;
  const steps = stepsOf(branch);
  return (
    <div className={css.rollout}>
      <Row>
        <b>{branch.name}</b> <Badge tone="calm">grows by itself</Badge>
        <ol className={css.steps} aria-label={`Steps of ${branch.name}`}>
          {steps.map(({ step, passed, here }) => (
            <li key={step} className={cx(passed && css.passed, here && css.here)} aria-current={here ? 'step' : undefined}>
              {step} %
            </li>
          ))}
          <li>{rules.then === 'stay' ? 'stays' : 'promoted'}</li>
        </ol>
      </Row>
      <p className="muted">
        {rules.every} at each step with at least {format.plural(rules.min_requests ?? 50, 'call')}; it is aborted where {rules.max_errors ?? 1} % more fail than of the usual upstream
        {typeof rules.max_latency === 'number' ? `, or its p99 is ${rules.max_latency} % longer` : ''}.
      </p>
      {standing ? (
        <p>
          <StateChip state="pending" label="now" /> {standing.says.replace(/\b(\d+)s\b/, (_, seconds) => format.millis(Number(seconds) * 1000))}, at this share since {format.ago(standing.since)}.
        </p>
      ) : null}
    </div>
  );
}

const TITLES = { promote: 'Promote', abort: 'Abort', weight: 'Set the share of' };

/** Says what a change does, and makes it. */
function ChangeDialog({ change, onClose }: { change: Change; onClose: () => void }) {
  const { split, branch, action } = change;
  const { busy, error, run } = useTask();
  const [text, setText] = useState(String(branch.weight ?? 0));
  const toast = useToast();
  const room = roomOf(split.split, branch.name);
  const share = readShare(text, room);
  const wrong = action === 'weight' && 'wrong' in share ? share.wrong : undefined;
  const make = async (event?: FormEvent) => {
    event?.preventDefault();
    if (wrong) return;
    await run(async () => {
      await admin.changeSplit(split, branch.name, action === 'weight' ? { action, weight: 'weight' in share ? share.weight : 0 } : { action });
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['splits'] }), forgetResources()]);
      toast.done(action === 'promote' ? `Promoted ${branch.name}: all requests go to it` : action === 'abort' ? `Aborted ${branch.name}: it gets no requests` : `${branch.name} gets ${'weight' in share ? share.weight : 0} %`);
      onClose();
    });
  };
  const others = split.split.branches.length - 1;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${TITLES[action]} ${branch.name}?`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={action === 'abort' ? 'danger' : 'primary'} busy={busy} disabled={wrong !== undefined} onClick={() => void make()}>
            {action === 'weight' ? 'Set share' : TITLES[action]}
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        {error !== undefined && <ErrorState compact error={error} />}
        {action === 'promote' && (
          <p>
            All requests of <span className="mono">{`${split.kind}/${split.id}`}</span> go to <span className="mono">{upstreamText(branch.upstream)}</span> from now on, and the split ends{others > 0 ? `, with its ${format.plural(others, 'other branch', 'other branches')}` : ''}. What was the usual upstream is in the revisions.
          </p>
        )}
        {action === 'abort' && (
          <p>
            <span className="mono">{upstreamText(branch.upstream)}</span> gets no new requests from now on, and the branch is removed{others === 0 ? ', and the split with it' : ''}. Requests under way finish there.
          </p>
        )}
        {action === 'weight' && (
          <form onSubmit={(event) => void make(event)}>
            <Field label="Share, percent" hint={`0 to ${room}; the usual upstream gets what is left. Callers that are at the branch stay there as it grows.`} error={wrong}>
              {(control) => <TextInput {...control} inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} onFocus={(event) => event.target.select()} />}
            </Field>
          </form>
        )}
        {branch.rollout && action === 'weight' && <p className="muted">It grows by itself: it goes on with the next step above this share.</p>}
        <p className="muted">It takes effect on every gateway at once.</p>
      </Stack>
    </Dialog>
  );
}
