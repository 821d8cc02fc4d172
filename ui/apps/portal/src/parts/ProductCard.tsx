import { format, Icon } from '@pailou/kit';
import { MarkdownLine } from '@pailou/reference';
import { Link } from '@tanstack/react-router';
import type { Product } from '@pailou/api/portal';
import css from './cards.module.css';

export function ProductCard({ product, level: Heading = 'h3' }: { product: Product; level?: 'h2' | 'h3' }) {
  return (
    <article className={css.card}>
      <header className={css.cardHead}>
        <span className={css.disc}>
          <Icon name="product" size={18} />
        </span>
        <Heading>
          <Link to="/products/$product" params={{ product: product.name }} className={css.cover}>
            {product.title || product.name}
          </Link>
        </Heading>
      </header>
      <p className={css.summary}>{product.description ? <MarkdownLine text={product.description} /> : 'No description yet.'}</p>
      <footer className={css.cardFoot}>
        {format.plural(product.apis.length, 'API')} · {format.plural(product.plans.length, 'plan')}
      </footer>
    </article>
  );
}
