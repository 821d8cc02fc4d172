import type { Membership } from '@pailou/api/admin';
import { Checkbox, ErrorState, Field, Select, Skeleton } from '@pailou/kit';
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
  const toggle = (role: string, on: boolean) => onChange(on ? [...value, { role, workspace: scope }] : value.filter((one) => one.role !== role || one.workspace !== scope));
  const move = (to: string) => {
    setScope(to);
    // Who chooses where has not chosen twice.
    onChange([...value.filter((one) => one.workspace !== scope && one.workspace !== to), ...value.filter((one) => one.workspace === scope).map(({ role }) => ({ role, workspace: to }))]);
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
    </>
  );
}
