import type { Operation } from '@pailou/api/admin';
import { describe, expect, it } from 'vitest';
import { curlOf, gatewayUrl, sampleOperation } from './gateway.ts';

const operation = (more: Partial<Operation>): Operation => ({ id: 'x', method: 'GET', path: '/orders', policies: [], ...more });
const system = (listeners: (string | { address: string; protocol?: string })[]) => ({ version: '', role: '', started_at: '', gateway: { listeners } });

describe('the gateway', () => {
  it('is called at its plain listener', () => {
    expect(gatewayUrl(system([{ address: '127.0.0.1:8443', protocol: 'https' }, { address: '0.0.0.0:8081', protocol: 'http' }]))).toBe('http://127.0.0.1:8081');
    expect(gatewayUrl(system(['https://127.0.0.1:8443']))).toBe('https://127.0.0.1:8443');
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
