import { describe, expect, it } from 'vitest';
import { gather, guessRoot, isOfContract, joined, referencesOf } from './files.ts';

const openapi = (path: string, refs: string) => ({ path, text: `openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\npaths:\n${refs}\n` });

describe('the files of a contract', () => {
  it('are led to by references in YAML and JSON, wherever they are quoted', () => {
    const text = `a: { $ref: one.yaml }\nb: { $ref: './two.yaml#/x' }\nc:\n  "$ref" : "../up%20there/three.json#/y"\nd: { $ref: '#/here' }\ne: { $ref: https://example.com/far.yaml }\nf: { $ref: one.yaml#/again }`;
    expect(referencesOf({ path: 'spec/openapi.yaml', text })).toEqual([
      { path: 'spec/one.yaml', line: 1 },
      { path: 'spec/two.yaml', line: 2 },
      { path: 'up there/three.json', line: 4 },
    ]);
  });

  it('begin with the one that says what it is and that no other leads to', () => {
    const part = { path: 'spec/orders.yaml', text: 'get: { operationId: listOrders }' };
    const other = openapi('spec/examples/openapi.yaml', '');
    const root = openapi('spec/shop.yaml', `  /orders: { $ref: orders.yaml }\n  /x: { $ref: examples/openapi.yaml }`);
    expect(guessRoot([part, other, root])).toBe('spec/shop.yaml');
    expect(guessRoot([part])).toBe('spec/orders.yaml');
    expect(guessRoot([])).toBeUndefined();
  });

  it('are sent where something leads to them, and named where they are missing', () => {
    const root = openapi('spec/openapi.yaml', '  /orders: { $ref: paths/orders.yaml }\n  /sales: { $ref: paths/sales.yaml }');
    const orders = { path: 'spec/paths/orders.yaml', text: "get:\n  responses: { '200': { $ref: ../common.yaml#/Ok } }" };
    const common = { path: 'spec/common.yaml', text: 'Ok: { description: Fine. }' };
    const readme = { path: 'spec/ci.yaml', text: 'steps: []' };
    const found = gather([readme, common, orders, root], 'spec/openapi.yaml');
    expect(found?.beside.map((file) => file.path).sort()).toEqual(['spec/common.yaml', 'spec/paths/orders.yaml']);
    expect(found?.missing).toEqual([{ path: 'spec/paths/sales.yaml', from: 'spec/openapi.yaml', line: 5 }]);
    expect(found?.unused).toEqual(['spec/ci.yaml']);
  });

  it('are found by their names alone where nobody said a folder', () => {
    const root = openapi('openapi.yaml', '  /orders: { $ref: paths/orders.yaml }');
    const orders = { path: 'orders.yaml', text: "get:\n  responses: { '200': { $ref: ../../above.yaml#/Ok } }" };
    const found = gather([root, orders], 'openapi.yaml');
    expect(found?.beside).toEqual([{ path: 'paths/orders.yaml', text: orders.text }]);
    // What lies above is nothing that a name could be taken for.
    expect(found?.missing).toEqual([{ path: '../above.yaml', from: 'paths/orders.yaml', line: 2 }]);
  });

  it('of Protocol Buffers come all, and imports without a file are named', () => {
    const root = { path: 'orders.proto', text: 'syntax = "proto3";\nimport "google/api/annotations.proto";\nimport "common/money.proto";\nimport "gone.proto";\nservice Orders {}' };
    const money = { path: 'money.proto', text: 'syntax = "proto3";' };
    expect(guessRoot([money, root])).toBe('orders.proto');
    const found = gather([money, root], 'orders.proto');
    expect(found?.beside).toEqual([money]);
    expect(found?.missing).toEqual([{ path: 'gone.proto', from: 'orders.proto', line: 4 }]);
  });

  it('take the place of those of the same path, and leave out what is none', () => {
    const one = { path: 'a.yaml', text: '1' };
    expect(joined([one], [{ path: 'a.yaml', text: '2' }, { path: 'b.yaml', text: '3' }]).map((file) => file.text)).toEqual(['2', '3']);
    expect(['spec/a.yaml', 'spec/.git/a.yaml', 'node_modules/x/a.json', 'README.md', 'a.proto'].filter(isOfContract)).toEqual(['spec/a.yaml', 'a.proto']);
  });
});
