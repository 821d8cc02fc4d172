// The first page: what there is, how to find it, how to begin.
import { buttonClass, EmptyState, ErrorState, Icon, Skeleton } from '@pailou/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { apis, products, session } from '../api/client.ts';
import { ApiCard } from '../parts/ApiCard.tsx';
import cards from '../parts/cards.module.css';
import { ProductCard } from '../parts/ProductCard.tsx';
import { useTitle } from '../parts/title.ts';
import css from './HomePage.module.css';

export function HomePage() {
  useTitle();
  return (
    <div className={css.home}>
      <section className={css.hero}>
        <h1>Build with our APIs</h1>
        <p>Find an API, read how it works, call it from the page, and get a key of your own.</p>
        <SearchForm />
      </section>
      <Featured />
      <Offers />
      <Steps />
    </div>
  );
}

function SearchForm() {
  const [q, setQ] = useState('');
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ to: '/search', search: { q: q.trim() || undefined } });
  };
  return (
    <form role="search" className={css.search} onSubmit={submit}>
      <Icon name="search" size={20} />
      <input type="search" aria-label="Search operations" placeholder="Search operations: create order, /users, webhooks…" value={q} onChange={(event) => setQ(event.target.value)} />
      <button type="submit" className={buttonClass('primary')}>
        Search
      </button>
    </form>
  );
}

function Featured() {
  const query = useInfiniteQuery(apis('', ''));
  const list = query.data?.pages[0]?.items ?? [];
  return (
    <section className={css.part}>
      <header className={css.partHead}>
        <h2>APIs</h2>
        {list.length > 0 && <Link to="/apis">All APIs</Link>}
      </header>
      {query.error ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Skeleton lines={4} />
      ) : list.length ? (
        <div className={cards.grid}>
          {list.slice(0, 6).map((api) => (
            <ApiCard key={api.id} api={api} />
          ))}
        </div>
      ) : (
        <EmptyState icon="api" title="No API is published yet">
          As soon as a provider publishes one, it appears here.
        </EmptyState>
      )}
    </section>
  );
}

function Offers() {
  const query = useQuery(products);
  if (!query.data?.length) return null;
  return (
    <section className={css.part}>
      <header className={css.partHead}>
        <h2>Products</h2>
        <Link to="/products">Products and plans</Link>
      </header>
      <div className={cards.grid}>
        {query.data.slice(0, 3).map((product) => (
          <ProductCard key={product.name} product={product} />
        ))}
      </div>
    </section>
  );
}

function Steps() {
  const who = useQuery(session);
  return (
    <section className={css.part}>
      <header className={css.partHead}>
        <h2>Your first call in three steps</h2>
      </header>
      <ol className={css.steps}>
        <li>
          <h3>Find an operation</h3>
          <p>Every API has a reference with parameters, schemas and samples. Try it right there.</p>
          <Link to="/apis">Browse the APIs</Link>
        </li>
        <li>
          <h3>Get a key</h3>
          <p>Choose a plan; the account and your app are made on the same page.</p>
          {who.data ? <Link to="/apps">My apps</Link> : <Link to="/sign-up">Sign up</Link>}
        </li>
        <li>
          <h3>Watch your calls</h3>
          <p>Each app shows its calls, errors and response times as they happen.</p>
          <Link to="/problems">What errors mean</Link>
        </li>
      </ol>
    </section>
  );
}
