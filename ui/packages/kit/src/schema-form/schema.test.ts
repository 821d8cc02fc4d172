import { describe, expect, it } from 'vitest';
import { fits, initial, isUnder, labelOf, messagesAt, resolve, type Schema, shapeOf, variantLabel, variantOf } from './schema.ts';

const root: Schema = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1 },
    window: { $ref: '#/$defs/Span', description: 'How long a window is.' },
    per: { $ref: '#/$defs/Per', default: 'consumer' },
    name: { type: ['string', 'null'] },
    also: { anyOf: [{ $ref: '#/$defs/Window' }, { type: 'null' }] },
    more: { type: 'array', items: { $ref: '#/$defs/Window' } },
  },
  required: ['limit', 'window'],
  additionalProperties: false,
  $defs: {
    Span: { type: 'string', description: 'A length of time.', pattern: '^[0-9]+s$' },
    Per: { oneOf: [{ const: 'consumer', description: 'Each consumer.' }, { const: 'ip', description: 'Each address.' }] },
    Window: { type: 'object', properties: { limit: { type: 'integer' }, window: { $ref: '#/$defs/Span' } }, required: ['limit', 'window'], additionalProperties: false },
    Tree: { type: 'object', properties: { inner: { $ref: '#/$defs/Tree' } }, required: ['inner'] },
  },
};
const property = (name: string) => resolve(root.properties?.[name] ?? {}, root);

describe('reading a schema', () => {
  it('follows references; what stands beside them wins', () => {
    expect(property('window')).toMatchObject({ type: 'string', description: 'How long a window is.', pattern: '^[0-9]+s$' });
  });
  it('takes a nullable field for an optional one', () => {
    expect(shapeOf(property('also'), root).as).toBe('object');
    expect(shapeOf(property('name'), root).as).toBe('text');
  });
  it('takes oneOf consts for a choice with explanations', () => {
    expect(shapeOf(property('per'), root)).toEqual({
      as: 'choice',
      choices: [
        { value: 'consumer', label: 'consumer', description: 'Each consumer.' },
        { value: 'ip', label: 'ip', description: 'Each address.' },
      ],
    });
  });
  it('edits what it does not understand as text', () => {
    expect(shapeOf({}, root).as).toBe('raw');
    expect(shapeOf({ type: ['string', 'object'] }, root).as).toBe('raw');
    expect(shapeOf(resolve({ $ref: 'https://elsewhere/' }, root), root).as).toBe('raw');
  });
});

describe('a value to begin with', () => {
  it('has what is required, and defaults', () => {
    expect(initial(root, root)).toEqual({ limit: undefined, window: '' });
    expect(initial(property('per'), root)).toBe('consumer');
  });
  it('ends, also for a schema that contains itself', () => {
    expect(initial({ $ref: '#/$defs/Tree' }, root)).toHaveProperty('inner.inner');
    expect(resolve({ $ref: '#/$defs/Loop' }, { $defs: { Loop: { $ref: '#/$defs/Loop' } } })).toBeTruthy();
  });
});

describe('variants', () => {
  const endpoint: Schema[] = [{ type: 'string' }, { type: 'object', properties: { url: { type: 'string' }, weight: { type: 'integer' } }, required: ['url'], additionalProperties: false }];
  it('are told apart by the value', () => {
    expect(variantOf('http://a', endpoint, root)).toBe(0);
    expect(variantOf({ url: 'http://a', weight: 2 }, endpoint, root)).toBe(1);
    expect(variantOf({ weight: 2 }, endpoint, root)).toBe(1);
    expect(variantOf(undefined, endpoint, root)).toBe(0);
  });
  it('have a name', () => {
    expect(endpoint.map((one) => variantLabel(one, root))).toEqual(['text', 'with url']);
  });
  it('refuse unknown fields where the schema does', () => {
    expect(fits({ limit: 1, window: '1s', nope: 1 }, root, root)).toBe(false);
    expect(fits({ limit: 1.5, window: '1s' }, root, root)).toBe(false);
    expect(fits({ limit: 1, window: '1s' }, root, root)).toBe(true);
  });
});

describe('findings', () => {
  const findings = [
    { field: 'policies[0].rate-limit.window', message: 'too short' },
    { field: 'policies.0.rate-limit.more[1].limit', message: 'too small' },
  ];
  it('stand at their field, whichever way indices are written', () => {
    expect(messagesAt(findings, 'policies[0].rate-limit.window')).toBe('too short');
    expect(messagesAt(findings, 'policies[0].rate-limit.more[1].limit')).toBe('too small');
    expect(messagesAt(findings, 'policies[0].rate-limit')).toBeUndefined();
    expect(isUnder('policies[0].rate-limit.window', 'policies[0]')).toBe(true);
    expect(isUnder('policies[01].x', 'policies[0]')).toBe(false);
  });
  it('are named in words', () => {
    expect(labelOf('expose_headers')).toBe('Expose headers');
  });
});
