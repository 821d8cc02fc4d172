import { buttonClass, EmptyState } from '@pailou/kit';
import { Link } from '@tanstack/react-router';

export function NotFound() {
  return (
    <EmptyState
      icon="search"
      title="There is no such page"
      action={
        <Link to="/" className={buttonClass('primary')}>
          To the overview
        </Link>
      }
    >
      The address may be mistyped, or what it showed was removed.
    </EmptyState>
  );
}
