import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, type Column, Confirm, CopyButton, Dialog, EmptyState, ErrorState, Field, format, PageHeader, Panel, Row, SearchInput, Stack, StateChip, Table, TextArea, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type ListSearch, useListSearch } from '../parts/paging.tsx';
import { ResourceLinks } from '../parts/ResourceLink.tsx';
import { queryClient, secretReferencesQuery, secretsQuery } from '../queries.ts';
import { Needs } from '../parts/may.tsx';
import css from './Secrets.module.css';

type Doing = { what: 'create' } | { what: 'rotate' | 'delete'; secret: admin.Secret } | { what: 'reseal' };

const forgetSecrets = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['secrets'] }), queryClient.invalidateQueries({ queryKey: ['secret-references'] }), queryClient.invalidateQueries({ queryKey: ['audit'] })]);

/** Secrets by name, and those that documents name elsewhere. Values are written, and shown to nobody. */
export function Secrets() {
  const search: ListSearch = useSearch({ from: '/shell/secrets' });
  const navigate = useNavigate({ from: '/secrets' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const secrets = useQuery(secretsQuery);
  const [doing, setDoing] = useState<Doing>();
  const q = (search.q ?? '').toLowerCase();
  const rows = secrets.data?.items.filter((secret) => [secret.name, ...secret.used_by].join(' ').toLowerCase().includes(q));
  const create = (
    <Needs permission="secrets:write">
      <Button variant="primary" icon="plus" onClick={() => setDoing({ what: 'create' })}>
        New secret
      </Button>
    </Needs>
  );
  const columns: Column<admin.Secret>[] = [
    {
      id: 'name',
      header: 'Name',
      sort: ({ name }) => name,
      cell: ({ name }) => (
        <>
          <b>{name}</b>
          <div className={css.reference}>
            <code>secret://{name}</code> <CopyButton text={`secret://${name}`} label={`Copy the reference of ${name}`} />
          </div>
        </>
      ),
    },
    { id: 'version', header: 'Version', align: 'end', hide: 'narrow', sort: ({ version }) => version, cell: ({ version }) => format.count(version) },
    { id: 'rotated', header: 'Last value', sort: ({ updated_at }) => updated_at, cell: ({ updated_at }) => <time title={format.fullTime(updated_at)}>{format.ago(updated_at)}</time> },
    { id: 'made', header: 'Made', hide: 'medium', sort: ({ created_at }) => created_at, cell: ({ created_at }) => <time title={format.fullTime(created_at)}>{format.dayOf(created_at)}</time> },
    { id: 'users', header: 'Named by', hide: 'narrow', sort: ({ used_by }) => used_by.length, cell: ({ used_by }) => <ResourceLinks all={used_by} none="nothing" /> },
    {
      id: 'actions',
      header: 'Change',
      align: 'end',
      cell: (secret) => (
        <span className={css.actions}>
          <Needs permission="secrets:write">
            <Button size="s" aria-label={`Rotate ${secret.name}`} onClick={() => setDoing({ what: 'rotate', secret })}>
              Rotate
            </Button>
            <Button size="s" variant="danger" aria-label={`Delete ${secret.name}`} onClick={() => setDoing({ what: 'delete', secret })}>
              Delete
            </Button>
          </Needs>
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title="Secrets"
        lead="Values that documents name and never hold. They are kept sealed, reach the gateways alone, and are shown to nobody."
        actions={
          <>
            {secrets.data && secrets.data.items.length > 0 && (
              <Needs permission="secrets:write">
                <Button onClick={() => setDoing({ what: 'reseal' })}>Seal anew</Button>
              </Needs>
            )}
            {create}
          </>
        }
      />
      <Stack>
        <Stack gap={3}>
          <SearchInput label="Search secrets" value={list.text} onChange={list.setText} />
          <Table
            caption="Secrets"
            columns={columns}
            rows={rows}
            rowKey={({ name }) => name}
            error={secrets.error}
            retry={() => void secrets.refetch()}
            filtered={Boolean(q)}
            onClearFilters={list.clear}
            empty={
              <EmptyState icon="secret" title="No secrets here yet" action={create}>
                <p>
                  Give a password or token a name, and write <code>secret://name</code> where a document needs it. A new value is in force on every gateway at once.
                </p>
              </EmptyState>
            }
            footer={rows && <span>{format.plural(rows.length, 'secret')} in the built-in store</span>}
          />
        </Stack>
        <Elsewhere q={q} />
      </Stack>
      {doing?.what === 'create' && <ValueDialog taken={secrets.data?.items.map(({ name }) => name) ?? []} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'rotate' && <ValueDialog secret={doing.secret} taken={[]} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'delete' && <DeleteDialog secret={doing.secret} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'reseal' && <ResealDialog onClose={() => setDoing(undefined)} />}
    </>
  );
}

const PLACES: Record<admin.SecretReference['place'], string> = { store: 'Built-in store', environment: 'Environment', file: 'File', vault: 'Vault' };

/** What documents name outside the built-in store, and what they name that is not there. */
function Elsewhere({ q }: { q: string }) {
  const references = useQuery(secretReferencesQuery);
  const rows = references.data?.items.filter((one) => (one.place !== 'store' || !one.in_force) && [one.reference, ...one.used_by].join(' ').toLowerCase().includes(q));
  if (references.error && !references.data) return <ErrorState error={references.error} retry={() => void references.refetch()} />;
  if (!rows?.length) return null;
  const broken = rows.filter((one) => one.trouble);
  return (
    <Panel title="Kept elsewhere" flush>
      {broken.length > 0 && (
        <div className={css.trouble}>
          <Callout tone="warn" icon="warning">
            {format.plural(broken.length, 'secret')} could not be had the last time. What was good before stays in force.
          </Callout>
        </div>
      )}
      <Table caption="Secrets kept elsewhere" columns={ELSEWHERE} rows={rows} rowKey={({ reference }) => reference} empty={null} footer={<span>{format.plural(rows.length, 'reference')}, looked at every few seconds</span>} />
    </Panel>
  );
}

const ELSEWHERE: Column<admin.SecretReference>[] = [
  { id: 'reference', header: 'Reference', sort: ({ reference }) => reference, cell: ({ reference }) => <code className={css.long}>{reference}</code> },
  { id: 'place', header: 'Kept in', hide: 'narrow', sort: ({ place }) => place, cell: ({ place }) => <Badge>{PLACES[place]}</Badge> },
  { id: 'users', header: 'Named by', hide: 'below', cell: ({ used_by }) => <ResourceLinks all={used_by} none="nothing" /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ in_force, trouble }) => (
      <>
        <StateChip state={in_force ? (trouble ? 'degraded' : 'healthy') : 'failed'} label={in_force ? 'in force' : 'missing'} />
        {trouble && <div className={css.why}>{trouble}</div>}
      </>
    ),
  },
];

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LARGEST = 64 * 1024;

/** Takes a value for a new secret, or for one that is there. It is forgotten as the dialog closes. */
function ValueDialog({ secret, taken, onClose }: { secret?: admin.Secret; taken: readonly string[]; onClose: () => void }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [seen, setSeen] = useState(false);
  const { busy, error, run } = useTask();
  const toast = useToast();
  const wrongName = secret || name === '' ? undefined : !NAME.test(name) || name.length > 63 ? 'Lower-case letters, digits and single hyphens, 63 at most' : taken.includes(name) ? 'There is one with this name: rotate it instead' : undefined;
  const size = new TextEncoder().encode(value).length;
  const wrongValue = size > LARGEST ? 'At most 64 KiB' : undefined;
  const ready = (secret || name !== '') && value !== '' && !wrongName && !wrongValue;
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    await run(async () => {
      await (secret ? admin.rotateSecret(secret.name, value) : admin.createSecret(name, value));
      await forgetSecrets();
      toast.done(secret ? `${secret.name} has a new value, in force on every gateway` : `Made secret ${name}`);
      onClose();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={secret ? `Rotate ${secret.name}` : 'New secret'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => void save()}>
            {secret ? 'Rotate' : 'Create'}
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => void save(event)}>
        <Stack gap={3}>
          {error !== undefined && <ErrorState compact error={error} />}
          {secret ? (
            <p>
              The new value is in force on every gateway at once, and the old one is gone. {secret.used_by.length > 0 && <>It is named by {secret.used_by.join(', ')}.</>}
            </p>
          ) : (
            <Field label="Name" required hint={<>Documents name it by <code>secret://{name || 'name'}</code>.</>} error={wrongName}>
              {(control) => <TextInput {...control} mono value={name} onChange={(event) => setName(event.target.value)} autoCapitalize="none" />}
            </Field>
          )}
          <Field label="Value" required hint="Kept as it is, line breaks too. Once it is saved nobody can read it here." error={wrongValue}>
            {(control) => <TextArea {...control} mono rows={3} className={seen ? undefined : css.hidden} value={value} onChange={(event) => setValue(event.target.value)} autoComplete="off" autoCapitalize="none" spellCheck={false} />}
          </Field>
          <Row>
            <Button size="s" onClick={() => setSeen(!seen)} aria-pressed={seen}>
              {seen ? 'Hide' : 'Show'}
            </Button>
            <Button size="s" icon="refresh" onClick={() => setValue(drawn())}>
              Draw one by chance
            </Button>
            {value !== '' && <CopyButton text={value} label="Copy the value" />}
          </Row>
        </Stack>
      </form>
    </Dialog>
  );
}

/** 256 bits by chance, as text that goes anywhere. */
function drawn(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function DeleteDialog({ secret, onClose }: { secret: admin.Secret; onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const used = secret.used_by.length > 0;
  const remove = async () => {
    await run(
      async () => {
        await admin.deleteSecret(secret.name);
        await forgetSecrets();
        toast.done(`Deleted secret ${secret.name}`);
      },
      (error) => toast.failed(`Could not delete ${secret.name}`, error),
    );
    onClose();
  };
  if (used) {
    return (
      <Dialog open onClose={onClose} title={`${secret.name} is in use`} footer={<Button onClick={onClose}>Close</Button>}>
        <p>It can be deleted once nothing names it any more:</p>
        <ResourceLinks all={secret.used_by} none="" />
      </Dialog>
    );
  }
  return (
    <Confirm open onClose={onClose} onConfirm={() => void remove()} busy={busy} danger action="Delete secret" title={`Delete ${secret.name}?`}>
      <p>Its value is gone for good. Nothing names it now.</p>
    </Confirm>
  );
}

function ResealDialog({ onClose }: { onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const seal = async () => {
    await run(
      async () => {
        const { secrets } = await admin.rotateSecretKey();
        await forgetSecrets();
        toast.done(`Sealed ${format.plural(secrets, 'secret')} by a new key`);
      },
      (error) => toast.failed('The secrets were not sealed anew', error),
    );
    onClose();
  };
  return (
    <Confirm open onClose={onClose} onConfirm={() => void seal()} busy={busy} action="Seal anew" title="Seal every secret by a new key?">
      <p>A new data key is made, every secret is sealed by it, and the one before is forgotten. Values, versions and traffic stay as they are.</p>
    </Confirm>
  );
}
