// Scorecards, put together: of an API from all standards that are about it, of a team from its APIs.
import type { Standing } from '@pailou/api/admin';

export interface Card {
  api: string;
  owner?: string | null;
  /** The share of all that is asked that is met, 0 to 100. */
  score: number;
  /** What is asked and neither met nor waived. */
  missing: string[];
  standings: Standing[];
}

export interface Team {
  /** Empty for APIs that nobody answers for. */
  owner: string;
  apis: number;
  /** The mean of the scores of its APIs. */
  score: number;
  /** What its APIs most often miss. */
  worst?: string;
}

export function byApi(standings: readonly Standing[]): Card[] {
  const cards = new Map<string, Standing[]>();
  for (const standing of standings) cards.set(standing.api, [...(cards.get(standing.api) ?? []), standing]);
  return [...cards].map(([api, all]) => {
    const asked = all.flatMap((standing) => standing.requirements);
    const met = asked.filter((one) => one.met).length;
    const missing = asked.filter((one) => !one.met && !one.waived_until).map((one) => one.requirement);
    return { api, owner: all[0]?.owner, score: asked.length === 0 ? 100 : Math.floor((met * 100) / asked.length), missing: [...new Set(missing)], standings: all };
  });
}

export function byTeam(cards: readonly Card[]): Team[] {
  const teams = new Map<string, Card[]>();
  for (const card of cards) {
    const owner = card.owner?.trim() ?? '';
    teams.set(owner, [...(teams.get(owner) ?? []), card]);
  }
  return [...teams].map(([owner, all]) => {
    const counts = new Map<string, number>();
    for (const missing of all.flatMap((card) => card.missing)) counts.set(missing, (counts.get(missing) ?? 0) + 1);
    const worst = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0];
    return { owner, apis: all.length, score: Math.round(all.reduce((sum, card) => sum + card.score, 0) / all.length), worst };
  });
}

export const tone = (score: number): 'good' | 'warn' | 'bad' => (score >= 90 ? 'good' : score >= 60 ? 'warn' : 'bad');
