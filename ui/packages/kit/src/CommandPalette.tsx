import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import css from './CommandPalette.module.css';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icons.tsx';

export interface Command {
  id: string;
  label: string;
  group: string;
  icon?: IconName;
  hint?: string;
  run: () => void;
}

interface PaletteProps {
  open: boolean;
  onClose: () => void;
  /** Pages and actions, always at hand. */
  commands: readonly Command[];
  /** Looks for more by what was typed; called after a pause. */
  search?: (text: string, signal: AbortSignal) => Promise<readonly Command[]>;
  placeholder?: string;
}

const PAUSE_MS = 150;
const MOST = 40;

/** Commands whose label holds every word, those that begin with the text first. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  return commands
    .filter((command) => words.every((word) => `${command.label} ${command.group} ${command.hint ?? ''}`.toLowerCase().includes(word)))
    .sort((a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)));
}

/** Search over everything by keyboard. */
export function CommandPalette({ open, ...rest }: PaletteProps) {
  // Begun anew each time: what was typed last is gone before the first key.
  return open ? <Palette {...rest} /> : null;
}

function Palette({ onClose, commands, search, placeholder = 'Search or jump to…' }: Omit<PaletteProps, 'open'>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Command[]>([]);
  const [active, setActive] = useState(0);
  const id = useId();

  useLayoutEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  useEffect(() => {
    setActive(0);
    if (!search || text.trim() === '') {
      setFound([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      search(text.trim(), stop.signal).then(setFound, () => setFound([]));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, search]);

  const shown = useMemo(() => [...matching(commands, text), ...found].slice(0, MOST), [commands, found, text]);
  const choose = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const to = (active + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length);
      setActive(to);
      document.getElementById(`${id}-${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(shown[active]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className={css.palette}
      aria-label="Search"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
      onKeyDown={key}
    >
      <div className={css.box}>
        <div className={css.input}>
          <Icon name="search" />
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={shown.length ? `${id}-${active}` : undefined}
            aria-label={placeholder}
            placeholder={placeholder}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <kbd>esc</kbd>
        </div>
        <ul id={`${id}-list`} role="listbox" aria-label="Results" className={css.list}>
          {shown.map((command, at) => (
            <li key={command.id} id={`${id}-${at}`} role="option" aria-selected={at === active} className={cx(css.item, at === active && css.active)} onMouseMove={() => setActive(at)} onClick={() => choose(command)}>
              {command.icon && <Icon name={command.icon} />}
              <span className={css.label}>{command.label}</span>
              {command.hint && <span className={css.hint}>{command.hint}</span>}
              <span className={css.group}>{command.group}</span>
            </li>
          ))}
          {shown.length === 0 && <li className={css.none}>Nothing found</li>}
        </ul>
      </div>
    </dialog>
  );
}
