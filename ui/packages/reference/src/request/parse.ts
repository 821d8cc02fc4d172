// Reads what a person typed into a field as the value that the field's schema asks for.
import type { Schema, Schemas } from '../contract.ts';
import { typesOf, variantsOf } from '../schema/describe.ts';
import { look } from '../schema/resolve.ts';

/** How a field is edited. */
export type Control = 'text' | 'number' | 'boolean' | 'enum' | 'list' | 'json';

/** The control that suits a schema, with the choices of an `enum`. */
export function controlOf(schema: Schema | null | undefined, schemas: Schemas): { control: Control; choices: unknown[] } {
  const node = look(schema, schemas);
  const s = node.schema;
  if (s.const !== undefined && typeof s.const !== 'object') return { control: 'enum', choices: [s.const] };
  if (s.enum?.length) return { control: 'enum', choices: s.enum };
  const { types } = typesOf(s);
  const { variants } = variantsOf(s);
  if (!types.length && variants.length) {
    const controls = variants.map((variant) => controlOf(variant, schemas).control);
    if (controls.every((control) => control === 'text' || control === 'number' || control === 'enum')) return { control: 'text', choices: [] };
    return controls[0] === 'list' || controls.includes('list') ? { control: 'list', choices: [] } : { control: 'json', choices: [] };
  }
  if (types.includes('object')) return { control: 'json', choices: [] };
  if (types.includes('array')) {
    const inner = controlOf(s.items, schemas).control;
    return { control: inner === 'json' || inner === 'list' ? 'json' : 'list', choices: [] };
  }
  if (types.includes('string') || !types.length) return { control: 'text', choices: [] };
  if (types.includes('boolean')) return { control: 'boolean', choices: [] };
  return { control: 'number', choices: [] };
}

/** A typed text as a value, or why it is none. */
export type Read = { value: unknown } | { error: string };

/** Reads one field. Lists are written with commas or one item a line. */
export function readField(text: string, schema: Schema | null | undefined, schemas: Schemas): Read {
  const { control, choices } = controlOf(schema, schemas);
  switch (control) {
    case 'enum': {
      const choice = choices.find((value) => textOf(value) === text);
      return { value: choice === undefined ? text : choice };
    }
    case 'boolean':
      if (text === 'true') return { value: true };
      return text === 'false' ? { value: false } : { error: 'Must be true or false.' };
    case 'number': {
      const number = Number(text.trim());
      return text.trim() !== '' && Number.isFinite(number) ? { value: number } : { error: 'Must be a number.' };
    }
    case 'list': {
      const items = look(schema, schemas).schema.items;
      const out: unknown[] = [];
      for (const part of text.split(/[\n,]/)) {
        if (!part.trim()) continue;
        const read = readField(part.trim(), items, schemas);
        if ('error' in read) return { error: `${part.trim()}: ${read.error}` };
        out.push(read.value);
      }
      return { value: out };
    }
    case 'json':
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { error: 'Is not valid JSON.' };
      }
    default:
      return { value: text };
  }
}

/** A value as it stands in a field. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}
