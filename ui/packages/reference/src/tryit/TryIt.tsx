// Calls an operation from its page: a form made from the contract, the visitor's own key, and what came back.
import { Button, CopyButton, ErrorState, Field, Select, TextArea, TextInput } from '@pailou/kit';
import { type FormEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { OperationPage, Parameter, Schemas } from '../contract.ts';
import { MarkdownLine } from '../markdown/Markdown.tsx';
import { build, type BuiltRequest, type Draft, fieldKey, fieldsOf, firstBody, firstDraft, isForm, isJson, isWritable } from '../request/build.ts';
import { curl } from '../request/curl.ts';
import { controlOf, textOf } from '../request/parse.ts';
import { typeLabel } from '../schema/describe.ts';
import { look } from '../schema/resolve.ts';
import { Answer } from './Answer.tsx';
import { BodyForm } from './BodyForm.tsx';
import { type Sent, type TryAnswer, useHistory } from './history.tsx';
import css from './TryIt.module.css';

export interface KeyField {
  /** The header that carries the key. */
  header: string;
  value: string;
  onChange: (value: string) => void;
  /** Keeps the key until this tab is closed, also over a reload. */
  remember: boolean;
  onRemember: (remember: boolean) => void;
}

interface TryItProps {
  page: OperationPage;
  baseUrl: string;
  /** Absent where the API asks for no key. */
  apiKey?: KeyField;
  /** In place of the key's field: what says who calls in another way. `send` adds it. */
  credentials?: ReactNode;
  /** The header by which it is shown, with words in its place, for the command to copy. */
  stands?: { header: string; value: string };
  send: (request: BuiltRequest) => Promise<TryAnswer>;
  problemHref: (code: string) => string;
  /** What helps after a refusal, such as the way to a key. */
  help?: (answer: TryAnswer) => ReactNode;
}

/** More optional fields than this are folded away. */
const FOLDED = 4;

export function TryIt({ page, baseUrl, apiKey, credentials, stands, send, problemHref, help }: TryItProps) {
  const history = useHistory();
  const [draft, setDraft] = useState<Draft>(() => firstDraft(page, apiKey?.header));
  const [shown, setShown] = useState<Sent>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const built = useMemo(() => build(page, draft, apiKey?.header), [page, draft, apiKey?.header]);
  const fields = fieldsOf(page, apiKey?.header);
  const required = fields.filter((parameter) => parameter.required);
  const optional = fields.filter((parameter) => !parameter.required);
  const mine = history.sent.filter((sent) => sent.operation === page.id);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!built.request) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      const { request } = built;
      const key = apiKey?.value.trim();
      const answer = await send(key && apiKey ? { ...request, headers: { ...request.headers, [apiKey.header]: key } } : request);
      // The key stays out of the history.
      setShown(history.add({ at: Date.now(), operation: page.id, request, answer }));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  const field = (parameter: Parameter) => {
    const key = fieldKey(parameter);
    const touched = tried || draft.fields[key];
    return (
      <ParameterField
        key={key}
        parameter={parameter}
        schemas={page.schemas}
        value={draft.fields[key] ?? ''}
        error={touched ? built.issues[key] : undefined}
        onChange={(value) => setDraft((now) => ({ ...now, fields: { ...now.fields, [key]: value } }))}
      />
    );
  };

  return (
    <section className={css.tryit} aria-label="Try it">
      {credentials}
      <form ref={form} onSubmit={submit} noValidate className={css.form}>
        {apiKey && <KeyInput {...apiKey} />}
        {required.map(field)}
        {optional.length > 0 &&
          (optional.length > FOLDED ? (
            <details className={css.optional}>
              <summary>{optional.length} optional parameters</summary>
              <div className={css.form}>{optional.map(field)}</div>
            </details>
          ) : (
            optional.map(field)
          ))}
        {page.request_body && page.request_body.content.length > 0 && <BodyInput page={page} draft={draft} onChange={setDraft} error={tried ? built.issues.body : undefined} />}
        <div className={css.actions}>
          <Button type="submit" variant="primary" icon="play" busy={busy}>
            Send
          </Button>
          {built.request && <CopyButton text={curl(baseUrl, built.request, apiKey ? { header: apiKey.header, value: apiKey.value || 'YOUR_API_KEY' } : stands)} label="Copy as curl" />}
          {tried && !built.request && (
            <span className={css.blocked} role="status">
              {Object.keys(built.issues).length === 1 ? 'One field needs' : `${Object.keys(built.issues).length} fields need`} another look.
            </span>
          )}
        </div>
      </form>
      {error !== undefined && <ErrorState error={error} compact />}
      {shown && (
        <Answer answer={shown.answer} problemHref={problemHref}>
          {help?.(shown.answer)}
        </Answer>
      )}
      {mine.length > 1 && (
        <details className={css.history}>
          <summary>{mine.length} calls since this page was opened</summary>
          <ul>
            {mine.map((sent) => (
              <li key={sent.number}>
                <button type="button" aria-pressed={sent === shown} onClick={() => setShown(sent)}>
                  <time dateTime={new Date(sent.at).toISOString()}>{new Date(sent.at).toLocaleTimeString()}</time> {sent.answer.status} {sent.request.path}
                </button>
              </li>
            ))}
          </ul>
          <Button size="s" onClick={history.clear}>
            Clear
          </Button>
        </details>
      )}
    </section>
  );
}

