import { Icon } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { queryClient, sessionQuery } from '../queries.ts';
import { DEFAULT, setWorkspace, workspace } from '../workspace.ts';
import css from './Shell.module.css';

/** Which workspace is shown, and a way to the others that one sees. Nothing of the one before stays on the page or in memory. */
export function WorkspaceSwitcher() {
  const navigate = useNavigate();
  const seen = useQuery(sessionQuery).data?.workspaces ?? [];
  const shown = workspace();
  const all = seen.map(({ name }) => name);
  // One that is gone, or not to be seen, is still said to be shown: every page says that it is not there.
  if (!all.includes(shown)) all.push(shown);
  const title = (name: string) => seen.find((one) => one.name === name)?.title;

  const change = async (name: string) => {
    setWorkspace(name);
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    // What they may there, before anything is shown of it.
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    // What is shown may not be in the other one.
    await navigate({ to: '/' });
    await queryClient.invalidateQueries();
  };

  return (
    <label className={css.workspace} data-tenant={shown !== DEFAULT || undefined} title={title(shown) ?? 'Workspace'}>
      <span className={css.workspaceDot} aria-hidden="true" />
      <span className="visually-hidden">Workspace</span>
      <select value={shown} onChange={(event) => void change(event.target.value)}>
        {all.map((name) => (
          <option key={name} value={name}>
            {title(name) ? `${name} – ${title(name)}` : name}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={14} />
    </label>
  );
}
