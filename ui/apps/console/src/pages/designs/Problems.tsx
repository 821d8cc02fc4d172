import type { DesignCheck, DesignFinding } from '@pailou/api/admin';
import { Badge, Button, EmptyState, ErrorState, format, Row, Skeleton, type Tone } from '@pailou/kit';
import { useState } from 'react';
import css from './Design.module.css';
import type { DesignFix } from './mend.ts';

const SHOWN = 200;
const TONES: Record<string, Tone> = { error: 'bad', warning: 'warn', information: 'calm', hint: 'neutral' };

interface ProblemsProps {
  check?: DesignCheck;
  error?: unknown;
  retry: () => void;
  onShow: (finding: DesignFinding) => void;
  /** Mends what can be mended without guessing; absent where the text cannot be changed. */
  onFix?: (fixes: readonly DesignFix[]) => void;
}

/** What rules have to say about the text; each leads to its line, and to what mends it where nothing has to be guessed for that. */
export function Problems({ check, error, retry, onShow, onFix }: ProblemsProps) {
  const [most, setMost] = useState(SHOWN);
  if (error) return <ErrorState compact error={error} retry={retry} />;
  if (!check) return <Skeleton lines={6} />;
  const rules = `Checked by ${check.rules.join(', ')}.`;
  // Places in a text that cannot be read are where they were: nothing is mended there.
  const mends = check.kept ? undefined : onFix;
  if (check.findings.length === 0) {
    return (
      <EmptyState compact icon="check" title="Nothing to complain about">
        {rules}
      </EmptyState>
    );
  }
  const fixes = check.findings.flatMap(({ fix }) => (fix ? [fix] : []));
  return (
    <>
      {check.kept && <p className="muted">The text cannot be read now: the first says why, the others are of what you wrote before.</p>}
      {mends && fixes.length > 0 && (
        <Row className={css.fixes}>
          <Button size="s" onClick={() => mends(fixes)}>
            Fix all {format.count(fixes.length)}
          </Button>
          <span className="muted">without guessing anything; undo takes it back</span>
        </Row>
      )}
      <ul className={css.problems} aria-label="Problems">
        {check.findings.slice(0, most).map((finding, at) => (
          <li key={at} className={css.problemRow}>
            <button type="button" className={css.problem} onClick={() => onShow(finding)}>
              <Badge tone={TONES[finding.severity] ?? 'neutral'}>{finding.severity}</Badge>
              <span>
                <span className={css.message}>{finding.message}</span> <code className={css.code}>{finding.code}</code>
              </span>
              <span className={css.line}>line {finding.line + 1}</span>
            </button>
            {mends && finding.fix && (
              <Button size="s" title={finding.fix.title} aria-label={`Fix line ${finding.line + 1}: ${finding.fix.title}`} onClick={() => finding.fix && mends([finding.fix])}>
                Fix
              </Button>
            )}
          </li>
        ))}
      </ul>
      {check.findings.length > most && (
        <p>
          <Button size="s" onClick={() => setMost(most + SHOWN)}>
            Show more of {format.count(check.counts.reduce((all, one) => all + one, 0))}
          </Button>
        </p>
      )}
      <p className="muted">
        {rules} {check.incomplete && 'A check would have taken too long and was given up: there may be more.'}
      </p>
    </>
  );
}
