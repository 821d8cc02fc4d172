import * as admin from '@pailou/api/admin';
import { Breadcrumbs, Button, ErrorState, Field, format, PageHeader, Panel, Row, saidOf, Select, Skeleton, Stack, TextArea, TextInput, useTask } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { forgetResources, listQuery } from '../../queries.ts';
import css from './Design.module.css';

const MOST_BYTES = 32 * 1024 * 1024;
const SHOWN_BYTES = 300_000;

const templatesQuery = { queryKey: ['contract-templates'], queryFn: async ({ signal }: { signal: AbortSignal }) => (await admin.contractTemplates(signal)).items, staleTime: Number.POSITIVE_INFINITY };

/** What a design begins with. */
export function NewDesign() {
  const search = useSearch({ from: '/shell/designs/new' });
  const templates = useQuery(templatesQuery);
  const apis = useQuery(listQuery('api', { limit: 1000 }));
  const routes = useQuery(listQuery('route', { limit: 1000 }));
  const [from, setFrom] = useState<string>(search.draft ? 'traffic' : search.api ? 'api' : 'template:rest');
  const [text, setText] = useState('');
  const [file, setFile] = useState('');
  const [api, setApi] = useState(search.api ?? '');
  const [seen, setSeen] = useState(search.draft ?? '');
  const [name, setName] = useState(search.api ? search.api.replace('@', '-') : '');
  const [title, setTitle] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const task = useTask();
  const navigate = useNavigate();

  const begin = async (): Promise<string> => {
    const template = templates.data?.find((one) => `template:${one.name}` === from);
    if (template) return template.text;
    if (from === 'api') return admin.contractText(api);
    if (from === 'traffic') {
      const [kind, ...rest] = seen.split('/');
      const id = rest.join('/');
      if (kind === 'route') return toYaml(await admin.draftOf('route', id));
      // Of an API that has a contract: that, with what was seen beyond it.
      const hasContract = apis.data?.items.some(({ document }) => admin.idOf(document) === id && document.contract);
      return toYaml(hasContract ? (await admin.proposal(id)).contract : await admin.draftOf('api', id));
    }
    return text;
  };
  const ready = name.trim() !== '' && (from === 'api' ? api !== '' : from === 'traffic' ? seen !== '' : from === 'file' ? text.trim() !== '' : templates.data !== undefined);
  const create = () =>
    task.run(async () => {
      const of = from === 'api' ? api : from === 'traffic' && seen.startsWith('api/') ? seen.slice('api/'.length) : undefined;
      await admin.create('design', { kind: 'design', name: name.trim(), ...(title.trim() && { title: title.trim() }), ...(of && { api: of }), text: await begin() });
      await forgetResources();
      await navigate({ to: '/designs/$id', params: { id: name.trim() } });
    });
  const load = async (given: File | undefined) => {
    if (!given) return;
    await task.run(async () => {
      if (given.size > MOST_BYTES) throw new Error(`${given.name} is larger than ${format.bytes(MOST_BYTES)}`);
      setText(await given.text());
      setFile(given.name);
    });
  };
  const card = (id: string, label: string, what: ReactNode) => (
    <button key={id} type="button" className={css.card} aria-pressed={from === id} onClick={() => setFrom(id)}>
      <b>{label}</b>
      <span className="muted">{what}</span>
    </button>
  );
  return (
    <>
      <Breadcrumbs crumbs={[<Link key="designs" to="/designs">Designs</Link>, 'New']} />
      <PageHeader title="New design" lead="A contract to write, or to change, before anybody is bound by it." />
      <Stack>
        <Panel title="1. What it begins with">
          <Stack gap={3}>
            {templates.error ? <ErrorState compact error={templates.error} retry={() => void templates.refetch()} /> : null}
            {!templates.data && !templates.error && <Skeleton lines={3} />}
            <div className={css.start}>
              {templates.data?.map((one) => card(`template:${one.name}`, one.title, one.description))}
              {card('file', 'A document', 'OpenAPI or Swagger that you have, as a file or pasted.')}
              {card('api', 'The contract of an API', 'To change what is in force.')}
              {card('traffic', 'Traffic', 'What was seen of an API or a route, as a first draft.')}
            </div>
            {from === 'file' && (
              <>
                <Row>
                  <Button icon="upload" onClick={() => input.current?.click()}>
                    Choose a file
                  </Button>
                  <span className="muted">{file ? `${file}, ${format.bytes(text.length)}` : 'or paste below'}</span>
                  <input ref={input} type="file" hidden accept=".json,.yaml,.yml,application/json" aria-label="Contract file" onChange={(event) => void load(event.target.files?.[0])} />
                </Row>
                {text.length > SHOWN_BYTES ? <p className="muted">The document is long; it is not shown.</p> : <Field label="Document">{(control) => <TextArea {...control} mono rows={12} value={text} onChange={(event) => { setText(event.target.value); setFile(''); }} />}</Field>}
              </>
            )}
            {from === 'api' && (
              <Field label="API" required>
                {(control) => <Select {...control} value={api} onChange={(event) => { setApi(event.target.value); if (!name) setName(event.target.value.replace('@', '-')); }} options={[{ value: '', label: 'Choose one' }, ...(apis.data?.items ?? []).filter(({ document }) => document.contract).map(({ document }) => ({ value: admin.idOf(document), label: admin.idOf(document) }))]} />}
              </Field>
            )}
            {from === 'traffic' && (
              <Field label="API or route" required hint="Every path has to be called three times before it is in the draft.">
                {(control) => (
                  <Select
                    {...control}
                    value={seen}
                    onChange={(event) => setSeen(event.target.value)}
                    options={[{ value: '', label: 'Choose one' }, ...(apis.data?.items ?? []).map(({ document }) => `api/${admin.idOf(document)}`).concat((routes.data?.items ?? []).map(({ document }) => `route/${document.name}`)).map((value) => ({ value, label: value }))]}
                  />
                )}
              </Field>
            )}
          </Stack>
        </Panel>
        <Panel title="2. What it is called">
          <Stack gap={3}>
            <Field label="Name" required hint="In addresses and files; it stays." error={saidOf(task.error, 'name')}>
              {(control) => <TextInput {...control} mono placeholder="orders-v2" value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
            <Field label="Title" hint="What people call it.">
              {(control) => <TextInput {...control} value={title} onChange={(event) => setTitle(event.target.value)} />}
            </Field>
            {task.error !== undefined && <ErrorState compact error={task.error} fields={['name']} />}
            <Row>
              <Button variant="primary" busy={task.busy} disabled={!ready} onClick={() => void create()}>
                Begin
              </Button>
            </Row>
          </Stack>
        </Panel>
      </Stack>
    </>
  );
}
