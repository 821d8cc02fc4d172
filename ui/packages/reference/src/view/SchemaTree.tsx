// A schema as a tree that opens level by level. What is closed costs nothing; what the page does not carry is fetched when it is opened.
import { Badge, Icon, cx } from '@pailou/kit';
import { createContext, type ReactNode, useCallback, useContext, useId, useMemo, useState } from 'react';
import type { Schema, SchemaObject, Schemas } from '../contract.ts';
import { Markdown, MarkdownLine } from '../markdown/Markdown.tsx';
import { type Child, childrenOf, constraintsOf, hasChildren, inJson, typeLabel, typesOf } from '../schema/describe.ts';
import { look, refTo, type Resolved } from '../schema/resolve.ts';
import css from './SchemaTree.module.css';

interface SchemaSource {
  schemas: Schemas;
  /** Fetches a schema (and those it uses) that the page did not carry. */
  load: (name: string) => Promise<void>;
}

const Source = createContext<SchemaSource>({ schemas: {}, load: async () => {} });

interface SchemasProps {
  schemas: Schemas;
  /** Asks the server for one schema by name. */
  fetchSchema?: (name: string) => Promise<Schemas>;
  children: ReactNode;
}

/** Gives the trees below it the schemas of a page, and those fetched later. */
export function SchemasProvider({ schemas, fetchSchema, children }: SchemasProps) {
  const [more, setMore] = useState<Schemas>({});
  const load = useCallback(
    async (name: string) => {
      const found = await fetchSchema?.(name);
      if (found) setMore((now) => ({ ...now, ...found }));
    },
    [fetchSchema],
  );
  const source = useMemo(() => ({ schemas: { ...more, ...schemas }, load }), [schemas, more, load]);
  return <Source value={source}>{children}</Source>;
}

const MOST_CHILDREN = 100;
const MOST_VALUES = 24;

/** A body's schema. Its first level is open. */
export function SchemaTree({ schema, label }: { schema: Schema; label: string }) {
  const { schemas } = useContext(Source);
  const node = look(schema, schemas);
  const start = node.name === undefined ? [] : [node.name];
  return (
    <div className={css.tree} role="group" aria-label={label}>
      <div className={css.root}>
        <span className={css.type}>{typeLabel(schema, schemas)}</span>
        <Details node={node} />
      </div>
      <Below node={node} trail={start} />
    </div>
  );
}

/** What is inside a node; an array shows what its items have, one level less. */
function Below({ node, trail }: { node: Resolved; trail: string[] }) {
  const { schemas } = useContext(Source);
  const [all, setAll] = useState(false);
  const unwrapped = unwrap(node, trail, schemas);
  if (unwrapped.node.missing !== undefined) return <Missing name={unwrapped.node.missing} trail={unwrapped.trail} />;
  if (unwrapped.again !== undefined) return <Recursion name={unwrapped.again} />;
  const children = childrenOf(unwrapped.node);
  const variants = children.filter((child) => child.kind === 'variant');
  const others = children.filter((child) => child.kind !== 'variant');
  const shown = all ? others : others.slice(0, MOST_CHILDREN);
  return (
    <>
      {unwrapped.node !== node && <ItemDetails node={unwrapped.node} />}
      {shown.length > 0 && (
        <ul className={css.children}>
          {shown.map((child) => (
            <Line key={child.key} child={child} trail={unwrapped.trail} />
          ))}
        </ul>
      )}
      {shown.length < others.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          Show {others.length - shown.length} more
        </button>
      )}
      {variants.length > 0 && <Variants node={unwrapped.node} variants={variants} trail={unwrapped.trail} />}
    </>
  );
}

function ItemDetails({ node }: { node: Resolved }) {
  const { schemas } = useContext(Source);
  const values = node.schema.enum?.length || constraintsOf(node.schema).length;
  if (!values) return null;
  return (
    <p className={css.items}>
      Each item: <span className={css.type}>{typeLabel(node.schema, schemas)}</span>
      <Details node={node} />
    </p>
  );
}

/** Steps through arrays to the first thing with a shape of its own. */
function unwrap(node: Resolved, trail: string[], schemas: Schemas): { node: Resolved; trail: string[]; again?: string } {
  let now = node;
  let names = trail;
  for (let i = 0; i < 6; i += 1) {
    const { items, properties, oneOf, anyOf, allOf } = now.schema;
    if (typeof items !== 'object' || properties || oneOf || anyOf || allOf) break;
    now = look(items, schemas);
    if (now.name !== undefined) {
      if (names.includes(now.name)) return { node: now, trail: names, again: now.name };
      names = [...names, now.name];
    }
  }
  return { node: now, trail: names };
}

function Line({ child, trail }: { child: Child; trail: string[] }) {
  const { schemas } = useContext(Source);
  const [open, setOpen] = useState(false);
  const id = useId();
  const node = look(child.schema, schemas);
  const again = node.name !== undefined && trail.includes(node.name) ? node.name : undefined;
  const opens = again === undefined && hasChildren(child.schema, schemas);
  const below = node.name === undefined ? trail : [...trail, node.name];
  const name = <span className={cx(css.name, child.kind !== 'property' && css.quiet, node.schema.deprecated && css.deprecated)}>{child.name}</span>;
  return (
    <li className={css.line}>
      <div className={css.head}>
        {opens ? (
          <button type="button" className={css.opener} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            <span className={cx(css.fold, open && css.unfolded)}>
              <Icon name="right" size={12} />
            </span>
            {name}
          </button>
        ) : (
          <span className={css.leaf}>{name}</span>
        )}
        <span className={css.type}>{typeLabel(child.schema, schemas)}</span>
        {child.required && <span className={css.required}>required</span>}
        <Flags schema={node.schema} />
      </div>
      <div className={css.about}>
        <Details node={node} />
        {again !== undefined && <Recursion name={again} />}
      </div>
      {opens && (
        <div id={id} className={css.below} hidden={!open}>
          {open && <Below node={node} trail={below} />}
        </div>
      )}
    </li>
  );
}

