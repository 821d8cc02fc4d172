import { type RefObject, useEffect, useState } from 'react';

const ALL_BELOW = 150;
const ROW_GUESS = 41;
const MARGIN = 30;

/** Which of many rows are near the screen, and how much space stands for the rest, in pixels. Few rows are drawn whole. */
export function useRowWindow(body: RefObject<HTMLElement | null>, count: number) {
  const windowed = count > ALL_BELOW;
  const [place, setPlace] = useState({ first: 0, visible: 40, height: ROW_GUESS });
  useEffect(() => {
    if (!windowed) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const element = body.current;
      if (!element) return;
      const height = element.querySelector<HTMLElement>('tr[data-row]')?.offsetHeight || ROW_GUESS;
      const first = Math.max(0, Math.floor(-element.getBoundingClientRect().top / height));
      const visible = Math.ceil(window.innerHeight / height);
      setPlace((old) => (old.first === first && old.visible === visible && old.height === height ? old : { first, visible, height }));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    document.addEventListener('scroll', soon, { capture: true, passive: true });
    window.addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('scroll', soon, { capture: true });
      window.removeEventListener('resize', soon);
    };
  }, [body, windowed]);
  return rowWindow(count, windowed ? place : undefined);
}

export interface RowWindow {
  start: number;
  end: number;
  before: number;
  after: number;
}

/** The rows to draw for a scroll position. */
export function rowWindow(count: number, place?: { first: number; visible: number; height: number }): RowWindow {
  if (!place) return { start: 0, end: count, before: 0, after: 0 };
  const start = Math.max(0, Math.min(place.first - MARGIN, count - place.visible - 2 * MARGIN));
  const end = Math.min(count, start + place.visible + 2 * MARGIN);
  return { start, end, before: start * place.height, after: (count - end) * place.height };
}
