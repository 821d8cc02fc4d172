import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import { Icon } from './icons.tsx';
import { shownProblem } from './States.tsx';
import css from './Toast.module.css';

interface Message {
  id: number;
  tone: 'good' | 'bad';
  text: string;
  detail?: string;
}

interface Toasts {
  /** Says that something was done; goes away by itself. */
  done(text: string): void;
  /** Says that something failed; stays until it is closed. */
  failed(text: string, error?: unknown): void;
}

const Context = createContext<Toasts>({ done: () => {}, failed: () => {} });

export const useToast = () => useContext(Context);

const SHOWN_MS = 5000;
const MOST = 4;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<Message[]>([]);
  const next = useRef(1);
  const drop = useCallback((id: number) => setMessages((all) => all.filter((message) => message.id !== id)), []);
  const toasts = useMemo<Toasts>(() => {
    const add = (message: Omit<Message, 'id'>) => {
      const id = next.current++;
      setMessages((all) => [...all, { id, ...message }].slice(-MOST));
      return id;
    };
    return {
      done: (text) => {
        const id = add({ tone: 'good', text });
        setTimeout(() => drop(id), SHOWN_MS);
      },
      failed: (text, error) => {
        const problem = error === undefined ? undefined : shownProblem(error);
        const findings = problem?.findings.map((finding) => finding.message).join('; ');
        add({ tone: 'bad', text, detail: problem && [problem.detail || problem.title, findings].filter(Boolean).join(': ') });
      },
    };
  }, [drop]);
  return (
    <Context value={toasts}>
      {children}
      <div className={css.stack} role="region" aria-label="Notifications">
        <div aria-live="polite">
          {messages.map((message) => (
            <div key={message.id} className={cx(css.toast, css[message.tone])}>
              <Icon name={message.tone === 'good' ? 'check' : 'warning'} />
              <div>
                <p className={css.text}>{message.text}</p>
                {message.detail && <p className="muted">{message.detail}</p>}
              </div>
              <IconButton icon="close" size="s" label="Dismiss" onClick={() => drop(message.id)} />
            </div>
          ))}
        </div>
      </div>
    </Context>
  );
}
