import { describeFields, type Schema } from '@pailou/kit/schema-form';
import css from './SchemaDoc.module.css';

/** The fields of a schema as a reference: name, type, default, meaning. */
export function SchemaDoc({ schema }: { schema: Record<string, unknown> }) {
  const fields = describeFields(schema as Schema);
  if (fields.length === 0) return <p className="muted">It has nothing to set.</p>;
  return (
    <dl className={css.fields}>
      {fields.map((field) => (
        <div key={field.path} className={css.field}>
          <dt>
            <code>{field.path}</code> <span className="muted">{field.type}</span>
            {field.required && <span className={css.required}>required</span>}
            {field.default !== undefined && <span className="muted">default {JSON.stringify(field.default)}</span>}
          </dt>
          {field.description && <dd>{field.description.replaceAll('`', '')}</dd>}
        </div>
      ))}
    </dl>
  );
}
