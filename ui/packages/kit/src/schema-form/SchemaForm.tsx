import { useId, useState } from 'react';
import { parse, stringify } from 'yaml';
import { Button, IconButton } from '../Button.tsx';
import { cx } from '../cx.ts';
import { Checkbox, Field, Select, TextArea, TextInput } from '../Field.tsx';
import { Icon } from '../icons.tsx';
import { initial, isUnder, joinPath, labelOf, messagesAt, type Placed, resolve, type Schema, shapeOf, variantLabel, variantOf } from './schema.ts';
import css from './SchemaForm.module.css';

interface SchemaFormProps {
  schema: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
  /** What the server said of the value; each is shown at its field. */
  findings?: readonly Placed[];
  /** Where the value stands in the document that findings speak of: `policies[0].rate-limit`. */
  path?: string;
  /** What the form is for, for screen readers. */
  label: string;
}

/** A form made from a JSON Schema, with the text of the same value beside it. */
export function SchemaForm({ schema, value, onChange, findings = [], path = '', label }: SchemaFormProps) {
  const [mode, setMode] = useState<'form' | 'yaml'>('form');
  const loose = findings.filter((finding) => !isUnder(finding.field, path));
  return (
    <div className={css.form} role="group" aria-label={label}>
      <div className={css.modes} role="group" aria-label="How to edit">
        {(['form', 'yaml'] as const).map((one) => (
          <button key={one} type="button" aria-pressed={mode === one} className={cx(css.mode, mode === one && css.chosen)} onClick={() => setMode(one)}>
            {one === 'form' ? 'Form' : 'YAML'}
          </button>
        ))}
      </div>
      {loose.map((finding) => (
        <p key={finding.message} className={css.error}>
          <Icon name="warning" size={14} /> {finding.field && <code>{finding.field}</code>} {finding.message}
        </p>
      ))}
      {mode === 'form' ? (
        <Node schema={schema} root={schema} value={value} onChange={onChange} findings={findings} path={path} name="" required />
      ) : (
        <YamlField label={label} value={value} onChange={onChange} rows={14} error={findings.map((finding) => [finding.field, finding.message].filter(Boolean).join(': ')).join('; ') || undefined} />
      )}
    </div>
  );
}

interface NodeProps {
  schema: Schema;
  root: Schema;
  value: unknown;
  onChange: (value: unknown) => void;
  findings: readonly Placed[];
  path: string;
  /** The field's name; the empty string for the form as a whole. */
  name: string;
  required: boolean;
  /** Takes an optional part away. */
  onRemove?: () => void;
  /** What stands above names it already; the label is for screen readers. */
  bare?: boolean;
}

function Node(props: NodeProps) {
  const { root, value, onChange, findings, path, name, required } = props;
  const schema = resolve(props.schema, root);
  const shape = shapeOf(schema, root);
  const label = schema.title && name === '' ? schema.title : labelOf(name) || 'Value';
  const error = messagesAt(findings, path);
  const hint = hintOf(schema);
  const field = { label, hint, error, required, hideLabel: props.bare };

  switch (shape.as) {
    case 'const':
      return name ? <p className="muted">{`${label}: ${String(shape.value)}`}</p> : null;
    case 'boolean':
      return (
        <div>
          <Checkbox label={label} hint={hint} checked={(value ?? schema.default) === true} onChange={(event) => onChange(event.target.checked)} />
          {error && <p className={css.error}>{error}</p>}
        </div>
      );
    case 'choice': {
      const at = shape.choices.findIndex((choice) => choice.value === (value ?? schema.default));
      const chosen = shape.choices[at];
      return (
        <Field {...field} hint={[hint, chosen?.description].filter(Boolean).join(' ')}>
          {(control) => (
            <Select
              {...control}
              value={at < 0 ? '' : String(at)}
              options={[...(at < 0 || !required ? [{ value: '', label: at < 0 ? 'Choose…' : 'Not set' }] : []), ...shape.choices.map((choice, index) => ({ value: String(index), label: choice.label }))]}
              onChange={(event) => onChange(event.target.value === '' ? undefined : shape.choices[Number(event.target.value)]?.value)}
            />
          )}
        </Field>
      );
    }
    case 'number':
      return (
        <Field {...field}>
          {(control) => (
            <TextInput
              {...control}
              type="number"
              inputMode={shape.whole ? 'numeric' : 'decimal'}
              step={shape.whole ? 1 : 'any'}
              min={schema.minimum ?? schema.exclusiveMinimum}
              max={schema.maximum}
              placeholder={placeholderOf(schema)}
              value={typeof value === 'number' ? value : ''}
              onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
            />
          )}
        </Field>
      );
    case 'text':
      return (
        <Field {...field}>
          {(control) =>
            schema.format === 'markdown' || (schema.maxLength ?? 0) > 400 ? (
              <TextArea {...control} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value || (required ? '' : undefined))} />
            ) : (
              <TextInput
                {...control}
                type={schema.writeOnly ? 'password' : 'text'}
                placeholder={placeholderOf(schema)}
                maxLength={schema.maxLength}
                value={typeof value === 'string' ? value : ''}
                onChange={(event) => onChange(event.target.value || (required ? '' : undefined))}
              />
            )
          }
        </Field>
      );
    case 'list':
      return <List {...props} schema={schema} items={shape.items} label={label} hint={hint} error={error} />;
    case 'object':
      return <Fields {...props} schema={schema} shape={shape} label={label} hint={hint} error={error} />;
    case 'variants': {
      const at = variantOf(value ?? schema.default, shape.variants, root);
      const variant = shape.variants[at];
      const simple = variant && ['text', 'number', 'choice', 'boolean'].includes(shapeOf(variant, root).as);
      return (
        <fieldset className={name ? css.group : css.top}>
          {name && <GroupTitle label={label} hint={hint} required={required} onRemove={props.onRemove} />}
          {error && !simple && <p className={css.error}>{error}</p>}
          <Field label={name ? `Which ${label.toLowerCase()}` : 'Which'} hideLabel hint={variant?.description?.replaceAll('`', '')}>
            {(control) => (
              <Select {...control} value={String(at)} options={shape.variants.map((one, index) => ({ value: String(index), label: variantLabel(one, root) }))} onChange={(event) => onChange(initial(shape.variants[Number(event.target.value)] ?? {}, root))} />
            )}
          </Field>
          {variant && <Node {...props} schema={{ ...variant, title: undefined }} name={simple ? name : ''} required bare={simple} />}
        </fieldset>
      );
    }
    case 'raw':
      return <YamlField label={label} hint={hint} error={error} value={value} onChange={onChange} rows={4} />;
  }
}