function Flags({ schema }: { schema: SchemaObject }) {
  return (
    <>
      {schema.deprecated && <Badge tone="warn">deprecated</Badge>}
      {schema.readOnly && <Badge>read only</Badge>}
      {schema.writeOnly && <Badge>write only</Badge>}
    </>
  );
}

/** Description, constraints, allowed values, default and example of one node. */
export function Details({ node }: { node: Resolved }) {
  const { schema } = node;
  const [all, setAll] = useState(false);
  const constraints = constraintsOf(schema);
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const example = schema.example ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined);
  const plain = example !== undefined && !(typeof example === 'object' && example !== null);
  const { types } = typesOf(schema);
  return (
    <>
      {schema.description && (schema.description.length > 400 || schema.description.includes('\n\n') ? <Markdown text={schema.description} headings={5} /> : <p className={css.description}><MarkdownLine text={schema.description} /></p>)}
      {constraints.length > 0 && (
        <p className={css.facts}>
          {constraints.map((phrase) => (
            <code key={phrase}>{phrase.length > 160 ? `${phrase.slice(0, 160)}…` : phrase}</code>
          ))}
        </p>
      )}
      {values.length > 0 && (
        <p className={css.facts}>
          <span>{schema.enum ? 'One of' : 'Always'}</span>
          {(all ? values : values.slice(0, MOST_VALUES)).map((value, i) => (
            <code key={i}>{value === null ? 'null' : inJson(value)}</code>
          ))}
          {!all && values.length > MOST_VALUES && (
            <button type="button" className={css.more} onClick={() => setAll(true)}>
              and {values.length - MOST_VALUES} more
            </button>
          )}
        </p>
      )}
      {schema.default !== undefined && (
        <p className={css.facts}>
          <span>Default</span>
          <code>{schema.default === '' ? '""' : inJson(schema.default)}</code>
        </p>
      )}
      {plain && (
        <p className={css.facts}>
          <span>Example</span>
          <code>{inJson(example)}</code>
        </p>
      )}
      {schema['x-truncated'] && <p className={css.description}>Deeper levels are left out here; the contract has them.</p>}
      {node.never && !types.length && <p className={css.description}>No value is allowed.</p>}
    </>
  );
}

function Variants({ node, variants, trail }: { node: Resolved; variants: Child[]; trail: string[] }) {
  const { schemas } = useContext(Source);
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, variants.length - 1);
  const variant = variants[at];
  if (!variant) return null;
  const inner = look(variant.schema, schemas);
  const again = inner.name !== undefined && trail.includes(inner.name) ? inner.name : undefined;
  const by = node.schema.discriminator?.propertyName;
  return (
    <div className={css.variants}>
      <p className={css.how}>
        {node.schema.oneOf ? 'One of' : 'Any of'} {variants.length} {by ? <>by <code>{by}</code></> : null}
      </p>
      {variants.length > 1 && (
        <div className={css.choices} role="group" aria-label="Variants">
          {variants.map((choice, i) => (
            <button type="button" key={choice.key} aria-pressed={i === at} className={cx(css.choice, i === at && css.chosen)} onClick={() => setChosen(i)}>
              {/^option \d+$/.test(choice.name) ? typeLabel(choice.schema, schemas) : choice.name}
            </button>
          ))}
        </div>
      )}
      <div className={css.variant} key={variant.key}>
        <span className={css.type}>{typeLabel(variant.schema, schemas)}</span>
        <Details node={inner} />
        {again !== undefined ? <Recursion name={again} /> : <Below node={inner} trail={inner.name === undefined ? trail : [...trail, inner.name]} />}
      </div>
    </div>
  );
}

/** A schema inside itself is named, not unfolded; it can be opened on its own. */
function Recursion({ name }: { name: string }) {
  const { schemas } = useContext(Source);
  const [open, setOpen] = useState(false);
  return (
    <div className={css.recursion}>
      <button type="button" className={css.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="refresh" size={12} /> {name}, as above
      </button>
      {open && <Below node={look(refTo(name), schemas)} trail={[name]} />}
    </div>
  );
}

function Missing({ name, trail }: { name: string; trail: string[] }) {
  const { schemas, load } = useContext(Source);
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  if (Object.hasOwn(schemas, name)) return <Below node={look(refTo(name), schemas)} trail={trail} />;
  const fetchNow = () => {
    setState('loading');
    load(name).then(
      () => setState('idle'),
      () => setState('failed'),
    );
  };
  return (
    <p className={css.missing} role="status">
      <button type="button" className={css.more} disabled={state === 'loading'} onClick={fetchNow}>
        {state === 'loading' ? `Loading ${name}…` : `Show ${name}`}
      </button>
      {state === 'failed' && <span className={css.failed}>It could not be loaded.</span>}
    </p>
  );
}
