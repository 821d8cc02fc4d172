// Code that calls an operation, in the reader's language. The choice is remembered in this browser.
import { CodeBlock, cx } from '@pailou/kit';
import { useState } from 'react';
import type { Sample } from '../contract.ts';
import css from './Samples.module.css';

const REMEMBERED = 'pailou-language';

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

interface SamplesProps {
  samples: Sample[];
  /** Changes the code before it is shown, such as by putting the reader's key in. */
  prepare?: (code: string) => string;
}

export function Samples({ samples, prepare = (code) => code }: SamplesProps) {
  const [language, setLanguage] = useState(remembered);
  const sample = samples.find((s) => s.language === language) ?? samples[0];
  if (!sample) return null;
  const choose = (next: string) => {
    setLanguage(next);
    try {
      localStorage.setItem(REMEMBERED, next);
    } catch {
      // Storage may be off; the choice then lasts as long as the page.
    }
  };
  return (
    <section className={css.samples} aria-label="Code samples">
      <div className={css.languages} role="group" aria-label="Language">
        {samples.map((s) => (
          <button type="button" key={s.language} aria-pressed={s === sample} className={cx(css.language, s === sample && css.chosen)} onClick={() => choose(s.language)}>
            {s.label}
          </button>
        ))}
      </div>
      <CodeBlock code={prepare(sample.code)} label={`${sample.label} sample`} maxHeight="24rem" />
    </section>
  );
}
