import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { applyEdit, lineOf, type Path, setIn } from './source-edit.ts';

const YAML = `# Orders, as the shop knows them.
openapi: 3.1.0
info:
  title: Orders # what people see
  version: '1.0'
  description: |
    Line one.
    Line two.
servers:
  - url: https://a.example
    description: One
  - url: https://b.example

tags: [a, b]
paths:
  # The list.
  /orders:
    get:
      summary: Lists
      responses:
        '200': { description: ok }
components: {}
`;

const edited = (text: string, path: Path, value: unknown) => applyEdit(text, setIn(text, path, value));
/** The text changes in what is said alone, and means what it was to mean. */
function check(text: string, path: Path, value: unknown) {
  const after = edited(text, path, value);
  const wanted = parse(text) as Record<string, unknown>;
  let at: Record<string | number, unknown> = wanted;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    at[key] ??= typeof path[depth + 1] === 'number' ? [] : {};
    at = at[key] as Record<string | number, unknown>;
  }
  at[path.at(-1) as string] = value;
  expect(parse(after)).toEqual(wanted);
  return after;
}

describe('setIn', () => {
  it('changes a text in place and keeps comments, quotes and order', () => {
    expect(check(YAML, ['info', 'title'], 'Shop: orders')).toBe(YAML.replace('Orders # what people see', '"Shop: orders" # what people see'));
    expect(check(YAML, ['info', 'version'], '2.0')).toContain('# what people see');
    expect(check(YAML, ['openapi'], '3.1.1')).toContain('# Orders, as the shop knows them.\nopenapi: 3.1.1\ninfo:');
  });
  it('writes and replaces texts of several lines', () => {
    const once = check(YAML, ['info', 'description'], 'Three\nlines\nhere');
    expect(once).toContain('servers:\n  - url: https://a.example');
    expect(check(once, ['info', 'description'], 'short')).toContain('description: short\nservers:');
    check(YAML, ['paths', '/orders', 'get', 'description'], 'Two\nlines');
  });
  it('adds what is not there, however deep', () => {
    expect(check(YAML, ['info', 'contact', 'email'], 'a@example.com')).toContain('  contact:\n    email: a@example.com\nservers:');
    expect(check(YAML, ['paths', '/orders', 'post'], { summary: 'Places', responses: { 201: { description: 'made' } } })).toContain('    post:\n      summary: Places');
    check(YAML, ['paths', '/orders/{id}', 'get', 'responses', '200', 'description'], 'one');
    check(YAML, ['components', 'schemas', 'Order'], { type: 'object', required: ['id'] });
    check(YAML, ['security'], [{ key: [] }]);
    check('openapi: 3.1.0\npaths:\ninfo:\n  title: t\n', ['paths', '/a'], { get: { responses: {} } });
    expect(edited('', ['openapi'], '3.1.0')).toBe('openapi: 3.1.0\n');
  });
  it('adds to lists', () => {
    expect(check(YAML, ['servers', 2], { url: 'https://c.example' })).toContain('  - url: https://b.example\n  - url: https://c.example\n');
    expect(check(YAML, ['tags', 2], 'c')).toContain('tags: [a, b, "c"]');
  });
  it('takes things away', () => {
    const none = edited(YAML, ['servers', 0], undefined);
    expect((parse(none) as { servers: unknown }).servers).toEqual([{ url: 'https://b.example' }]);
    expect((parse(edited(YAML, ['servers', 0, 'url'], undefined)) as { servers: unknown[] }).servers[0]).toEqual({ description: 'One' });
    expect(edited(YAML, ['info', 'title'], undefined)).not.toContain('title');
    expect((parse(edited(YAML, ['tags', 1], undefined)) as { tags: unknown }).tags).toEqual(['a']);
    // What would be left empty goes too.
    expect('paths' in (parse(edited(YAML, ['paths', '/orders'], undefined)) as object)).toBe(false);
    expect(setIn(YAML, ['info', 'nothing'], undefined)).toBeUndefined();
  });
  it('edits JSON as JSON', () => {
    const json = JSON.stringify({ openapi: '3.1.0', info: { title: 'Orders', version: '1' }, paths: {}, tags: [{ name: 'a' }] }, null, 2);
    for (const [path, value] of [
      [['info', 'title'], 'Other'],
      [['info', 'description'], 'Two\nlines'],
      [['paths', '/a'], { get: { responses: {} } }],
      [['tags', 1], { name: 'b' }],
      [['components', 'schemas', 'A'], { type: 'string' }],
    ] as const) {
      expect(JSON.parse(edited(json, path, value))).toEqual(parse(check(json, path, value)));
    }
    expect(JSON.parse(edited(json, ['info', 'version'], undefined))).toEqual({ openapi: '3.1.0', info: { title: 'Orders' }, paths: {}, tags: [{ name: 'a' }] });
    expect(JSON.parse(edited(json, ['info', 'title'], undefined))).toMatchObject({ info: { version: '1' } });
  });
  it('leaves alone what is so already', () => {
    expect(setIn(YAML, ['info', 'version'], '1.0')).toBeUndefined();
  });
});

describe('lineOf', () => {
  it('finds operations in YAML and in JSON', () => {
    expect(lineOf(YAML, '/orders')).toBe(17);
    expect(lineOf(YAML, '/orders', 'GET')).toBe(18);
    expect(lineOf('{\n "paths": {\n  "/a": {\n   "post": {}\n  }\n }\n}', '/a', 'POST')).toBe(4);
    expect(lineOf(YAML, '/none')).toBeUndefined();
  });
});
