import { act, renderHook } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { leave, useTask } from './useTask.ts';

describe('what a dialog does', () => {
  it('is one thing at a time, and says that it runs', async () => {
    const { result } = renderHook(() => useTask());
    let end = () => {};
    let first: Promise<boolean> | undefined;
    act(() => void (first = result.current.run(() => new Promise<void>((done) => (end = done)))));
    expect(result.current.busy).toBe(true);
    const second = vi.fn(async () => {});
    await act(async () => expect(await result.current.run(second)).toBe(false));
    expect(second).not.toHaveBeenCalled();
    await act(async () => {
      end();
      expect(await first).toBe(true);
    });
    expect(result.current.busy).toBe(false);
  });

  it('keeps what went wrong until it goes on, unless somebody takes it', async () => {
    const { result } = renderHook(() => useTask());
    const fails = () => Promise.reject(new Error('no'));
    await act(async () => expect(await result.current.run(fails)).toBe(false));
    expect(result.current.error).toEqual(new Error('no'));
    act(() => result.current.clear());
    expect(result.current.error).toBeUndefined();
    const taken = vi.fn();
    await act(async () => void (await result.current.run(fails, taken)));
    expect(taken).toHaveBeenCalledWith(new Error('no'));
    expect([result.current.busy, result.current.error]).toEqual([false, undefined]);
  });

  it('goes on being done while the page is left, and ends where it comes back', async () => {
    const assign = vi.fn();
    vi.stubGlobal('location', { assign });
    const gone = vi.fn();
    const left = leave('https://idp.example.com/').then(gone);
    await Promise.resolve();
    expect(assign).toHaveBeenCalledWith('https://idp.example.com/');
    expect(gone).not.toHaveBeenCalled();
    window.dispatchEvent(new Event('pageshow'));
    await left;
    expect(gone).toHaveBeenCalled();
    vi.unstubAllGlobals();
  });
});
