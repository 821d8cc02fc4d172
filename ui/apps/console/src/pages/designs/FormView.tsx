// The common parts of a contract as fields. Each field changes its own piece of the text; comments and order stay.
import { Button, Callout, Checkbox, EmptyState, Field, IconButton, MethodBadge, Row, Select, Stack, Tabs, TextArea, TextInput, useToast } from '@pailou/kit';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import css from './Design.module.css';
import { type Path, readSource, setIn, type TextEdit } from './source-edit.ts';

type Value = Record<string, unknown>;
type Edit = (path: Path, value: unknown) => void;

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'];
/** Reading a longer text for its forms would keep the page from answering. */
const LONGEST = 2_000_000;

const object = (value: unknown): Value => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Value) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const words = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

export function FormView({ text, version, onEdit }: { text: () => string; version: number; onEdit: (edit: TextEdit) => void }) {
  const [section, setSection] = useState<'general' | 'operations' | 'schemas' | 'security'>('general');
  const toast = useToast();
  const read = useMemo(() => {
    const now = text();
    return now.length > LONGEST ? { tooLong: true } : readSource(now);
    // The version says when the text is another.
  }, [text, version]);
  const edit: Edit = (path, value) => {
    try {
      const made = setIn(text(), path, value);
      if (made) onEdit(made);
    } catch (error) {
      toast.failed('The text could not be changed', error);
    }
  };
  if ('tooLong' in read) {
    return (
      <EmptyState compact icon="edit" title="Too long for forms">
        Forms are for contracts of up to 2 MB; this one is edited as text.
      </EmptyState>
    );
  }
  if (read.error !== undefined) {
    return (
      <Callout tone="bad" icon="warning">
        <p>
          <strong>The text cannot be read yet:</strong> {read.error}
        </p>
      </Callout>
    );
  }
  const contract = object(read.value);
  return (
    <Tabs
      label="Parts"
      active={section}
      onChange={setSection}
      tabs={[
        { id: 'general', label: 'General' },
        { id: 'operations', label: 'Operations' },
        { id: 'schemas', label: 'Schemas' },
        { id: 'security', label: 'Security' },
      ]}
    >
      {section === 'general' && <General contract={contract} edit={edit} />}
      {section === 'operations' && <Operations contract={contract} edit={edit} />}
      {section === 'schemas' && <SchemasForm contract={contract} edit={edit} />}
      {section === 'security' && <Security contract={contract} edit={edit} />}
    </Tabs>
  );
}

/** A text that is taken over when the field is left, or by Enter. An empty one is taken away. */
function Line({ label, value, onCommit, hint, mono, long, required }: { label: ReactNode; value: string; onCommit: (value: string | undefined) => void; hint?: string; mono?: boolean; long?: boolean; required?: boolean }) {
  const [now, setNow] = useState(value);
  useEffect(() => setNow(value), [value]);
  const commit = () => {
    if (now === value) return;
    if (required && now.trim() === '') setNow(value);
    else onCommit(now === '' ? undefined : now);
  };
  return (
    <Field label={label} hint={hint} required={required}>
      {(control) =>
        long ? (
          <TextArea {...control} rows={3} value={now} onChange={(event) => setNow(event.target.value)} onBlur={commit} />
        ) : (
          <TextInput {...control} mono={mono} value={now} onChange={(event) => setNow(event.target.value)} onBlur={commit} onKeyDown={(event) => event.key === 'Enter' && commit()} />
        )
      }
    </Field>
  );
}

/** A name, and a button that adds something of that name. */
function Add({ label, action, mono, known, onAdd, children }: { label: string; action: string; mono?: boolean; known: readonly string[]; onAdd: (name: string) => void; children?: ReactNode }) {
  const [name, setName] = useState('');
  const there = known.includes(name.trim());
  const add = () => {
    if (!name.trim() || there) return;
    onAdd(name.trim());
    setName('');
  };
  return (
    <div className={css.line2}>
      {children}
      <Field label={label} error={there ? 'is there already' : undefined}>
        {(control) => <TextInput {...control} mono={mono} value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && add()} />}
      </Field>
      <Button icon="plus" disabled={!name.trim() || there} onClick={add}>
        {action}
      </Button>
    </div>
  );
}

