import { useCallback, useRef, useState } from 'react';

export interface Task {
  /** Whether it runs. */
  busy: boolean;
  /** What went wrong the last time. */
  error: unknown;
  /** Does something, unless something is being done already; whether it came to its end. */
  run: (work: () => Promise<unknown>, failed?: (error: unknown) => void) => Promise<boolean>;
  clear: () => void;
}

/** What a dialog or a form does: one thing at a time, whether it runs, and what went wrong. An error that `failed` takes is not kept. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const running = useRef(false);
  const run = useCallback<Task['run']>(async (work, failed) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (cause) {
      if (failed) failed(cause);
      else setError(cause);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(undefined), []);
  return { busy, error, run, clear };
}

/** Leaves for another page. What waits for it waits until this one has gone, or has come back as it was. */
export function leave(address: string): Promise<void> {
  window.location.assign(address);
  return new Promise((back) => window.addEventListener('pageshow', () => back(), { once: true }));
}
