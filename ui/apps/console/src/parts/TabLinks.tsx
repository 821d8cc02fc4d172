import type { ReactNode } from 'react';
import css from './TabLinks.module.css';

/** Tabs that are pages of their own, with addresses. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className={css.tabs}>
      {children}
    </nav>
  );
}
