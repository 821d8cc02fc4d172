import * as admin from '@pailou/api/admin';
import { Badge, Button, Checkbox, Confirm, Dialog, ErrorState, Field, Panel, Row, said, Skeleton, Stack, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Needs } from '../../parts/may.tsx';
import { PermissionList } from '../../parts/PermissionList.tsx';
import { queryClient, rolesQuery } from '../../queries.ts';
import css from './People.module.css';

const forgetRoles = () => Promise.all([queryClient.invalidateQueries({ queryKey: ['roles'] }), queryClient.invalidateQueries({ queryKey: ['members'] }), queryClient.invalidateQueries({ queryKey: ['session'] })]);

/** What each role may; those of one's own can be made and changed. */
export function RolePanel() {
  const roles = useQuery(rolesQuery);
  const [edited, setEdited] = useState<admin.Role | 'new'>();
  const [deleted, setDeleted] = useState<admin.Role>();
  if (roles.error) return <ErrorState error={roles.error} retry={() => void roles.refetch()} />;
  if (!roles.data) return <Skeleton lines={8} />;
  return (
    <Stack gap={3}>
      <Row>
        <Needs permission="people:write">
          <Button icon="plus" onClick={() => setEdited('new')}>
            New role
          </Button>
        </Needs>
      </Row>
      <div className={css.cards}>
        {roles.data.map((role) => (
          <Panel
            key={role.name}
            title={role.name}
            actions={
              role.built_in ? (
                <Badge>built in</Badge>
              ) : (
                <Needs permission="people:write">
                  <Row>
                    <Button size="s" aria-label={`Edit ${role.name}`} onClick={() => setEdited(role)}>
                      Edit
                    </Button>
                    <Button size="s" variant="danger" aria-label={`Delete ${role.name}`} onClick={() => setDeleted(role)}>
                      Delete
                    </Button>
                  </Row>
                </Needs>
              )
            }
          >
            <Stack gap={2}>
              {role.description && <p>{said(role.description)}</p>}
              <details>
                <summary>What it may</summary>
                <PermissionList permissions={role.permissions} />
              </details>
            </Stack>
          </Panel>
        ))}
      </div>
      {edited && <RoleDialog role={edited === 'new' ? undefined : edited} all={roles.data} onClose={() => setEdited(undefined)} />}
      {deleted && <DeleteDialog role={deleted} onClose={() => setDeleted(undefined)} />}
    </Stack>
  );
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function RoleDialog({ role, all, onClose }: { role?: admin.Role; all: readonly admin.Role[]; onClose: () => void }) {
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role?.permissions));
  const { busy, error, run } = useTask();
  const toast = useToast();
  // The administrator's role has every permission there is; an owner's has those for one's own things.
  const known = [...new Set([...(all.find((one) => one.name === 'admin')?.permissions ?? []), ...all.flatMap(({ permissions }) => permissions.filter((word) => word.endsWith(':own')))])].sort();
  const wrong = role || name === '' ? undefined : !NAME.test(name) ? 'Lower-case letters, digits and single hyphens' : all.some((one) => one.name === name) ? 'There is one with this name' : undefined;
  const ready = name !== '' && !wrong && chosen.size > 0;
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready) return;
    await run(async () => {
      await admin.putRole(name, { description, permissions: [...chosen] });
      await forgetRoles();
      toast.done(role ? `${name} is changed for all who have it` : `Made role ${name}`);
      onClose();
    });
  };
  const toggle = (word: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(word);
    else next.delete(word);
    setChosen(next);
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={role ? `Edit ${role.name}` : 'New role'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!ready} onClick={() => void save()}>
            {role ? 'Save role' : 'Create role'}
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => void save(event)}>
        <Stack gap={3}>
          {error !== undefined && <ErrorState compact error={error} />}
          {!role && (
            <Field label="Name" required error={wrong}>
              {(control) => <TextInput {...control} mono value={name} onChange={(event) => setName(event.target.value)} autoCapitalize="none" />}
            </Field>
          )}
          <Field label="What it is for">{(control) => <TextInput {...control} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
          <fieldset className={css.choice}>
            <legend>Permissions</legend>
            <div className={css.permissions}>
              {known.map((word) => (
                <Checkbox key={word} label={<code>{word}</code>} checked={chosen.has(word)} onChange={(event) => toggle(word, event.target.checked)} />
              ))}
            </div>
          </fieldset>
        </Stack>
      </form>
    </Dialog>
  );
}

function DeleteDialog({ role, onClose }: { role: admin.Role; onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const remove = async () => {
    await run(async () => {
      await admin.deleteRole(role.name);
      await forgetRoles();
      toast.done(`Deleted role ${role.name}`);
    }, (error) => toast.failed(`Could not delete ${role.name}`, error));
    onClose();
  };
  return (
    <Confirm open onClose={onClose} onConfirm={() => void remove()} busy={busy} danger action="Delete role" title={`Delete ${role.name}?`}>
      <p>It can be deleted where nobody has it.</p>
    </Confirm>
  );
}
