import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, type Column, Confirm, CopyButton, Dialog, Drawer, EmptyState, ErrorState, Field, format, PageHeader, passkeyTimes, Row, SearchInput, Skeleton, Stack, StateChip, Table, Tabs, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Needs, useMay } from '../../parts/may.tsx';
import { PermissionList } from '../../parts/PermissionList.tsx';
import { useListSearch } from '../../parts/paging.tsx';
import { memberPermissionsQuery, membersQuery, queryClient, rolesQuery } from '../../queries.ts';
import { RoleChoice } from './RoleChoice.tsx';
import { RolePanel } from './Roles.tsx';
import css from './People.module.css';

type Doing = { what: 'invite' } | { what: 'show' | 'roles' | 'remove'; member: admin.Member } | { what: 'link'; invitation: admin.Invitation };

const forgetPeople = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['members'] }), queryClient.invalidateQueries({ queryKey: ['tokens'] }), queryClient.invalidateQueries({ queryKey: ['audit'] })]);

/** Who runs this, and what each may. */
export function People() {
  const search = useSearch({ from: '/shell/people' });
  const navigate = useNavigate({ from: '/people' });
  const tab = search.tab === 'roles' ? 'roles' : 'members';
  const [doing, setDoing] = useState<Doing>();
  const members = useQuery(membersQuery);
  const roles = useQuery(rolesQuery);
  const invite = (
    <Needs permission="people:write">
      <Button variant="primary" icon="plus" onClick={() => setDoing({ what: 'invite' })}>
        Invite
      </Button>
    </Needs>
  );
  return (
    <>
      <PageHeader title="People & roles" lead="Who runs this, and what each may. Changes are in force with the next request." actions={invite} />
      <Tabs
        label="People and roles"
        tabs={[
          { id: 'members', label: 'Members', count: members.data?.length },
          { id: 'roles', label: 'Roles', count: roles.data?.length },
        ]}
        active={tab}
        onChange={(to) => void navigate({ search: { tab: to === 'members' ? undefined : to }, replace: true })}
      >
        {tab === 'members' ? <Members members={members.data} error={members.error} retry={() => void members.refetch()} invite={invite} onDo={setDoing} /> : <RolePanel />}
      </Tabs>
      {doing?.what === 'invite' && <InviteDialog onInvited={(invitation) => setDoing({ what: 'link', invitation })} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'link' && <LinkDialog invitation={doing.invitation} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'show' && <MemberDrawer member={doing.member} onDo={setDoing} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'roles' && <RolesDialog member={doing.member} onClose={() => setDoing(undefined)} />}
      {doing?.what === 'remove' && <RemoveDialog member={doing.member} onClose={() => setDoing(undefined)} />}
    </>
  );
}

