// Certificates: how long they are still good, and what is known of each.
import type { CertificateStatus, Documents, ObtainedStatus, Stored } from '@pailou/api/admin';
import { format, type Tone } from '@pailou/kit';

const DAY = 86_400_000;
/** From how many days before its end on a certificate is told to end soon. */
export const SOON_DAYS = 30;
const URGENT_DAYS = 7;

export interface Validity {
  tone: Tone;
  words: string;
  /** Whole days that are left; negative once it has ended. */
  days: number;
}

/** How a certificate's time stands. */
export function validityOf({ not_before, not_after }: Pick<CertificateStatus, 'not_before' | 'not_after'>, now = Date.now()): Validity {
  const left = new Date(not_after).getTime() - now;
  const days = Math.floor(left / DAY);
  if (left <= 0) return { tone: 'bad', words: days < -1 ? `expired ${format.plural(-days - 1, 'day')} ago` : 'expired', days };
  if (new Date(not_before).getTime() > now) return { tone: 'bad', words: `not valid before ${format.dayOf(not_before)}`, days };
  const words = days === 0 ? 'ends today' : `${format.plural(days, 'day')} left`;
  return { tone: days < URGENT_DAYS ? 'bad' : days < SOON_DAYS ? 'warn' : 'good', words, days };
}

/** A certificate as it is configured, as it is served, or both. */
export interface Shown {
  name: string;
  document?: Documents['certificate'];
  status?: CertificateStatus;
  /** How it stands with the authority that is asked for it. */
  obtained?: ObtainedStatus;
}

/** What is configured and what is served, by name; what the gateway has from elsewhere at the end. */
export function merge(documents: readonly Stored<Documents['certificate']>[], served: readonly CertificateStatus[], obtained: readonly ObtainedStatus[] = []): Shown[] {
  const shown = documents.map(({ document: { name, ...rest } }): Shown => ({ name, document: { name, ...rest }, status: served.find((status) => status.name === name), obtained: obtained.find((one) => one.certificate === name) }));
  const known = new Set(shown.map(({ name }) => name));
  return [...shown, ...served.filter((status) => !known.has(status.name)).map((status): Shown => ({ name: status.name, status }))];
}

/** What one is called that no resource names. */
export function nameOf(name: string): string {
  return name === '(made)' ? 'made by the gateway' : name === '(given)' ? 'from the command line' : name;
}

/** The most telling part of a name as RFC 4514 writes it: its common name, or else its organization. */
export function shortName(name: string): string {
  const part = (key: string) => new RegExp(`(?:^|,)\\s*${key}=((?:\\\\.|[^,\\\\])*)`, 'i').exec(name)?.[1]?.replaceAll(/\\(.)/g, '$1');
  return part('CN') ?? part('O') ?? name;
}
