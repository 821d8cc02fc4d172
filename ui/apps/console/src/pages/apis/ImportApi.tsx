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

export function ImportApi() {
  const [text, setText] = useState('');
  const [file, setFile] = useState('');
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
    upstream: upstream.trim(),
    ...(name.trim() && { name: name.trim() }),
    ...(version.trim() && { version: version.trim() }),
    ...(path.trim() && { path: path.trim() }),
    policies: [...(guard ? [{ 'key-auth': {} }] : []), ...(limit ? [{ 'rate-limit': { limit: 100, window: '1m', per: guard ? 'consumer' : 'ip' } }] : [])],
  };
  const key = JSON.stringify(request);
  const summary = checked?.of === key ? checked.answer : undefined;
  const ready = text.trim() !== '' && upstream.trim() !== '';

  const load = async (from: File | undefined) => {
    if (!from) return;
    if (from.size > MOST_BYTES) {
      toast.failed(`${from.name} is larger than ${format.bytes(MOST_BYTES)}`);
      return;
    }
    setText(await from.text());
    setFile(from.name);
    setError(undefined);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void load(event.dataTransfer.files[0]);
  };
  const send = async (dry: boolean) => {
    setBusy(dry ? 'check' : 'import');
    setError(undefined);
    try {
      const answer = await admin.importOpenapi({ ...request, dry_run: dry });
      if (dry) {
        setChecked({ of: key, answer });
      } else {
        await forgetResources();
        toast.done(`Imported ${admin.idOf(answer.resource)} with ${format.plural(answer.operations, 'operation')}`);
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
      <PageHeader title="Import an API" lead="From an OpenAPI 3.x or Swagger 2.0 document and the address of the service that serves it." />
      <Grid min="26rem">
        <Stack>
          <Panel title="1. The contract">
            <Stack gap={3}>
              <div className={over ? css.over : css.drop} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
                <Button icon="upload" onClick={() => input.current?.click()}>
                  Choose a file
                </Button>
                <span className="muted">{file ? `${file}, ${format.bytes(text.length)}` : 'or drop it here, or paste below: YAML or JSON'}</span>
                <input ref={input} type="file" hidden accept=".json,.yaml,.yml,application/json" aria-label="OpenAPI file" onChange={(event) => void load(event.target.files?.[0])} />
              </div>
              {text.length > SHOWN_BYTES ? (
                <Row>
                  <span className="muted">The document is long; it is not shown.</span>
                  <Button size="s" onClick={() => { setText(''); setFile(''); }}>
                    Take it away
                  </Button>
                </Row>
              ) : (
                <Field label="OpenAPI document" required>
                  {(control) => <TextArea {...control} mono rows={14} value={text} placeholder={'openapi: 3.1.0\ninfo:\n  title: Orders\n  version: "1"\npaths: …'} onChange={(event) => { setText(event.target.value); setFile(''); }} />}
                </Field>
              )}
            </Stack>
          </Panel>
        </Stack>
        <Stack>
          <Panel title="2. Where it goes">
            <Stack gap={3}>
              <Field label="Upstream" required hint="The URL of the service, or the name of an upstream." error={at('upstream')}>
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
              <Checkbox label="Ask for a key" hint="Calls without a valid API key get 401." checked={guard} onChange={(event) => setGuard(event.target.checked)} />
              <Checkbox label="Limit to 100 calls a minute" hint={`For each ${guard ? 'consumer' : 'address'}; what is over gets 429.`} checked={limit} onChange={(event) => setLimit(event.target.checked)} />
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
                    ['Operations', format.plural(summary.operations, 'operation')],
                    ['Answers at', <code key="path">{summary.resource.listen.path}</code>],
                    ['Policies', summary.resource.policies?.map((use) => Object.keys(use)[0]).join(', ') || 'none'],
                  ]}
                />
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

// A contract that stands inside the document would fill the page.
function withoutContract(api: admin.Api): unknown {
  return typeof api.contract === 'object' ? { ...api, contract: '(the document above)' } : api;
}
