import type { Operation } from '@pailou/api/admin';
import { describe, expect, it } from 'vitest';
import { curlOf, gatewayUrl, sampleOperation, versionWords } from './gateway.ts';

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
  it('names the version where several answer at one path', () => {
    const called = (version: object) => curlOf('http://g', { version: 'v2', listen: { path: '/shop', version } }, operation({}));
    expect(called({ header: 'api-version', query: 'version' })).toBe("curl -i -H 'api-version: v2' 'http://g/shop/orders'");
    expect(called({ query: 'version', value: '2' })).toBe("curl -i 'http://g/shop/orders?version=2'");
    expect(called({ media_type: 'application/vnd.shop.{version}+json' })).toBe("curl -i -H 'Accept: application/vnd.shop.v2+json' 'http://g/shop/orders'");
  });
});

describe('a version', () => {
  it('is told with how a request names it', () => {
    expect(versionWords({ version: 'v1', listen: {} })).toBeUndefined();
    expect(versionWords({ version: 'v1', listen: { version: { header: 'api-version', query: 'version', default: true } } })).toBe('header api-version: v1 or parameter version=v1; takes requests that name none, too');
    expect(versionWords({ version: '2026-03-10', listen: { version: { header: 'as-of', dates: true } } })).toBe('header as-of: 2026-03-10, and days after it until the next version');
  });
});
