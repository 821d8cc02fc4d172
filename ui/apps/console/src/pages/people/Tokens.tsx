import * as admin from '@pailou/api/admin';
import { Badge, Button, Checkbox, type Column, Confirm, Dialog, EmptyState, ErrorState, Field, format, KeyReveal, PageHeader, saidOf, SearchInput, Select, Skeleton, Stack, StateChip, Table, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Needs } from '../../parts/may.tsx';
import { type ListSearch, useListSearch } from '../../parts/paging.tsx';
import { queryClient, rolesQuery, sessionQuery, tokensQuery } from '../../queries.ts';
import css from './People.module.css';
import { onlyOf, wordsOf } from './RoleChoice.tsx';

type Doing = { what: 'create' } | { what: 'revoke'; token: admin.Token } | { what: 'show'; issued: admin.IssuedToken };

const forgetTokens = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['tokens'] }), queryClient.invalidateQueries({ queryKey: ['audit'] })]);

/** What programs use in place of a person's password. */
export function Tokens() {
  const search: ListSearch = useSearch({ from: '/shell/tokens' });
  const navigate = useNavigate({ from: '/tokens' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const tokens = useQuery(tokensQuery);
  const [doing, setDoing] = useState<Doing>();
  const q = (search.q ?? '').toLowerCase();
  const rows = tokens.data?.filter((token) => [token.name, token.created_by, ...token.roles, ...token.permissions].join(' ').toLowerCase().includes(q));
  const create = (
    <Needs permission="tokens:write">
      <Button variant="primary" icon="plus" onClick={() => setDoing({ what: 'create' })}>
        New token
      </Button>
    </Needs>
  );
  const columns: Column<admin.Token>[] = [
    {
      id: 'name',
      header: 'Token',
      sort: ({ name }) => name,
      cell: ({ name, hint }) => (
        <>
          <b>{name}</b>
          <div>
            <code>{hint}…</code>
          </div>
        </>
      ),
    },
    {
      id: 'may',
      header: 'May',
      hide: 'below',
      cell: ({ roles, permissions, workspace, only }) => (
        <span className={css.roles}>
          {[...roles, ...permissions].map((word) => (
            <Badge key={word}>{word}</Badge>
          ))}
          <span>{workspace === '*' ? 'everywhere' : `in ${workspace}`}{only ? ` for ${wordsOf(only)}` : ''}</span>
        </span>
      ),
    },
    { id: 'by', header: 'Made by', hide: 'medium', sort: ({ created_by }) => created_by, cell: ({ created_by, created_at }) => <span title={format.fullTime(created_at)}>{created_by}</span> },
    { id: 'used', header: 'Last used', hide: 'narrow', sort: ({ last_used_at }) => last_used_at ?? '', cell: ({ last_used_at }) => (last_used_at ? <time title={format.fullTime(last_used_at)}>{format.ago(last_used_at)}</time> : 'never') },
    { id: 'expires', header: 'Expires', sort: ({ expires_at }) => expires_at, cell: ({ expires_at, expired }) => (expired ? <StateChip state="expired" /> : <time title={format.fullTime(expires_at)}>{format.dayOf(expires_at)}</time>) },
    {
      id: 'actions',
      header: 'Change',
      align: 'end',
      cell: (token) => (
        <Needs permission="tokens:write">
          <Button size="s" variant="danger" aria-label={`Revoke ${token.name}`} onClick={() => setDoing({ what: 'revoke', token })}>
            Revoke
          </Button>
        </Needs>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Service tokens" lead="What programs show to the admin API and the command line. Each may what it was given, and never more than who made it may now." actions={create} />
      <Stack gap={3}>
        <SearchInput label="Search tokens" value={list.text} onChange={list.setText} />
        <Table
          caption="Service tokens"
          columns={columns}
          rows={rows}
          rowKey={({ name }) => name}
          error={tokens.error}
          retry={() => void tokens.refetch()}
          filtered={Boolean(q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="key" title="No service tokens yet" action={create}>
              <p>
                Make one for CI, with the permissions it needs, and give it to the program as <code>PAILOU_TOKEN</code>.
              </p>
            </EmptyState>
          }
          footer={rows && <span>{format.plural(rows.length, 'token')}</span>}
        />
      </Stack>
      {doing?.what === 'create' && <CreateDialog onMade={(issued) => setDoing({ what: 'show', issued })} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'show' && (
        <Dialog open locked onClose={() => setDoing(undefined)} title={`Token ${doing.issued.token.name}`}>
          <KeyReveal what="token" secret={doing.issued.secret} onDone={() => setDoing(undefined)} />
        </Dialog>
      )}
      {doing?.what === 'revoke' && <RevokeDialog token={doing.token} onClose={() => setDoing(undefined)} />}
    </>
  );
}

const LASTS = [
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
  { value: '365d', label: 'A year' },
];
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function CreateDialog({ onMade, onClose }: { onMade: (issued: admin.IssuedToken) => void; onClose: () => void }) {
  const roles = useQuery(rolesQuery);
  const session = useQuery(sessionQuery).data;
  const [name, setName] = useState('');
  const [lasts, setLasts] = useState('90d');
  const [chosen, setChosen] = useState<string[]>([]);
  const [permissions, setPermissions] = useState<string[]>([]);
  const [only, setOnly] = useState('');
  const { busy, error, run } = useTask();
  const wrong = name !== '' && !NAME.test(name) ? 'Lower-case letters, digits and single hyphens' : undefined;
  const ready = name !== '' && !wrong && chosen.length + permissions.length > 0;
  const has = (word: string) => session?.permissions?.includes(word) || session?.permissions?.includes(word.replace(/:own$/, '')) || false;
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    await run(async () => {
      const issued = await admin.createToken({ name, roles: chosen, permissions, only: onlyOf(only), expires_in: lasts });
      await forgetTokens();
      onMade(issued);
    });
  };
  const toggled = (list: string[], word: string, on: boolean) => (on ? [...list, word] : list.filter((one) => one !== word));
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New service token"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => void save()}>
            Make token
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => void save(event)}>
        <Stack gap={3}>
          {error !== undefined && <ErrorState compact error={error} />}
          <Field label="Name" required hint="What it is known by in the audit log." error={wrong}>
            {(control) => <TextInput {...control} mono value={name} onChange={(event) => setName(event.target.value)} autoCapitalize="none" />}
          </Field>
          <Field label="Lasts">{(control) => <Select {...control} options={LASTS} value={lasts} onChange={(event) => setLasts(event.target.value)} />}</Field>
          {roles.error ? (
            <ErrorState compact error={roles.error} retry={() => void roles.refetch()} />
          ) : !roles.data ? (
            <Skeleton lines={6} />
          ) : (
            <fieldset className={css.choice}>
              <legend>Roles</legend>
              {roles.data.map((role) => {
                const allowed = role.permissions.every(has);
                return <Checkbox key={role.name} label={role.name} hint={allowed ? role.description : 'It may more than you.'} disabled={!allowed} checked={chosen.includes(role.name)} onChange={(event) => setChosen(toggled(chosen, role.name, event.target.checked))} />;
              })}
            </fieldset>
          )}
          <Field label="For these APIs alone" hint="Names, separated by commas: orders, billing@v2, owner:team@example.com. It sees and changes nothing else then; for everything, where left empty." error={saidOf(error, 'only')}>
            {(control) => <TextInput {...control} value={only} onChange={(event) => setOnly(event.target.value)} />}
          </Field>
          <details>
            <summary>Single permissions</summary>
            <div className={css.permissions}>
              {session?.permissions?.map((word) => (
                <Checkbox key={word} label={<code>{word}</code>} checked={permissions.includes(word)} onChange={(event) => setPermissions(toggled(permissions, word, event.target.checked))} />
              ))}
            </div>
          </details>
        </Stack>
      </form>
    </Dialog>
  );
}

function RevokeDialog({ token, onClose }: { token: admin.Token; onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const revoke = async () => {
    await run(
      async () => {
        await admin.revokeToken(token.name);
        await forgetTokens();
        toast.done(`Revoked token ${token.name}`);
      },
      (error) => toast.failed(`Could not revoke ${token.name}`, error),
    );
    onClose();
  };
  return (
    <Confirm open onClose={onClose} onConfirm={() => void revoke()} busy={busy} danger action="Revoke" title={`Revoke ${token.name}?`}>
      <p>Programs that show it are refused from the next call on.</p>
    </Confirm>
  );
}
