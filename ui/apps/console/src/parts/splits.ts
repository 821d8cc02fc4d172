// Splits: what their shares and rollouts come to.
import type { Split } from '@pailou/api/admin';

export type Branch = Split['split']['branches'][number];

/** The name of what branches leave, as the server has it. */
export const USUAL = '(usual)';

/** The largest share a branch may get, percent: what the others leave. */
export function roomOf(split: Split['split'], name: string): number {
  const others = split.branches.filter((branch) => branch.name !== name).reduce((sum, branch) => sum + (branch.weight ?? 0), 0);
  return Math.max(0, Math.round((100 - others) * 1e6) / 1e6);
}

/** What is wrong with a share somebody typed, or the number. */
export function readShare(text: string, room: number): { weight: number } | { wrong: string } {
  const weight = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(weight) || weight < 0) return { wrong: 'A number from 0 on' };
  if (weight > room) return { wrong: `At most ${room} %: all branches together have 100 %` };
  return { weight };
}

/** The steps of a rollout, with how far it has come. */
export function stepsOf(branch: Branch): { step: number; passed: boolean; here: boolean }[] {
  const steps = branch.rollout?.steps ?? [];
  const weight = branch.weight ?? 0;
  const here = steps.findLast((step) => step <= weight);
  return steps.map((step) => ({ step, passed: step < (here ?? 0), here: step === here }));
}

/** An upstream by its name, or its endpoints. */
export function upstreamText(upstream: Branch['upstream'] | null | undefined): string {
  if (!upstream) return 'none';
  return typeof upstream === 'string' ? upstream : upstream.endpoints.map((one) => (typeof one === 'string' ? one : one.url)).join(', ');
}

/** What sends a request to a branch whatever its weight. */
export function matchText(branch: Branch): string[] {
  return (branch.match ?? []).map((match) =>
    Object.entries(match)
      .flatMap(([what, value]) => (Array.isArray(value) ? [`${what} ${value.join(', ')}`] : value && typeof value === 'object' ? Object.entries(value).map(([name, one]) => `${what.replace(/s$/, '')} ${name}: ${typeof one === 'string' ? one : JSON.stringify(one)}`) : value ? [`${what} ${String(value)}`] : []))
      .join(' and '),
  );
}

/** What keeps a caller at a branch. */
export function stickyText(sticky: NonNullable<Split['split']['sticky']>): string {
  return sticky.map((one) => (typeof one === 'string' ? one : Object.entries(one).map(([what, of]) => `${what.replace('own_cookie', 'a cookie of its own')} ${typeof of === 'string' ? of : (of as { name?: string }).name ?? ''}`.trim()).join())).join(', then ');
}
