import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Breadcrumbs, Button, Callout, Checkbox, CodeBlock, ErrorState, Facts, Field, Findings, format, Grid, PageHeader, Panel, Row, Stack, TextArea, TextInput, useToast } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';
import { Link, useNavigate } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { forgetResources } from '../../queries.ts';
import css from './ImportApi.module.css';

const MOST_BYTES = 32 * 1024 * 1024;
/** Longer documents are not shown in the text box: browsers get slow. */
const SHOWN_BYTES = 300_000;
/** Of a long list. */
const SHOWN = 50;

export function ImportApi() {
  const [text, setText] = useState('');
  const [file, setFile] = useState('');
  const [beside, setBeside] = useState<{ path: string; text: string }[]>([]);
  const [merge, setMerge] = useState(false);
  const [replace, setReplace] = useState(false);
  const [upstream, setUpstream] = useState('');
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  const [path, setPath] = useState('');
  const [guard, setGuard] = useState(true);
  const [limit, setLimit] = useState(true);
  const [busy, setBusy] = useState<'check' | 'import'>();
  const [checked, setChecked] = useState<{ of: string; answer: admin.Imported }>();
  const [error, setError] = useState<unknown>();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const toast = useToast();

  const request: admin.ImportRequest = {
    text,
    ...(file && { file }),
    ...(beside.length > 0 && { beside }),
    ...(upstream.trim() && { upstream: upstream.trim() }),
    ...(merge && { merge, replace }),
    ...(name.trim() && { name: name.trim() }),
    ...(version.trim() && { version: version.trim() }),
    ...(path.trim() && { path: path.trim() }),
    // What an API has already is not replaced by what is ticked here.
    policies: merge ? [] : [...(guard ? [{ 'key-auth': {} }] : []), ...(limit ? [{ 'rate-limit': { limit: 100, window: '1m', per: guard ? 'consumer' : 'ip' } }] : [])],
  };
  const key = JSON.stringify(request);
  const summary = checked?.of === key ? checked.answer : undefined;
  const ready = text.trim() !== '' && (merge || upstream.trim() !== '');

  /** The first file is the document, the others are what it imports. */
  const load = async (files: FileList | null) => {
    const [from, ...others] = files ?? [];
    if (!from) return;
    const size = [from, ...others].reduce((all, one) => all + one.size, 0);
    if (size > MOST_BYTES) {
      toast.failed(`${from.name} is larger than ${format.bytes(MOST_BYTES)}`);
      return;
    }
    setText(await from.text());
    setFile(from.name);
    setBeside(await Promise.all(others.map(async (one) => ({ path: one.name, text: await one.text() }))));
    setError(undefined);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void load(event.dataTransfer.files);
  };
  const send = async (dry: boolean) => {
    setBusy(dry ? 'check' : 'import');
    setError(undefined);
    try {
      const answer = await admin.importContract({ ...request, dry_run: dry });
      if (dry) {
        setChecked({ of: key, answer });
      } else {
        await forgetResources();
        toast.done(`${answer.merged ? 'Brought up to date' : 'Imported'}: ${admin.idOf(answer.resource)} with ${format.plural(answer.operations, 'operation')}`);
        await navigate({ to: '/apis/$id', params: { id: admin.idOf(answer.resource) } });
      }
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(undefined);
    }
  };
  const at = (field: string) => (error instanceof ProblemError ? error.findings.find((finding) => finding.field === field || finding.field?.startsWith(`${field}.`))?.message : undefined);

  return (
    <>
      <Breadcrumbs crumbs={[<Link key="apis" to="/apis">APIs</Link>, 'Import']} />
      <PageHeader title="Import an API" lead="From a document and the address of the service that serves it: OpenAPI, Swagger, GraphQL SDL, AsyncAPI, Protocol Buffers, WSDL, a Postman collection or recorded traffic (HAR)." />
      <Grid min="26rem">
        <Stack>
          <Panel title="1. The contract">
            <Stack gap={3}>
              <div className={over ? css.over : css.drop} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
                <Button icon="upload" onClick={() => input.current?.click()}>
                  Choose a file
                </Button>
                <span className="muted">{file ? `${file}, ${format.bytes(text.length)}${beside.length > 0 ? `, with ${format.plural(beside.length, 'file')} beside it` : ''}` : 'or drop it here, or paste below; with files that it imports, the document first'}</span>
                <input ref={input} type="file" hidden multiple accept=".json,.yaml,.yml,.graphql,.graphqls,.gql,.proto,.wsdl,.xsd,.xml,.har,application/json" aria-label="Files" onChange={(event) => void load(event.target.files)} />
              </div>
              {text.length > SHOWN_BYTES ? (
                <Row>
                  <span className="muted">The document is long; it is not shown.</span>
                  <Button size="s" onClick={() => { setText(''); setFile(''); setBeside([]); }}>
                    Take it away
                  </Button>
                </Row>
              ) : (
                <Field label="Document" required>
                  {(control) => <TextArea {...control} mono rows={14} value={text} placeholder={'openapi: 3.1.0\ninfo:\n  title: Orders\n  version: "1"\npaths: …'} onChange={(event) => { setText(event.target.value); setFile(''); setBeside([]); }} />}
                </Field>
              )}
            </Stack>
          </Panel>
        </Stack>
        <Stack>
          <Panel title="2. Where it goes">
            <Stack gap={3}>
              <Field label="Upstream" required={!merge} hint={merge ? 'As it is, if left out.' : 'The URL of the service, or the name of an upstream.'} error={at('upstream')}>
                {(control) => <TextInput {...control} mono placeholder="http://127.0.0.1:9001" value={upstream} onChange={(event) => setUpstream(event.target.value)} />}
              </Field>
              <Grid min="9rem">
                <Field label="Name" hint="From its title, if left out." error={at('name')}>
                  {(control) => <TextInput {...control} placeholder="orders" value={name} onChange={(event) => setName(event.target.value)} />}
                </Field>
                <Field label="Version" error={at('version')}>
                  {(control) => <TextInput {...control} placeholder="v1" value={version} onChange={(event) => setVersion(event.target.value)} />}
                </Field>
              </Grid>
              <Field label="Base path" hint="Where the gateway answers; /name/version if left out." error={at('listen') ?? at('path')}>
                {(control) => <TextInput {...control} mono placeholder="/orders/v1" value={path} onChange={(event) => setPath(event.target.value)} />}
              </Field>
              <Checkbox label="Bring up to date" hint="An API of this name and version that is there: policies, owner and whatever else was written by hand stays." checked={merge} onChange={(event) => setMerge(event.target.checked)} />
              {merge && <Checkbox label="Even where the contract was changed here" hint="Those changes are lost where the document does not have them." checked={replace} onChange={(event) => setReplace(event.target.checked)} />}
              {!merge && <Checkbox label="Ask for a key" hint="Calls without a valid API key get 401." checked={guard} onChange={(event) => setGuard(event.target.checked)} />}
              {!merge && <Checkbox label="Limit to 100 calls a minute" hint={`For each ${guard ? 'consumer' : 'address'}; what is over gets 429.`} checked={limit} onChange={(event) => setLimit(event.target.checked)} />}
              <Row>
                <Button busy={busy === 'check'} disabled={!ready || busy !== undefined} onClick={() => void send(true)}>
                  Check
                </Button>
                <Button variant="primary" busy={busy === 'import'} disabled={!ready || busy !== undefined} onClick={() => void send(false)}>
                  Import
                </Button>
              </Row>
            </Stack>
          </Panel>
          {error !== undefined && <ErrorState error={error} />}
          {summary && (
            <Panel title="What it would make">
              <Stack gap={3}>
                <Facts
                  facts={[
                    ['API', <code key="id">{admin.idOf(summary.resource)}</code>],
                    ['Title', summary.resource.title],
                    ['Written in', NOTATIONS[summary.notation]],
                    ['Operations', format.plural(summary.operations, 'operation')],
                    ['Answers at', <code key="path">{summary.resource.listen.path}</code>],
                    ['Policies', summary.resource.policies?.map((use) => Object.keys(use)[0]).join(', ') || 'none'],
                  ]}
                />
                {summary.merged && <MergeReport merged={summary.merged} />}
                {summary.findings.length > 0 ? (
                  <Callout tone="warn" icon="warning">
                    <p>
                      <strong>{format.plural(summary.findings.length, 'finding')} in the contract.</strong> They do not keep it from being imported.
                    </p>
                    <Findings findings={summary.findings} />
                  </Callout>
                ) : (
                  <Callout tone="good" icon="check">
                    Nothing to complain about.
                  </Callout>
                )}
                <CodeBlock caption label="The document" maxHeight="16rem" code={toYaml(withoutContract(summary.resource))} />
              </Stack>
            </Panel>
          )}
        </Stack>
      </Grid>
    </>
  );
}

