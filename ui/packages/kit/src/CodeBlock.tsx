import { useEffect, useState } from 'react';
import { IconButton } from './Button.tsx';
import css from './CodeBlock.module.css';
import { copyText } from './copy.ts';
import { cx } from './cx.ts';

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState<'' | 'Copied' | 'Could not copy'>('');
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(''), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className={css.copy}>
      <IconButton icon={copied === 'Copied' ? 'check' : 'copy'} label={label} size="s" onClick={() => copyText(text).then((done) => setCopied(done ? 'Copied' : 'Could not copy'))} />
      <span role="status" className="visually-hidden">
        {copied}
      </span>
    </span>
  );
}

interface CodeProps {
  code: string;
  /** What the code is, for screen readers and the caption. */
  label?: string;
  /** Shows the label above the code. */
  caption?: boolean;
  wrap?: boolean;
  /** Scrolls past this height (CSS length). */
  maxHeight?: string;
  lineNumbers?: boolean;
}

export function CodeBlock({ code, label = 'Code', caption, wrap, maxHeight, lineNumbers }: CodeProps) {
  return (
    <figure className={css.figure}>
      {caption && <figcaption className={css.caption}>{label}</figcaption>}
      <CopyButton text={code} label={`Copy ${label.toLowerCase()}`} />
      {/* Scrollable regions take focus, so that the keyboard can scroll them. */}
      <pre className={cx(css.pre, wrap && css.wrap)} tabIndex={0} aria-label={label} style={{ maxHeight }}>
        {lineNumbers && (
          <span className={css.gutter} aria-hidden="true">
            {Array.from({ length: code.replace(/\n$/, '').split('\n').length }, (_, at) => at + 1).join('\n')}
          </span>
        )}
        <code>{code}</code>
      </pre>
    </figure>
  );
}
