// A JSON body as a form that follows its schema: fields, lists and variants, opened as deep as a person fills them in.
import { Button, IconButton, Select, TextArea, TextInput } from '@pailou/kit';
import { type ReactNode, useId, useState } from 'react';
import type { Schema, Schemas } from '../contract.ts';
import { controlOf, readField, textOf } from '../request/parse.ts';
import { childrenOf, typeLabel, typesOf, variantName, variantsOf } from '../schema/describe.ts';
import { look } from '../schema/resolve.ts';
import { sampleOf } from '../schema/sample.ts';
import { validate } from '../schema/validate.ts';
import css from './BodyForm.module.css';

const DEEPEST = 8;
const MOST_ITEMS = 50;

interface ValueProps {
  schema: Schema | null | undefined;
  schemas: Schemas;
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  required?: boolean;
  onRemove?: () => void;
  depth?: number;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Edits one value of any shape. */
export function BodyForm(props: ValueProps): ReactNode {
  const { schema, schemas, value, depth = 0 } = props;
  const node = look(schema, schemas);
  const { types } = typesOf(node.schema);
  const { variants } = variantsOf(node.schema);
  if (depth > DEEPEST || node.missing !== undefined) return <Json {...props} />;
  if (variants.length > 1 && !node.schema.properties) return <Variant {...props} variants={variants} />;
  if (variants.length === 1 && !types.length) return <BodyForm {...props} schema={variants[0]} depth={depth + 1} />;
  if (types.includes('object') && node.schema.properties && isObject(value)) return <Fields {...props} value={value} />;
  if (types.includes('array') && Array.isArray(value)) return <Items {...props} value={value} />;
  if (types.includes('object') || types.includes('array') || !types.length) return <Json {...props} />;
  return <Scalar {...props} />;
}

function Head({ label, required, onRemove, type, id }: { label: string; required?: boolean; onRemove?: () => void; type: string; id?: string }) {
  return (
    <div className={css.head}>
      <label htmlFor={id} className={css.label}>
        {label}
      </label>
      <span className={css.type}>{type}</span>
      {required && <span className={css.required}>required</span>}
      {onRemove && <IconButton icon="close" size="s" label={`Remove ${label}`} onClick={onRemove} />}
    </div>
  );
}

function Scalar({ schema, schemas, value, onChange, label, required, onRemove }: ValueProps) {
  const id = useId();
  const [text, setText] = useState<string>();
  const { control, choices } = controlOf(schema, schemas);
  const shown = text ?? textOf(value);
  const read = readField(shown, schema, schemas);
  const error = 'error' in read ? read.error : validate(read.value, schema, schemas)[0]?.message;
  const change = (next: string) => {
    setText(next);
    const value = readField(next, schema, schemas);
    onChange('error' in value ? next : value.value);
  };
  const described = error ? `${id}-error` : undefined;
  return (
    <div className={css.scalar}>
      <Head label={label} required={required} onRemove={onRemove} type={typeLabel(schema, schemas)} id={id} />
      {control === 'enum' || control === 'boolean' ? (
        <Select
          id={id}
          aria-describedby={described}
          value={shown}
          onChange={(event) => change(event.target.value)}
          options={(control === 'boolean' ? [true, false] : choices).map((choice) => ({ value: textOf(choice), label: textOf(choice) || '(empty)' }))}
        />
      ) : (
        <TextInput id={id} aria-describedby={described} aria-invalid={error ? true : undefined} value={shown} inputMode={control === 'number' ? 'decimal' : undefined} onChange={(event) => change(event.target.value)} />
      )}
      {error && (
        <p id={described} className={css.error}>
          {error}
        </p>
      )}
    </div>
  );
}

function Fields({ schema, schemas, value, onChange, label, required, onRemove, depth = 0 }: ValueProps & { value: Record<string, unknown> }) {
  const node = look(schema, schemas);
  const known = childrenOf(node).filter((child) => child.kind === 'property' && !look(child.schema, schemas).schema.readOnly);
  const present = known.filter((child) => child.required || Object.hasOwn(value, child.name));
  const absent = known.filter((child) => !present.includes(child));
  const extra = Object.keys(value).filter((name) => !known.some((child) => child.name === name));
  const set = (name: string, inner: unknown) => onChange({ ...value, [name]: inner });
  const drop = (name: string) => onChange(Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
  const fields = (
    <>
      {present.map((child) => (
        <BodyForm
          key={child.name}
          schema={child.schema}
          schemas={schemas}
          value={Object.hasOwn(value, child.name) ? value[child.name] : undefined}
          onChange={(inner) => set(child.name, inner)}
          label={child.name}
          required={child.required}
          onRemove={child.required ? undefined : () => drop(child.name)}
          depth={depth + 1}
        />
      ))}
      {extra.map((name) => (
        <Json key={name} schema={true} schemas={schemas} value={value[name]} onChange={(inner) => set(name, inner)} label={name} onRemove={() => drop(name)} />
      ))}
      {absent.length > 0 && (
        <Select
          aria-label={depth === 0 ? 'Add a field' : `Add a field to ${label}`}
          value=""
          onChange={(event) => {
            const child = absent.find((c) => c.name === event.target.value);
            if (child) set(child.name, sampleOf(child.schema, schemas));
          }}
          options={[{ value: '', label: `Add a field (${absent.length} optional)` }, ...absent.map((child) => ({ value: child.name, label: `${child.name}: ${typeLabel(child.schema, schemas)}` }))]}
        />
      )}
      {known.length === 0 && extra.length === 0 && <p className={css.type}>An empty object.</p>}
    </>
  );
  if (depth === 0) return <div className={css.fields}>{fields}</div>;
  return (
    <fieldset className={css.group}>
      <legend className="visually-hidden">{label}</legend>
      <Head label={label} required={required} onRemove={onRemove} type={typeLabel(schema, schemas)} />
      <div className={css.fields}>{fields}</div>
    </fieldset>
  );
}

function Items({ schema, schemas, value, onChange, label, required, onRemove, depth = 0 }: ValueProps & { value: unknown[] }) {
  const items = look(schema, schemas).schema.items;
  return (
    <fieldset className={css.group}>
      <legend className="visually-hidden">{label}</legend>
      <Head label={label} required={required} onRemove={onRemove} type={typeLabel(schema, schemas)} />
      <div className={css.fields}>
        {value.slice(0, MOST_ITEMS).map((item, i) => (
          // Items have no identity of their own; a removed one takes its place's state with it.
          <BodyForm
            key={`${i}/${value.length}`}
            schema={items}
            schemas={schemas}
            value={item}
            label={`Item ${i + 1}`}
            depth={depth + 1}
            onChange={(inner) => onChange(value.map((old, j) => (j === i ? inner : old)))}
            onRemove={() => onChange(value.filter((_, j) => j !== i))}
          />
        ))}
        {value.length > MOST_ITEMS && <p className={css.type}>{value.length - MOST_ITEMS} more: edit them as JSON.</p>}
        <div>
          <Button size="s" icon="plus" onClick={() => onChange([...value, sampleOf(items, schemas)])}>
            Add an item
          </Button>
        </div>
      </div>
    </fieldset>
  );
}

function Variant({ schemas, value, onChange, label, required, onRemove, depth = 0, variants }: ValueProps & { variants: Schema[] }) {
  const [chosen, setChosen] = useState(() => Math.max(0, variants.findIndex((variant) => validate(value, variant, schemas).length === 0)));
  const id = useId();
  return (
    <div className={css.group}>
      <Head label={label} required={required} onRemove={onRemove} type={`one of ${variants.length}`} id={id} />
      <div className={css.fields}>
        <Select
          id={id}
          value={String(chosen)}
          onChange={(event) => {
            const next = Number(event.target.value);
            setChosen(next);
            onChange(sampleOf(variants[next], schemas));
          }}
          options={variants.map((variant, i) => ({ value: String(i), label: /^option/.test(variantName(variant, i)) ? typeLabel(variant, schemas) : variantName(variant, i) }))}
        />
        <BodyForm key={chosen} schema={variants[chosen]} schemas={schemas} value={value} onChange={onChange} label={`${label} value`} depth={depth + 1} />
      </div>
    </div>
  );
}

/** What no form suits is written as JSON. */
function Json({ schema, schemas, value, onChange, label, required, onRemove }: ValueProps) {
  const id = useId();
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [error, setError] = useState('');
  return (
    <div className={css.scalar}>
      <Head label={label} required={required} onRemove={onRemove} type={`${typeLabel(schema, schemas)}, as JSON`} id={id} />
      <TextArea
        id={id}
        mono
        rows={Math.min(10, Math.max(2, text.split('\n').length))}
        value={text}
        aria-invalid={error ? true : undefined}
        onChange={(event) => {
          setText(event.target.value);
          try {
            onChange(JSON.parse(event.target.value));
            setError('');
          } catch {
            setError('Is not valid JSON yet; the last valid text is kept.');
          }
        }}
      />
      {error && <p className={css.error}>{error}</p>}
    </div>
  );
}
