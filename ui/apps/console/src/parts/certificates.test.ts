import { expect, it } from 'vitest';
import { merge, shortName, validityOf } from './certificates.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const at = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

it.each([
  [-20, 400, 'good', '400 days left'],
  [-20, 29.5, 'warn', '29 days left'],
  [-20, 6.5, 'bad', '6 days left'],
  [-20, 1, 'bad', '1 day left'],
  [-20, 0.5, 'bad', 'ends today'],
  [-20, 0, 'bad', 'expired'],
  [-20, -0.5, 'bad', 'expired'],
  [-20, -3, 'bad', 'expired 2 days ago'],
  [1, 90, 'bad', 'not valid before 02 Jun 2026'],
])('a certificate from %s to %s days from now is %s: %s', (from, to, tone, words) => {
  expect(validityOf({ not_before: at(from), not_after: at(to) }, NOW)).toMatchObject({ tone, words });
});

it('shows what is configured and not served, and what is served and not configured', () => {
  const status = (name: string) => ({ name, hosts: [], subject: '', issuer: '', serial: '', not_before: at(-1), not_after: at(1), chain: 1, stapled: false, is_default: false });
  const stored = (name: string) => ({ document: { kind: 'certificate', name, cert_file: 'a', key_file: 'b' }, revision: 1, created_at: '', updated_at: '', origin: 'api' }) as never;
  const shown = merge([stored('a'), stored('b')], [status('b'), status('(made)')], [{ certificate: 'a', hosts: [], directory: 'https://ca', challenge: 'http-01', state: 'awaited', not_after: null, next_attempt: at(0), failures: 1, error: 'no answer' }]);
  expect(shown.map(({ obtained }) => obtained?.failures)).toEqual([1, undefined, undefined]);
  expect(shown.map(({ name, document, status }) => [name, document !== undefined, status !== undefined])).toEqual([
    ['a', true, false],
    ['b', true, true],
    ['(made)', false, true],
  ]);
});

it('names an authority by its common name', () => {
  expect(shortName('CN=Example\\, Inc. CA,O=Example,C=DE')).toBe('Example, Inc. CA');
  expect(shortName('C=DE,O=Example')).toBe('Example');
  expect(shortName('1.2.3=#0401')).toBe('1.2.3=#0401');
});
