// What came back: status, time, headers, and the body made readable. Long bodies are cut so that the page stays quick.
import { Button, CodeBlock, format, StatusBadge } from '@pailou/kit';
import { type ReactNode, useMemo } from 'react';
import type { TryAnswer } from './history.tsx';
import css from './TryIt.module.css';

const LONGEST_SHOWN = 120_000;
/** Longer JSON is shown as it came: laying it out would block the page. */
const LONGEST_LAID_OUT = 2_000_000;
const PROBLEM = 'urn:pailou:problem:';

export function headerOf(answer: TryAnswer, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The code of the gateway's own refusal, where the answer is one. */
export function problemCode(answer: TryAnswer): string | undefined {
  if (!/problem\+json/i.test(headerOf(answer, 'content-type') ?? '')) return undefined;
  try {
    const type = (JSON.parse(answer.body) as { type?: unknown }).type;
    return typeof type === 'string' && type.startsWith(PROBLEM) ? type.slice(PROBLEM.length) : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(answer: TryAnswer): number {
  return answer.body_encoding === 'base64' ? Math.floor((answer.body.length * 3) / 4) : new Blob([answer.body]).size;
}

function save(answer: TryAnswer, type: string) {
  const part = answer.body_encoding === 'base64' ? Uint8Array.from(atob(answer.body), (c) => c.charCodeAt(0)) : answer.body;
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = /json/i.test(type) ? 'response.json' : 'response';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function Answer({ answer, problemHref, children }: { answer: TryAnswer; problemHref: (code: string) => string; children?: ReactNode }) {
  const type = headerOf(answer, 'content-type') ?? '';
  const text = useMemo(() => {
    if (answer.body_encoding === 'base64') return undefined;
    if (/json/i.test(type) && answer.body.length <= LONGEST_LAID_OUT) {
      try {
        return JSON.stringify(JSON.parse(answer.body), null, 2);
      } catch {
        return answer.body;
      }
    }
    return answer.body;
  }, [answer, type]);
  const bytes = useMemo(() => bytesOf(answer), [answer]);
  const code = problemCode(answer);
  const image = answer.body_encoding === 'base64' && /^image\/(png|jpeg|gif|webp|avif)\b/i.test(type) && bytes < 5_000_000;
  return (
    <section className={css.answer} aria-label="Response">
      <p className={css.summary} role="status">
        <StatusBadge status={answer.status} />
        <span>{format.millis(answer.duration_ms)}</span>
        <span>{format.bytes(bytes)}</span>
        {code && <a href={problemHref(code)}>What does this mean?</a>}
      </p>
      {children}
      {answer.truncated && <p className={css.note}>The response was longer than the console carries; this is its beginning.</p>}
      {text !== undefined && text !== '' && (
        <>
          <CodeBlock code={text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}\n…` : text} label="Response body" maxHeight="26rem" />
          {text.length > LONGEST_SHOWN && <p className={css.note}>Only the beginning is shown. Download it to see all.</p>}
        </>
      )}
      {image && <img className={css.image} alt="The response" src={`data:${type};base64,${answer.body}`} />}
      {answer.body_encoding === 'base64' && !image && <p className={css.note}>The response is binary ({type || 'no content type'}).</p>}
      {answer.body === '' && <p className={css.note}>The response has no body.</p>}
      <div className={css.answerFoot}>
        <details>
          <summary>{answer.headers.length} response headers</summary>
          <dl className={css.headers}>
            {answer.headers.map(([name, value], i) => (
              <div key={i}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
        {answer.body !== '' && (
          <Button size="s" onClick={() => save(answer, type)}>
            Download
          </Button>
        )}
      </div>
    </section>
  );
}
