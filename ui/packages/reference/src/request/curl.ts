// Writes a request as a curl command that a POSIX shell runs as it stands.
import type { BuiltRequest } from './build.ts';

/** Quotes for a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** The command; `base` is the API's address without a slash at its end. */
export function curl(base: string, request: BuiltRequest, key?: { header: string; value: string }): string {
  const parts = ['curl'];
  if (request.method !== 'GET') parts.push(request.method === 'HEAD' ? '--head' : `-X ${request.method}`);
  // Brackets and braces in an address are patterns to curl unless this is said.
  const url = base.replace(/\/$/, '') + request.path;
  if (/[[\]{}]/.test(url)) parts.push('--globoff');
  parts.push(quote(url));
  const lines = [parts.join(' ')];
  if (key) lines.push(`-H ${quote(`${key.header}: ${key.value}`)}`);
  for (const [name, value] of Object.entries(request.headers)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  if (request.body !== undefined) lines.push(`--data-raw ${quote(request.body)}`);
  return lines.join(' \\\n  ');
}
