import type { Membership } from '@pailou/api/admin';
import { Checkbox, ErrorState, Field, Select, Skeleton, TextInput } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rolesQuery } from '../../queries.ts';
import css from './People.module.css';

/** Which roles, and where they hold. Roles of other workspaces that are held already stay as they are. */
export function RoleChoice({ value, onChange }: { value: readonly Membership[]; onChange: (roles: Membership[]) => void }) {
  const roles = useQuery(rolesQuery);
  const [scope, setScope] = useState(value.some(({ workspace }) => workspace === '*') ? '*' : (value[0]?.workspace ?? 'default'));
  const places = [...new Set(['default', '*', ...value.map(({ workspace }) => workspace)])];
  const held = (role: string) => value.some((one) => one.role === role && one.workspace === scope);
  const [names, setNames] = useState(wordsOf(value.find((one) => one.workspace === scope)?.only));
  const toggle = (role: string, on: boolean) => onChange(on ? [...value, withOnly({ role, workspace: scope }, names)] : value.filter((one) => one.role !== role || one.workspace !== scope));
  const move = (to: string) => {
    setScope(to);
    // Who chooses where has not chosen twice.
    onChange([...value.filter((one) => one.workspace !== scope && one.workspace !== to), ...value.filter((one) => one.workspace === scope).map((one) => ({ ...one, workspace: to }))]);
  };
  const limit = (text: string) => {
    setNames(text);
    onChange(value.map((one) => (one.workspace === scope ? withOnly(one, text) : one)));
  };
  if (roles.error) return <ErrorState compact error={roles.error} retry={() => void roles.refetch()} />;
  if (!roles.data) return <Skeleton lines={6} />;
  return (
    <>
      <Field label="Where" hint={scope === '*' ? 'In every workspace there is and will be.' : 'In this workspace alone.'}>
        {(control) => <Select {...control} options={places.map((place) => ({ value: place, label: place === '*' ? 'Everywhere' : place }))} value={scope} onChange={(event) => move(event.target.value)} />}
      </Field>
      <fieldset className={css.choice}>
        <legend>Roles</legend>
        {roles.data.map(({ name, description }) => (
          <Checkbox key={name} label={name} hint={description} checked={held(name)} onChange={(event) => toggle(name, event.target.checked)} />
        ))}
      </fieldset>
      <Field label="For these APIs alone" hint="Names, separated by commas: orders, billing@v2, owner:team@example.com. Nothing else is seen or changed by these roles then; for everything, where left empty.">
        {(control) => <TextInput {...control} value={names} onChange={(event) => limit(event.target.value)} />}
      </Field>
    </>
  );
}

/** What a role or token is for, as it is written. */
export function wordsOf(only: Membership['only']): string {
  return only ? [...(only.apis ?? []), ...(only.owners ?? []).map((owner) => `owner:${owner}`)].join(', ') : '';
}

function withOnly({ role, workspace }: Membership, text: string): Membership {
  const only = onlyOf(text);
  return only ? { role, workspace, only } : { role, workspace };
}

/** The same as it is sent; nothing for everything. */
export function onlyOf(text: string): Membership['only'] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (names.length === 0) return undefined;
  const owners = names.filter((name) => name.startsWith('owner:')).map((name) => name.slice('owner:'.length));
  return { apis: names.filter((name) => !name.startsWith('owner:')), owners };
}
