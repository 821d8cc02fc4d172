// An app as an OAuth client: made here, its secret shown once, changed, rotated, taken away.
import { ProblemError } from '@pailou/api';
import { Button, Callout, Checkbox, CodeBlock, Confirm, CopyButton, Dialog, EmptyState, ErrorState, Facts, Field, format, KeyReveal, Panel, Skeleton, Stack, Table, TextArea, useTask, useToast } from '@pailou/kit';
import type { ClientForm, IssuedClient, OAuthClient, PortalApp } from '@pailou/api/portal';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { putClient, removeClient, rotateClientSecret } from '../api/account.ts';
import { oauthClient, site } from '../api/client.ts';
import css from './AppDialog.module.css';

const GRANTS = {
  'client-credentials': { label: 'With its own credentials', hint: 'A service that acts for itself. Nobody signs in.' },
  'authorization-code': { label: 'A person signs in and agrees', hint: 'In a browser, with PKCE. The app then acts for them.' },
  'device-code': { label: 'A person agrees on another device', hint: 'For a television or a command line: it shows a code to type here.' },
} as const;
type Grant = keyof typeof GRANTS;

export function AppClient({ app }: { app: PortalApp }) {
  const query = useQuery(oauthClient(app.name));
  const [editing, setEditing] = useState(false);
  const [issued, setIssued] = useState<IssuedClient>();
  const none = query.error instanceof ProblemError && query.error.status === 404;
  // A client that is gone leaves what was known of it behind.
  const client = none ? undefined : query.data;
  const done = (made: IssuedClient) => {
    setEditing(false);
    if (made.client_secret) setIssued(made);
  };
  return (
    <Stack gap={4}>
      {client ? (
        <Client app={app} client={client} onEdit={() => setEditing(true)} onIssued={setIssued} />
      ) : none ? (
        <Panel title="OAuth client">
          <EmptyState
            compact
            icon="key"
            title="No OAuth client yet"
            action={
              <Button variant="primary" icon="plus" onClick={() => setEditing(true)}>
                New OAuth client
              </Button>
            }
          >
            With one, this app calls APIs by tokens that end by themselves, for itself or for people who agree. Its subscriptions and limits are the same as with a key.
          </EmptyState>
        </Panel>
      ) : query.error ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Skeleton lines={5} />
      )}
      {editing && <ClientDialog app={app} client={client} onClose={() => setEditing(false)} onDone={done} />}
      <Dialog open={issued !== undefined} onClose={() => {}} locked title="The client's secret">
        {issued?.client_secret && (
          <Stack gap={4}>
            <p>
              Client ID <code data-testid="client-id">{issued.client_id}</code> <CopyButton text={issued.client_id} label="Copy client ID" />
            </p>
            <KeyReveal secret={issued.client_secret} what="secret" onDone={() => setIssued(undefined)} />
          </Stack>
        )}
      </Dialog>
    </Stack>
  );
}

