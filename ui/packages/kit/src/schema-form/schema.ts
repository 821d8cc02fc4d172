// What a form needs to know of a JSON Schema, apart from how it is drawn.
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  examples?: unknown[];
  deprecated?: boolean;
  writeOnly?: boolean;
  readOnly?: boolean;
}

export interface Choice {
  value: unknown;
  label: string;
  description?: string;
}

/** How a schema is edited. */
export type Shape =
  | { as: 'const'; value: unknown }
  | { as: 'choice'; choices: Choice[] }
  | { as: 'boolean' }
  | { as: 'number'; whole: boolean }
  | { as: 'text' }
  | { as: 'list'; items: Schema }
  | { as: 'object'; properties: [name: string, schema: Schema][]; required: ReadonlySet<string>; others?: Schema }
  | { as: 'variants'; variants: Schema[] }
  | { as: 'raw' };

const MOST_REFS = 32;

/** Follows `$ref` and a lone `allOf`; what stands beside them wins. */
export function resolve(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let depth = 0; depth < MOST_REFS; depth++) {
    const { $ref, allOf, ...rest } = found;
    const only = allOf?.length === 1 ? allOf[0] : undefined;
    const target = $ref ? lookUp($ref, root) : only;
    if (!target) break;
    found = { ...target, ...rest };
  }
  const variants = found.anyOf ?? found.oneOf;
  if (variants) {
    // `T | null` is an optional T: leaving the field out says the same.
    const real = variants.filter((one) => resolveType(one) !== 'null');
    const only = real.length === 1 && variants.length > 1 ? real[0] : undefined;
    if (only) {
      const { anyOf: _, oneOf: __, ...rest } = found;
      return { ...resolve(only, root), ...rest };
    }
  }
  return found;
}

const resolveType = (schema: Schema) => (Array.isArray(schema.type) ? undefined : schema.type);

function lookUp(ref: string, root: Schema): Schema | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }
  return typeof at === 'object' && at !== null ? (at as Schema) : undefined;
}

/** How a resolved schema is edited. */
export function shapeOf(schema: Schema, root: Schema): Shape {
  if (schema.const !== undefined) return { as: 'const', value: schema.const };
  const choices = choicesOf(schema, root);
  if (choices) return { as: 'choice', choices };
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants && variants.length > 0) return { as: 'variants', variants: variants.map((one) => resolve(one, root)) };
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  if (types.length === 0 && schema.properties) types.push('object');
  if (types.length !== 1) return { as: 'raw' };
  switch (types[0]) {
    case 'boolean':
      return { as: 'boolean' };
    case 'integer':
    case 'number':
      return { as: 'number', whole: types[0] === 'integer' };
    case 'string':
      return { as: 'text' };
    case 'array':
      return schema.items ? { as: 'list', items: schema.items } : { as: 'raw' };
    case 'object': {
      const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
      if (!schema.properties && !others) return schema.additionalProperties === false ? { as: 'object', properties: [], required: new Set() } : { as: 'raw' };
      return { as: 'object', properties: Object.entries(schema.properties ?? {}), required: new Set(schema.required), others };
    }
    default:
      return { as: 'raw' };
  }
}

function choicesOf(schema: Schema, root: Schema): Choice[] | undefined {
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => ({ value, label: String(value) }));
  const variants = schema.oneOf ?? schema.anyOf;
  if (!variants?.length) return undefined;
  const choices: Choice[] = [];
  for (const one of variants) {
    const variant = resolve(one, root);
    if (variant.const !== undefined) choices.push({ value: variant.const, label: variant.title ?? String(variant.const), description: variant.description });
    else if (variant.enum) choices.push(...variant.enum.map((value) => ({ value, label: String(value), description: variant.description })));
    else return undefined;
  }
  return choices;
}

/** A value to begin with: defaults, and what is required. */
export function initial(schema: Schema, root: Schema, depth = 0): unknown {
  const found = resolve(schema, root);
  if (found.default !== undefined && found.default !== null) return structuredClone(found.default);
  const shape = shapeOf(found, root);
  switch (shape.as) {
    case 'const':
      return shape.value;
    case 'choice':
      return shape.choices[0]?.value;
    case 'boolean':
      return false;
    case 'number':
      return undefined;
    case 'text':
      return '';
    case 'list':
      return Array.from({ length: found.minItems ?? 0 }, () => initial(shape.items, root, depth + 1));
    case 'variants':
      return shape.variants[0] && depth < 8 ? initial(shape.variants[0], root, depth + 1) : undefined;
    case 'object': {
      const value: Record<string, unknown> = {};
      if (depth < 8) for (const [name, property] of shape.properties) if (shape.required.has(name)) value[name] = initial(property, root, depth + 1);
      return value;
    }
    case 'raw':
      return {};
  }
}

