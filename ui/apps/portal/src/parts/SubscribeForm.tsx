// The form behind "Get access". What was made before something failed is kept, so that a second try makes nothing twice.
import { Button, cx, ErrorState, Field, Select, TextArea, TextInput } from '@pailou/kit';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { createApp, issueKey, subscribe } from '../api/account.ts';
import { session } from '../api/client.ts';
import type { AppSubscription, PortalApp, Product } from '@pailou/api/portal';
import type { Outcome } from '../pages/SubscribePage.tsx';
import { AccountFields, accountIssues, type AccountMode, AccountProblem, enter, factorOf, noCredentials, Switch, useShortest } from './AccountForm.tsx';
import { ApprovalBadge, PriceLine, Terms } from './PlanCard.tsx';
import css from './SubscribeForm.module.css';

interface FormProps {
  product: Product;
  plan?: string;
  signedIn: boolean;
  /** One's apps that are not subscribed to the product. */
  apps: PortalApp[];
  chosenApp?: string;
  onDone: (outcome: Outcome) => void;
}

const NEW = '';

export function SubscribeForm({ product, plan: asked, signedIn, apps, chosenApp, onDone }: FormProps) {
  const [planName, setPlan] = useState(product.plans.find((plan) => plan.name === asked)?.name ?? product.plans.find((plan) => plan.approval === 'auto')?.name ?? product.plans[0]?.name ?? '');
  const [mode, setMode] = useState<AccountMode>('sign-up');
  const [account, setAccount] = useState(noCredentials);
  const [app, setApp] = useState<string>();
  const [title, setTitle] = useState('My first app');
  const [reason, setReason] = useState('');
  const [agreed, setAgreed] = useState<string>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ at: 'account' | 'access'; cause: unknown }>();
  const made = useRef<{ app?: PortalApp; subscription?: AppSubscription }>({});
  const cache = useQueryClient();
  const plan = product.plans.find((p) => p.name === planName);
  const selected = app ?? apps.find((a) => a.name === chosenApp)?.name ?? apps[0]?.name ?? NEW;

  const shortest = useShortest();
  const issues = signedIn ? {} : accountIssues(mode, account, shortest);
  const noTitle = selected === NEW && title.trim() === '';
  const noReason = plan?.approval === 'manual' && reason.trim() === '';
  const disagrees = Boolean(plan?.terms) && agreed !== plan?.terms?.digest;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || Object.keys(issues).length || noTitle || noReason || disagrees) return;
    setBusy(true);
    setError(undefined);
    let at: 'account' | 'access' = 'account';
    try {
      if (!signedIn && !cache.getQueryData(session.queryKey)) await enter(mode, account);
      at = 'access';
      const target = apps.find((a) => a.name === selected) ?? made.current.app ?? (await createApp({ title: title.trim() }));
      if (selected === NEW) made.current.app = target;
      const subscription = made.current.subscription ?? (await subscribe(target.name, { product: product.name, plan: planName, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(plan?.terms ? { terms: plan.terms.digest } : {}) }));
      made.current.subscription = subscription;
      const key = target.keys.length ? undefined : (await issueKey(target.name)).key;
      onDone({ app: target.name, appTitle: target.title || target.name, subscription, key });
    } catch (cause) {
      const factor = factorOf(cause);
      if (factor) setAccount({ ...account, code: account.code ?? '', factor });
      setError({ at, cause });
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} noValidate className={css.form}>
      <fieldset className={css.part}>
        <legend>Plan</legend>
        <div className={css.plans}>
          {product.plans.map((p) => (
            <label key={p.name} className={cx(css.plan, p.name === planName && css.chosen)}>
              <input type="radio" name="plan" value={p.name} checked={p.name === planName} onChange={() => setPlan(p.name)} />
              <span className={css.planText}>
                <strong>{p.title || p.name}</strong>
                <PriceLine plan={p} />
                <span className="muted">{p.limits.join(' · ') || p.description || 'No limits of its own'}</span>
              </span>
              <span><ApprovalBadge plan={p} /></span>
            </label>
          ))}
        </div>
      </fieldset>
      {!signedIn && (
        <fieldset className={css.part}>
          <legend>{mode === 'sign-up' ? 'Your account' : 'Sign in'}</legend>
          <AccountFields mode={mode} value={account} onChange={setAccount} issues={tried ? issues : {}} />
          <Switch mode={mode} onMode={setMode} />
          {error?.at === 'account' && <AccountProblem mode={mode} error={error.cause} onMode={setMode} />}
        </fieldset>
      )}
      <fieldset className={css.part}>
        <legend>App</legend>
        {apps.length > 0 && (
          <Field label="Which app" hint="Each app has its own keys and its own view of its calls.">
            {(control) => <Select {...control} value={selected} onChange={(event) => setApp(event.target.value)} options={[...apps.map((a) => ({ value: a.name, label: a.title || a.name })), { value: NEW, label: 'A new app' }]} />}
          </Field>
        )}
        {selected === NEW && (
          <Field label="Name of the app" required hint={apps.length ? undefined : 'What you build. It gets its own keys and its own view of its calls.'} error={tried && noTitle ? 'Give it a name.' : undefined}>
            {(control) => <TextInput {...control} value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />}
          </Field>
        )}
      </fieldset>
      {plan && plan.approval !== 'auto' && (
        <Field label="What do you need it for?" required={plan.approval === 'manual'} hint={plan.approval === 'manual' ? 'A person reads it and decides.' : 'A person may read it and decide.'} error={tried && noReason ? 'Say it in a sentence.' : undefined}>
          {(control) => <TextArea {...control} rows={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      )}
      {plan && <Terms plan={plan} agreed={!disagrees} missing={tried} onAgree={(yes) => setAgreed(yes ? plan.terms?.digest : undefined)} />}
      {error?.at === 'access' && <ErrorState error={error.cause} compact />}
      <div>
        <Button type="submit" variant="primary" icon="key" busy={busy}>
          {plan && plan.approval !== 'auto' ? 'Ask for access' : 'Get my key'}
        </Button>
      </div>
    </form>
  );
}
