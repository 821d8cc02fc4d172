// One product: its plans side by side, and the APIs in it.
import { Breadcrumbs, buttonClass, EmptyState, PageHeader, Stack } from '@pailou/kit';
import { Markdown } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { product as productQuery } from '../api/client.ts';
import { ApiCard } from '../parts/ApiCard.tsx';
import cards from '../parts/cards.module.css';
import { Loaded } from '../parts/Loaded.tsx';
import { PlanCard } from '../parts/PlanCard.tsx';
import { useTitle } from '../parts/title.ts';

const route = getRouteApi('/products/$product');

export function ProductPage() {
  const { product: name } = route.useParams();
  const query = useQuery(productQuery(name));
  useTitle(query.data?.title || name);
  return (
    <Loaded query={query} missing="product">
      {(product) => (
        <Stack gap={5}>
          <Breadcrumbs crumbs={[<Link key="products" to="/products">Products</Link>, product.title || product.name]} />
          <PageHeader title={product.title || product.name} />
          {product.description && <Markdown text={product.description} />}
          <h2>Plans</h2>
          {product.plans.length ? (
            <div className={cards.grid}>
              {product.plans.map((plan, at) => (
                <PlanCard
                  key={plan.name}
                  plan={plan}
                  action={
                    <Link to="/subscribe" search={{ product: product.name, plan: plan.name }} className={buttonClass(at === 0 ? 'primary' : 'plain')}>
                      {plan.approval === 'manual' ? 'Ask for' : 'Choose'} {plan.title || plan.name}
                    </Link>
                  }
                />
              ))}
            </div>
          ) : (
            <EmptyState compact icon="plan" title="No plan yet">
              It cannot be subscribed to before it has one.
            </EmptyState>
          )}
          <h2>APIs</h2>
          {product.apis.length ? (
            <div className={cards.grid}>
              {product.apis.map((api) => (
                <ApiCard key={api.id} api={api} />
              ))}
            </div>
          ) : (
            <EmptyState compact icon="api" title="No public API in it">
              Its APIs are not shown in the portal.
            </EmptyState>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