function General({ contract, edit }: { contract: Value; edit: Edit }) {
  const info = object(contract.info);
  const contact = object(info.contact);
  const servers = list(contract.servers);
  return (
    <Stack gap={3}>
      <Line label="Title" required value={words(info.title)} onCommit={(value) => edit(['info', 'title'], value)} />
      <Line label="Version of the contract" required value={words(info.version)} onCommit={(value) => edit(['info', 'version'], value)} />
      <Line label="Description" long hint="Markdown." value={words(info.description)} onCommit={(value) => edit(['info', 'description'], value)} />
      <div className={css.line2}>
        <Line label="Contact" value={words(contact.name)} onCommit={(value) => edit(['info', 'contact', 'name'], value)} />
        <Line label="E-mail" value={words(contact.email)} onCommit={(value) => edit(['info', 'contact', 'email'], value)} />
      </div>
      <h3>Servers</h3>
      {servers.map((server, at) => (
        <div key={at} className={css.line2}>
          <Line label="URL" mono required value={words(object(server).url)} onCommit={(value) => edit(['servers', at, 'url'], value)} />
          <Line label="Description" value={words(object(server).description)} onCommit={(value) => edit(['servers', at, 'description'], value)} />
          <IconButton icon="trash" label={`Take server ${at + 1} away`} onClick={() => edit(['servers', at], undefined)} />
        </div>
      ))}
      <Add label="Another server" action="Add server" mono known={servers.map((server) => words(object(server).url))} onAdd={(url) => edit(servers.length ? ['servers', servers.length] : ['servers'], servers.length ? { url } : [{ url }])} />
    </Stack>
  );
}

