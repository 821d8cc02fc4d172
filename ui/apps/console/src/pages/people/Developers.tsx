// Who uses the workspace's portal.
import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, Confirm, EmptyState, format, PageHeader, SearchInput, Stack, StateChip, Table, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Needs } from '../../parts/may.tsx';
import { type ListSearch, PageFooter, useListSearch } from '../../parts/paging.tsx';
import { developersQuery, queryClient } from '../../queries.ts';
import css from './People.module.css';

export function Developers() {
  const search: ListSearch = useSearch({ from: '/shell/developers' });
  const navigate = useNavigate({ from: '/developers' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const developers = useQuery(developersQuery({ q: search.q, after: search.after }));
  const [leaving, setLeaving] = useState<admin.Developer>();
  const columns: Column<admin.Developer>[] = [
    {
      id: 'who',
      header: 'Developer',
      cell: ({ name, email }) => (
        <div className={css.person}>
          <b>{name}</b>
          <div>{email}</div>
        </div>
      ),
    },
    { id: 'apps', header: 'Apps', cell: ({ apps }) => format.count(apps) },
    {
      id: 'state',
      header: 'Signs in with',
      hide: 'below',
      cell: ({ state, second_factor, passkeys, identities }) => (
        <span className={css.roles}>
          {state !== 'active' && <StateChip state="pending" label={state} />}
          {identities.map(({ provider }) => (
            <Badge key={provider}>{provider}</Badge>
          ))}
          {passkeys > 0 && <Badge>{format.plural(passkeys, 'passkey')}</Badge>}
          {state === 'active' && identities.length === 0 && passkeys === 0 && 'a password'}
          {second_factor && <Badge title="More than the password is asked for">second factor</Badge>}
        </span>
      ),
    },
    { id: 'seen', header: 'Signed in', hide: 'medium', cell: ({ last_sign_in_at }) => (last_sign_in_at ? <time title={format.fullTime(last_sign_in_at)}>{format.ago(last_sign_in_at)}</time> : 'not since they signed up') },
    { id: 'since', header: 'Since', hide: 'medium', cell: ({ created_at }) => <time title={format.fullTime(created_at)}>{format.dayOf(created_at)}</time> },
    {
      id: 'do',
      header: '',
      cell: (developer) =>
        developer.second_factor && (
          <Needs permission="apps:write">
            <Button size="s" aria-label={`Take the second factor off ${developer.email}`} onClick={() => setLeaving(developer)}>
              Take off second factor
            </Button>
          </Needs>
        ),
    },
  ];
  return (
    <Stack>
      <PageHeader title="Developers" lead="Who uses the portal of this workspace, and when each signed in last." />
      <Stack gap={3}>
        <SearchInput label="Search developers" value={list.text} onChange={list.setText} />
        <Table
          caption="Developers"
          columns={columns}
          rows={developers.data?.items}
          rowKey={({ email }) => email}
          error={developers.error}
          retry={() => void developers.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="people" title="Nobody has signed up yet">
              <p>Developers make their own accounts in the portal. They are here once they did.</p>
            </EmptyState>
          }
          footer={<PageFooter page={developers.data} after={search.after} onPage={list.page} what="developer" />}
        />
      </Stack>
      {leaving && <ResetDialog developer={leaving} onClose={() => setLeaving(undefined)} />}
    </Stack>
  );
}

function ResetDialog({ developer, onClose }: { developer: admin.Developer; onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const reset = async () => {
    await run(async () => {
      await admin.resetDeveloperFactor(developer.email);
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['developers'] }), queryClient.invalidateQueries({ queryKey: ['audit'] })]);
      toast.done(`${developer.name} is asked for nothing beside the password any more`);
    }, (error) => toast.failed('The second factor stays', error));
    onClose();
  };
  return (
    <Confirm open danger busy={busy} action="Take off" title={`Take the second factor off ${developer.name}?`} onClose={onClose} onConfirm={() => void reset()}>
      <p>Codes and passkeys count no more, and their sessions end. Be sure that it is they who ask: {developer.email}.</p>
    </Confirm>
  );
}
