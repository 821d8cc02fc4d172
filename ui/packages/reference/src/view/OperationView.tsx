// One operation, as text to read: what it does, what it takes, what it answers.
import { Badge, CodeBlock, CopyButton, MethodBadge, cx } from '@pailou/kit';
import { useState } from 'react';
import type { Media, OperationPage, Parameter, Response, Schemas } from '../contract.ts';
import { Markdown } from '../markdown/Markdown.tsx';
import { typeLabel } from '../schema/describe.ts';
import { look } from '../schema/resolve.ts';
import css from './OperationView.module.css';
import { Details, SchemasProvider, SchemaTree } from './SchemaTree.tsx';

interface OperationViewProps {
  page: OperationPage;
  baseUrl: string;
  /** Asks the server for a schema that the page does not carry, with those it uses. */
  fetchSchema?: (name: string) => Promise<Schemas>;
}

const PLACES = [
  ['path', 'Path parameters'],
  ['query', 'Query parameters'],
  ['querystring', 'Query string'],
  ['header', 'Headers'],
  ['cookie', 'Cookies'],
] as const;

export function OperationView({ page, baseUrl, fetchSchema }: OperationViewProps) {
  return (
    <SchemasProvider schemas={page.schemas} fetchSchema={fetchSchema}>
      <article className={css.operation} aria-labelledby="operation-title">
        <header className={css.header}>
          <h1 id="operation-title" tabIndex={-1} className={cx(page.deprecated && css.deprecated)}>
            {page.summary || `${page.method} ${page.path}`}
          </h1>
          <p className={css.address}>
            <MethodBadge method={page.method} />
            <code>
              <span className={css.base}>{baseUrl}</span>
              {page.path}
            </code>
            <CopyButton text={baseUrl + page.path} label="Copy address" />
          </p>
          {page.deprecated && (
            <p className={css.notice}>
              <Badge tone="warn">deprecated</Badge> Calls still work, but new ones should use something else.
            </p>
          )}
        </header>
        {page.description && <Markdown text={page.description} />}
        {PLACES.map(([place, title]) => {
          const list = page.parameters.filter((parameter) => parameter.in === place);
          return list.length ? <Parameters key={place} title={title} list={list} schemas={page.schemas} /> : null;
        })}
        {page.request_body && (
          <section className={css.section} aria-labelledby="request-body">
            <h2 id="request-body">
              Request body {page.request_body.required && <span className={css.required}>required</span>}
            </h2>
            {page.request_body.description && <Markdown text={page.request_body.description} />}
            <Bodies content={page.request_body.content} label="Request body" />
          </section>
        )}
        <section className={css.section} aria-labelledby="responses">
          <h2 id="responses">Responses</h2>
          {page.responses.length ? <Responses list={page.responses} schemas={page.schemas} /> : <p className="muted">The contract does not say what comes back.</p>}
        </section>
        {page.truncated && <p className={css.notice}>This operation is very large: its deepest levels and longest examples are left out here. The contract has them.</p>}
      </article>
    </SchemasProvider>
  );
}

function Parameters({ title, list, schemas }: { title: string; list: Parameter[]; schemas: Schemas }) {
  return (
    <section className={css.section}>
      <h2>{title}</h2>
      <ul className={css.parameters}>
        {list.map((parameter) => {
          const node = look(parameter.schema, schemas);
          const { description: own, ...schema } = node.schema;
          const description = parameter.description || own;
          return (
            <li key={parameter.name}>
              <div className={css.parameterHead}>
                <code className={cx(css.name, parameter.deprecated && css.deprecated)}>{parameter.name}</code>
                <span className="muted">{typeLabel(parameter.schema, schemas)}</span>
                {parameter.required && <span className={css.required}>required</span>}
                {parameter.deprecated && <Badge tone="warn">deprecated</Badge>}
              </div>
              {description && <Markdown text={description} headings={4} />}
              <Details node={{ ...node, schema }} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A body in the media types it may have. */
function Bodies({ content, label }: { content: Media[]; label: string }) {
  const [chosen, setChosen] = useState(0);
  const [part, setPart] = useState<'schema' | 'example'>('schema');
  const media = content[Math.min(chosen, content.length - 1)];
  if (!media) return <p className="muted">Its content is not described.</p>;
  const example = media.examples?.[0]?.value ?? media.example;
  const text = example === undefined || example === null ? undefined : typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  return (
    <div className={css.body}>
      <div className={css.bodyBar}>
        {content.length > 1 ? (
          <select aria-label={`${label}: media type`} value={chosen} onChange={(event) => setChosen(Number(event.target.value))} className={css.media}>
            {content.map((m, i) => (
              <option key={m.media_type} value={i}>
                {m.media_type}
              </option>
            ))}
          </select>
        ) : (
          <code className="muted">{media.media_type}</code>
        )}
        {text !== undefined && (
          <div className={css.switch} role="group" aria-label={`${label}: view`}>
            <button type="button" aria-pressed={part === 'schema'} onClick={() => setPart('schema')}>
              Schema
            </button>
            <button type="button" aria-pressed={part === 'example'} onClick={() => setPart('example')}>
              Example
            </button>
          </div>
        )}
      </div>
      {part === 'example' && text !== undefined ? (
        <CodeBlock code={text.length > 100_000 ? `${text.slice(0, 100_000)}\n…` : text} label={media.generated ? 'Example made from the schema' : 'Example'} maxHeight="28rem" caption />
      ) : (
        <SchemaTree key={media.media_type} schema={media.schema} label={`${label}, ${media.media_type}`} />
      )}
    </div>
  );
}

function toneOf(status: string): 'good' | 'calm' | 'warn' | 'bad' | 'neutral' {
  return ({ '2': 'good', '3': 'calm', '4': 'warn', '5': 'bad' } as const)[status[0] ?? ''] ?? 'neutral';
}

function Responses({ list, schemas }: { list: Response[]; schemas: Schemas }) {
  const [chosen, setChosen] = useState(list[0]?.status ?? '');
  const response = list.find((r) => r.status === chosen) ?? list[0];
  if (!response) return null;
  return (
    <>
      <div className={css.statuses} role="group" aria-label="Responses by status">
        {list.map((r) => (
          <button type="button" key={r.status} aria-pressed={r === response} className={cx(css.status, css[toneOf(r.status)])} onClick={() => setChosen(r.status)}>
            {r.status}
          </button>
        ))}
      </div>
      <div className={css.response} key={response.status}>
        {response.description && <Markdown text={response.description} headings={4} />}
        {response.headers && response.headers.length > 0 && (
          <details className={css.headers}>
            <summary>
              {response.headers.length} response {response.headers.length === 1 ? 'header' : 'headers'}
            </summary>
            <ul className={css.parameters}>
              {response.headers.map((header) => (
                <li key={header.name}>
                  <div className={css.parameterHead}>
                    <code className={css.name}>{header.name}</code>
                    <span className="muted">{typeLabel(header.schema, schemas)}</span>
                  </div>
                  {header.description && <Markdown text={header.description} headings={4} />}
                </li>
              ))}
            </ul>
          </details>
        )}
        {response.content && response.content.length > 0 ? <Bodies content={response.content} label={`Response ${response.status}`} /> : <p className="muted">It has no body.</p>}
      </div>
    </>
  );
}
