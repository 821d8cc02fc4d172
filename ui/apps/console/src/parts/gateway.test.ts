import type { Operation } from '@pailou/api/admin';
import { describe, expect, it } from 'vitest';
import { curlOf, gatewayUrl, sampleOperation } from './gateway.ts';

const operation = (more: Partial<Operation>): Operation => ({ id: 'x', method: 'GET', path: '/orders', deprecated: false, tags: [], policies: [], ...more });
describe('the gateway', () => {
  it('is called where the server says, or at the usual address', () => {
    expect(gatewayUrl({ gateway_url: 'http://127.0.0.1:8081/' })).toBe('http://127.0.0.1:8081');
    expect(gatewayUrl(undefined)).toBe('http://127.0.0.1:8080');
  });
});

describe('a sample call', () => {
  it('prefers what needs no parameters', () => {
    const operations = [operation({ method: 'POST' }), operation({ path: '/orders/{id}' }), operation({ path: '/orders' })];
    expect(sampleOperation(operations)?.path).toBe('/orders');
    expect(sampleOperation([])).toBeUndefined();
  });
  it('says which key header the policies ask for', () => {
    const guarded = operation({ path: '/orders/{id}', policies: [{ policy: 'key-auth', config: { headers: ['x-key'] }, from: 'api' }] });
    expect(curlOf('http://g', { listen: { path: '/o/v1' } }, guarded)).toBe("curl -i -H 'x-key: YOUR-KEY' 'http://g/o/v1/orders/1'");
    expect(curlOf('http://g', { listen: { path: '/', hosts: ['*.a.com'] } }, operation({ method: 'POST' }))).toBe("curl -i -X POST -H 'Host: www.a.com' 'http://g/orders'");
    expect(curlOf('http://g', { listen: { path: '/o/v1' } }, operation({ path: '/o/v1/orders' }))).toBe("curl -i 'http://g/o/v1/orders'");
  });
});
