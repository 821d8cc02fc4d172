// Another plan for a subscription that an app has: what each gives, side by side.
import type { AppSubscription, PortalApp } from '@pailou/api/portal';
import { Badge, Button, Callout, cx, Dialog, ErrorState, Field, format, Skeleton, TextArea, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changePlan, planPreview } from '../api/account.ts';
import { product as productQuery } from '../api/client.ts';
import { ApprovalBadge, PriceLine, Terms } from './PlanCard.tsx';
import css from './SubscribeForm.module.css';

export function PlanDialog({ app, subscription, onClose }: { app: PortalApp; subscription: AppSubscription; onClose: () => void }) {
  const found = useQuery(productQuery(subscription.product));
  const others = found.data?.plans.filter((plan) => plan.name !== subscription.plan) ?? [];
  const [chosen, setChosen] = useState<string>();
  const [reason, setReason] = useState('');
  const [agreed, setAgreed] = useState<string>();
  const [tried, setTried] = useState(false);
  const { busy, error, run } = useTask();
  const toast = useToast();
  const plan = others.find(({ name }) => name === chosen) ?? others[0];
  const noReason = plan?.approval === 'manual' && reason.trim() === '';
  const disagrees = Boolean(plan?.terms) && agreed !== plan?.terms?.digest;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || !plan || noReason || disagrees) return;
    const done = await run(async () => {
      const after = await changePlan(app.name, subscription.id, { plan: plan.name, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(plan.terms ? { terms: plan.terms.digest } : {}) });
      toast.done(after.change ? 'You asked for it. Until somebody decides, calls go on under the present plan.' : `The plan is ${plan.title || plan.name} now.`);
      onClose();
    });
    // Terms that changed since they were read are shown as they are now.
    if (!done) void found.refetch();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Change the plan of ${found.data?.title || subscription.product}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="plan-form" busy={busy} disabled={!plan}>
            {plan?.approval === 'auto' ? 'Change the plan' : 'Ask for it'}
          </Button>
        </>
      }
    >
      <form id="plan-form" onSubmit={submit} noValidate className={css.form}>
        {found.error ? (
          <ErrorState compact error={found.error} retry={() => void found.refetch()} />
        ) : !found.data ? (
          <Skeleton lines={3} />
        ) : others.length === 0 ? (
          <p className="muted">This product has no other plan.</p>
        ) : (
          <fieldset className={css.part}>
            <legend>Plan</legend>
            <div className={css.plans}>
              {found.data.plans.map((one) => {
                const present = one.name === subscription.plan;
                return (
                  <label key={one.name} className={cx(css.plan, one.name === plan?.name && css.chosen)}>
                    <input type="radio" name="other-plan" value={one.name} checked={one.name === plan?.name} disabled={present} onChange={() => setChosen(one.name)} />
                    <span className={css.planText}>
                      <strong>{one.title || one.name}</strong>
                      <PriceLine plan={one} />
                      <span className="muted">{one.limits.join(' · ') || one.description || 'No limits of its own'}</span>
                    </span>
                    <span>{present ? <Badge>yours</Badge> : <ApprovalBadge plan={one} />}</span>
                  </label>
                );
              })}
            </div>
          </fieldset>
        )}
        {plan && <Preview app={app.name} subscription={subscription} plan={plan.name} />}
        {plan && plan.approval !== 'auto' && (
          <Field label="What do you need it for?" required={plan.approval === 'manual'} error={tried && noReason ? 'Say it in a sentence.' : undefined}>
            {(control) => <TextArea {...control} rows={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
        )}
        {plan && <Terms plan={plan} agreed={!disagrees} missing={tried} onAgree={(yes) => setAgreed(yes ? plan.terms?.digest : undefined)} />}
        {error !== undefined && <ErrorState compact error={error} />}
      </form>
    </Dialog>
  );
}

/** What the change would cost now: of the rest of the period, or of one that begins. */
function Preview({ app, subscription, plan }: { app: string; subscription: AppSubscription; plan: string }) {
  const found = useQuery(planPreview(app, subscription.id, plan));
  if (found.error) return <ErrorState compact error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={2} />;
  const { credit, charge, due, from, to, trial_until, said } = found.data;
  const quiet = !credit && !charge && !trial_until && !subscription.trial_until;
  if (quiet) return null;
  const owed = due && !due.amount.startsWith('-');
  return (
    <Callout>
      {due && (
        <p>
          {owed ? 'Owed with the change:' : 'To your credit with the change:'}{' '}
          <strong>
            {due.amount.replace(/^-/, '')} {due.currency}
          </strong>
        </p>
      )}
      {charge && (
        <p>
          The new plan{from && to && ` from ${format.dayOf(from)} to ${format.dayOf(to)}`}: {charge.amount} {charge.currency}
        </p>
      )}
      {credit && (
        <p>
          Given back of the present one: {credit.amount} {credit.currency}
        </p>
      )}
      {trial_until && <p>Nothing is owed until <time title={format.fullTime(trial_until)}>{format.dayOf(trial_until)}</time>.</p>}
      <p className="muted">{said}</p>
    </Callout>
  );
}
