// The console's tokens and the secrets it was told, by app: in this page's memory alone, and gone with it.
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { isOver, type Prover, refused, renewed, type Token } from './flow.ts';

interface Held {
  secret?: string;
  token?: Token;
}

interface Tokens {
  /** The app that calls. */
  app: string;
  choose: (app: string) => void;
  held: (app: string) => Held;
  keep: (app: string, change: Partial<Held>) => void;
  /** The token to call with now, renewed where it ends; `undefined` where there is none. */
  current: (app: string, prover: Prover) => Promise<Token | undefined>;
}

const NONE: Held = {};
const Context = createContext<Tokens>({ app: '', choose: () => {}, held: () => NONE, keep: () => {}, current: async () => undefined });

export const useTokens = () => useContext(Context);

export function TokenProvider({ children }: { children: ReactNode }) {
  const [app, choose] = useState('');
  const [all, setAll] = useState<Record<string, Held>>({});
  const now = useRef(all);
  // A refresh token works once: calls at the same time renew it together.
  const renewing = useRef<Record<string, Promise<Token | undefined> | undefined>>({});
  const tokens = useMemo<Tokens>(() => {
    const keep = (name: string, change: Partial<Held>) => {
      now.current = { ...now.current, [name]: { ...now.current[name], ...change } };
      setAll(now.current);
    };
    const current = async (name: string, prover: Prover) => {
      const token = now.current[name]?.token;
      if (!token || !isOver(token)) return token;
      const work = (renewing.current[name] ??= renewed(prover, token).finally(() => delete renewing.current[name]));
      const fresh = await work;
      keep(name, { token: fresh });
      if (!fresh) throw refused('expired');
      return fresh;
    };
    return { app, choose, held: (name) => all[name] ?? NONE, keep, current };
  }, [app, all]);
  return <Context value={tokens}>{children}</Context>;
}
