import { expect, test } from 'vitest';
import { accountIssues } from './AccountForm.tsx';
import { candidates } from './firstCall.ts';
import { address, day } from './Life.tsx';
import { returnTo } from './returnTo.ts';

test.each([
  [undefined, '/apps'],
  ['/subscribe?product=shop', '/subscribe?product=shop'],
  ['//evil.example', '/apps'],
  ['/\\evil.example', '/apps'],
  ['https://evil.example', '/apps'],
  ['javascript:alert(1)', '/apps'],
  ['/a\\b', '/apps'],
  ['/sign-in?to=/x', '/apps'],
])('after signing in, %j leads to %s', (to, place) => expect(returnTo(to)).toBe(place));

test('the first call is a read with nothing to fill in', () => {
  const op = (method: string, path: string, deprecated = false) => ({ id: `${method} ${path}`, method, path, deprecated });
  const order = candidates({ title: '', operations: [op('POST', '/a'), op('GET', '/a/{id}'), op('GET', '/old', true), op('GET', '/orders')] });
  expect(order.map((o) => o.id)).toEqual(['GET /orders', 'GET /a/{id}', 'GET /old']);
});

test('an account asks for an address and a password worth the name', () => {
  expect(Object.keys(accountIssues('sign-up', { email: 'x', password: 'short', name: '' }, 8))).toEqual(['email', 'password']);
  expect(accountIssues('sign-up', { email: 'ada@example.com', password: 'long enough', name: '' }, 8)).toEqual({});
  expect(Object.keys(accountIssues('sign-up', { email: 'ada@example.com', password: 'long enough', name: '' }, 12))).toEqual(['password']);
  expect(accountIssues('sign-in', { email: 'ada@example.com', password: 'x', name: '' }, 8)).toEqual({});
});

test('a banner leads to addresses alone, and says days', () => {
  expect(['https://a.example/v2', '/v2', '//evil.example', 'javascript:alert(1)', undefined].map(address)).toEqual(['https://a.example/v2', '/v2', undefined, undefined, undefined]);
  expect(day('2026-12-31T23:59:59Z')).toMatch(/31/);
  expect(day('some day')).toBe('some day');
});