function Members({ members, error, retry, invite, onDo }: { members?: admin.Member[]; error: unknown; retry: () => void; invite: React.ReactNode; onDo: (doing: Doing) => void }) {
  const search = useSearch({ from: '/shell/people' });
  const navigate = useNavigate({ from: '/people' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const q = (search.q ?? '').toLowerCase();
  const rows = members?.filter(({ email, name, roles, roles_by_groups }) => [email, name, ...[...roles, ...(roles_by_groups ?? [])].map(({ role }) => role)].join(' ').toLowerCase().includes(q));
  const columns: Column<admin.Member>[] = [
    {
      id: 'who',
      header: 'Member',
      sort: ({ email }) => email,
      cell: (member) => (
        <button type="button" className={css.who} onClick={() => onDo({ what: 'show', member })}>
          <b>{member.name}</b>
          <span>{member.email}</span>
        </button>
      ),
    },
    { id: 'roles', header: 'Roles', cell: ({ roles, roles_by_groups }) => <HeldRoles roles={roles} byGroups={roles_by_groups} /> },
    { id: 'state', header: 'State', hide: 'narrow', sort: ({ state }) => state, cell: ({ state, second_factor }) => (
      <span className={css.roles}>
        <StateChip state={state === 'invited' ? 'pending' : state} label={state} />
        {second_factor && <Badge title="More than the password is asked for">second factor</Badge>}
      </span>
    ) },
    { id: 'seen', header: 'Signed in', hide: 'medium', sort: ({ last_sign_in_at }) => last_sign_in_at ?? '', cell: ({ last_sign_in_at }) => (last_sign_in_at ? <time title={format.fullTime(last_sign_in_at)}>{format.ago(last_sign_in_at)}</time> : 'never') },
  ];
  return (
    <Stack gap={3}>
      <SearchInput label="Search members" value={list.text} onChange={list.setText} />
      <Table
        caption="Members"
        columns={columns}
        rows={rows}
        rowKey={({ email }) => email}
        error={error}
        retry={retry}
        filtered={Boolean(q)}
        onClearFilters={list.clear}
        empty={
          <EmptyState icon="people" title="Nobody but the administrator's token yet" action={invite}>
            <p>Invite people one by one, each with the roles they need, and keep the token away for the day when everyone has lost their way in.</p>
          </EmptyState>
        }
        footer={rows && <span>{format.plural(rows.length, 'member')}</span>}
      />
    </Stack>
  );
}

const onlyOf = (only: admin.Membership['only']) => (only ? [...(only.apis ?? []), ...(only.owners ?? []).map((owner) => `what ${owner} owns`)].join(', ') : '');

function HeldRoles({ roles, byGroups = [] }: { roles: readonly admin.Membership[]; byGroups?: readonly admin.Membership[] }) {
  return (
    <span className={css.roles}>
      {roles.map(({ role, workspace, only }) => (
        <Badge key={`${role}@${workspace}/${onlyOf(only)}`} tone={role === 'admin' ? 'plum' : 'neutral'} title={workspace === '*' ? 'in every workspace' : `in workspace ${workspace}`}>
          {role}
          {workspace === '*' ? ' everywhere' : workspace === 'default' ? '' : ` in ${workspace}`}
          {only ? ` for ${onlyOf(only)}` : ''}
        </Badge>
      ))}
      {byGroups.map(({ role, workspace }) => (
        <Badge key={`groups ${role}@${workspace}`} tone={role === 'admin' ? 'plum' : 'neutral'} title={`by groups, ${workspace === '*' ? 'in every workspace' : `in workspace ${workspace}`}`}>
          {role}
          {workspace === '*' ? ' everywhere' : workspace === 'default' ? '' : ` in ${workspace}`} by groups
        </Badge>
      ))}
    </span>
  );
}

/** A member: what they may do and why, and what can be done with them. */
function MemberDrawer({ member, onDo, onClose }: { member: admin.Member; onDo: (doing: Doing) => void; onClose: () => void }) {
  const permissions = useQuery(memberPermissionsQuery(member.email));
  const { busy, run } = useTask();
  const toast = useToast();
  const link = async () => {
    await run(async () => {
      onDo({ what: 'link', invitation: await admin.memberLink(member.email) });
    }, (error) => toast.failed('No link was made', error));
  };
  const reset = async () => {
    await run(async () => {
      await admin.resetSecondFactor(member.email);
      await forgetPeople();
      toast.done(`${member.name} is asked for nothing beside the password any more`);
      onClose();
    }, (error) => toast.failed('The second factor stays', error));
  };
  const removePasskey = async ({ id, name }: admin.Passkey) => {
    await run(async () => {
      await admin.removeMemberPasskey(member.email, id);
      await forgetPeople();
      toast.done(`${name} of ${member.name} signs in no more`);
      onClose();
    }, (error) => toast.failed('The passkey stays', error));
  };
  const scopes = [...new Set(permissions.data?.map(({ workspace }) => workspace))];
  return (
    <Drawer open onClose={onClose} title={member.name}>
      <Stack>
        <p>{member.email}</p>
        <HeldRoles roles={member.roles} byGroups={member.roles_by_groups} />
        {(member.roles_by_groups ?? []).length > 0 && <p className="muted">What comes of groups is decided by the identity provider’s document and its groups.</p>}
        <Needs permission="people:write">
          <Row>
            <Button size="s" onClick={() => onDo({ what: 'roles', member })}>
              Change roles
            </Button>
            <Button size="s" busy={busy} onClick={() => void link()}>
              {member.state === 'invited' ? 'New invitation' : 'Link for a new password'}
            </Button>
            {member.second_factor && (
              <Button size="s" disabled={busy} onClick={() => void reset()}>
                Take off second factor
              </Button>
            )}
            <Button size="s" variant="danger" onClick={() => onDo({ what: 'remove', member })}>
              Remove
            </Button>
          </Row>
        </Needs>
        {(member.passkeys ?? []).length > 0 && (
          <div>
            <h3>Passkeys</h3>
            <ul className={css.passkeys} aria-label="Passkeys">
              {(member.passkeys ?? []).map((passkey) => (
                <li key={passkey.id}>
                  <span>
                    <b>{passkey.name}</b>
                    <br />
                    <span className="muted">{passkeyTimes(passkey)}</span>
                  </span>
                  <Needs permission="people:write">
                    <Button size="s" disabled={busy} aria-label={`Remove the passkey ${passkey.name}`} onClick={() => void removePasskey(passkey)}>
                      Remove
                    </Button>
                  </Needs>
                </li>
              ))}
            </ul>
          </div>
        )}
        <h3>What can {member.name} do?</h3>
        {permissions.error ? (
          <ErrorState compact error={permissions.error} retry={() => void permissions.refetch()} />
        ) : permissions.data ? (
          scopes.map((scope) => (
            <div key={scope}>
              <h4>{scope === '*' ? 'In every workspace' : `In workspace ${scope}`}</h4>
              <PermissionList permissions={permissions.data.filter(({ workspace }) => workspace === scope).map(({ permission, own, only }) => (own || only?.length ? `${permission}:own` : permission))} />
              {[...new Set(permissions.data.filter(({ workspace }) => workspace === scope).flatMap(({ only }) => only ?? []))].map((only) => (
                <p key={only} className="muted">
                  Some for {only} alone.
                </p>
              ))}
            </div>
          ))
        ) : (
          <Skeleton lines={6} />
        )}
      </Stack>
    </Drawer>
  );
}

function InviteDialog({ onInvited, onClose }: { onInvited: (invitation: admin.Invitation) => void; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<admin.Membership[]>([{ role: 'viewer', workspace: 'default' }]);
  const { busy, error, run } = useTask();
  const ready = email.includes('@') && name.trim() !== '' && roles.length > 0;
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    await run(async () => {
      const invitation = await admin.invite({ email: email.trim(), name: name.trim(), roles });
      await forgetPeople();
      onInvited(invitation);
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite somebody"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => void save()}>
            Invite
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => void save(event)}>
        <Stack gap={3}>
          {error !== undefined && <ErrorState compact error={error} />}
          <Field label="E-mail address" required hint="What they sign in with.">
            {(control) => <TextInput {...control} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />}
          </Field>
          <Field label="Name" required>
            {(control) => <TextInput {...control} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <RoleChoice value={roles} onChange={setRoles} />
        </Stack>
      </form>
    </Dialog>
  );
}

function LinkDialog({ invitation: { member, link, expires_at }, onClose }: { invitation: admin.Invitation; onClose: () => void }) {
  return (
    <Dialog open locked onClose={onClose} title={`A link for ${member.name}`} footer={<Button onClick={onClose}>Done</Button>}>
      {!link ? (
        <p>A letter with a link is on its way to {member.email}. It works once, until {format.fullTime(expires_at)}.</p>
      ) : (
      <Stack gap={3}>
        <Callout tone="warn" icon="warning">
          Give it to {member.email} alone: whoever opens it sets their password. It works once, until {format.fullTime(expires_at)}, and is not shown again.
        </Callout>
        <div className={css.link}>
          <code>{link}</code> <CopyButton text={link} label="Copy the link" />
        </div>
      </Stack>
      )}
    </Dialog>
  );
}

function RolesDialog({ member, onClose }: { member: admin.Member; onClose: () => void }) {
  const [roles, setRoles] = useState<admin.Membership[]>(member.roles);
  const { busy, error, run } = useTask();
  const toast = useToast();
  const save = async () => {
    await run(async () => {
      await admin.setMemberRoles(member.email, roles);
      await forgetPeople();
      toast.done(`${member.name} has other roles, in force now`);
      onClose();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Roles of ${member.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={roles.length === 0 && (member.identities ?? []).length === 0} onClick={() => void save()}>
            Change roles
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        {error !== undefined && <ErrorState compact error={error} />}
        <RoleChoice value={roles} onChange={setRoles} />
      </Stack>
    </Dialog>
  );
}

function RemoveDialog({ member, onClose }: { member: admin.Member; onClose: () => void }) {
  const { busy, run } = useTask();
  const may = useMay();
  const toast = useToast();
  const remove = async () => {
    await run(async () => {
      await admin.removeMember(member.email);
      await forgetPeople();
      toast.done(`Removed ${member.name}`);
    }, (error) => toast.failed(`Could not remove ${member.name}`, error));
    onClose();
  };
  return (
    <Confirm open onClose={onClose} onConfirm={() => void remove()} busy={busy || !may('people:write')} danger action="Remove" title={`Remove ${member.name}?`}>
      <p>They are signed out at once, and the service tokens they made open nothing any more. What they did stays in the audit log.</p>
    </Confirm>
  );
}
