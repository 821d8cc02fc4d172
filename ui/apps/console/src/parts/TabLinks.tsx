import { type ReactNode, useLayoutEffect, useRef } from 'react';
import css from './TabLinks.module.css';

/** Tabs that are pages of their own, with addresses. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  const shown = useRef<Element>(null);
  // On a narrow screen the strip is longer than it shows. What is here already stays where a hand has moved it.
  useLayoutEffect(() => {
    const [strip, here] = [nav.current, nav.current?.querySelector<HTMLElement>('[aria-current]')];
    if (!strip || !here || shown.current === here) return;
    shown.current = here;
    strip.scrollLeft = here.offsetLeft - strip.offsetLeft - (strip.clientWidth - here.clientWidth) / 2;
  });
  return (
    <nav aria-label={label} className={css.tabs} ref={nav}>
      {children}
    </nav>
  );
}
