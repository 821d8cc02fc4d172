import type { DesignCheck, DesignFinding } from '@pailou/api/admin';
import { Badge, Button, EmptyState, ErrorState, format, Skeleton, type Tone } from '@pailou/kit';
import { useState } from 'react';
import css from './Design.module.css';

const SHOWN = 200;
const TONES: Record<string, Tone> = { error: 'bad', warning: 'warn', information: 'calm', hint: 'neutral' };

/** What rules have to say about the text; each leads to its line. */
export function Problems({ check, error, retry, onShow }: { check?: DesignCheck; error?: unknown; retry: () => void; onShow: (finding: DesignFinding) => void }) {
  const [most, setMost] = useState(SHOWN);
  if (error) return <ErrorState compact error={error} retry={retry} />;
  if (!check) return <Skeleton lines={6} />;
  const rules = `Checked by ${check.rules.join(', ')}.`;
  if (check.findings.length === 0) {
    return (
      <EmptyState compact icon="check" title="Nothing to complain about">
        {rules}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={css.problems} aria-label="Problems">
        {check.findings.slice(0, most).map((finding, at) => (
          <li key={at}>
            <button type="button" className={css.problem} onClick={() => onShow(finding)}>
              <Badge tone={TONES[finding.severity] ?? 'neutral'}>{finding.severity}</Badge>
              <span>
                <span className={css.message}>{finding.message}</span> <code className={css.code}>{finding.code}</code>
              </span>
              <span className={css.line}>line {finding.line + 1}</span>
            </button>
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
