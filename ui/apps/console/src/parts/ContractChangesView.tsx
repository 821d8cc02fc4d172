import type { ContractChanges } from '@pailou/api/admin';
import { Badge, format, Stack, type Tone } from '@pailou/kit';
import css from './Checks.module.css';

const TONES: Record<string, Tone> = { breaking: 'bad', warning: 'warn' };
const SHOWN = 50;

/** What changes in a contract for those who use the API, the worst first. */
export function ContractChangesView({ changes }: { changes: ContractChanges }) {
  const told = changes.changes.filter((change) => change.level !== 'info').slice(0, SHOWN);
  return (
    <Stack gap={3}>
      <p>
        {format.count(changes.breaking)} breaking, {format.plural(changes.warnings, 'warning')}, {format.plural(changes.infos, 'other change')}
        {changes.agreed > 0 && `; ${format.count(changes.agreed)} were agreed to`}
      </p>
      {told.length > 0 && (
        <ul className={css.checks} aria-label="Changes for callers">
          {told.map((change, at) => (
            <li key={`${change.rule} ${change.operation} ${change.at} ${at}`}>
              <Badge tone={TONES[change.level] ?? 'neutral'}>{change.level}</Badge>
              <span>
                <span className="mono">{[change.operation, change.at].filter(Boolean).join(', ')}</span> {change.text}
                <span className={css.missing}>{change.rule}</span>
                {change.used_by && (
                  <span className={css.missing}>
                    used by{' '}
                    {change.used_by.callers.map((one, at) => (
                      <span key={one.caller}>
                        {at > 0 && ', '}
                        <b>{one.caller || 'callers without a name'}</b> ({format.plural(one.calls, 'call')}
                        {one.parts != null && `, in ${format.count(one.parts)} of those looked into`})
                      </span>
                    ))}
                    {change.used_by.more > 0 && ` and ${format.count(change.used_by.more)} more`}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