/** Whether a value looks like it was written for this schema; deep enough to tell variants apart. */
export function fits(value: unknown, schema: Schema, root: Schema, depth = 0): boolean {
  const found = resolve(schema, root);
  const shape = shapeOf(found, root);
  switch (shape.as) {
    case 'const':
      return value === shape.value;
    case 'choice':
      return shape.choices.some((choice) => choice.value === value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && (!shape.whole || Number.isInteger(value));
    case 'text':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value) && (depth > 6 || value.every((item) => fits(item, shape.items, root, depth + 1)));
    case 'variants':
      return shape.variants.some((one) => fits(value, one, root, depth + 1));
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const known = new Map(shape.properties);
      for (const name of shape.required) if (!(name in value)) return false;
      return Object.entries(value).every(([name, inner]) => {
        const property = known.get(name) ?? shape.others;
        return property ? depth > 6 || inner === undefined || fits(inner, property, root, depth + 1) : found.additionalProperties !== false;
      });
    }
    case 'raw':
      return true;
  }
}

/** Which variant a value was written for; the first where none fits. */
export function variantOf(value: unknown, variants: readonly Schema[], root: Schema): number {
  const exact = variants.findIndex((one) => fits(value, one, root));
  if (exact >= 0) return exact;
  // Half-filled objects fit nothing yet: the one that knows most of the fields is meant.
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const kind = typeOfValue(value);
  let best = 0;
  let most = -1;
  variants.forEach((one, at) => {
    const shape = shapeOf(one, root);
    const known = shape.as === 'object' ? names.filter((name) => shape.properties.some(([property]) => property === name)).length : 0;
    const score = known * 2 + (typeOfShape(shape) === kind ? 1 : 0);
    if (score > most) {
      most = score;
      best = at;
    }
  });
  return best;
}

const typeOfValue = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'raw' : typeof value === 'string' ? 'text' : (typeof value as string));
const typeOfShape = (shape: Shape) => (shape.as === 'choice' ? 'text' : shape.as);

/** What to call a variant: its title, its const, or what it is made of. */
export function variantLabel(schema: Schema, root: Schema): string {
  if (schema.title) return schema.title;
  const shape = shapeOf(schema, root);
  if (shape.as === 'object') {
    const names = [...shape.required];
    if (names.length === 0) names.push(...shape.properties.slice(0, 2).map(([name]) => name));
    return names.length ? `with ${names.join(' and ')}` : 'nothing';
  }
  const words: Record<Shape['as'], string> = { const: String(schema.const), choice: 'one of a list', boolean: 'yes or no', number: 'number', text: 'text', list: 'list', object: 'object', variants: 'other', raw: 'anything' };
  return words[shape.as];
}

/** `limit` → `Limit`, `expose_headers` → `Expose headers`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The path of a field as findings write it: `policies[0].rate-limit.window`. */
export function joinPath(path: string, part: string | number): string {
  if (typeof part === 'number') return `${path}[${part}]`;
  return path ? `${path}.${part}` : part;
}

export interface Placed {
  field?: string | null;
  message: string;
  severity?: string;
}

/** Findings that belong to a field itself, and not to one inside it that the form shows. */
export function messagesAt(findings: readonly Placed[], path: string): string | undefined {
  const own = findings.filter((finding) => normal(finding.field ?? '') === normal(path)).map((finding) => finding.message);
  return own.length ? own.join('; ') : undefined;
}

/** Whether a finding is at or inside a field. */
export function isUnder(field: string | null | undefined, path: string): boolean {
  const [inner, outer] = [normal(field ?? ''), normal(path)];
  return outer === '' || inner === outer || inner.startsWith(`${outer}.`);
}

// `a[0].b` and `a.0.b` are the same place.
const normal = (path: string) => path.replaceAll(/\[(\d+)\]/g, '.$1').replace(/^\./, '');

/** A value to begin with for a whole schema. */
export const initialValue = (schema: Schema): unknown => initial(schema, schema);
