// Operations of all APIs, found by words.
import { EmptyState, ErrorState, format, MethodBadge, PageHeader, SearchInput, Skeleton, Stack } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { search } from '../api/client.ts';
import { useTitle } from '../parts/title.ts';
import css from './SearchPage.module.css';

const route = getRouteApi('/search');

export function SearchPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  useTitle(q ? `Search: ${q}` : 'Search');
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => void navigate({ search: { q: text.trim() || undefined }, replace: true }), 200);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  const query = useQuery(search(q));
  return (
    <Stack gap={5}>
      <PageHeader title="Search operations" lead="By path, method, name or what they do." />
      <SearchInput label="Search operations" value={text} onChange={setText} className={css.input} />
      <Results query={query} q={q} />
    </Stack>
  );
}

function Results({ query, q }: { query: ReturnType<typeof useQuery<import('@pailou/api/portal').Found[]>>; q: string }) {
  if (q.length < 2) {
    return (
      <EmptyState icon="search" title="What should it do?">
        Type two letters or more, such as <em>create order</em> or <em>/users</em>. The <Link to="/apis">catalogue</Link> lists whole APIs.
      </EmptyState>
    );
  }
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton lines={8} />;
  if (!query.data.length) {
    return (
      <EmptyState icon="search" title={`Nothing found for "${q}"`}>
        Fewer or other words may help. The <Link to="/apis">catalogue</Link> lists every API.
      </EmptyState>
    );
  }
  return (
    <>
      <p role="status" className="muted">
        {query.data.length >= 60 ? 'The best 60' : format.plural(query.data.length, 'operation')}
      </p>
      <ul className={css.results}>
        {query.data.map((hit) => (
          <li key={`${hit.api} ${hit.operation}`}>
            <MethodBadge method={hit.method} />
            <div className={css.hit}>
              <Link to="/apis/$api/reference/$operation" params={{ api: hit.api, operation: hit.operation }}>
                {hit.summary || hit.operation}
              </Link>
              <code>{hit.path}</code>
            </div>
            <Link to="/apis/$api" params={{ api: hit.api }} className={css.api}>
              {hit.api_title || hit.api}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
