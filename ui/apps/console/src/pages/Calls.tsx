import { buttonClass, PageHeader } from '@pailou/kit';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CallLog, NoCalls } from '../parts/CallLog.tsx';

export function Calls() {
  const filters = useSearch({ from: '/shell/calls' });
  const navigate = useNavigate({ from: '/calls' });
  return (
    <>
      <PageHeader title="Call log" lead="Each call through the gateway: its route, its caller, its status, and where the time went." />
      <CallLog
        filters={filters}
        onFilters={(next) => void navigate({ search: next, replace: true })}
        empty={
          <NoCalls>
            <p>
              <Link to="/" className={buttonClass('plain')}>
                How to make the first call
              </Link>
            </p>
          </NoCalls>
        }
      />
    </>
  );
}
