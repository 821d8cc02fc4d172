// The frame of every page: where one is, the search, and who one is.
import { type Command, CommandPalette, cx, Icon, IconButton, Mark, ThemeToggle } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { client, site } from '../api/client.ts';
import type { Found, Page } from '@pailou/api/portal';
import { Notices } from '../parts/Notices.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import css from './Shell.module.css';
import { below } from '../workspace.ts';

const PLACES = [
  { to: '/apis', label: 'APIs', icon: 'api' },
  { to: '/products', label: 'Products', icon: 'product' },
  { to: '/apps', label: 'My apps', icon: 'app' },
] as const;

export function Shell() {
  const { data } = useQuery(site);
  const [searching, setSearching] = useState(false);
  const [menu, setMenu] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const wide = /^\/apis\/[^/]+\/reference/.test(below(path));
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  useEffect(() => {
    setMenu(false);
    // A new page begins at its heading, also for screen readers; the first one at the document's start.
    if (first.current) first.current = false;
    else if (!wide) main.current?.focus({ preventScroll: true });
  }, [path, wide]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));
      if ((event.key === 'k' && (event.metaKey || event.ctrlKey)) || (event.key === '/' && !typing)) {
        event.preventDefault();
        setSearching(true);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const title = data?.title ?? 'Developer portal';
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <header className={css.header}>
        <div className={css.bar}>
          <Link to="/" className={css.brand} aria-label={`${title}, home`}>
            <Mark size={26} />
            <span className={css.title}>{title}</span>
          </Link>
          <nav className={cx(css.nav, menu && css.shown)} aria-label="Main" id="main-menu">
            {PLACES.map((place) => (
              <Link key={place.to} to={place.to} className={css.place} activeProps={{ className: css.here }}>
                {place.label}
              </Link>
            ))}
          </nav>
          <div className={css.tools}>
            <button type="button" className={css.search} onClick={() => setSearching(true)} aria-keyshortcuts="/ Control+K">
              <Icon name="search" size={16} />
              <span>Search operations</span>
              <kbd>/</kbd>
            </button>
            <ThemeToggle />
            <AccountMenu />
            <span className={css.menuButton}>
              <IconButton icon={menu ? 'close' : 'menu'} label="Menu" aria-expanded={menu} aria-controls="main-menu" onClick={() => setMenu(!menu)} />
            </span>
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={cx(css.main, wide && css.wide)}>
        {!wide && <Notices />}
        <Outlet />
      </main>
      {!wide && (
        <footer className={css.footer}>
          <span>{title}</span>
          <Link to="/problems">Error reference</Link>
          <span className={css.spring} />
          <span>Powered by Pailou</span>
        </footer>
      )}
      <Search open={searching} onClose={() => setSearching(false)} />
    </div>
  );
}

function Search({ open, onClose }: { open: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const commands = useMemo<Command[]>(
    () => [
      { id: 'apis', label: 'All APIs', group: 'Pages', icon: 'api', run: () => void navigate({ to: '/apis' }) },
      { id: 'products', label: 'Products and plans', group: 'Pages', icon: 'product', run: () => void navigate({ to: '/products' }) },
      { id: 'apps', label: 'My apps', group: 'Pages', icon: 'app', run: () => void navigate({ to: '/apps' }) },
      { id: 'problems', label: 'Error reference', group: 'Pages', icon: 'warning', run: () => void navigate({ to: '/problems' }) },
    ],
    [navigate],
  );
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<Command[]> => {
      const answer = await client.get<Page<Found>>('/search', { q: text, limit: 20 }, signal);
      return answer.items.map((hit) => ({
        id: `${hit.api} ${hit.operation}`,
        label: `${hit.method.toUpperCase()} ${hit.path}`,
        hint: hit.summary ?? undefined,
        group: hit.api_title ?? hit.api,
        icon: 'book',
        run: () => void navigate({ to: '/apis/$api/reference/$operation', params: { api: hit.api, operation: hit.operation } }),
      }));
    },
    [navigate],
  );
  return <CommandPalette open={open} onClose={onClose} commands={commands} search={search} placeholder="Search operations by path, name or what they do" />;
}
