import { useState } from 'react';
import { Button } from './Button.tsx';
import { CopyButton } from './CodeBlock.tsx';
import { Icon } from './icons.tsx';
import css from './KeyReveal.module.css';

/** A secret that is shown this once. Leaving asks for a "yes, I have it". */
export function KeyReveal({ secret, onDone, what = 'key' }: { secret: string; onDone: () => void; what?: string }) {
  const [kept, setKept] = useState(false);
  return (
    <div className={css.reveal}>
      <p className={css.note}>
        <Icon name="warning" size={16} />
        <span>
          Copy this {what} now. Pailou keeps only its hash, so it <strong>cannot be shown again</strong>.
        </span>
      </p>
      <div className={css.secret}>
        <code data-testid="secret">{secret}</code>
        <CopyButton text={secret} label={`Copy ${what}`} />
      </div>
      <label className={css.kept}>
        <input type="checkbox" checked={kept} onChange={(event) => setKept(event.target.checked)} /> I have stored the {what} safely
      </label>
      <Button variant="primary" disabled={!kept} onClick={onDone}>
        Done
      </Button>
    </div>
  );
}
