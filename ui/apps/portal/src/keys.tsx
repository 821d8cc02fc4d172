// The visitor's own API key: in memory, and in this tab's storage only if they ask for it. Never in an address.
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { keptAs } from './workspace.ts';

const STORED = keptAs('pailou-key');

interface Keys {
  value: string;
  set: (value: string) => void;
  remember: boolean;
  setRemember: (remember: boolean) => void;
}

const Context = createContext<Keys>({ value: '', set: () => {}, remember: false, setRemember: () => {} });

export const useKey = () => useContext(Context);

function stored(): string {
  try {
    return sessionStorage.getItem(STORED) ?? '';
  } catch {
    return '';
  }
}

function store(value: string | undefined) {
  try {
    if (value) sessionStorage.setItem(STORED, value);
    else sessionStorage.removeItem(STORED);
  } catch {
    // Storage may be off; the key then lives as long as the page.
  }
}

export function KeyProvider({ children }: { children: ReactNode }) {
  const [value, setValue] = useState(stored);
  const [remember, setRemember] = useState(() => stored() !== '');
  const keys = useMemo<Keys>(
    () => ({
      value,
      set: (next) => {
        setValue(next);
        if (remember) store(next);
      },
      remember,
      setRemember: (next) => {
        setRemember(next);
        store(next ? value : undefined);
      },
    }),
    [value, remember],
  );
  return <Context value={keys}>{children}</Context>;
}
