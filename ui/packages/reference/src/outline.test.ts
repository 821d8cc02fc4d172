import { expect, test } from 'vitest';
import type { Outline } from './contract.ts';
import { groupsOf, rowsOf } from './outline.ts';

const outline: Outline = {
  title: 't',
  tags: [{ name: 'Menu' }, { name: 'Orders' }, { name: 'Unused' }],
  operations: [
    { id: 'listOrders', method: 'GET', path: '/orders', summary: 'List orders', tags: ['Orders'] },
    { id: 'getMenu', method: 'GET', path: '/menu', tags: ['Menu'] },
    { id: 'ping', method: 'GET', path: '/ping' },
  ],
};

test('groups stand in the order of the contract, without empty ones', () => expect(groupsOf(outline).map((group) => group.name)).toEqual(['Menu', 'Orders', 'Operations']));
test('a closed group shows only its head', () => expect(rowsOf(groupsOf(outline), '', new Set(['Orders'])).map((row) => row.key)).toEqual(['# Menu', '# Orders', 'listOrders', '# Operations']));
test('a filter opens what matches every word', () => expect(rowsOf(groupsOf(outline), ' get ORDERS ', new Set()).map((row) => row.key)).toEqual(['# Orders', 'listOrders']));
