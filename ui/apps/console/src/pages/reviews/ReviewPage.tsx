import * as admin from '@pailou/api/admin';
import { Badge, Breadcrumbs, Button, Callout, Confirm, EmptyState, ErrorState, Field, format, Grid, PageHeader, Panel, Row, Skeleton, Stack, StateChip, TextArea, useToast } from '@pailou/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { Checks } from '../../parts/Checks.tsx';
import { ContractChangesView } from '../../parts/ContractChangesView.tsx';
import { DiffView } from '../../parts/DiffView.tsx';
import { IfMay, Needs } from '../../parts/may.tsx';
import { forgetResources, reviewQuery, sessionQuery } from '../../queries.ts';
import { ContractLines } from './ContractLines.tsx';
import type { LinesHandle } from './LinesView.tsx';
import css from './ReviewPage.module.css';

const VERDICTS: Record<string, readonly ['good' | 'warn', string]> = { approve: ['good', 'approves'], 'request-changes': ['warn', 'asks for changes'] };

/** One review: what is proposed, what it changes and for whom, what is asked of it, and what was said. */
export function ReviewPage() {
  const { number } = useParams({ from: '/shell/reviews/$number' });
  const query = useQuery(reviewQuery(number));
  const client = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState<string>();
  const [asking, setAsking] = useState<'apply' | 'close'>();
  const [failure, setFailure] = useState<unknown>();
  const lines = useRef<LinesHandle>(null);
  const review = query.data;
  const run = async (what: string, done: string, act: () => Promise<unknown>) => {
    setBusy(what);
    setFailure(undefined);
    try {
      await act();
      await Promise.all([forgetResources(), client.invalidateQueries({ queryKey: ['reviews'] }), client.invalidateQueries({ queryKey: ['life'] })]);
      toast.done(done);
      setAsking(undefined);
      return true;
    } catch (error) {
      setFailure(error);
      setAsking(undefined);
      return false;
    } finally {
      setBusy(undefined);
    }
  };
  const crumbs = <Breadcrumbs crumbs={[<Link key="reviews" to="/reviews">Reviews</Link>, `Review ${number}`]} />;
  if (query.error && !review) {
    return (
      <>
        {crumbs}
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      </>
    );
  }
  if (!review) {
    return (
      <>
        {crumbs}
        <Skeleton lines={8} />
      </>
    );
  }
  const isOpen = review.state === 'open';
  return (
    <>
      {crumbs}
      <PageHeader
        title={review.summary.split('\n')[0]}
        chips={<StateChip state={review.state} />}
        lead={
          <>
            <Link to="/apis/$id/life" params={{ id: review.api }}>
              {review.api}
            </Link>
            , to become {review.to}; asked by {review.author} {format.ago(review.opened_at)}
          </>
        }
        actions={
          isOpen && (
            <>
              <Needs permission="apis:write">
                <Button onClick={() => setAsking('close')}>Close</Button>
              </Needs>
              <Needs permission="apis:write">
                <Button variant="primary" disabled={!review.ready} onClick={() => setAsking('apply')}>
                  Make it so
                </Button>
              </Needs>
            </>
          )
        }
      />
      <Stack>
        {failure ? <ErrorState compact error={failure} /> : null}
        {review.outdated && <Callout tone="warn">The API was changed since this was proposed. Whoever proposed it puts it anew, and it is looked at again.</Callout>}
        {review.ended && (
          <Callout>
            {review.state === 'applied' ? 'Made so' : 'Closed'} by {review.ended.by}, {format.fullTime(review.ended.at)}
            {review.ended.reason && `: ${review.ended.reason}`}
          </Callout>
        )}
        {review.summary.includes('\n') && <p className={css.text}>{review.summary}</p>}
        <Grid min="26rem">
          {(isOpen || review.contract || hasContract(review)) && (
            <Stack>
              {isOpen && (
                <Panel title="What changes">
                  {/* The contract is a hash among them; what changes in it stands below. */}
                  {hasContract(review) && review.changes.some(isContract) ? (
                    <Stack gap={3}>
                      {review.changes.some((change) => !isContract(change)) && <DiffView changes={review.changes.filter((change) => !isContract(change))} />}
                      <p>Its contract, which stands below.</p>
                    </Stack>
                  ) : (
                    <DiffView changes={review.changes} />
                  )}
                </Panel>
              )}
              {review.contract && (
                <Panel title="What its contract changes for callers">
                  <ContractChangesView changes={review.contract} />
                </Panel>
              )}
              {hasContract(review) && (
                <ContractLines
                  ref={lines}
                  review={review}
                  busy={busy === 'line'}
                  onSay={(text, line) => run('line', `Said of line ${line}`, () => admin.remark(review.number, { text, line, digest: review.digest }))}
                />
              )}
            </Stack>
          )}
          <Stack>
            {isOpen && (
              <Panel title="What is asked of it" actions={<Badge tone={review.ready ? 'good' : 'bad'}>{review.ready ? 'nothing stands in the way' : 'not yet'}</Badge>}>
                <Checks checks={review.checks} findings={review.findings} />
              </Panel>
            )}
            <Panel title="What was said">
              <Thread review={review} onLine={(line) => lines.current?.show(line)} />
              {isOpen && (
                <IfMay permission="reviews:write">
                  <Say review={review} busy={busy} run={run} />
                </IfMay>
              )}
            </Panel>
          </Stack>
        </Grid>
      </Stack>
      <Confirm
        open={asking === 'apply'}
        onClose={() => setAsking(undefined)}
        busy={busy === 'apply'}
        action="Make it so"
        title={`Make review ${number} so?`}
        onConfirm={() => void run('apply', `${review.api} is as review ${number} proposes`, () => admin.applyReview(number))}
      >
        <p>
          {review.api} is {review.to} from then on, as it is proposed here.
        </p>
      </Confirm>
      <Confirm
        open={asking === 'close'}
        onClose={() => setAsking(undefined)}
        busy={busy === 'close'}
        action="Close review"
        title={`Close review ${number}?`}
        onConfirm={() => void run('close', `Review ${number} is closed`, () => admin.closeReview(number))}
      >
        <p>Nothing becomes of the proposal. What was said stays.</p>
      </Confirm>
    </>
  );
}

