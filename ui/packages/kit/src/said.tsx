import type { ReactNode } from 'react';

/** A sentence of the server with what stands between backticks as code. */
export function said(text: string): ReactNode {
  const parts = text.split('`');
  // A backtick without another one is a backtick.
  if (parts.length < 3 || parts.length % 2 === 0) return text;
  return parts.map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part));
}
