// What a page or panel shows while there is nothing to show: loading, nothing yet, no match, an error.
import { type Finding, ProblemError } from '@pailou/api';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { cx } from './cx.ts';
import { Findings } from './Findings.tsx';
import { Icon, type IconName } from './icons.tsx';
import css from './States.module.css';
import { said } from './said.tsx';

/** Grey lines where text will be. */
export function Skeleton({ lines = 3, height }: { lines?: number; height?: number }) {
  return (
    <div className={css.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} className={css.bone} style={{ width: `${height ? 100 : 92 - ((at * 23) % 45)}%`, height }} />
      ))}
    </div>
  );
}

interface EmptyProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  /** The one right next step. */
  action?: ReactNode;
  /** Inside a panel rather than a page. */
  compact?: boolean;
}

export function EmptyState({ icon = 'note', title, children, action, compact }: EmptyProps) {
  return (
    <div className={cx(css.empty, compact && css.compact)}>
      <span className={css.disc}>
        <Icon name={icon} size={compact ? 18 : 24} />
      </span>
      <h3>{title}</h3>
      {children && <div className={css.explain}>{children}</div>}
      {action && <div className={css.action}>{action}</div>}
    </div>
  );
}

export interface ShownProblem {
  title: string;
  detail: string;
  code?: string;
  requestId?: string;
  findings: Finding[];
}

/** What can be shown of any error. */
export function shownProblem(error: unknown): ShownProblem {
  if (error instanceof ProblemError) {
    return { title: error.title, detail: error.detail, code: error.code, requestId: error.requestId, findings: error.findings };
  }
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error), findings: [] };
}

interface ErrorProps {
  error: unknown;
  retry?: () => void;
  compact?: boolean;
  /** Fields that show their findings themselves, which are not said twice. */
  fields?: readonly string[];
}

/** An error with what to do about it: title, detail, findings, request id, retry. */
export function ErrorState({ error, retry, compact, fields = [] }: ErrorProps) {
  const problem = shownProblem(error);
  const findings = problem.findings.filter((finding) => !fields.some((field) => isOf(finding, field)));
  if (problem.findings.length > 0 && findings.length === 0) {
    // Who does not see the fields is told all the same.
    return (
      <p role="alert" className="visually-hidden">
        {problem.findings.map(({ message }) => message).join(' ')}
      </p>
    );
  }
  return (
    <div className={cx(css.error, compact && css.compactError)} role="alert">
      <Icon name="warning" size={20} />
      <div className={css.errorBody}>
        <h3>{problem.title}</h3>
        {/* With findings the detail often only repeats the first of them. */}
        {problem.detail && !problem.findings.some((finding) => problem.detail.includes(finding.message)) && <p>{said(problem.detail)}</p>}
        {findings.length > 0 && <Findings findings={findings} />}
        {problem.requestId && (
          <p className={css.request}>
            Request <code>{problem.requestId}</code>
          </p>
        )}
        {retry && (
          <p>
            <Button size="s" icon="refresh" onClick={retry}>
              Try again
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}

/** Whether a finding is about a field, or a part of it. */
const isOf = (finding: Finding, field: string) => finding.field === field || finding.field?.startsWith(`${field}.`) === true;

/** What a refusal says of a field. */
export function saidOf(error: unknown, ...fields: string[]): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.findings.find((finding) => fields.some((field) => isOf(finding, field)))?.message;
}
