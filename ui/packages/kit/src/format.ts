// Numbers and times as people read them; every number leaves here with its unit.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const NONE = '–';

type Maybe = number | null | undefined;
const missing = (n: Maybe): n is null | undefined => n === null || n === undefined || Number.isNaN(n);

/** `1,204`, and from 100,000 on `120K`. */
export function count(n: Maybe): string {
  if (missing(n)) return NONE;
  return Math.abs(n) >= 100_000 ? short.format(n) : whole.format(n);
}

/** `1 call`, `2 calls`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Three significant digits, without a unit. */
export function digits(n: number): string {
  const size = Math.abs(n);
  if (size >= 100_000) return short.format(n);
  if (size >= 100) return whole.format(n);
  return String(Number(n.toPrecision(size >= 1 ? 3 : 2)));
}

/** Requests each second: `12.5 req/s`. */
export function rate(n: Maybe): string {
  return missing(n) ? NONE : `${digits(n)} req/s`;
}

/** Milliseconds as `0.4 ms`, `120 ms`, `1.2 s`. */
export function millis(n: Maybe): string {
  if (missing(n)) return NONE;
  if (n >= 60_000) return `${digits(n / 60_000)} min`;
  return n >= 1000 ? `${digits(n / 1000)} s` : `${digits(n)} ms`;
}

/** Bytes by powers of 1024: `512 B`, `1.5 KiB`. */
export function bytes(n: Maybe): string {
  if (missing(n)) return NONE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let size = n;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${digits(size)} ${units[at]}`;
}

/** A share between 0 and 1 as `0.4 %`; a tiny one is `< 0.01 %`, never 0. */
export function percent(share: Maybe): string {
  if (missing(share)) return NONE;
  if (share > 0 && share < 0.0001) return '< 0.01 %';
  return `${digits(share * 100)} %`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
const day = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: '2-digit' });

export type Instant = number | string | Date;

/** Reads milliseconds since 1970 or RFC 3339. */
export function instant(at: Instant): Date {
  return at instanceof Date ? at : new Date(at);
}

const valid = (date: Date) => !Number.isNaN(date.getTime());

/** `14:03:22`. */
export function clockTime(at: Instant, seconds = true): string {
  const date = instant(at);
  return valid(date) ? (seconds ? clock : minute).format(date) : NONE;
}

/** `21 Nov 2026, 14:03:22 CET`. */
export function fullTime(at: Instant): string {
  const date = instant(at);
  return valid(date) ? full.format(date) : NONE;
}

export function dayOf(at: Instant): string {
  const date = instant(at);
  return valid(date) ? day.format(date) : NONE;
}

/** The last second of a day such as `2030-01-31` where the reader is, as RFC 3339: what is chosen as a last day ends with it. */
export function endOfDay(chosen: string): string {
  const end = new Date(`${chosen}T23:59:59`);
  return valid(end) ? end.toISOString().replace('.000Z', 'Z') : '';
}

/** `just now`, `4 min ago`, `3 h ago`, `2 d ago`, then the day. */
export function ago(at: Instant, now = Date.now()): string {
  const date = instant(at);
  if (!valid(date)) return NONE;
  const seconds = (now - date.getTime()) / 1000;
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return dayOf(date);
}

/** How long until then, `in 3 d`, `in 42 s`; what is past as `ago` says it. */
export function until(at: Instant, now = Date.now()): string {
  const date = instant(at);
  if (!valid(date)) return NONE;
  const seconds = (date.getTime() - now) / 1000;
  if (seconds <= 0) return ago(date, now);
  if (seconds < 60) return `in ${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `in ${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `in ${Math.floor(seconds / 3600)} h`;
  return `in ${Math.floor(seconds / 86_400)} d`;
}

/** How long something runs: `3 d 4 h`, `12 min`. */
export function uptime(from: Instant, now = Date.now()): string {
  const date = instant(from);
  if (!valid(date)) return NONE;
  const minutes = Math.max(0, Math.floor((now - date.getTime()) / 60_000));
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** The viewer's time zone, as charts show it: `UTC`, `Europe/Berlin`. */
export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time';
}
