import { expect, it } from 'vitest';
import { nameAndVersion } from './name.ts';

it.each([
  ['cups', 'cups', 'v1'],
  ['orders-v2', 'orders', 'v2'],
  ['v2', 'v2', 'v1'],
  ['very-v', 'very-v', 'v1'],
])('a design named %s becomes the API %s at %s', (design, name, version) => {
  expect(nameAndVersion(design)).toEqual({ name, version });
});
