import { expect, test } from 'vitest';
import { mayOf } from './may.tsx';

const session = (permissions: string[] | undefined) => ({ user: { name: 'Ana', email: 'ana@example.com', kind: 'member' as const }, permissions });

test('a permission is had or not', () => {
  expect(mayOf(session(['apis:read']), 'apis:read')).toBe(true);
  expect(mayOf(session(['apis:read']), 'apis:write')).toBe(false);
  expect(mayOf(session(undefined), 'apis:read')).toBe(false);
  expect(mayOf(undefined, 'apis:read')).toBe(false);
});

test('what is for ones own things is for those alone', () => {
  const ana = session(['apis:write:own']);
  expect(mayOf(ana, 'apis:write')).toBe(true);
  expect(mayOf(ana, 'apis:write', 'Ana@example.com')).toBe(true);
  expect(mayOf(ana, 'apis:write', 'bea@example.com')).toBe(false);
  expect(mayOf(ana, 'apis:write', null)).toBe(false);
});
