import type { Finding } from '@pailou/api';
import { Badge, type Tone } from './Badge.tsx';
import css from './Findings.module.css';
import { said } from './said.tsx';

const TONES: Record<string, Tone> = { error: 'bad', warning: 'warn', note: 'calm' };

/** Findings with their places; long lists end with how many were left out. */
export function Findings({ findings, limit = 50 }: { findings: readonly Finding[]; limit?: number }) {
  return (
    <ul className={css.list}>
      {findings.slice(0, limit).map((finding, at) => (
        <li key={at} className={css.item}>
          <Badge tone={TONES[finding.severity] ?? 'neutral'}>{finding.severity}</Badge>
          <span className={css.text}>
            <span>{said(finding.message)}</span>
            <span className={css.place}>
              {[finding.place && `${finding.place.file}:${finding.place.line}:${finding.place.column}`, finding.resource, finding.field].filter(Boolean).map((part) => (
                <code key={part as string}>{part}</code>
              ))}
              <span>{finding.rule}</span>
            </span>
          </span>
        </li>
      ))}
      {findings.length > limit && <li className="muted">and {findings.length - limit} more</li>}
    </ul>
  );
}
