import { describe, expect, test } from 'vitest';
import type { OperationPage, Parameter, Schema } from '../contract.ts';
import { build, type Draft, fieldsOf, firstDraft, requestFor } from './build.ts';
import { curl, quote } from './curl.ts';
import { readField, textOf } from './parse.ts';
import { formBody, inHeader, inPath, inQuery } from './serialize.ts';

const parameter = (name: string, place: Parameter['in'], schema: Schema, more: Partial<Parameter> = {}): Parameter => ({ name, in: place, schema, ...more });
const page = (more: Partial<OperationPage>): OperationPage => ({ id: 'op', method: 'GET', path: '/', parameters: [], responses: [], schemas: {}, ...more });
const draft = (fields: Record<string, string>, more: Partial<Draft> = {}): Draft => ({ fields, body: '', sendBody: false, ...more });

describe('styles of OpenAPI', () => {
  const list = ['a', 'b c'];
  const object = { x: 1, y: 'z' };
  test.each<[Partial<Parameter>, unknown, string]>([
    [{ style: 'simple' }, 'a/b', 'a%2Fb'],
    [{ style: 'simple' }, list, 'a,b%20c'],
    [{ style: 'simple', explode: true }, object, 'x=1,y=z'],
    [{ style: 'label', explode: true }, list, '.a.b%20c'],
    [{ style: 'matrix' }, list, ';p=a,b%20c'],
    [{ style: 'matrix', explode: true }, object, ';x=1;y=z'],
  ])('in a path: %j of %j', (style, value, text) => expect(inPath(parameter('p', 'path', true, style), value)).toBe(text));

  test.each<[Partial<Parameter>, unknown, string]>([
    [{}, 'a&b=c', 'p=a%26b%3Dc'],
    [{ explode: true }, list, 'p=a&p=b%20c'],
    [{ explode: false }, list, 'p=a,b%20c'],
    [{ style: 'spaceDelimited', explode: false }, list, 'p=a%20b%20c'],
    [{ style: 'pipeDelimited', explode: false }, list, 'p=a%7Cb%20c'],
    [{ style: 'deepObject', explode: true }, { a: 1, b: { c: [2, 3] } }, 'p%5Ba%5D=1&p%5Bb%5D%5Bc%5D%5B%5D=2&p%5Bb%5D%5Bc%5D%5B%5D=3'],
    [{ explode: true }, object, 'x=1&y=z'],
    [{ explode: false }, object, 'p=x,1,y,z'],
  ])('in a query: %j of %j', (style, value, text) => expect(inQuery(parameter('p', 'query', true, style), value)).toBe(text));

  test('a header stays one header whatever is typed', () => expect(inHeader(parameter('p', 'header', true), 'a\r\nx-evil: 1')).toBe('a x-evil: 1'));
  test('a form body nests with brackets', () => expect(formBody({ a: 'b c', d: { e: 1 }, f: [1, 2] })).toBe('a=b%20c&d%5Be%5D=1&f%5B%5D=1&f%5B%5D=2'));
});

describe('a field is read by its schema', () => {
  test.each<[string, Schema, unknown]>([
    ['5', { type: 'integer' }, { value: 5 }],
    ['x', { type: 'integer' }, { error: 'Must be a number.' }],
    ['true', { type: 'boolean' }, { value: true }],
    ['5', { type: 'string' }, { value: '5' }],
    ['1, 2', { type: 'array', items: { type: 'integer' } }, { value: [1, 2] }],
    ['2', { enum: [1, 2] }, { value: 2 }],
    ['{"a":1}', { type: 'object' }, { value: { a: 1 } }],
    ['{', { type: 'object' }, { error: 'Is not valid JSON.' }],
  ])('%j as %j', (text, schema, read) => expect(readField(text, schema, {})).toEqual(read));
  test('and written back', () => expect([textOf([1, 2]), textOf({ a: 1 }), textOf(null), textOf(false)]).toEqual(['1, 2', '{\n  "a": 1\n}', '', 'false']));
});

