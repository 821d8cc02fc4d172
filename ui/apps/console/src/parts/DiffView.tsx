import type { FieldChange } from '@pailou/api/admin';
import { toYaml } from '@pailou/kit/schema-form';
import css from './DiffView.module.css';

/** Changes field by field, old above new. */
export function DiffView({ changes }: { changes: readonly FieldChange[] }) {
  if (changes.length === 0) return <p className="muted">Nothing differs.</p>;
  return (
    <ul className={css.diff} aria-label="Changes">
      {changes.map((change) => (
        <li key={change.path}>
          <p className={css.path}>{change.path || 'document'}</p>
          {change.before !== undefined && <Side sign="−" word="before" className={css.before} value={change.before} />}
          {change.after !== undefined && <Side sign="+" word="after" className={css.after} value={change.after} />}
        </li>
      ))}
    </ul>
  );
}

function Side({ sign, word, className, value }: { sign: string; word: string; className?: string; value: unknown }) {
  return (
    <pre className={className}>
      <span aria-hidden="true">{sign} </span>
      <span className="visually-hidden">{word}: </span>
      <code>{toYaml(value).trimEnd() || '(empty)'}</code>
    </pre>
  );
}