function GroupTitle({ label, hint, required, onRemove }: { label: string; hint?: string; required: boolean; onRemove?: () => void }) {
  return (
    <>
      <legend className={css.legend}>
        {label}
        {onRemove && !required && <IconButton icon="trash" size="s" label={`Remove ${label.toLowerCase()}`} onClick={onRemove} />}
      </legend>
      {hint && <p className={css.hint}>{hint}</p>}
    </>
  );
}

interface PartProps extends NodeProps {
  label: string;
  hint?: string;
  error?: string;
}

function List({ items, value, onChange, root, path, name, label, hint, error, findings, required, schema }: PartProps & { items: Schema }) {
  const all = Array.isArray(value) ? (value as unknown[]) : [];
  const id = useId();
  const put = (next: unknown[]) => onChange(next.length === 0 && !required ? undefined : next);
  const item = resolve(items, root);
  const plain = shapeOf(item, root).as === 'text';
  return (
    <fieldset className={css.group} aria-describedby={hint ? id : undefined}>
      <legend className={css.legend}>
        {label}
        {required && <span className="muted"> required</span>}
      </legend>
      {hint && (
        <p className={css.hint} id={id}>
          {hint}
        </p>
      )}
      {error && <p className={css.error}>{error}</p>}
      {all.map((one, at) => (
        <div key={at} className={css.item}>
          <div className={css.itemBody}>
            {plain ? (
              <Field label={`${label} ${at + 1}`} hideLabel error={messagesAt(findings, joinPath(path, at))}>
                {(control) => <TextInput {...control} placeholder={placeholderOf(item)} value={typeof one === 'string' ? one : ''} onChange={(event) => put(all.with(at, event.target.value))} />}
              </Field>
            ) : (
              <Node schema={items} root={root} value={one} onChange={(next) => put(all.with(at, next))} findings={findings} path={joinPath(path, at)} name={`${name} ${at + 1}`} required />
            )}
          </div>
          <IconButton icon="trash" size="s" label={`Remove ${label.toLowerCase()} ${at + 1}`} onClick={() => put(all.toSpliced(at, 1))} />
        </div>
      ))}
      <div>
        <Button size="s" icon="plus" disabled={schema.maxItems !== undefined && all.length >= schema.maxItems} onClick={() => put([...all, initial(items, root)])}>
          Add
        </Button>
      </div>
    </fieldset>
  );
}

type ObjectShape = Extract<ReturnType<typeof shapeOf>, { as: 'object' }>;

