// From a plan to a working key on one page: account, app and subscription are made as far as they are missing.
import { Callout, EmptyState, PageHeader, Panel, Stack, buttonClass } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api as apiQuery, apps, product as productQuery, session } from '../api/client.ts';
import type { AppSubscription, Product } from '@pailou/api/portal';
import { Loaded } from '../parts/Loaded.tsx';
import { SubscribeForm } from '../parts/SubscribeForm.tsx';
import { useTitle } from '../parts/title.ts';
import { Welcome } from '../parts/Welcome.tsx';
import css from './SubscribePage.module.css';

const route = getRouteApi('/subscribe');

/** What came of subscribing. */
export interface Outcome {
  app: string;
  appTitle: string;
  subscription: AppSubscription;
  /** A key made on the way; absent where the app had one already. */
  key?: string;
}

export function SubscribePage() {
  useTitle('Get access');
  const search = route.useSearch();
  // An address that names only an API leads to the first product that has it.
  const api = useQuery({ ...apiQuery(search.api ?? ''), enabled: search.api !== undefined });
  const name = search.product ?? api.data?.products[0]?.name;
  const product = useQuery({ ...productQuery(name ?? ''), enabled: name !== undefined });
  if (name === undefined) {
    if (search.api === undefined || api.data) {
      return (
        <EmptyState icon="product" title="What would you like to use?" action={<Link to="/products" className={buttonClass('primary')}>Products and plans</Link>}>
          {api.data ? `${api.data.title} is in no public product. Ask its provider for access.` : 'Choose a product and one of its plans first.'}
        </EmptyState>
      );
    }
    return <Loaded query={api} missing="API">{() => null}</Loaded>;
  }
  return (
    <Loaded query={product} missing="product">
      {(found) => <Subscribe product={found} />}
    </Loaded>
  );
}

function Subscribe({ product }: { product: Product }) {
  const search = route.useSearch();
  const who = useQuery(session);
  const mine = useQuery({ ...apps, enabled: Boolean(who.data) });
  const [outcome, setOutcome] = useState<Outcome>();
  const title = product.title || product.name;
  if (outcome) return <Welcome outcome={outcome} product={product} api={search.api} />;
  if (!product.plans.length) {
    return (
      <EmptyState icon="plan" title={`${title} has no plan yet`} action={<Link to="/products" className={buttonClass()}>Other products</Link>}>
        It can be subscribed to as soon as its provider offers one.
      </EmptyState>
    );
  }
  const waiting = who.data === undefined || (who.data !== null && mine.data === undefined && !mine.error);
  const subscribed = (mine.data ?? []).flatMap((app) => app.subscriptions.filter((s) => s.product === product.name && s.state !== 'rejected' && s.state !== 'expired').map((subscription) => ({ app, subscription })));
  return (
    <div className={css.page}>
      <Stack gap={5}>
        <PageHeader title={`Get access to ${title}`} lead="You get a key at the end of this page." />
        {subscribed.length > 0 && (
          <Callout>
            {subscribed.map(({ app, subscription }) => (
              <p key={subscription.id}>
                <Link to="/apps/$app" params={{ app: app.name }} search={{ tab: subscription.state === 'active' ? 'keys' : 'subscriptions' }}>{app.title || app.name}</Link>{' '}
                {subscription.state === 'pending' ? `waits for the approval of ${subscription.plan}.` : subscription.state === 'suspended' ? `is suspended under ${subscription.plan}.` : `is subscribed under ${subscription.plan}.`}
              </p>
            ))}
          </Callout>
        )}
        <Panel>
          {waiting ? null : (
            <SubscribeForm
              product={product}
              plan={search.plan}
              signedIn={Boolean(who.data)}
              apps={(mine.data ?? []).filter((app) => !subscribed.some((s) => s.app.name === app.name))}
              chosenApp={search.app}
              onDone={setOutcome}
            />
          )}
        </Panel>
      </Stack>
    </div>
  );
}
