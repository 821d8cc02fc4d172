// Policies as documents attach them: `{ "rate-limit": {…}, "when": "…" }`.
import type { PolicyUse } from '@pailou/api/admin';

export interface Attached {
  policy: string;
  config: unknown;
  when?: string;
}

/** Reads one entry; a bare name, as files may have it, is a policy without configuration. */
export function readUse(use: PolicyUse | string): Attached {
  if (typeof use === 'string') return { policy: use, config: {} };
  const [policy = '', config = {}] = Object.entries(use).find(([name]) => name !== 'when') ?? [];
  return { policy, config, ...(typeof use.when === 'string' ? { when: use.when } : {}) };
}

export function writeUse({ policy, config, when }: Attached): PolicyUse {
  return { [policy]: config ?? {}, ...(when?.trim() ? { when: when.trim() } : {}) };
}

/** A configuration in one line: `{ limit: 100, window: 1m }`. */
export function oneLine(config: unknown, most = 90): string {
  const text = flow(config);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return pairs.length ? `{ ${pairs.map(([name, inner]) => `${name}: ${flow(inner)}`).join(', ')} }` : '{}';
  }
  return typeof value === 'string' && /^[\w./:*-]+$/.test(value) ? value : JSON.stringify(value);
}

/** The stages in the order they run. */
export const STAGES = ['reply', 'edge', 'authenticate', 'authorize', 'limit', 'validate', 'transform', 'cache'];

export const stageOrder = (stage: string | undefined) => {
  const at = STAGES.indexOf(stage ?? '');
  return at < 0 ? STAGES.length : at;
};
