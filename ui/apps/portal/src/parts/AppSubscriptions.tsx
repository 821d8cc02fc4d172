// What an app is subscribed to, and in which state each subscription is.
import { Badge, Button, buttonClass, Confirm, EmptyState, format, Panel, StateChip, Table, useTask, useToast } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { changePlan, unsubscribe } from '../api/account.ts';
import { PlanDialog } from './PlanDialog.tsx';
import type { AppSubscription, PortalApp } from '@pailou/api/portal';

const MEANINGS = {
  pending: 'Waits for a person',
  active: 'Calls are let through',
  suspended: 'Calls are refused for now',
  rejected: 'It was refused',
  expired: 'Its time is over',
};

export function AppSubscriptions({ app }: { app: PortalApp }) {
  const [ending, setEnding] = useState<AppSubscription>();
  const { busy, run } = useTask();
  const [changing, setChanging] = useState<AppSubscription>();
  const toast = useToast();
  const end = async () => {
    if (!ending) return;
    await run(
      async () => {
        await unsubscribe(app.name, ending.id);
        toast.done('The subscription has ended.');
        setEnding(undefined);
      },
      (error) => toast.failed('The subscription was not ended', error),
    );
  };
  const withdraw = async (one: AppSubscription) => {
    await run(
      async () => {
        await changePlan(app.name, one.id, { plan: one.plan });
        toast.done(`The plan stays ${one.plan_title}.`);
      },
      (error) => toast.failed('The change was not withdrawn', error),
    );
  };
  return (
    <>
      <Panel title="Subscriptions" flush actions={<Link to="/products" className={buttonClass('primary', 's')}>Add a product</Link>}>
        <Table
          caption="Subscriptions"
          rows={app.subscriptions}
          rowKey={(subscription) => subscription.id}
          empty={
            <EmptyState compact icon="product" title="Subscribed to nothing yet">
              A subscription lets the keys of this app call the APIs of a product.
            </EmptyState>
          }
          columns={[
            { id: 'product', header: 'Product', sort: (s) => s.product_title, cell: (s) => <Link to="/products/$product" params={{ product: s.product }}>{s.product_title}</Link> },
            { id: 'plan', header: 'Plan', sort: (s) => s.plan_title, cell: (s) => (s.change ? <>{s.plan_title} <Badge tone="warn">{s.change_title ?? s.change.plan} asked for</Badge></> : s.trial_until ? <>{s.plan_title} <Badge title={format.fullTime(s.trial_until)}>trial until {format.dayOf(s.trial_until)}</Badge></> : s.plan_title) },
            { id: 'state', header: 'State', sort: (s) => s.state, cell: (s) => <StateChip state={s.state} /> },
            { id: 'ends', header: 'Ends', hide: 'narrow', sort: (s) => s.expires_at, cell: (s) => (s.expires_at ? <time title={format.fullTime(s.expires_at)}>{format.dayOf(s.expires_at)}</time> : s.state === 'active' ? 'when you end it' : '–') },
            { id: 'reason', header: 'What that means', hide: 'below', cell: (s) => <>{MEANINGS[s.state]}{s.reason && <span className="muted"> · {s.reason}</span>}</> },
            {
              id: 'actions',
              header: 'Actions',
              align: 'end',
              cell: (s) => (
                <span>
                  {s.state === 'expired' && (
                    <Link to="/subscribe" search={{ product: s.product, plan: s.plan, app: app.name }} className={buttonClass('plain', 's')}>
                      Renew
                    </Link>
                  )}{' '}
                  {s.state === 'active' &&
                    (s.change ? (
                      <Button size="s" variant="quiet" onClick={() => void withdraw(s)}>
                        Keep {s.plan_title}
                      </Button>
                    ) : (
                      <Button size="s" variant="quiet" onClick={() => setChanging(s)}>
                        Change plan
                      </Button>
                    ))}{' '}
                  <Button size="s" variant="quiet" onClick={() => setEnding(s)}>
                    {s.state === 'pending' ? 'Withdraw' : 'End'}
                  </Button>
                </span>
              ),
            },
          ]}
        />
      </Panel>
      {changing && <PlanDialog app={app} subscription={changing} onClose={() => setChanging(undefined)} />}
      <Confirm open={ending !== undefined} title={ending?.state === 'pending' ? 'Withdraw the request?' : 'End this subscription?'} action={ending?.state === 'pending' ? 'Withdraw' : 'End'} danger busy={busy} onConfirm={() => void end()} onClose={() => setEnding(undefined)}>
        <p>The keys of this app can then no longer call the APIs of {ending?.product_title}.</p>
      </Confirm>
    </>
  );
}
