// What an operation's `security` asks of tokens: scopes, with what the contract says of them.
import type { OperationPage } from '@pailou/reference';

export interface Needs {
  /** Scopes that are needed together; any one of these is enough. Empty where the contract asks for no token. */
  alternatives: string[][];
  /** What scopes are for, in the contract's words. */
  meanings: Record<string, string>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The scopes of a scheme with their descriptions; those of OpenAPI 2.0 stand in the scheme itself. */
function scopesIn(scheme: Record<string, unknown>): [string, string][] {
  const flows = isRecord(scheme.flows) ? Object.values(scheme.flows) : [];
  const lists = [scheme, ...flows].map((part) => (isRecord(part) && isRecord(part.scopes) ? part.scopes : {}));
  return lists.flatMap((list) => Object.entries(list).flatMap(([name, text]) => (typeof text === 'string' && text ? [[name, text] as [string, string]] : [])));
}

export function needsOf(page: OperationPage): Needs {
  const schemes = page.security_schemes ?? {};
  const ofTokens = (name: string) => {
    const scheme = schemes[name];
    return isRecord(scheme) && /^(oauth2|openidconnect)$/i.test(String(scheme.type));
  };
  const alternatives = (page.security ?? []).flatMap((need) => {
    const names = Object.keys(need).filter(ofTokens);
    return names.length ? [[...new Set(names.flatMap((name) => need[name] ?? []))]] : [];
  });
  const meanings: Record<string, string> = {};
  for (const name of Object.keys(schemes).filter(ofTokens)) {
    for (const [scope, text] of scopesIn(schemes[name] as Record<string, unknown>)) meanings[scope] ??= text;
  }
  return { alternatives, meanings };
}

/** The scopes to ask for: of the first alternative that the client may have, else of the first. */
export function wantedOf(needs: Needs, allowed: string[]): string[] {
  return needs.alternatives.find((scopes) => scopes.every((scope) => allowed.includes(scope))) ?? needs.alternatives[0] ?? [];
}

/** What an operation needs that these scopes do not have; nothing where one alternative is met. */
export function lackingOf(needs: Needs, scopes: string[]): string[] {
  const lacks = needs.alternatives.map((need) => need.filter((scope) => !scopes.includes(scope)));
  return lacks.reduce<string[] | undefined>((least, one) => (least && least.length <= one.length ? least : one), undefined) ?? [];
}