function KeyInput({ header, value, onChange, remember, onRemember }: KeyField) {
  const [visible, setVisible] = useState(false);
  const id = useId();
  return (
    <div className={css.key}>
      <Field label="Your API key" hint={<>Sent as <code>{header}</code>. Kept in this page's memory only.</>}>
        {(control) => (
          <span className={css.keyRow}>
            <TextInput {...control} mono type={visible ? 'text' : 'password'} value={value} onChange={(event) => onChange(event.target.value)} placeholder="plk_…" autoComplete="off" data-1p-ignore data-testid="api-key" />
            <Button size="s" aria-pressed={visible} onClick={() => setVisible(!visible)}>
              {visible ? 'Hide' : 'Show'}
            </Button>
          </span>
        )}
      </Field>
      <span className={css.remember}>
        <input id={id} type="checkbox" checked={remember} onChange={(event) => onRemember(event.target.checked)} />
        <label htmlFor={id}>Keep it until I close this tab</label>
      </span>
    </div>
  );
}

interface ParameterFieldProps {
  parameter: Parameter;
  schemas: Schemas;
  value: string;
  error?: string;
  onChange: (value: string) => void;
}

function ParameterField({ parameter, schemas, value, error, onChange }: ParameterFieldProps) {
  const { control, choices } = controlOf(parameter.schema, schemas);
  const schema = look(parameter.schema, schemas).schema;
  const description = parameter.description ?? schema.description;
  const example = parameter.examples?.[0]?.value ?? parameter.example;
  const hint = (
    <>
      {typeLabel(parameter.schema, schemas)}
      {parameter.in === 'path' ? '' : `, ${parameter.in}`}
      {description && description.length <= 160 ? (
        <>
          {' · '}
          <MarkdownLine text={description} />
        </>
      ) : null}
    </>
  );
  return (
    <Field label={<code>{parameter.name}</code>} required={parameter.required} hint={hint} error={error}>
      {(props) =>
        control === 'enum' || control === 'boolean' ? (
          <Select
            {...props}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            options={[{ value: '', label: parameter.required ? 'Choose' : 'Not sent' }, ...(control === 'boolean' ? ['true', 'false'] : choices.map(textOf)).map((choice) => ({ value: choice, label: choice }))]}
          />
        ) : control === 'json' ? (
          <TextArea {...props} mono rows={3} value={value} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <TextInput {...props} value={value} placeholder={example === undefined || example === null ? undefined : textOf(example).slice(0, 80)} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  );
}

function BodyInput({ page, draft, onChange, error }: { page: OperationPage; draft: Draft; onChange: (change: (now: Draft) => Draft) => void; error?: string }) {
  const [raw, setRaw] = useState(false);
  const body = page.request_body;
  const content = body?.content ?? [];
  const media = content.find((m) => m.media_type === draft.mediaType) ?? content[0];
  if (!body || !media) return null;
  const structured = isJson(media.media_type) || isForm(media.media_type);
  let value: unknown;
  let readable = structured;
  try {
    value = structured ? JSON.parse(draft.body) : undefined;
  } catch {
    readable = false;
  }
  const asForm = readable && !raw;
  const sends = body.required || draft.sendBody;
  return (
    <fieldset className={css.body}>
      <legend className={css.legend}>Body</legend>
      <div className={css.bodyBar}>
        {content.length > 1 ? (
          <Select
            aria-label="Media type"
            value={media.media_type}
            onChange={(event) => {
              const next = content.find((m) => m.media_type === event.target.value);
              if (next) onChange((now) => ({ ...now, mediaType: next.media_type, body: firstBody(next) }));
            }}
            options={content.map((m) => ({ value: m.media_type, label: m.media_type }))}
          />
        ) : (
          <code className={css.note}>{media.media_type}</code>
        )}
        {structured && (
          <Button size="s" aria-pressed={!asForm} disabled={!readable && raw} onClick={() => setRaw(!raw)}>
            {asForm ? 'Edit as JSON' : 'Edit as form'}
          </Button>
        )}
      </div>
      {!body.required && (
        <label className={css.remember}>
          <input type="checkbox" checked={draft.sendBody} onChange={(event) => onChange((now) => ({ ...now, sendBody: event.target.checked }))} />
          Send a body
        </label>
      )}
      {!isWritable(media.media_type) && <p className={css.note}>This body is not text. What is written here is sent as it stands; for files use the curl command.</p>}
      {sends &&
        (asForm ? (
          <BodyForm schema={media.schema} schemas={page.schemas} value={value} label="Body" onChange={(next) => onChange((now) => ({ ...now, body: JSON.stringify(next, null, 2) }))} />
        ) : (
          <TextArea mono rows={12} aria-label="Body" aria-invalid={error ? true : undefined} value={draft.body} onChange={(event) => onChange((now) => ({ ...now, body: event.target.value }))} />
        ))}
      {sends && error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
