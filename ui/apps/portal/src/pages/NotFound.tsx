// Where nothing is, or is no longer: says so and leads on.
import { buttonClass, EmptyState } from '@pailou/kit';
import { Link } from '@tanstack/react-router';
import { useTitle } from '../parts/title.ts';

export function NotFound({ what }: { what?: string }) {
  useTitle('Not here');
  return (
    <>
      <h1 className="visually-hidden">Not here</h1>
      <EmptyState
        icon="search"
        title={what ? `This ${what} is not here` : 'There is nothing at this address'}
        action={
          <>
            <Link to="/apis" className={buttonClass('primary')}>
              All APIs
            </Link>
            <Link to="/search" className={buttonClass()}>
              Search
            </Link>
          </>
        }
      >
        {what ? 'It was retired or renamed, or it is not public.' : 'The page may have moved.'} The catalogue lists every public API.
      </EmptyState>
    </>
  );
}
