import type { Standing } from '@pailou/api/admin';
import { Badge, Findings, format, said, Stack } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import css from './Checks.module.css';

const NAMES: Record<string, string> = {
  owner: 'Somebody answers for it',
  description: 'It says what it is for',
  contract: 'It has a contract',
  policies: 'Policies hold for every call',
  lint: 'The contract passes the rules',
  no_breaking_changes: 'No change breaks callers',
  security: 'Callers are recognized',
  tests: 'A test was passed',
  review: 'Others approved it',
  deprecation: 'Callers are told in time',
  retirement: 'Nobody calls it any more',
  promoted_from: 'It is what it is in the environment before',
};

export const requirementName = (requirement: string) => NAMES[requirement] ?? requirement;

type Requirement = Standing['requirements'][number];

const mark = (one: Requirement) => (one.met ? (['good', 'met'] as const) : one.waived_until ? (['warn', 'waived'] as const) : (['bad', 'missing'] as const));

/** What standards ask, each thing met, waived or missing, and what to do about it. */
export function Checks({ checks, findings = [] }: { checks: readonly Standing[]; findings?: Parameters<typeof Findings>[0]['findings'] }) {
  if (checks.length === 0 && findings.length === 0) return <p className="muted">No standard asks for anything here.</p>;
  return (
    <Stack gap={3}>
      {checks.map((card) => (
        <section key={card.standard} aria-label={`Standard ${card.standard}`}>
          <p className={css.standard}>
            <Link to="/$kind/$id" params={{ kind: 'standards', id: card.standard }}>
              {card.standard}
            </Link>
            {!card.enforced && <Badge>told only</Badge>}
          </p>
          <ul className={css.checks}>
            {card.requirements.map((one) => {
              const [tone, word] = mark(one);
              return (
                <li key={one.requirement}>
                  <Badge tone={tone}>{word}</Badge>
                  <span>
                    {requirementName(one.requirement)}
                    {one.missing && <span className={css.missing}>{said(one.missing)}</span>}
                    {one.waived_until && (
                      <span className={css.missing}>
                        until {format.dayOf(one.waived_until)}, by{' '}
                        <Link to="/$kind/$id" params={{ kind: 'waivers', id: one.waiver ?? '' }}>
                          {one.waiver}
                        </Link>
                      </span>
                    )}
                  </span>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      {findings.length > 0 && <Findings findings={findings} />}
    </Stack>
  );
}
