// Checks a value against a schema before it is sent, so that mistakes are shown beside their field. Lenient: what it does not know passes.

import type { Schema, Schemas } from '../contract.ts';
import { typesOf, variantsOf } from './describe.ts';
import { look } from './resolve.ts';

export interface Issue {
  /** Where: property names and item numbers, outermost first. */
  path: (string | number)[];
  message: string;
}

const MOST_ISSUES = 50;
const DEEPEST = 24;

/** The issues of a value, none where it is fine. */
export function validate(value: unknown, schema: Schema | null | undefined, schemas: Schemas): Issue[] {
  const issues: Issue[] = [];
  check(value, schema, schemas, [], issues);
  return issues;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function fits(value: unknown, type: string): boolean {
  const actual = typeName(value);
  return actual === type || (type === 'number' && actual === 'integer');
}

const article = (type: string) => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

function check(value: unknown, schema: Schema | null | undefined, schemas: Schemas, path: (string | number)[], issues: Issue[]) {
  if (issues.length >= MOST_ISSUES || path.length > DEEPEST) return;
  const say = (message: string) => issues.push({ path, message });
  const node = look(schema, schemas);
  if (node.never) return void say('Nothing is allowed here.');
  const s = node.schema;
  const { types, nullable } = typesOf(s);
  const { variants, how, nullable: orNull } = variantsOf(s);
  if (value === null && (nullable || orNull)) return;
  if (types.length && !types.some((type) => fits(value, type))) {
    return void say(`Must be ${types.map(article).join(' or ')}.`);
  }
  if (s.enum?.length && !s.enum.some((allowed) => same(allowed, value))) return void say('Is not one of the allowed values.');
  if (s.const !== undefined && !same(s.const, value)) return void say(`Must be ${JSON.stringify(s.const)}.`);
  if (typeof value === 'string') checkText(value, s, say);
  if (typeof value === 'number') checkNumber(value, s, say);
  if (Array.isArray(value)) {
    if (s.minItems !== undefined && value.length < s.minItems) say(`Needs at least ${s.minItems} items.`);
    if (s.maxItems !== undefined && value.length > s.maxItems) say(`Has room for ${s.maxItems} items.`);
    if (s.uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length) say('The items must all differ.');
    if (typeof s.items === 'object') value.forEach((item, i) => check(item, s.items, schemas, [...path, i], issues));
  } else if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, unknown>;
    for (const name of s.required ?? []) {
      if (Object.hasOwn(object, name)) continue;
      const property = look(s.properties?.[name], schemas).schema;
      if (!property.readOnly) issues.push({ path: [...path, name], message: 'Is required.' });
    }
    for (const [name, inner] of Object.entries(object)) {
      const property = s.properties && Object.hasOwn(s.properties, name) ? s.properties[name] : undefined;
      if (property !== undefined) check(inner, property, schemas, [...path, name], issues);
      else if (s.additionalProperties === false && !s.patternProperties && !variants.length) {
        issues.push({ path: [...path, name], message: 'Is not a field of this object.' });
      } else if (typeof s.additionalProperties === 'object') check(inner, s.additionalProperties, schemas, [...path, name], issues);
    }
  }
  if (variants.length) {
    const tries = variants.map((variant) => {
      const found: Issue[] = [];
      check(value, variant, schemas, path, found);
      return found;
    });
    if (tries.every((found) => found.length)) {
      const closest = tries.reduce((a, b) => (b.length < a.length ? b : a));
      if (variants.length === 1) issues.push(...closest);
      else say(`Fits none of the ${variants.length} forms (${how}).`);
    }
  }
}

function checkText(value: string, s: { minLength?: number; maxLength?: number; pattern?: string }, say: (message: string) => void) {
  const length = [...value].length;
  if (s.minLength !== undefined && length < s.minLength) say(s.minLength === 1 ? 'Must not be empty.' : `Needs at least ${s.minLength} characters.`);
  if (s.maxLength !== undefined && length > s.maxLength) say(`Must not be longer than ${s.maxLength} characters.`);
  if (s.pattern !== undefined && s.pattern.length <= 500 && length <= 2000 && !nestedRepeat(s.pattern)) {
    try {
      if (!new RegExp(s.pattern, 'u').test(value)) say(`Must match ${s.pattern}`);
    } catch {
      // Not every dialect's expression is one here; the server decides.
    }
  }
}

/** Expressions that can take exponential time are left to the server. */
function nestedRepeat(pattern: string): boolean {
  return /\([^()]*[+*}][^()]*\)[+*{]/.test(pattern);
}

function checkNumber(
  value: number,
  s: { minimum?: number; maximum?: number; exclusiveMinimum?: number | boolean; exclusiveMaximum?: number | boolean; multipleOf?: number },
  say: (message: string) => void,
) {
  const low = typeof s.exclusiveMinimum === 'number' ? s.exclusiveMinimum : s.minimum;
  const high = typeof s.exclusiveMaximum === 'number' ? s.exclusiveMaximum : s.maximum;
  const above = typeof s.exclusiveMinimum === 'number' || s.exclusiveMinimum === true;
  const below = typeof s.exclusiveMaximum === 'number' || s.exclusiveMaximum === true;
  if (low !== undefined && (above ? value <= low : value < low)) say(`Must be ${above ? 'greater than' : 'at least'} ${low}.`);
  if (high !== undefined && (below ? value >= high : value > high)) say(`Must be ${below ? 'less than' : 'at most'} ${high}.`);
  if (s.multipleOf) {
    const steps = value / s.multipleOf;
    if (Math.abs(steps - Math.round(steps)) > 1e-9) say(`Must be a multiple of ${s.multipleOf}.`);
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
