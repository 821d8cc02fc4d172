import * as admin from '@pailou/api/admin';
import { Button, type Command, CommandPalette, Icon, IconButton, Mark, ThemeToggle } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { queryClient, sessionQuery } from '../queries.ts';
import { AccountDialog } from '../parts/AccountDialog.tsx';
import { AREA_OF, useMay } from '../parts/may.tsx';
import { areasFor } from './nav.ts';
import css from './Shell.module.css';
import { WorkspaceSwitcher } from './WorkspaceSwitcher.tsx';

const SEARCHED: { kind: admin.Kind; group: string; page: '/apis/$id' | '/$kind/$id' }[] = [
  { kind: 'api', group: 'API', page: '/apis/$id' },
  { kind: 'consumer', group: 'Consumer', page: '/$kind/$id' },
  { kind: 'app', group: 'App', page: '/$kind/$id' },
  { kind: 'product', group: 'Product', page: '/$kind/$id' },
  { kind: 'plan', group: 'Plan', page: '/$kind/$id' },
  { kind: 'route', group: 'Route', page: '/$kind/$id' },
  { kind: 'upstream', group: 'Upstream', page: '/$kind/$id' },
];

/** The frame around every page: navigation, search, who is signed in. */
export function Shell() {
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  const [account, setAccount] = useState(false);
  const may = useMay();
  const areas = useMemo(() => areasFor(may), [may]);
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const session = useQuery(sessionQuery).data;
  const main = useRef<HTMLElement>(null);
  const nav = useRef<HTMLElement>(null);
  const shownPath = useRef(path);

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette(true);
      }
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  useEffect(() => {
    setMenu(false);
    if (shownPath.current !== path) {
      shownPath.current = path;
      // A new page is announced by its heading, as a page load would be.
      main.current?.focus({ preventScroll: true });
    }
  }, [path]);

  // The list is longer than many screens: the page that is shown is in sight there, too.
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    void nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [path, areas, menu]);

  const signOut = useCallback(async () => {
    const left = await admin.signOut().catch(() => undefined);
    queryClient.clear();
    if (left?.location) return window.location.assign(left.location);
    await navigate({ to: '/sign-in' });
  }, [navigate]);

  const commands = useMemo<Command[]>(
    () => [
      ...areas.flatMap((area) =>
        area.pages.map((page) => ({ id: page.to, label: page.label, group: 'Page', icon: page.icon, hint: page.words && undefined, run: () => void navigate({ to: page.to }) })),
      ),
      ...(may('apis:write') ? [{ id: 'import', label: 'Import an API', group: 'Action', icon: 'upload', run: () => void navigate({ to: '/apis/new' }) } satisfies Command] : []),
      ...(may('consumers:write') ? [{ id: 'new-consumer', label: 'Create a consumer', group: 'Action', icon: 'plus', run: () => void navigate({ to: '/$kind/new', params: { kind: 'consumers' } }) } satisfies Command] : []),
      ...(may('apps:write') ? [{ id: 'pending', label: 'Review pending subscriptions', group: 'Action', icon: 'subscription', run: () => void navigate({ to: '/subscriptions', search: { state: 'pending' } }) } satisfies Command] : []),
      { id: 'sign-out', label: 'Sign out', group: 'Action', icon: 'signout', run: () => void signOut() },
    ],
    [navigate, signOut, areas, may],
  );
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<Command[]> => {
      const found = await Promise.all(
        SEARCHED.filter(({ kind }) => may(`${AREA_OF[kind]}:read`)).map(async ({ kind, group, page }) => {
          const answer = await admin.list(kind, { q: text, limit: 6 }, signal);
          return answer.items.map(({ document }): Command => {
            const id = admin.idOf(document);
            const title = 'title' in document && typeof document.title === 'string' ? document.title : undefined;
            return {
              id: `${kind}/${id}`,
              label: id,
              hint: title,
              group,
              run: () => void (page === '/apis/$id' ? navigate({ to: page, params: { id } }) : navigate({ to: page, params: { kind: admin.PLURALS[kind], id } })),
            };
          });
        }),
      );
      return found.flat();
    },
    [navigate, may],
  );

  return (
    <div className={css.shell} data-menu={menu || undefined}>
      <a href="#main" className={css.skip}>
        Skip to content
      </a>
      <aside className={css.side} aria-label="Navigation">
        <Link to="/" className={css.brand}>
          <Mark /> <span>Pailou</span>
        </Link>
        <nav aria-label="Main" className={css.nav} ref={nav}>
          {areas.map((area) => (
            <div key={area.label} className={css.area}>
              <h2 className={css.areaLabel}>{area.label}</h2>
              <ul>
                {area.pages.map((page) => (
                  <li key={page.to}>
                    <Link to={page.to} className={css.link} activeOptions={{ exact: page.to === '/', includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
                      <Icon name={page.icon} size={17} /> {page.label}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
      </aside>
      <div className={css.scrim} onClick={() => setMenu(false)} />
      <header className={css.top}>
        <IconButton icon="menu" label="Navigation" className={css.menuButton} aria-expanded={menu} onClick={() => setMenu(!menu)} />
        <WorkspaceSwitcher />
        <button type="button" className={css.search} aria-label="Search or jump to…" onClick={() => setPalette(true)}>
          <Icon name="search" size={16} /> <span>Search or jump to…</span> <kbd>{/Mac/.test(navigator.platform) ? '⌘' : 'Ctrl'} K</kbd>
        </button>
        <div className={css.who}>
          <ThemeToggle />
          {session && (
            <button type="button" className={css.name} onClick={() => setAccount(true)} title="What you may, and your password">
              {session.user.name}
            </button>
          )}
          <Button variant="quiet" size="s" icon="signout" aria-label="Sign out" onClick={() => void signOut()}>
            <span className={css.signOut}>Sign out</span>
          </Button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={css.main}>
        <Outlet />
      </main>
      {account && session && <AccountDialog session={session} onClose={() => setAccount(false)} />}
      <CommandPalette open={palette} onClose={() => setPalette(false)} commands={commands} search={search} />
    </div>
  );
}
