import { describe, expect, test } from 'vitest';
import type { Schema, Schemas } from '../contract.ts';
import { childrenOf, constraintsOf, hasChildren, typeLabel } from './describe.ts';
import { look, refName, refTo, resolve } from './resolve.ts';
import { sampleOf } from './sample.ts';
import { validate } from './validate.ts';

const schemas: Schemas = {
  Order: { type: 'object', required: ['id'], properties: { note: { type: ['string', 'null'] }, id: { type: 'string' }, items: { type: 'array', items: { $ref: '#/components/schemas/Item' } } } },
  Item: { type: 'object', required: ['sku'], properties: { sku: { type: 'string', minLength: 2 }, parent: { $ref: '#/components/schemas/Item' } } },
  Alias: { $ref: '#/components/schemas/Order' },
  Circle: { $ref: '#/components/schemas/Circle' },
  Merged: { allOf: [{ $ref: '#/components/schemas/Item' }, { type: 'object', required: ['count'], properties: { count: { type: 'integer', minimum: 1 } } }] },
  Card: { type: 'object', required: ['kind'], properties: { kind: { const: 'card' } } },
  Cash: { type: 'object', required: ['kind'], properties: { kind: { const: 'cash' } } },
  Payment: { oneOf: [{ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Cash' }] },
};
const ref = (name: string): Schema => refTo(name);

describe('references', () => {
  test('are followed through aliases, and the first name stays', () => expect(resolve(ref('Alias'), schemas).name).toBe('Alias'));
  test('a reference to itself ends', () => expect(resolve(ref('Circle'), schemas).schema).toEqual({}));
  test('what is not on the page is named, to be fetched', () => expect(resolve(ref('Elsewhere'), schemas).missing).toBe('Elsewhere'));
  test('names with a slash or a tilde survive', () => expect(refName(refTo('a/b~c').$ref ?? '')).toBe('a/b~c'));
  test('what stands beside a reference wins', () => expect(look({ $ref: '#/components/schemas/Item', description: 'mine' }, schemas).schema.description).toBe('mine'));
  test('a name every object has is no schema', () => expect(resolve(ref('constructor'), schemas).missing).toBe('constructor'));
});

describe('allOf', () => {
  test('becomes one schema with the fields and requirements of all parts', () => {
    const merged = look(ref('Merged'), schemas).schema;
    expect(Object.keys(merged.properties ?? {})).toEqual(['sku', 'parent', 'count']);
    expect(merged.required).toEqual(['sku', 'count']);
    expect(merged.allOf).toBeUndefined();
  });
  test('a part that is not here stays a part', () => expect(look({ allOf: [ref('Item'), ref('Elsewhere')] }, schemas).schema.allOf).toEqual([ref('Elsewhere')]));
});

describe('types in words', () => {
  test.each<[Schema, string]>([
    [{ type: 'string', format: 'date-time' }, 'string <date-time>'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ type: 'string', nullable: true }, 'string or null'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
    [{ type: 'array', items: ref('Order') }, 'array of Order'],
    [ref('Payment'), 'Card or Cash'],
    [{ properties: {} }, 'object'],
    [{ enum: ['a', 'b'] }, 'string'],
    [true, 'any'],
    [false, 'never'],
    [ref('Elsewhere'), 'Elsewhere'],
    [{ type: ['string', 'integer'] }, 'string or integer'],
  ])('%j is %s', (schema, label) => expect(typeLabel(schema, schemas)).toBe(label));

  test('limits are phrases', () =>
    expect(constraintsOf({ minimum: 1, maximum: 9, minLength: 1, minItems: 2, maxItems: 2, uniqueItems: true, exclusiveMaximum: 5 })).toEqual(['≥ 1', '< 5', 'at least 1 character', 'exactly 2 items', 'all different']));
});

describe('the tree', () => {
  test('shows required fields first', () => expect(childrenOf(look(ref('Order'), schemas)).map((child) => child.name)).toEqual(['id', 'note', 'items']));
  test('does not open scalars and lists of scalars', () => {
    expect(hasChildren({ type: 'string' }, schemas)).toBe(false);
    expect(hasChildren({ type: 'array', items: { type: 'string' } }, schemas)).toBe(false);
    expect(hasChildren({ type: 'array', items: ref('Item') }, schemas)).toBe(true);
    expect(hasChildren(ref('Elsewhere'), schemas)).toBe(true);
  });
});

describe('validation', () => {
  const issues = (value: unknown, schema: Schema) => validate(value, schema, schemas).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  test.each<[unknown, Schema, string[]]>([
    [{ id: 'a', items: [{ sku: 'tea' }] }, ref('Order'), []],
    [{ items: [{ sku: 'x' }] }, ref('Order'), ['id: Is required.', 'items.0.sku: Needs at least 2 characters.']],
    ['x', { type: 'integer' }, [': Must be an integer.']],
    [1, { type: 'number' }, []],
    [1.5, { type: 'integer' }, [': Must be an integer.']],
    [null, { type: ['string', 'null'] }, []],
    [0.3, { multipleOf: 0.1 }, []],
    ['c', { enum: ['a', 'b'] }, [': Is not one of the allowed values.']],
    [{ kind: 'cash' }, ref('Payment'), []],
    [{ kind: 'cheque' }, ref('Payment'), [': Fits none of the 2 forms (one of).']],
    [{ sku: 'tea', count: 0 }, ref('Merged'), ['count: Must be at least 1.']],
    [{ extra: 1 }, { type: 'object', properties: {}, additionalProperties: false }, ['extra: Is not a field of this object.']],
    ['b', { pattern: '^a' }, [': Must match ^a']],
    ['b', { pattern: '(?<bad' }, []],
    [{ anything: [1, { a: 2 }] }, true, []],
    [1, false, [': Nothing is allowed here.']],
  ])('%j against %j', (value, schema, expected) => expect(issues(value, schema)).toEqual(expected));

  test('an expression that could run for ages is not run', () => expect(validate('a'.repeat(40) + '!', { pattern: '^(a+)+$' }, schemas)).toEqual([]));
  test('a value inside itself by schema ends', () => {
    let value: Record<string, unknown> = { sku: 'tea' };
    for (let i = 0; i < 100; i += 1) value = { sku: 'tea', parent: value };
    expect(validate(value, ref('Item'), schemas)).toEqual([]);
  });
});

describe('samples', () => {
  test.each<Schema>([ref('Order'), ref('Item'), ref('Merged'), ref('Payment'), ref('Alias'), { type: 'array', minItems: 1, items: ref('Item') }, { type: 'string', minLength: 40 }, { type: 'integer', exclusiveMinimum: 4 }])('fit their schema: %j', (schema) =>
    expect(validate(sampleOf(schema, schemas), schema, schemas)).toEqual([]),
  );
  test('end where a schema holds itself', () => {
    const own: Schemas = { Node: { type: 'object', required: ['next'], properties: { next: refTo('Node') } } };
    expect(sampleOf(refTo('Node'), own)).toEqual({ next: {} });
  });
});
