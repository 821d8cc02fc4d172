import type { ButtonHTMLAttributes, ReactNode } from 'react';
import css from './Button.module.css';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icons.tsx';

export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 's' | 'm';

/** The classes of a button, for links that look like one. */
export function buttonClass(variant: ButtonVariant = 'plain', size: ButtonSize = 'm'): string {
  return cx(css.button, css[variant], css[size]);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: IconName;
  /** Shows that the action runs, and keeps it from running twice. */
  busy?: boolean;
  children?: ReactNode;
}

export function Button({ variant, size, icon, busy, children, className, disabled, type = 'button', ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} className={cx(buttonClass(variant, size), className)} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <span className={css.spinner} aria-hidden="true" /> : icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; `label` is its name for screen readers and its tooltip. */
export function IconButton({ icon, label, size, variant = 'quiet', ...rest }: { icon: IconName; label: string; size?: ButtonSize; variant?: ButtonVariant } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" {...rest} className={cx(buttonClass(variant, size), css.square, rest.className)} aria-label={label} title={label}>
      <Icon name={icon} size={16} />
    </button>
  );
}
