import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react';
import { cx } from './cx.ts';
import css from './Field.module.css';
import { Icon } from './icons.tsx';
import { said } from './said.tsx';

/** What a control inside a field needs to be tied to its label, hint and error. */
export interface ControlProps {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  required?: boolean;
}

interface FieldProps {
  label: ReactNode;
  /** What it is for, in a sentence. */
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  /** Hides the label from sight, not from screen readers. */
  hideLabel?: boolean;
  className?: string;
  children: (control: ControlProps) => ReactNode;
}

/** A labelled control with its hint and error. */
export function Field({ label, hint, error, required, hideLabel, className, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={cx(css.label, hideLabel && 'visually-hidden')}>
        {label}
        {required && <span className={css.required}> required</span>}
      </label>
      {children({ id, required, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={css.error}>
          <Icon name="warning" size={14} /> <span>{typeof error === 'string' ? said(error) : error}</span>
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, mono, ...rest }: InputHTMLAttributes<HTMLInputElement> & { mono?: boolean }) {
  return <input type="text" autoComplete="off" spellCheck={false} {...rest} className={cx(css.control, mono && 'mono', className)} />;
}

export function TextArea({ className, mono, rows = 4, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { mono?: boolean }) {
  return <textarea rows={rows} spellCheck={!mono} {...rest} className={cx(css.control, css.area, mono && 'mono', className)} />;
}

export interface Option {
  value: string;
  label: string;
}

export function Select({ options, className, ...rest }: SelectHTMLAttributes<HTMLSelectElement> & { options: readonly Option[] }) {
  return (
    <span className={cx(css.select, className)}>
      <select {...rest} className={css.control}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={16} />
    </span>
  );
}

export function Checkbox({ label, hint, className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: ReactNode; hint?: ReactNode }) {
  const id = useId();
  return (
    <div className={cx(css.check, className)}>
      <input type="checkbox" id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className={css.hint}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** A search box; its value is told on every change. */
export function SearchInput({ label, value, onChange, placeholder, className }: { label: string; value: string; onChange: (value: string) => void; placeholder?: string; className?: string }) {
  return (
    <span className={cx(css.search, className)}>
      <Icon name="search" size={16} />
      <input type="search" aria-label={label} placeholder={placeholder ?? label} value={value} onChange={(event) => onChange(event.target.value)} className={css.control} autoComplete="off" spellCheck={false} />
    </span>
  );
}