function Client({ app, client, onEdit, onIssued }: { app: PortalApp; client: OAuthClient; onEdit: () => void; onIssued: (issued: IssuedClient) => void }) {
  const [rotating, setRotating] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { busy, run } = useTask();
  const toast = useToast();
  const secretless = client.public || client.has_keys;
  const act = async (what: string, action: () => Promise<void>) => {
    await run(async () => {
      await action();
      setRotating(false);
      setRemoving(false);
    }, (error) => toast.failed(what, error));
  };
  const rotate = () => act('No secret was made', async () => onIssued(await rotateClientSecret(app.name, true)));
  const remove = () =>
    act('The client was not removed', async () => {
      await removeClient(app.name);
      toast.done('The client is gone, and its tokens with it.');
    });
  const scope = client.scopes.length ? ` -d scope='${client.scopes.join(' ')}'` : '';
  return (
    <>
      <Panel
        title="OAuth client"
        actions={
          <>
            <Button size="s" icon="edit" onClick={onEdit}>
              Change
            </Button>
            <Button size="s" variant="danger" icon="trash" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          </>
        }
      >
        <Facts
          facts={[
            ['Client ID', <><code>{client.client_id}</code> <CopyButton text={client.client_id} label="Copy client ID" /></>],
            ['Registered with', client.server],
            ['Issuer', <><code>{client.issuer}</code> <CopyButton text={client.issuer} label="Copy issuer" /></>],
            ['Token endpoint', client.token_endpoint && <><code>{client.token_endpoint}</code> <CopyButton text={client.token_endpoint} label="Copy token endpoint" /></>],
            ['Asks people at', client.grants.includes('authorization-code') && client.authorization_endpoint ? <><code>{client.authorization_endpoint}</code> <CopyButton text={client.authorization_endpoint} label="Copy authorization endpoint" /></> : undefined],
            ['Asks for tokens', client.grants.map((grant) => GRANTS[grant].label).join(' · ')],
            ['Sends people back to', client.redirect_uris.length ? client.redirect_uris.map((uri) => <div key={uri}><code>{uri}</code></div>) : undefined],
            ['Proves itself by', client.public ? 'nothing: it can keep no secret' : client.has_keys ? 'keys of its own' : 'its secret'],
            ['Tokens are bound to a key', client.dpop ? 'always (DPoP)' : undefined],
            ['Last got a token', client.server ? undefined : client.last_used_at ? <time title={format.fullTime(client.last_used_at)}>{format.ago(client.last_used_at)}</time> : 'never'],
            ['May ask for', client.scopes.length ? client.scopes.map((name) => <code key={name}>{name} </code>) : 'no scopes: none of the APIs it is subscribed to asks for any'],
          ]}
        />
      </Panel>
      {!secretless && (
        <Panel
          title="Secrets"
          flush
          actions={
            <Button size="s" variant="primary" disabled={busy} onClick={() => setRotating(true)}>
              Rotate
            </Button>
          }
        >
          <Table
            caption="Secrets"
            rows={client.secrets}
            rowKey={(secret) => secret.hint ?? ''}
            empty={<EmptyState compact icon="key" title="No secret" />}
            columns={[
              { id: 'hint', header: 'Secret', cell: (secret) => <code>{secret.hint ?? ''}…</code> },
              { id: 'created', header: 'Made', hide: 'narrow', cell: (secret) => (secret.created_at ? format.ago(secret.created_at) : '–') },
              { id: 'expires', header: 'Works until', cell: (secret) => (secret.expires_at ? format.fullTime(secret.expires_at) : 'it is rotated') },
            ]}
          />
        </Panel>
      )}
      {client.grants.includes('client-credentials') && !secretless && client.token_endpoint && (
        <Panel title="A token, and a call with it">
          <Stack gap={3}>
            <CodeBlock
              label="Ask for a token"
              caption
              wrap
              code={`curl ${client.token_endpoint} -u '${client.client_id}:YOUR_SECRET' -d grant_type=client_credentials${scope}`}
            />
            <CodeBlock label="Call with it" caption wrap code={'curl YOUR_API -H "authorization: Bearer $TOKEN"'} />
          </Stack>
        </Panel>
      )}
      {client.server ? (
        <Callout>{client.server} says how long a token works. When this client, its app or a subscription ends, its tokens are refused here within a second.</Callout>
      ) : (
        <Callout>A token works for ten minutes. When this client, its app or a subscription ends, its tokens are refused within a second.</Callout>
      )}
      <Confirm open={rotating} title="Make a fresh secret?" action="Rotate" busy={busy} onConfirm={() => void rotate()} onClose={() => setRotating(false)}>
        <p>{client.server ? `${client.server} makes it, where it does that, and says how long the one before works.` : 'The secret it has now works for another day, so that you can change it where the app runs.'}</p>
      </Confirm>
      <Confirm open={removing} title="Remove the OAuth client?" action="Remove" danger busy={busy} onConfirm={() => void remove()} onClose={() => setRemoving(false)}>
        <p>Its tokens are refused at once, and what people agreed to ends. The keys of the app go on working. This cannot be undone.</p>
      </Confirm>
    </>
  );
}

function ClientDialog({ app, client, onClose, onDone }: { app: PortalApp; client?: OAuthClient; onClose: () => void; onDone: (issued: IssuedClient) => void }) {
  const about = useQuery(site).data;
  const offered = (Object.keys(GRANTS) as Grant[]).filter((grant) => !about || about.client_grants.includes(grant) || client?.grants.includes(grant));
  const [grants, setGrants] = useState<Grant[]>(client?.grants ?? (about && !about.client_grants.includes('client-credentials') ? [] : ['client-credentials']));
  const [open, setOpen] = useState(client?.public ?? false);
  const [dpop, setDpop] = useState(client?.dpop ?? false);
  const [uris, setUris] = useState(client?.redirect_uris.join('\n') ?? '');
  const { busy, error, run } = useTask();
  const toggle = (grant: Grant) => setGrants(grants.includes(grant) ? grants.filter((other) => other !== grant) : [...grants, grant]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await run(async () => {
      const form: ClientForm = { grants, public: open, dpop, redirect_uris: uris.split(/\s+/).filter(Boolean) };
      onDone(await putClient(app.name, form));
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={client ? 'Change the OAuth client' : 'New OAuth client'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="client-form" busy={busy} disabled={!grants.length}>
            {client ? 'Save' : 'Make the client'}
          </Button>
        </>
      }
    >
      <form id="client-form" onSubmit={submit} noValidate className={css.form}>
        <fieldset className={css.form}>
          <legend>How the app gets tokens</legend>
          {offered.map((grant) => (
            <Checkbox key={grant} label={GRANTS[grant].label} hint={GRANTS[grant].hint} checked={grants.includes(grant)} onChange={() => toggle(grant)} />
          ))}
        </fieldset>
        {grants.includes('authorization-code') && (
          <Field label="Where people are sent back to" hint="One address a line: https, http://127.0.0.1 for an app on the person's own machine, or a scheme such as com.example.app.">
            {(control) => <TextArea {...control} mono rows={2} value={uris} onChange={(event) => setUris(event.target.value)} />}
          </Field>
        )}
        <Checkbox label="It can keep no secret" hint="An app in a browser or on a device. It has no secret, and no tokens of its own." checked={open} onChange={(event) => setOpen(event.target.checked)} />
        <Checkbox label="Bind its tokens to a key (DPoP)" hint="A token that is stolen is then of no use to the thief." checked={dpop} onChange={(event) => setDpop(event.target.checked)} />
        {!client && about?.authorization_server && <Callout>The client is registered with {about.authorization_server}, and gets its tokens there.</Callout>}
        {error !== undefined && <ErrorState error={error} compact />}
      </form>
    </Dialog>
  );
}
