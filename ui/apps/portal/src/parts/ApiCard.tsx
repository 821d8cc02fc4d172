import { Badge, format, Icon } from '@pailou/kit';
import { MarkdownLine } from '@pailou/reference';
import { Link } from '@tanstack/react-router';
import type { ApiSummary } from '@pailou/api/portal';
import css from './cards.module.css';
import { LifeBadge } from './Life.tsx';

export function ApiCard({ api, level: Heading = 'h3' }: { api: ApiSummary; level?: 'h2' | 'h3' }) {
  return (
    <article className={css.card}>
      <header className={css.cardHead}>
        <span className={css.disc}>
          <Icon name="api" size={18} />
        </span>
        <Heading>
          <Link to="/apis/$api" params={{ api: api.id }} className={css.cover}>
            {api.title || api.name}
          </Link>
        </Heading>
        {api.version && <Badge>{api.version}</Badge>}
        <LifeBadge api={api} />
      </header>
      <p className={css.summary}>{api.summary ? <MarkdownLine text={api.summary} /> : 'No description yet.'}</p>
      <footer className={css.cardFoot}>
        <span>{api.operations ? format.plural(api.operations, 'operation') : 'pass-through'}</span>
        {api.tags.slice(0, 3).map((tag) => (
          <Badge key={tag} tone="calm">
            {tag}
          </Badge>
        ))}
      </footer>
    </article>
  );
}
