// Follows `$ref`s among the schemas a page came with, and folds `allOf` into one schema. Bounded against cycles.

import type { Schema, SchemaObject, Schemas } from '../contract.ts';

/** What a node of a schema stands for. */
export interface Resolved {
  /** The schema; empty where it is not on this page. */
  schema: SchemaObject;
  /** The name of the schema a `$ref` led to. */
  name?: string;
  /** A name the page does not carry: it can be fetched. */
  missing?: string;
  /** `false`: nothing is allowed here. */
  never?: boolean;
}

const LONGEST_CHAIN = 16;
const DEEPEST_MERGE = 8;

/** The name at the end of `#/components/schemas/Name` or `#/definitions/Name`. */
export function refName(ref: string): string {
  const last = ref.slice(ref.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last).replace(/~1/g, '/').replace(/~0/g, '~');
  } catch {
    return last;
  }
}

/** A reference to a schema by its name. */
export function refTo(name: string): SchemaObject {
  return { $ref: `#/components/schemas/${name.replace(/~/g, '~0').replace(/\//g, '~1')}` };
}

/** Follows `$ref`s to a schema. What stands beside the `$ref` (3.1 allows it) wins over what it leads to. */
export function resolve(schema: Schema | null | undefined, schemas: Schemas): Resolved {
  let node: Schema | null | undefined = schema;
  let name: string | undefined;
  let beside: SchemaObject = {};
  for (let i = 0; i < LONGEST_CHAIN; i += 1) {
    if (node === false) return { schema: beside, never: true, ...(name ? { name } : {}) };
    if (node === true || node === null || node === undefined) break;
    if (typeof node.$ref !== 'string') {
      return { schema: Object.keys(beside).length ? { ...node, ...beside } : node, ...(name ? { name } : {}) };
    }
    const { $ref, ...rest } = node;
    beside = { ...rest, ...beside };
    const next = refName($ref);
    name ??= next;
    if (!Object.hasOwn(schemas, next)) return { schema: beside, name, missing: next };
    node = schemas[next];
  }
  return { schema: beside, ...(name ? { name } : {}) };
}

/** Folds the parts of `allOf` into one schema where all of them are at hand; others stay in `allOf`. */
export function fold(schema: SchemaObject, schemas: Schemas, depth = 0): SchemaObject {
  if (!schema.allOf?.length || depth > DEEPEST_MERGE) return schema;
  const { allOf, ...own } = schema;
  let merged: SchemaObject = {};
  const rest: Schema[] = [];
  for (const part of allOf) {
    const resolved = resolve(part, schemas);
    if (resolved.missing !== undefined || resolved.never) {
      rest.push(part);
      continue;
    }
    merged = combine(merged, fold(resolved.schema, schemas, depth + 1));
  }
  merged = combine(merged, own);
  return rest.length ? { ...merged, allOf: [...(merged.allOf ?? []), ...rest] } : merged;
}

function combine(a: SchemaObject, b: SchemaObject): SchemaObject {
  const out: SchemaObject = { ...a, ...b };
  if (a.properties && b.properties) out.properties = { ...a.properties, ...b.properties };
  if (a.required && b.required) out.required = [...new Set([...a.required, ...b.required])];
  // Two sets of variants at once cannot be shown as one: the second stays a part.
  for (const key of ['oneOf', 'anyOf'] as const) {
    if (a[key] && b[key]) {
      out[key] = a[key];
      out.allOf = [...(out.allOf ?? []), { [key]: b[key] }];
    }
  }
  return out;
}

/** Resolved and folded: what is shown for a node. */
export function look(schema: Schema | null | undefined, schemas: Schemas): Resolved {
  const resolved = resolve(schema, schemas);
  return { ...resolved, schema: fold(resolved.schema, schemas) };
}