describe('a form becomes a request', () => {
  const get = page({
    path: '/orders/{id}',
    parameters: [parameter('id', 'path', { type: 'string' }, { required: true }), parameter('limit', 'query', { type: 'integer', maximum: 100 }), parameter('x-trace', 'header', { type: 'string' })],
  });

  test('with every parameter in its place', () =>
    expect(build(get, draft({ 'path:id': 'a b/c', 'query:limit': '5', 'header:x-trace': 't' })).request).toEqual({ method: 'GET', path: '/orders/a%20b%2Fc?limit=5', headers: { 'x-trace': 't' } }));
  test('what is empty is not sent, what is required is asked for', () => {
    expect(build(get, draft({ 'path:id': '7' })).request?.path).toBe('/orders/7');
    expect(build(get, draft({}))).toEqual({ issues: { 'path:id': 'Is required.' } });
  });
  test('mistakes are named at their field, all at once', () => expect(build(get, draft({ 'query:limit': '500' })).issues).toEqual({ 'path:id': 'Is required.', 'query:limit': 'Must be at most 100.' }));
  test('a path parameter that the contract forgot to describe is still asked for', () => expect(build(page({ path: '/a/{b}' }), draft({})).issues).toEqual({ 'path:b': 'Is required.' }));
  test('a parameter that takes the rest of the path keeps its slashes', () => expect(build(page({ path: '/f/{rest+}', parameters: [parameter('rest', 'path', { type: 'string' })] }), draft({ 'path:rest': 'a/b' })).request?.path).toBe('/f/a/b'));
  test('the key and the content type have no fields of their own', () =>
    expect(fieldsOf(page({ parameters: ['X-Api-Key', 'Content-Type', 'Accept', 'x-mine'].map((name) => parameter(name, 'header', true)) }), 'x-api-key').map((p) => p.name)).toEqual(['x-mine']));

  const post = page({
    method: 'POST',
    path: '/orders',
    request_body: { required: true, content: [{ media_type: 'application/json', schema: { $ref: '#/components/schemas/New' }, example: { sku: 'tea' } }] },
    schemas: { New: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
  });
  test('the examples make the first request', () => expect(requestFor(post)).toEqual({ method: 'POST', path: '/orders', headers: { 'content-type': 'application/json' }, body: '{\n  "sku": "tea"\n}' }));
  test('a body is checked against its schema, and a broken one is not sent', () => {
    expect(build(post, { ...firstDraft(post), body: '{}' }).issues.body).toBe('sku: Is required.');
    expect(build(post, { ...firstDraft(post), body: '{' }).request).toBeUndefined();
  });
  test('a body of any type is sent as JSON', () => {
    const any = page({ method: 'POST', request_body: { required: true, content: [{ media_type: '*/*', schema: true, example: { a: 1 } }] } });
    expect(requestFor(any)?.headers).toEqual({ 'content-type': 'application/json' });
  });
  test('a form is sent as a form', () => {
    const form = page({ method: 'POST', request_body: { required: true, content: [{ media_type: 'application/x-www-form-urlencoded', schema: true, example: { a: 'b c' } }] } });
    expect(requestFor(form)?.body).toBe('a=b%20c');
  });
});

describe('curl', () => {
  test('a shell runs it as it stands', () =>
    expect(curl('http://h/base/', { method: 'POST', path: "/a?b=c&d='e'", headers: { 'content-type': 'text/plain' }, body: "it's" }, { header: 'x-api-key', value: 'k' })).toBe(
      `curl -X POST 'http://h/base/a?b=c&d='\\''e'\\''' \\\n  -H 'x-api-key: k' \\\n  -H 'content-type: text/plain' \\\n  --data-raw 'it'\\''s'`,
    ));
  test('quotes only where needed', () => expect([quote('abc'), quote('$x'), quote('')]).toEqual(['abc', "'$x'", "''"]));
});