const isContract = ({ path }: admin.FieldChange) => path === 'contract';
const hasContract = (review: admin.Review) => Boolean((review.document as { contract?: unknown }).contract);

function Thread({ review, onLine }: { review: admin.Review; onLine: (line: number) => void }) {
  // Proposals and remarks, as they came.
  const entries = [
    ...review.proposals.map((one, at) => ({ at: one.at, key: `p${at}`, node: <Proposal key={`p${at}`} proposal={one} first={at === 0} /> })),
    ...review.remarks.map((one, at) => ({ at: one.at, key: `r${at}`, node: <Remark key={`r${at}`} remark={one} isOfThis={one.digest === review.digest} onLine={onLine} /> })),
  ].sort((a, b) => new Date(a.at).getTime() - new Date(b.at).getTime());
  if (review.remarks.length === 0 && review.proposals.length < 2) {
    return <EmptyState compact icon="note" title="Nothing yet" />;
  }
  return <ol className={css.thread}>{entries.map((entry) => entry.node)}</ol>;
}

function Proposal({ proposal, first }: { proposal: admin.Review['proposals'][number]; first: boolean }) {
  if (first) return null;
  return (
    <li>
      <p>
        <b>{proposal.by}</b> put another proposal <span className="muted">{format.ago(proposal.at)}</span>
      </p>
      <details>
        <summary>{format.plural(proposal.changes.length, 'field')} differ from the one before</summary>
        <DiffView changes={proposal.changes} />
      </details>
    </li>
  );
}

function Remark({ remark, isOfThis, onLine }: { remark: admin.Review['remarks'][number]; isOfThis: boolean; onLine: (line: number) => void }) {
  const verdict = remark.verdict && VERDICTS[remark.verdict];
  return (
    <li>
      <p>
        <b>{remark.by}</b> {verdict && <Badge tone={isOfThis ? verdict[0] : 'neutral'}>{verdict[1]}</Badge>}
        {verdict && !isOfThis && <span className="muted"> an earlier proposal; it counts no more</span>} <span className="muted">{format.ago(remark.at)}</span>
      </p>
      {remark.place && (
        <p className={css.place}>
          {isOfThis ? (
            <Button size="s" variant="quiet" onClick={() => remark.place && onLine(remark.place.line)}>
              Line {remark.place.line}
            </Button>
          ) : (
            <span className="muted">line {remark.place.line} of an earlier proposal</span>
          )}{' '}
          <code>{remark.place.text.trim()}</code>
        </p>
      )}
      {remark.text && <p className={css.text}>{remark.text}</p>}
    </li>
  );
}

function Say({ review, busy, run }: { review: admin.Review; busy?: string; run: (what: string, done: string, act: () => Promise<unknown>) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const session = useQuery(sessionQuery).data;
  const me = session?.user.email ?? session?.user.name;
  const isMine = review.authors.some((author) => author.toLowerCase() === me?.toLowerCase());
  const say = async (what: 'approve' | 'request-changes' | undefined, done: string) => {
    if (await run(what ?? 'say', done, () => admin.remark(review.number, { text: text.trim(), verdict: what, digest: review.digest }))) setText('');
  };
  return (
    <Stack gap={3}>
      <Field label="Your remark">{(control) => <TextArea {...control} value={text} onChange={(event) => setText(event.target.value)} rows={3} maxLength={4000} />}</Field>
      <Row>
        <Button busy={busy === 'say'} disabled={!text.trim()} onClick={() => void say(undefined, 'Said')}>
          Say
        </Button>
        <Button busy={busy === 'request-changes'} disabled={!text.trim()} onClick={() => void say('request-changes', 'Asked for changes')}>
          Ask for changes
        </Button>
        <Button variant="primary" busy={busy === 'approve'} onClick={() => void say('approve', `Approved review ${review.number}`)}>
          Approve
        </Button>
      </Row>
      {isMine && <p className="muted">You wrote what this is about. Unless a standard says otherwise, somebody else approves it.</p>}
    </Stack>
  );
}
