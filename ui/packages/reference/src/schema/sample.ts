// Makes a value that a schema allows: what the try-it form starts a new item or field with.

import type { Schema, Schemas } from '../contract.ts';
import { typesOf, variantsOf } from './describe.ts';
import { look } from './resolve.ts';

const MOST_NODES = 400;
const DEEPEST = 6;

const BY_FORMAT: Record<string, string> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  email: 'ada@example.com',
  uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  uri: 'https://example.com',
  url: 'https://example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};

/** A value for a schema. Fields that only the server writes are left out. */
export function sampleOf(schema: Schema | null | undefined, schemas: Schemas): unknown {
  return make(schema, schemas, { nodes: 0 }, [], 0);
}

function make(schema: Schema | null | undefined, schemas: Schemas, budget: { nodes: number }, path: string[], depth: number): unknown {
  budget.nodes += 1;
  const node = look(schema, schemas);
  const s = node.schema;
  if (s.example !== undefined) return s.example;
  if (Array.isArray(s.examples) && s.examples.length) return s.examples[0];
  if (s.const !== undefined) return s.const;
  if (s.default !== undefined) return s.default;
  if (s.enum?.length) return s.enum[0];
  const exhausted = budget.nodes > MOST_NODES || depth > DEEPEST || (node.name !== undefined && path.includes(node.name));
  const below = node.name === undefined ? path : [...path, node.name];
  const { types, nullable } = typesOf(s);
  const { variants } = variantsOf(s);
  if (variants.length && !exhausted && !s.properties) return make(variants[0], schemas, budget, below, depth + 1);
  switch (types[0]) {
    case 'object': {
      if (exhausted) return nullable ? null : {};
      const out: Record<string, unknown> = {};
      const required = new Set(s.required ?? []);
      for (const [name, property] of Object.entries(s.properties ?? {})) {
        const inner = look(property, schemas).schema;
        if (inner.readOnly || inner.deprecated) continue;
        if (required.has(name) || inner.example !== undefined) out[name] = make(property, schemas, budget, below, depth + 1);
      }
      return out;
    }
    case 'array':
      return exhausted || !s.minItems ? [] : [make(s.items, schemas, budget, below, depth + 1)];
    case 'integer':
    case 'number': {
      const least = typeof s.exclusiveMinimum === 'number' ? s.exclusiveMinimum + 1 : (s.minimum ?? 0);
      return s.maximum !== undefined && least > s.maximum ? s.maximum : least;
    }
    case 'boolean':
      return false;
    case 'string': {
      const text = BY_FORMAT[s.format ?? ''] ?? 'string';
      return text.length < (s.minLength ?? 0) ? text.padEnd(Math.min(s.minLength ?? 0, 1000), 'x') : text;
    }
    default:
      return nullable || exhausted ? null : {};
  }
}
