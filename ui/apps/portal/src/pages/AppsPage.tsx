// One's own apps.
import { Button, buttonClass, EmptyState, format, PageHeader, Stack, StateChip } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { apps } from '../api/client.ts';
import { AppDialog } from '../parts/AppDialog.tsx';
import cards from '../parts/cards.module.css';
import { Loaded } from '../parts/Loaded.tsx';
import { SignedIn } from '../parts/SignedIn.tsx';
import { useTitle } from '../parts/title.ts';
import css from './AppsPage.module.css';

export function AppsPage() {
  useTitle('My apps');
  return (
    <SignedIn what="your apps">
      <Apps />
    </SignedIn>
  );
}

function Apps() {
  const query = useQuery(apps);
  const [creating, setCreating] = useState(false);
  const navigate = useNavigate();
  return (
    <Stack gap={5}>
      <PageHeader title="My apps" lead="Each app has its own keys, subscriptions and calls." actions={<Button variant="primary" icon="plus" onClick={() => setCreating(true)}>New app</Button>} />
      <Loaded query={query}>
        {(list) =>
          list.length ? (
            <div className={cards.grid}>
              {list.map((app) => (
                <article key={app.name} className={cards.card}>
                  <h2>
                    <Link to="/apps/$app" params={{ app: app.name }} className={cards.cover}>
                      {app.title || app.name}
                    </Link>
                  </h2>
                  {app.description && <p className={cards.summary}>{app.description}</p>}
                  <p className={css.states}>
                    {app.subscriptions.map((subscription) => (
                      <StateChip key={subscription.id} state={subscription.state} label={`${subscription.product}: ${subscription.state}`} />
                    ))}
                    {!app.subscriptions.length && <span className="muted">No subscription yet</span>}
                  </p>
                  <footer className={cards.cardFoot}>
                    {format.plural(app.keys.length, 'key')}
                    {app.created_at && ` · since ${format.dayOf(app.created_at)}`}
                  </footer>
                </article>
              ))}
            </div>
          ) : (
            <EmptyState
              icon="app"
              title="No app yet"
              action={
                <>
                  <Link to="/products" className={buttonClass('primary')}>
                    Choose a product
                  </Link>
                  <Button onClick={() => setCreating(true)}>Only make an app</Button>
                </>
              }
            >
              An app is what you build: it has the keys that your calls are made with. Choosing a plan makes one for you.
            </EmptyState>
          )
        }
      </Loaded>
      <AppDialog open={creating} onClose={() => setCreating(false)} onDone={(name) => void navigate({ to: '/apps/$app', params: { app: name }, search: { tab: 'keys' } })} />
    </Stack>
  );
}
