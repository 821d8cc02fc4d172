// A schema as a list of fields, for reference pages.
import { resolve, type Schema, shapeOf, variantLabel } from './schema.ts';

export interface FieldDoc {
  /** `windows[].limit`. */
  path: string;
  type: string;
  description?: string;
  required: boolean;
  default?: unknown;
}

const DEEPEST = 4;

/** Every field of a schema, parts after their whole. */
export function describeFields(root: Schema): FieldDoc[] {
  const found: FieldDoc[] = [];
  inside(root, root, '', 0, found);
  return found;
}

function inside(schema: Schema, root: Schema, path: string, depth: number, found: FieldDoc[]): void {
  if (depth > DEEPEST) return;
  const shape = shapeOf(resolve(schema, root), root);
  if (shape.as === 'object') {
    for (const [name, property] of shape.properties) {
      const at = path ? `${path}.${name}` : name;
      const one = resolve(property, root);
      found.push({ path: at, type: typeName(one, root), description: one.description, required: shape.required.has(name), default: one.default ?? undefined });
      inside(one, root, at, depth + 1, found);
    }
    if (shape.others) inside(shape.others, root, `${path}.<name>`, depth + 1, found);
  } else if (shape.as === 'list') {
    inside(shape.items, root, `${path}[]`, depth + 1, found);
  } else if (shape.as === 'variants') {
    for (const variant of shape.variants) inside(variant, root, path, depth + 1, found);
  }
}

function typeName(schema: Schema, root: Schema): string {
  const shape = shapeOf(schema, root);
  switch (shape.as) {
    case 'choice':
      return shape.choices.map((choice) => choice.label).join(' | ');
    case 'number':
      return shape.whole ? 'whole number' : 'number';
    case 'list':
      return `list of ${typeName(resolve(shape.items, root), root)}`;
    case 'variants':
      return shape.variants.map((variant) => variantLabel(variant, root)).join(' or ');
    case 'const':
      return JSON.stringify(shape.value);
    case 'raw':
      return 'anything';
    default:
      return shape.as;
  }
}
