// Times in which the calls of an API that ends are refused: as they are typed, checked, proposed and told.
import type { Brownout } from '@pailou/api/admin';

/** One as it is typed, in the reader's time zone: `2026-10-01T09:00`. */
export interface TypedBrownout {
  from: string;
  until: string;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** As a field for a time takes it. */
export function typed(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const typedOf = ({ from, until }: Brownout): TypedBrownout => ({ from: typed(new Date(from)), until: typed(new Date(until)) });

/** As it is sent; what was there before and not changed stays to the second. */
export function sent({ from, until }: TypedBrownout, before: readonly Brownout[]): Brownout {
  const same = before.find((one) => typedOf(one).from === from && typedOf(one).until === until);
  const time = (text: string) => `${new Date(text).toISOString().slice(0, 19)}Z`;
  return same ?? { from: time(from), until: time(until) };
}

/** What is wrong with one, before it is sent. */
export function wrong({ from, until }: TypedBrownout, ends?: string): string | undefined {
  const [begin, end] = [new Date(from).getTime(), new Date(until).getTime()];
  if (Number.isNaN(begin) || Number.isNaN(end)) return 'Say when it begins and when it is over.';
  if (end <= begin) return 'It is over before it begins.';
  if (end - begin > DAY) return 'It is a day long at most.';
  if (ends && end > new Date(ends).getTime()) return 'It is over after the API ends.';
  return undefined;
}

/** Ever longer ones toward the end: ten minutes four weeks before, an hour two weeks before, half a day five days before; of these what is to come. */
export function proposed(ends: string, now: number): TypedBrownout[] {
  const end = new Date(ends).getTime();
  const at = (days: number, minutes: number) => {
    // At ten in the morning, when somebody notices.
    const from = new Date(end - days * DAY);
    from.setHours(10, 0, 0, 0);
    return { from, until: new Date(from.getTime() + minutes * MINUTE) };
  };
  return [at(28, 10), at(14, 60), at(5, 720)].filter(({ from, until }) => from.getTime() > now && until.getTime() < end).map(({ from, until }) => ({ from: typed(from), until: typed(until) }));
}

export type When = 'now' | 'planned' | 'over';

export function when({ from, until }: Brownout, now: number): When {
  if (new Date(until).getTime() <= now) return 'over';
  return new Date(from).getTime() <= now ? 'now' : 'planned';
}

/** How long one is: `10 min`, `1 h`, `1 h 30 min`. */
export function lasting({ from, until }: Brownout): string {
  const minutes = Math.round((new Date(until).getTime() - new Date(from).getTime()) / MINUTE);
  return [minutes >= 60 && `${Math.floor(minutes / 60)} h`, (minutes % 60 > 0 || minutes === 0) && `${minutes % 60} min`].filter(Boolean).join(' ');
}
