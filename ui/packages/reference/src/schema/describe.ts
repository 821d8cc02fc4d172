// Says in words what a schema allows: its type, its limits, and what is inside it.

import type { Schema, SchemaObject, Schemas } from '../contract.ts';
import { look, refName, resolve, type Resolved } from './resolve.ts';

/** Its JSON types, `null` apart; derived from its keywords where it names none. */
export function typesOf(schema: SchemaObject): { types: string[]; nullable: boolean } {
  const named = schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  let types = named.filter((type) => type !== 'null');
  let nullable = schema.nullable === true || named.includes('null');
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) nullable = true;
  if (!types.length) {
    if (schema.properties || schema.additionalProperties !== undefined || schema.patternProperties) types = ['object'];
    else if (schema.items !== undefined || schema.prefixItems) types = ['array'];
    else if (Array.isArray(schema.enum)) types = [...new Set(schema.enum.filter((v) => v !== null).map((v) => typeof v))];
    else if (schema.const !== undefined) types = [typeof schema.const];
    else if (schema.pattern !== undefined || schema.minLength !== undefined || schema.maxLength !== undefined) types = ['string'];
  }
  return { types, nullable };
}

const isNull = (schema: Schema) => typeof schema === 'object' && schema.type === 'null';

/** `oneOf` or `anyOf` without the member that only says "or null". */
export function variantsOf(schema: SchemaObject): { variants: Schema[]; how: 'one of' | 'any of' | ''; nullable: boolean } {
  const list = schema.oneOf ?? schema.anyOf;
  if (!list?.length) return { variants: [], how: '', nullable: false };
  const variants = list.filter((variant) => !isNull(variant));
  return { variants, how: schema.oneOf ? 'one of' : 'any of', nullable: variants.length < list.length };
}

/** A short name of its type: `string <date-time>`, `array of Order`, `Order or null`. */
export function typeLabel(schema: Schema | null | undefined, schemas: Schemas, depth = 0): string {
  const node = look(schema, schemas);
  if (node.never) return 'never';
  const { types, nullable } = typesOf(node.schema);
  const { variants, how, nullable: orNull } = variantsOf(node.schema);
  const or = nullable || orNull ? ' or null' : '';
  if (node.missing) return node.missing + or;
  if (variants.length === 1) return typeLabel(variants[0], schemas, depth + 1) + or;
  if (variants.length > 1) {
    const labels = depth > 2 ? [] : [...new Set(variants.map((variant) => typeLabel(variant, schemas, depth + 1)))];
    const short = labels.length > 0 && labels.length <= 3 && labels.join('').length <= 48;
    return (short ? labels.join(' or ') : `${how} ${variants.length}`) + or;
  }
  if (types.includes('array')) {
    const items = node.schema.items;
    const inner = items === undefined || depth > 3 ? '' : ` of ${typeLabel(items, schemas, depth + 1)}`;
    return `array${inner === ' of any' ? '' : inner}${or}`;
  }
  if (types.length === 1 && types[0] === 'object') return (node.name ?? 'object') + or;
  if (!types.length) return node.name ?? (or ? 'any or null' : 'any');
  const format = node.schema.format ? ` <${node.schema.format}>` : '';
  return types.join(' or ') + format + or;
}

