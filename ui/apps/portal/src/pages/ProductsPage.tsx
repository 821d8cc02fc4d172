// What can be subscribed to.
import { EmptyState, PageHeader, Stack } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { products } from '../api/client.ts';
import cards from '../parts/cards.module.css';
import { Loaded } from '../parts/Loaded.tsx';
import { ProductCard } from '../parts/ProductCard.tsx';
import { useTitle } from '../parts/title.ts';

export function ProductsPage() {
  useTitle('Products');
  const query = useQuery(products);
  return (
    <Stack gap={5}>
      <PageHeader title="Products" lead="Bundles of APIs, each under plans with their own limits." />
      <Loaded query={query}>
        {(list) =>
          list.length ? (
            <div className={cards.grid}>
              {list.map((product) => (
                <ProductCard key={product.name} product={product} level="h2" />
              ))}
            </div>
          ) : (
            <EmptyState icon="product" title="No product is offered yet">
              APIs that need no subscription can be called without one; the catalogue lists them.
            </EmptyState>
          )
        }
      </Loaded>
    </Stack>
  );
}
