import { type Kind, PLURALS } from '@pailou/api/admin';
import { Link } from '@tanstack/react-router';

/** A resource as the server names it, `api/orders@v1`, or a part of one, `api/orders@v1/canary`, with the way to its page. */
export function ResourceLink({ of }: { of: string }) {
  const [kind = '', id = ''] = of.split('/');
  if (kind === 'api') {
    return (
      <Link to="/apis/$id" params={{ id }} className="mono">
        {of}
      </Link>
    );
  }
  if (!(kind in PLURALS)) return <span className="mono">{of}</span>;
  return (
    <Link to="/$kind/$id" params={{ kind: PLURALS[kind as Kind], id }} className="mono">
      {of}
    </Link>
  );
}

/** Several of them. */
export function ResourceLinks({ all, none }: { all: readonly string[]; none: string }) {
  if (all.length === 0) return <span className="muted">{none}</span>;
  return all.map((of) => (
    <div key={of}>
      <ResourceLink of={of} />
    </div>
  ));
}