function range(min: number | undefined, max: number | undefined, unit: string): string | undefined {
  const one = unit.replace(/s$/, '').replace(/ie$/, 'y');
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${min} ${min === 1 ? one : unit}` : `${min} to ${max} ${unit}`;
  if (min !== undefined) return min === 0 ? undefined : `at least ${min} ${min === 1 ? one : unit}`;
  if (max !== undefined) return `at most ${max} ${max === 1 ? one : unit}`;
  return undefined;
}

/** What values must keep to, one phrase each. */
export function constraintsOf(schema: SchemaObject): string[] {
  const out: (string | undefined)[] = [];
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof exclusiveMinimum === 'number') out.push(`> ${exclusiveMinimum}`);
  else if (minimum !== undefined) out.push(`${exclusiveMinimum === true ? '>' : '≥'} ${minimum}`);
  if (typeof exclusiveMaximum === 'number') out.push(`< ${exclusiveMaximum}`);
  else if (maximum !== undefined) out.push(`${exclusiveMaximum === true ? '<' : '≤'} ${maximum}`);
  if (schema.multipleOf !== undefined) out.push(`multiple of ${schema.multipleOf}`);
  out.push(range(schema.minLength, schema.maxLength, 'characters'));
  out.push(range(schema.minItems, schema.maxItems, 'items'));
  out.push(range(schema.minProperties, schema.maxProperties, 'properties'));
  // Swagger's parameters carry it also where nothing is a list.
  if (schema.uniqueItems && !(typeof schema.type === 'string' && schema.type !== 'array')) out.push('all different');
  if (schema.pattern !== undefined) out.push(`matches ${schema.pattern}`);
  return out.filter((phrase) => phrase !== undefined);
}

/** A line of the tree below a schema. */
export interface Child {
  /** Distinct among its siblings. */
  key: string;
  kind: 'property' | 'items' | 'variant' | 'additional' | 'pattern' | 'part';
  name: string;
  required: boolean;
  schema: Schema;
}

/** What is inside a schema: properties, items, variants. An array leads straight to what its items have. */
export function childrenOf(node: Resolved): Child[] {
  const { schema } = node;
  const out: Child[] = [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    out.push({ key: `.${name}`, kind: 'property', name, required: required.has(name), schema: property });
  }
  // Required first, otherwise the contract's order.
  out.sort((a, b) => Number(b.required) - Number(a.required));
  for (const [pattern, property] of Object.entries(schema.patternProperties ?? {})) {
    out.push({ key: `~${pattern}`, kind: 'pattern', name: pattern, required: false, schema: property });
  }
  if (typeof schema.additionalProperties === 'object') {
    out.push({ key: '*', kind: 'additional', name: 'any other name', required: false, schema: schema.additionalProperties });
  }
  if (schema.items !== undefined && typeof schema.items === 'object') {
    out.push({ key: '[]', kind: 'items', name: 'each item', required: false, schema: schema.items });
  }
  (schema.prefixItems ?? []).forEach((item, i) => {
    out.push({ key: `[${i}]`, kind: 'items', name: `item ${i + 1}`, required: false, schema: item });
  });
  const { variants } = variantsOf(schema);
  variants.forEach((variant, i) => {
    out.push({ key: `|${i}`, kind: 'variant', name: variantName(variant, i), required: false, schema: variant });
  });
  (schema.allOf ?? []).forEach((part, i) => {
    out.push({ key: `&${i}`, kind: 'part', name: variantName(part, i), required: false, schema: part });
  });
  return out;
}

/** What a variant is called: its title, the schema it refers to, or its number. */
export function variantName(variant: Schema, index: number): string {
  if (typeof variant === 'boolean') return `option ${index + 1}`;
  return variant.title ?? (variant.$ref ? refName(variant.$ref) : `option ${index + 1}`);
}

/** Whether opening it would show anything. Scalars, and arrays of scalars, have nothing below them. */
export function hasChildren(schema: Schema, schemas: Schemas): boolean {
  const node = look(schema, schemas);
  if (node.missing !== undefined) return true;
  return childrenOf(node).some((child) => child.kind !== 'items' || opensFurther(child.schema, schemas));
}

function opensFurther(schema: Schema, schemas: Schemas): boolean {
  const node = resolve(schema, schemas);
  if (node.missing !== undefined) return true;
  const { enum: values, description } = node.schema;
  return Boolean(values?.length || description) || childrenOf({ ...node, schema: look(schema, schemas).schema }).length > 0;
}

/** A value on one line, cut at a length. */
export function inJson(value: unknown, longest = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
