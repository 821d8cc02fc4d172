// One's own apps.
import { Button, buttonClass, Dialog, EmptyState, ErrorState, Field, format, PageHeader, Stack, StateChip, TextArea, TextInput } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { createApp } from '../api/account.ts';
import { apps } from '../api/client.ts';
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
      <CreateApp open={creating} onClose={() => setCreating(false)} />
    </Stack>
  );
}

function CreateApp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>();
  const navigate = useNavigate();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!title.trim()) return;
    setBusy(true);
    setError(undefined);
    try {
      const app = await createApp({ title: title.trim(), ...(description.trim() ? { description: description.trim() } : {}) });
      await navigate({ to: '/apps/$app', params: { app: app.name }, search: { tab: 'keys' } });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New app"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="new-app" busy={busy}>
            Make the app
          </Button>
        </>
      }
    >
      <form id="new-app" onSubmit={submit} noValidate className={css.form}>
        <Field label="Name" required error={tried && !title.trim() ? 'Give it a name.' : undefined}>
          {(control) => <TextInput {...control} value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        <Field label="What it is">{(control) => <TextArea {...control} rows={2} maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
        {error !== undefined && <ErrorState error={error} compact />}
      </form>
    </Dialog>
  );
}
