// Every public API: searched, filtered by tag, as cards or as a list.
import { Badge, Button, EmptyState, ErrorState, format, PageHeader, SearchInput, Skeleton, Stack, Table } from '@pailou/kit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { apis } from '../api/client.ts';
import { ApiCard } from '../parts/ApiCard.tsx';
import cards from '../parts/cards.module.css';
import { useTitle } from '../parts/title.ts';
import css from './CataloguePage.module.css';

const route = getRouteApi('/apis');

export function CataloguePage() {
  useTitle('APIs');
  const { q = '', tag = '', view } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => void navigate({ search: (now) => ({ ...now, q: text || undefined }), replace: true }), 200);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);

  const query = useInfiniteQuery(apis(q, tag));
  const whole = useInfiniteQuery(apis('', ''));
  const list = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  const tags = useMemo(() => [...new Set(whole.data?.pages.flatMap((page) => page.items.flatMap((api) => api.tags)))].sort(), [whole.data]);
  const filtered = q !== '' || tag !== '';
  const clear = () => void navigate({ search: { view, q: undefined, tag: undefined } });

  return (
    <Stack gap={5}>
      <PageHeader title="APIs" lead="Everything that is published here, with its reference and plans." />
      <div className={css.tools}>
        <SearchInput label="Search APIs" value={text} onChange={setText} className={css.search} />
        <div className={css.views} role="group" aria-label="View">
          <Button size="s" icon="app" aria-pressed={view !== 'list'} onClick={() => void navigate({ search: (now) => ({ ...now, view: undefined }) })}>
            Cards
          </Button>
          <Button size="s" icon="log" aria-pressed={view === 'list'} onClick={() => void navigate({ search: (now) => ({ ...now, view: 'list' }) })}>
            List
          </Button>
        </div>
      </div>
      {tags.length > 0 && (
        <div className={css.tags} role="group" aria-label="Tags">
          {tags.slice(0, 40).map((name) => (
            <button type="button" key={name} aria-pressed={name === tag} className={css.tag} onClick={() => void navigate({ search: (now) => ({ ...now, tag: name === tag ? undefined : name }) })}>
              {name}
            </button>
          ))}
        </div>
      )}
      <p role="status" className="visually-hidden">
        {list ? format.plural(list.length, 'API') : ''}
      </p>
      {query.error ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : !list ? (
        <Skeleton lines={6} />
      ) : !list.length ? (
        filtered ? (
          <EmptyState icon="search" title="No API matches" action={<Button onClick={clear}>Clear the filters</Button>}>
            Nothing has {[q && `"${q}"`, tag && `the tag "${tag}"`].filter(Boolean).join(' and ')}. To look inside APIs, <Link to="/search" search={{ q: q || undefined }}>search their operations</Link>.
          </EmptyState>
        ) : (
          <EmptyState icon="api" title="No API is published yet">
            As soon as a provider publishes one, it appears here.
          </EmptyState>
        )
      ) : view === 'list' ? (
        <Table
          caption="APIs"
          rows={list}
          rowKey={(api) => api.id}
          empty=""
          columns={[
            { id: 'title', header: 'API', sort: (api) => api.title, cell: (api) => <Link to="/apis/$api" params={{ api: api.id }}>{api.title || api.name}</Link> },
            { id: 'version', header: 'Version', sort: (api) => api.version, cell: (api) => api.version && <Badge>{api.version}</Badge> },
            { id: 'operations', header: 'Operations', align: 'end', sort: (api) => api.operations, cell: (api) => format.count(api.operations) },
            { id: 'tags', header: 'Tags', hide: 'narrow', cell: (api) => api.tags.join(', ') },
          ]}
        />
      ) : (
        <div className={cards.grid}>
          {list.map((api) => (
            <ApiCard key={api.id} api={api} level="h2" />
          ))}
        </div>
      )}
      {query.hasNextPage && (
        <div className={css.more}>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Stack>
  );
}
