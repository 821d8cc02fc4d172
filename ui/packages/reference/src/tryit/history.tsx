// What was sent from the try-it console, newest first. Only in memory: answers may hold private things.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { BuiltRequest } from '../request/build.ts';

/** What came back. Header names may repeat. */
export interface TryAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: string;
  body_encoding: 'utf8' | 'base64';
  duration_ms: number;
  /** The body was longer than what the console shows. */
  truncated: boolean;
}

export interface Sent {
  number: number;
  /** Unix time, milliseconds. */
  at: number;
  operation: string;
  request: BuiltRequest;
  answer: TryAnswer;
}

interface History {
  sent: Sent[];
  add(entry: Omit<Sent, 'number'>): Sent;
  clear(): void;
}

const MOST = 20;
const Context = createContext<History>({ sent: [], add: (entry) => ({ ...entry, number: 0 }), clear: () => {} });

export const useHistory = () => useContext(Context);

let counted = 0;

export function TryHistory({ children }: { children: ReactNode }) {
  const [sent, setSent] = useState<Sent[]>([]);
  const add = useCallback((entry: Omit<Sent, 'number'>) => {
    const numbered = { ...entry, number: ++counted };
    setSent((all) => [numbered, ...all].slice(0, MOST));
    return numbered;
  }, []);
  const clear = useCallback(() => setSent([]), []);
  const history = useMemo(() => ({ sent, add, clear }), [sent, add, clear]);
  return <Context value={history}>{children}</Context>;
}