function Operations({ contract, edit }: { contract: Value; edit: Edit }) {
  const paths = object(contract.paths);
  const all = Object.entries(paths).flatMap(([path, item]) => METHODS.filter((method) => method in object(item)).map((method) => ({ path, method, key: `${method} ${path}` })));
  const [chosen, setChosen] = useState<string>();
  const [method, setMethod] = useState('get');
  const shown = all.find(({ key }) => key === chosen) ?? all[0];
  const operation = shown ? object(object(paths[shown.path])[shown.method]) : {};
  const at: Path = shown ? ['paths', shown.path, shown.method] : [];
  const add = (path: string) => {
    const named = path.startsWith('/') ? path : `/${path}`;
    const parameters = [...named.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    edit(['paths', named, method], { summary: 'What it does', ...(parameters.length > 0 && { parameters }), responses: { 200: { description: 'What comes back' } } });
    setChosen(`${method} ${named}`);
  };
  return (
    <Stack gap={3}>
      <Add label="Path" action="Add operation" mono known={all.filter((one) => one.method === method).map(({ path }) => path)} onAdd={add}>
        <Field label="Method">{(control) => <Select {...control} value={method} onChange={(event) => setMethod(event.target.value)} options={METHODS.map((one) => ({ value: one, label: one.toUpperCase() }))} />}</Field>
      </Add>
      {shown && (
        <>
          <Row>
            <Select aria-label="Operation to edit" value={shown.key} onChange={(event) => setChosen(event.target.value)} options={all.map(({ key, method: one, path }) => ({ value: key, label: `${one.toUpperCase()} ${path}` }))} />
            <Button size="s" icon="trash" variant="danger" onClick={() => edit(at, undefined)}>
              Take it away
            </Button>
          </Row>
          <p>
            <MethodBadge method={shown.method.toUpperCase()} /> <code>{shown.path}</code>
          </p>
          <Line key={`${shown.key} summary`} label="Summary" value={words(operation.summary)} onCommit={(value) => edit([...at, 'summary'], value)} />
          <Line key={`${shown.key} id`} label="Operation id" mono value={words(operation.operationId)} onCommit={(value) => edit([...at, 'operationId'], value)} />
          <Line key={`${shown.key} description`} label="Description" long hint="Markdown." value={words(operation.description)} onCommit={(value) => edit([...at, 'description'], value)} />
          <Line
            key={`${shown.key} tags`}
            label="Tags"
            hint="Separated by commas."
            value={list(operation.tags).map(words).join(', ')}
            onCommit={(value) => edit([...at, 'tags'], value?.split(',').map((tag) => tag.trim()).filter(Boolean))}
          />
          <Checkbox label="Deprecated" checked={operation.deprecated === true} onChange={(event) => edit([...at, 'deprecated'], event.target.checked ? true : undefined)} />
          <Parameters key={`${shown.key} parameters`} at={at} parameters={list(operation.parameters)} edit={edit} />
          <Responses key={`${shown.key} responses`} at={at} responses={object(operation.responses)} edit={edit} />
        </>
      )}
      {!shown && <p className="muted">No operations yet.</p>}
    </Stack>
  );
}

const PLACES = ['query', 'path', 'header', 'cookie'];
const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'];

function Parameters({ at, parameters, edit }: { at: Path; parameters: unknown[]; edit: Edit }) {
  const [place, setPlace] = useState('query');
  const add = (name: string) => {
    const made = { name, in: place, ...(place === 'path' && { required: true }), schema: { type: 'string' } };
    edit(parameters.length ? [...at, 'parameters', parameters.length] : [...at, 'parameters'], parameters.length ? made : [made]);
  };
  return (
    <Stack gap={3}>
      <h3>Parameters</h3>
      {parameters.map((one, index) => {
        const parameter = object(one);
        const here: Path = [...at, 'parameters', index];
        const take = <IconButton icon="trash" label={`Take parameter ${words(parameter.name) || index + 1} away`} onClick={() => edit(here, undefined)} />;
        if (typeof parameter.$ref === 'string') {
          return (
            <div key={index} className={css.line2}>
              <code>{parameter.$ref}</code>
              {take}
            </div>
          );
        }
        return (
          <div key={index} className={css.item}>
            <Stack gap={2}>
              <div className={css.line2}>
                <Line label="Name" mono required value={words(parameter.name)} onCommit={(value) => edit([...here, 'name'], value)} />
                <Field label="In">{(control) => <Select {...control} value={words(parameter.in)} onChange={(event) => edit([...here, 'in'], event.target.value)} options={PLACES.map((value) => ({ value, label: value }))} />}</Field>
                <Type schema={object(parameter.schema)} at={[...here, 'schema']} edit={edit} />
                {take}
              </div>
              <Line label="Description" value={words(parameter.description)} onCommit={(value) => edit([...here, 'description'], value)} />
              <Checkbox label="Required" checked={parameter.required === true} disabled={parameter.in === 'path'} onChange={(event) => edit([...here, 'required'], event.target.checked ? true : undefined)} />
            </Stack>
          </div>
        );
      })}
      <Add label="Name" action="Add parameter" mono known={parameters.map((one) => words(object(one).name))} onAdd={add}>
        <Field label="In">{(control) => <Select {...control} value={place} onChange={(event) => setPlace(event.target.value)} options={PLACES.map((value) => ({ value, label: value }))} />}</Field>
      </Add>
    </Stack>
  );
}

function Type({ schema, at, edit }: { schema: Value; at: Path; edit: Edit }) {
  if (typeof schema.$ref === 'string') return <Field label="Type">{(control) => <TextInput {...control} mono readOnly value={words(schema.$ref).split('/').at(-1)} />}</Field>;
  const type = words(schema.type);
  return <Field label="Type">{(control) => <Select {...control} value={type} onChange={(event) => edit([...at, 'type'], event.target.value || undefined)} options={[...(TYPES.includes(type) ? [] : [{ value: type, label: type || 'any' }]), ...TYPES.map((value) => ({ value, label: value }))]} />}</Field>;
}

function Responses({ at, responses, edit }: { at: Path; responses: Value; edit: Edit }) {
  return (
    <Stack gap={3}>
      <h3>Responses</h3>
      {Object.entries(responses).map(([status, one]) => {
        const response = object(one);
        const here: Path = [...at, 'responses', status];
        return (
          <div key={status} className={css.line2}>
            {typeof response.$ref === 'string' ? (
              <span>
                <b>{status}</b> <code>{response.$ref}</code>
              </span>
            ) : (
              <Line label={`${status}: description`} value={words(response.description)} onCommit={(value) => edit([...here, 'description'], value ?? '')} />
            )}
            <IconButton icon="trash" label={`Take response ${status} away`} onClick={() => edit(here, undefined)} />
          </div>
        );
      })}
      <Add label="Status" action="Add response" known={Object.keys(responses)} onAdd={(status) => edit([...at, 'responses', status], { description: 'What comes back' })} />
    </Stack>
  );
}

function SchemasForm({ contract, edit }: { contract: Value; edit: Edit }) {
  const schemas = object(object(contract.components).schemas);
  const names = Object.keys(schemas);
  const [chosen, setChosen] = useState<string>();
  const name = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  const schema = object(name === undefined ? undefined : schemas[name]);
  const at: Path = ['components', 'schemas', name ?? ''];
  const properties = object(schema.properties);
  const required = list(schema.required).map(words);
  const setRequired = (property: string, is: boolean) => {
    const next = is ? [...required, property] : required.filter((one) => one !== property);
    edit([...at, 'required'], next.length ? next : undefined);
  };
  return (
    <Stack gap={3}>
      <Add label="Name of a schema" action="Add schema" mono known={names} onAdd={(made) => { edit(['components', 'schemas', made], { type: 'object', properties: { id: { type: 'string' } } }); setChosen(made); }} />
      {name === undefined ? (
        <p className="muted">No schemas yet.</p>
      ) : (
        <>
          <Row>
            <Select aria-label="Schema to edit" value={name} onChange={(event) => setChosen(event.target.value)} options={names.map((value) => ({ value, label: value }))} />
            <Button size="s" icon="trash" variant="danger" onClick={() => edit(at, undefined)}>
              Take it away
            </Button>
          </Row>
          <Type schema={schema} at={at} edit={edit} />
          <Line key={`${name} description`} label="Description" long hint="Markdown." value={words(schema.description)} onCommit={(value) => edit([...at, 'description'], value)} />
          {(schema.type === 'object' || 'properties' in schema) && (
            <>
              <h3>Properties</h3>
              {Object.entries(properties).map(([property, one]) => (
                <div key={property} className={css.item}>
                  <Stack gap={2}>
                    <div className={css.line2}>
                      <code>{property}</code>
                      <Type schema={object(one)} at={[...at, 'properties', property]} edit={edit} />
                      <IconButton icon="trash" label={`Take property ${property} away`} onClick={() => { if (required.includes(property)) setRequired(property, false); else edit([...at, 'properties', property], undefined); }} />
                    </div>
                    {typeof object(one).$ref !== 'string' && <Line label="Description" value={words(object(one).description)} onCommit={(value) => edit([...at, 'properties', property, 'description'], value)} />}
                    <Checkbox label="Required" checked={required.includes(property)} onChange={(event) => setRequired(property, event.target.checked)} />
                  </Stack>
                </div>
              ))}
              <Add label="Name of a property" action="Add property" mono known={Object.keys(properties)} onAdd={(made) => edit([...at, 'properties', made], { type: 'string' })} />
            </>
          )}
        </>
      )}
    </Stack>
  );
}

const SCHEMES: Record<string, { label: string; value: Value }> = {
  key: { label: 'API key in a header', value: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
  bearer: { label: 'Bearer token (JWT)', value: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  basic: { label: 'Name and password', value: { type: 'http', scheme: 'basic' } },
  oauth: { label: 'OAuth 2, client credentials', value: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: {} } } } },
};

