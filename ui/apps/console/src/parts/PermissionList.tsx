// Permissions by area: what is read, what is changed.
import { Badge } from '@pailou/kit';
import css from './PermissionList.module.css';

/** `apis:read`, `apis:write:own` … as a table of areas. */
export function PermissionList({ permissions }: { permissions: readonly string[] }) {
  const areas = new Map<string, { read?: boolean; write?: 'all' | 'own' }>();
  for (const word of permissions) {
    const [area = '', verb, own] = word.split(':');
    const known = areas.get(area) ?? {};
    if (verb === 'read') known.read = true;
    else if (!own) known.write = 'all';
    else known.write ??= 'own';
    areas.set(area, known);
  }
  if (areas.size === 0) return <p>Nothing.</p>;
  return (
    <ul className={css.list}>
      {[...areas].map(([area, { read, write }]) => (
        <li key={area}>
          <span>{area}</span>
          <span className={css.verbs}>
            {read && <Badge>reads</Badge>}
            {write && <Badge tone="accent">{write === 'own' ? 'changes what they own' : 'changes'}</Badge>}
          </span>
        </li>
      ))}
    </ul>
  );
}
