import { useState } from 'react';
import { IconButton } from './Button.tsx';

export type Theme = 'auto' | 'light' | 'dark';

const NEXT: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' } as const;
const STORED = 'pailou-theme';

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

/** Chooses a theme, here and for the next visit. */
export function setTheme(theme: Theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'auto') localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, theme);
  } catch {
    // Storage may be off; the choice then holds until the page is left.
  }
}

export function ThemeToggle() {
  const [theme, show] = useState(currentTheme);
  const choose = () => {
    const next = NEXT[theme];
    setTheme(next);
    show(next);
  };
  return <IconButton icon={ICONS[theme]} label={`Theme: ${theme === 'auto' ? 'like the system' : theme}. Change`} onClick={choose} />;
}
