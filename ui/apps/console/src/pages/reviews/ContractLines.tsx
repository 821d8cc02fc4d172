// The contract that a review proposes: what changes in its text, and what is said of single lines.
import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Button, ErrorState, Field, format, Panel, Row, Skeleton, Stack, TextArea } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { lazy, type Ref, Suspense, useMemo, useState } from 'react';
import { IfMay } from '../../parts/may.tsx';
import { byLine } from './lines.ts';
import type { LinesHandle } from './LinesView.tsx';

const LinesView = lazy(async () => ({ default: (await import('./LinesView.tsx')).LinesView }));

interface ContractLinesProps {
  ref: Ref<LinesHandle>;
  review: admin.Review;
  busy: boolean;
  /** Says something of a line; whether it was taken. */
  onSay: (text: string, line: number) => Promise<boolean>;
}

/** Nothing where there is no such text: the API is new, or passes everything through. */
const orNothing = async (text: Promise<string>): Promise<string | undefined> => {
  try {
    return await text;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return undefined;
    throw error;
  }
};

export function ContractLines({ ref, review, busy, onSay }: ContractLinesProps) {
  const isOpen = review.state === 'open';
  const texts = useQuery({
    queryKey: ['reviews', review.number, 'contract', review.digest, isOpen],
    queryFn: async ({ signal }) => {
      const [after, before] = await Promise.all([orNothing(admin.reviewContract(review.number, signal)), isOpen ? orNothing(admin.contractText(review.api, signal)) : undefined]);
      return { after, before };
    },
  });
  const [line, setLine] = useState<{ number: number; text: string }>();
  const [said, setSaid] = useState('');
  const after = texts.data?.after;
  const remarks = useMemo(() => byLine(review.remarks, review.digest, after ?? ''), [review.remarks, review.digest, after]);
  if (texts.data && after === undefined) return null;
  const count = [...remarks.values()].reduce((all, one) => all + one.length, 0);
  const say = async () => {
    if (line && (await onSay(said.trim(), line.number))) setSaid('');
  };
  return (
    <Panel title="Its contract, line by line">
      {texts.error ? (
        <ErrorState compact error={texts.error} retry={() => void texts.refetch()} />
      ) : after === undefined ? (
        <Skeleton lines={8} />
      ) : (
        <Stack gap={3}>
          <p className="muted">
            {texts.data?.before === undefined ? '' : texts.data.before === after ? 'The text is what is in force. ' : 'Beside what is in force; what does not change is folded. '}
            {count > 0 && `${format.plural(count, 'remark')} between the lines.`}
          </p>
          <Suspense fallback={<Skeleton lines={8} />}>
            <LinesView ref={ref} before={texts.data?.before} after={after} remarks={remarks} onLine={(number, text) => setLine({ number, text })} label="Contract of the proposal" />
          </Suspense>
          {isOpen && (
            <IfMay permission="reviews:write">
              {line ? (
                <>
                  <Field label={`Remark about line ${line.number}`} hint={line.text.trim() ? <code>{line.text.trim().slice(0, 120)}</code> : 'An empty line.'}>
                    {(control) => <TextArea {...control} value={said} onChange={(event) => setSaid(event.target.value)} rows={2} maxLength={4000} />}
                  </Field>
                  <Row>
                    <Button busy={busy} disabled={!said.trim()} onClick={() => void say()}>
                      Say it of line {line.number}
                    </Button>
                  </Row>
                </>
              ) : (
                <p className="muted">Put the cursor into a line to say something about it.</p>
              )}
            </IfMay>
          )}
        </Stack>
      )}
    </Panel>
  );
}
