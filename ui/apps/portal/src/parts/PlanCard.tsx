import { Badge, Icon } from '@pailou/kit';
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

/** Whether somebody decides on a subscription, and how long it lasts. */
export function ApprovalBadge({ plan, always }: { plan: PlanSummary; always?: boolean }) {
  return (
    <>
      {plan.approval === 'manual' ? <Badge tone="warn">needs approval</Badge> : plan.approval === 'conditional' ? <Badge tone="warn">may need approval</Badge> : always && <Badge tone="good">at once</Badge>}
      {plan.lasts && <> <Badge>for {plan.lasts}</Badge></>}
    </>
  );
}

export function PlanCard({ plan, action }: { plan: PlanSummary; action?: ReactNode }) {
  return (
    <article className={css.plan}>
      <h3>{plan.title || plan.name}</h3>
      {plan.description && <p className="muted">{plan.description}</p>}
      <Limits limits={plan.limits} />
      <p>
        <ApprovalBadge plan={plan} always />
      </p>
      {action && <div className={css.planFoot}>{action}</div>}
    </article>
  );
}
