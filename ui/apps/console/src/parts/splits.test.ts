import { describe, expect, it } from 'vitest';
import { matchText, readShare, roomOf, stepsOf, stickyText } from './splits.ts';

const split = { branches: [{ name: 'canary', upstream: 'next', weight: 12.5 }, { name: 'old', upstream: 'old', weight: 40 }] };

describe('the share of a branch', () => {
  it('may be what the others leave, and no more', () => {
    expect(roomOf(split, 'canary')).toBe(60);
    expect(readShare('60', 60)).toEqual({ weight: 60 });
    expect(readShare('0,5', 60)).toEqual({ weight: 0.5 });
    for (const wrong of ['', ' ', 'many', '-1', '60.1', 'Infinity']) expect(readShare(wrong, 60)).toHaveProperty('wrong');
  });
});

it('says how far a rollout has come, also between two steps', () => {
  const at = (weight: number) => stepsOf({ name: 'canary', upstream: 'next', weight, rollout: { steps: [5, 25, 50], every: '10m' } as never }).map(({ here, passed }) => (here ? 'here' : passed ? 'passed' : ''));
  expect(at(0)).toEqual(['', '', '']);
  expect(at(25)).toEqual(['passed', 'here', '']);
  expect(at(30)).toEqual(['passed', 'here', '']);
  expect(at(50)).toEqual(['passed', 'passed', 'here']);
});

it('tells matches and what callers are known by', () => {
  expect(matchText({ name: 'canary', upstream: 'next', match: [{ headers: { 'x-canary': '1' } }, { consumers: ['ada', 'bob'] }] } as never)).toEqual(['header x-canary: 1', 'consumers ada, bob']);
  expect(stickyText(['consumer', { cookie: 'session' }, { own_cookie: { name: 'pailou-at' } }] as never)).toBe('consumer, then cookie session, then a cookie of its own pailou-at');
});
