import { expect, test } from 'vitest';
import type { Standing } from '@pailou/api/admin';
import { byApi, byTeam } from './scorecards.ts';

const standing = (api: string, owner: string | null, met: [string, boolean, string?][]): Standing =>
  ({ api, owner, standard: 's', enforced: true, score: 0, requirements: met.map(([requirement, is, waived_until]) => ({ requirement, met: is, missing: is ? null : 'x', waived_until, waiver: null })) }) as Standing;

test('an API is scored by all standards that are about it, and what is waived is neither met nor missing', () => {
  const [card] = byApi([standing('a', 'ada', [['owner', true], ['lint', false]]), standing('a', 'ada', [['review', false, '2999-01-01T00:00:00Z']])]);
  expect([card?.score, card?.missing]).toEqual([33, ['lint']]);
});

test('a team is scored by its APIs, and those of nobody are a team of their own', () => {
  const cards = byApi([standing('a', 'ada', [['owner', true]]), standing('b', 'ada', [['lint', false]]), standing('c', null, [['owner', false]])]);
  expect(byTeam(cards)).toEqual([
    { owner: 'ada', apis: 2, score: 50, worst: 'lint' },
    { owner: '', apis: 1, score: 0, worst: 'owner' },
  ]);
});