function Security({ contract, edit }: { contract: Value; edit: Edit }) {
  const schemes = object(object(contract.components).securitySchemes);
  const needs = list(contract.security).map(object);
  const [kind, setKind] = useState('key');
  const asked = (name: string) => needs.findIndex((need) => name in need);
  const ask = (name: string, is: boolean) => {
    if (is) edit(needs.length ? ['security', needs.length] : ['security'], needs.length ? { [name]: [] } : [{ [name]: [] }]);
    else edit(['security', asked(name)], undefined);
  };
  return (
    <Stack gap={3}>
      <p className="muted">What callers show. One of those that are asked for is enough; an operation may ask for others in the source.</p>
      {Object.entries(schemes).map(([name, one]) => {
        const scheme = object(one);
        return (
          <div key={name} className={css.item}>
            <Stack gap={2}>
              <div className={css.line2}>
                <span>
                  <b>{name}</b> <span className="muted">{[scheme.type, scheme.scheme, scheme.in, scheme.name].map(words).filter(Boolean).join(' ')}</span>
                </span>
                <IconButton icon="trash" label={`Take ${name} away`} disabled={asked(name) >= 0} onClick={() => edit(['components', 'securitySchemes', name], undefined)} />
              </div>
              <Line label="Description" value={words(scheme.description)} onCommit={(value) => edit(['components', 'securitySchemes', name, 'description'], value)} />
              <Checkbox label="Asked for by every operation" checked={asked(name) >= 0} onChange={(event) => ask(name, event.target.checked)} />
            </Stack>
          </div>
        );
      })}
      <Add label="Name of a scheme" action="Add scheme" mono known={Object.keys(schemes)} onAdd={(name) => edit(['components', 'securitySchemes', name], SCHEMES[kind]?.value)}>
        <Field label="Kind">{(control) => <Select {...control} value={kind} onChange={(event) => setKind(event.target.value)} options={Object.entries(SCHEMES).map(([value, { label }]) => ({ value, label }))} />}</Field>
      </Add>
    </Stack>
  );
}
