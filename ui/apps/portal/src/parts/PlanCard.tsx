import { Badge, Checkbox, Icon } from '@pailou/kit';
import { Markdown } from '@pailou/reference';
import type { ReactNode } from 'react';
import type { PlanSummary } from '@pailou/api/portal';
import css from './cards.module.css';

export function Limits({ limits }: { limits: string[] }) {
  return (
    <ul className={css.limits}>
      {(limits.length ? limits : ['No limits of its own']).map((limit) => (
        <li key={limit}>
          <Icon name="check" size={14} />
          <span>{limit}</span>
        </li>
      ))}
    </ul>
  );
}

/** What a plan costs, and for how long it does not. */
export function PriceLine({ plan }: { plan: PlanSummary }) {
  if (!plan.price) return null;
  const { amount, currency, per } = plan.price;
  return (
    <span>
      <strong>
        {amount} {currency}
      </strong>{' '}
      a {per}
      {plan.trial && <span className="muted"> · an app’s first {plan.trial} cost nothing</span>}
    </span>
  );
}

/** Whether somebody decides on a subscription, and how long it lasts. */
export function ApprovalBadge({ plan, always }: { plan: PlanSummary; always?: boolean }) {
  return (
    <>
      {plan.approval === 'manual' ? <Badge tone="warn">needs approval</Badge> : plan.approval === 'conditional' ? <Badge tone="warn">may need approval</Badge> : always && <Badge tone="good">at once</Badge>}
      {plan.lasts && <> <Badge>for {plan.lasts}</Badge></>}
    </>
  );
}

/** What is agreed to by subscribing, and the mark that says so. */
export function Terms({ plan, agreed, missing, onAgree }: { plan: PlanSummary; agreed: boolean; missing: boolean; onAgree: (agreed: boolean) => void }) {
  if (!plan.terms) return null;
  const { text } = plan.terms;
  const place = text.startsWith('https://');
  return (
    <div className={css.terms}>
      {!place && (
        <div className={css.termsText} role="region" aria-label={`Terms of ${plan.title || plan.name}`} tabIndex={0}>
          <Markdown text={text} />
        </div>
      )}
      <Checkbox
        checked={agreed}
        onChange={(event) => onAgree(event.target.checked)}
        label={place ? <>I agree to the <a href={text} target="_blank" rel="noreferrer noopener">terms of this plan</a></> : 'I agree to these terms'}
      />
      {missing && !agreed && <p className={css.missing} role="alert">Agree to the terms to go on.</p>}
    </div>
  );
}

export function PlanCard({ plan, action }: { plan: PlanSummary; action?: ReactNode }) {
  return (
    <article className={css.plan}>
      <h3>{plan.title || plan.name}</h3>
      {plan.description && <p className="muted">{plan.description}</p>}
      {plan.price && (
        <p>
          <PriceLine plan={plan} />
        </p>
      )}
      <Limits limits={plan.limits} />
      <p>
        <ApprovalBadge plan={plan} always />
      </p>
      {action && <div className={css.planFoot}>{action}</div>}
    </article>
  );
}