function Fields({ shape, value, onChange, root, path, name, label, hint, error, findings, required, onRemove }: PartProps & { shape: ObjectShape }) {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  const set = (field: string, next: unknown) => {
    const { [field]: _, ...rest } = fields ?? {};
    // The order of fields stays; one that is new comes last.
    onChange(next === undefined ? rest : fields && field in fields ? { ...fields, [field]: next } : { ...rest, [field]: next });
  };
  const known = new Set(shape.properties.map(([property]) => property));
  const others = Object.entries(fields ?? {}).filter(([field]) => !known.has(field));
  if (name && !required && fields === undefined) {
    return (
      <div className={css.absent}>
        <div>
          <p className={css.legend}>{label}</p>
          {hint && <p className={css.hint}>{hint}</p>}
        </div>
        <Button size="s" icon="plus" onClick={() => onChange(Object.fromEntries(shape.properties.filter(([property]) => shape.required.has(property)).map(([property, one]) => [property, initial(one, root)])))}>
          Set {label.toLowerCase()}
        </Button>
      </div>
    );
  }
  return (
    <fieldset className={name ? css.group : css.top}>
      {name && <GroupTitle label={label} hint={hint} required={required} onRemove={onRemove} />}
      {error && <p className={css.error}>{error}</p>}
      {shape.properties.length === 0 && !shape.others && <p className="muted">Nothing to set.</p>}
      {shape.properties.map(([property, one]) => (
        <Node
          key={property}
          schema={one}
          root={root}
          value={fields?.[property]}
          onChange={(next) => set(property, next)}
          findings={findings}
          path={joinPath(path, property)}
          name={property}
          required={shape.required.has(property)}
          onRemove={() => set(property, undefined)}
        />
      ))}
      {shape.others && <Pairs entries={others} schema={shape.others} root={root} path={path} findings={findings} onChange={(next) => onChange({ ...Object.fromEntries(Object.entries(fields ?? {}).filter(([field]) => known.has(field))), ...Object.fromEntries(next) })} />}
    </fieldset>
  );
}

/** Names the user chooses, each with a value. */
function Pairs({ entries, schema, root, path, findings, onChange }: { entries: [string, unknown][]; schema: Schema; root: Schema; path: string; findings: readonly Placed[]; onChange: (entries: [string, unknown][]) => void }) {
  const [fresh, setFresh] = useState('');
  const add = () => {
    const name = fresh.trim();
    if (!name || entries.some(([one]) => one === name)) return;
    onChange([...entries, [name, initial(schema, root)]]);
    setFresh('');
  };
  return (
    <>
      {entries.map(([name, value], at) => (
        <div key={name} className={css.item}>
          <div className={css.itemBody}>
            <Node schema={schema} root={root} value={value} onChange={(next) => onChange(entries.with(at, [name, next]))} findings={findings} path={joinPath(path, name)} name={name} required />
          </div>
          <IconButton icon="trash" size="s" label={`Remove ${name}`} onClick={() => onChange(entries.toSpliced(at, 1))} />
        </div>
      ))}
      <div className={css.add}>
        <Field label="New name" hideLabel>
          {(control) => (
            <TextInput
              {...control}
              placeholder="Name"
              value={fresh}
              onChange={(event) => setFresh(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') {
                  event.preventDefault();
                  add();
                }
              }}
            />
          )}
        </Field>
        <Button size="s" icon="plus" onClick={add} disabled={!fresh.trim()}>
          Add
        </Button>
      </div>
    </>
  );
}

/** Any value as YAML text; it is told on once it reads. */
export function YamlField({ label, hint, error, value, onChange, rows }: { label: string; hint?: string; error?: string; value: unknown; onChange: (value: unknown) => void; rows?: number }) {
  const [text, setText] = useState(() => toYaml(value));
  const [wrong, setWrong] = useState<string>();
  return (
    <Field label={label} hint={hint} error={wrong ?? error}>
      {(control) => (
        <TextArea
          {...control}
          mono
          rows={rows}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            try {
              onChange(parse(event.target.value) ?? undefined);
              setWrong(undefined);
            } catch (cause) {
              setWrong(cause instanceof Error ? cause.message : 'This is not YAML');
            }
          }}
        />
      )}
    </Field>
  );
}

/** A value as YAML, the way documents are written. */
export function toYaml(value: unknown): string {
  return value === undefined ? '' : stringify(value, { lineWidth: 100 });
}

function hintOf(schema: Schema): string | undefined {
  const range = [schema.minimum !== undefined && schema.maximum !== undefined ? `${schema.minimum} to ${schema.maximum}.` : ''].filter(Boolean);
  const hint = [schema.description?.replaceAll('`', ''), ...range].filter(Boolean).join(' ');
  return hint || undefined;
}

function placeholderOf(schema: Schema): string | undefined {
  const sample = schema.default ?? schema.examples?.[0];
  return typeof sample === 'string' || typeof sample === 'number' ? String(sample) : undefined;
}