const NOTATIONS: Record<admin.Imported['notation'], string> = {
  openapi: 'OpenAPI',
  graphql: 'GraphQL SDL',
  asyncapi: 'AsyncAPI',
  protobuf: 'Protocol Buffers',
  wsdl: 'WSDL',
  postman: 'Postman collection',
  har: 'HAR',
};

/** What comes of an API that is there. */
function MergeReport({ merged }: { merged: admin.Merged }) {
  const parts: [string, string[]][] = [
    ['New', merged.added],
    ['Changed', merged.changed],
    ['Gone', merged.removed],
    ['Stays as it was written by hand', merged.kept],
    ['Goes with its operation', merged.dropped],
  ];
  const told = parts.filter(([, all]) => all.length > 0);
  const breaking = merged.contract?.breaking ?? 0;
  return (
    <Stack gap={3}>
      {breaking > 0 && (
        <Callout tone="warn" icon="warning">
          {format.plural(breaking, 'change')} in the contract {breaking === 1 ? 'breaks' : 'break'} callers.
        </Callout>
      )}
      {told.length === 0 && <p className="muted">Nothing changes.</p>}
      {told.map(([title, all]) => (
        <div key={title}>
          <strong>{title}</strong>
          <ul>
            {all.slice(0, SHOWN).map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
            {all.length > SHOWN && <li>and {format.count(all.length - SHOWN)} more</li>}
          </ul>
        </div>
      ))}
    </Stack>
  );
}

// A contract that stands inside the document would fill the page.
function withoutContract(api: admin.Api): unknown {
  return typeof api.contract === 'object' ? { ...api, contract: '(the document above)' } : api;
}
