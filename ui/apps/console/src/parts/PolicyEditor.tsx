import type { Finding } from '@pailou/api';
import type { Policy, PolicyUse } from '@pailou/api/admin';
import { Badge, Button, Drawer, EmptyState, ErrorState, Field, IconButton, Row, SearchInput, Skeleton, Stack, TextInput } from '@pailou/kit';
import { initialValue, isUnder, type Schema, SchemaForm } from '@pailou/kit/schema-form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { parse } from 'yaml';
import { policiesQuery } from '../queries.ts';
import { type Attached, oneLine, readUse, writeUse } from './policy-use.ts';
import css from './PolicyEditor.module.css';

interface PolicyEditorProps {
  policies: readonly PolicyUse[];
  onChange: (policies: PolicyUse[]) => void;
  /** What the server said of the document. */
  findings?: readonly Finding[];
  /** Where the list stands in the document: `policies`. */
  path: string;
  /** Only policies that may be attached to a plan or consumer. */
  forCallers?: boolean;
}

/** The policies of one place: add, edit, order, take away. Nothing is saved here. */
export function PolicyEditor({ policies, onChange, findings = [], path, forCallers }: PolicyEditorProps) {
  const catalogue = useQuery(policiesQuery);
  const [editing, setEditing] = useState<number | 'new'>();
  if (catalogue.error) return <ErrorState error={catalogue.error} retry={() => void catalogue.refetch()} />;
  if (!catalogue.data) return <Skeleton />;
  const all = policies.map(readUse);
  const offered = catalogue.data.filter((policy) => !forCallers || policy.for_callers);
  const move = (from: number, by: number) => {
    const moved = policies[from];
    if (moved) onChange([...policies].toSpliced(from, 1).toSpliced(from + by, 0, moved));
  };
  return (
    <Stack gap={3}>
      {all.length === 0 ? (
        <EmptyState compact icon="policy" title="No policies here" action={<Button icon="plus" variant="primary" onClick={() => setEditing('new')}>Add a policy</Button>}>
          A policy guards or changes what passes: who may call, how often, which headers.
        </EmptyState>
      ) : (
        <>
          <ol className={css.list}>
            {all.map((use, at) => {
              const known = catalogue.data.find((policy) => policy.name === use.policy);
              const wrong = findings.filter((finding) => isUnder(finding.field, `${path}[${at}]`));
              return (
                <li key={at} className={css.item}>
                  <div className={css.body}>
                    <Row>
                      <button type="button" className={css.name} onClick={() => setEditing(at)}>
                        {use.policy}
                      </button>
                      {known ? <Badge tone="accent">{known.stage}</Badge> : <Badge tone="bad">unknown</Badge>}
                      {use.when && <Badge tone="plum">only when</Badge>}
                    </Row>
                    <code className={css.config}>{oneLine(use.config)}</code>
                    {use.when && <code className={css.config}>when {use.when}</code>}
                    {wrong.map((finding) => (
                      <p key={finding.message} className={css.error}>
                        {finding.message}
                      </p>
                    ))}
                  </div>
                  <div className={css.actions}>
                    <IconButton icon="up" size="s" label={`Move ${use.policy} up`} disabled={at === 0} onClick={() => move(at, -1)} />
                    <IconButton icon="down" size="s" label={`Move ${use.policy} down`} disabled={at === all.length - 1} onClick={() => move(at, 1)} />
                    <IconButton icon="edit" size="s" label={`Edit ${use.policy}`} onClick={() => setEditing(at)} />
                    <IconButton icon="trash" size="s" label={`Remove ${use.policy}`} onClick={() => onChange([...policies].toSpliced(at, 1))} />
                  </div>
                </li>
              );
            })}
          </ol>
          <Row>
            <Button icon="plus" onClick={() => setEditing('new')}>
              Add a policy
            </Button>
            <span className="muted">The stage decides when a policy runs; within a stage, the order here.</span>
          </Row>
        </>
      )}
      {editing !== undefined && (
        <PolicyDrawer
          key={String(editing)}
          catalogue={offered}
          use={editing === 'new' ? undefined : all[editing]}
          findings={findings}
          path={`${path}[${editing === 'new' ? all.length : editing}]`}
          onClose={() => setEditing(undefined)}
          onDone={(use) => {
            onChange(editing === 'new' ? [...policies, writeUse(use)] : [...policies].with(editing, writeUse(use)));
            setEditing(undefined);
          }}
        />
      )}
    </Stack>
  );
}

interface DrawerProps {
  catalogue: readonly Policy[];
  use?: Attached;
  findings: readonly Finding[];
  path: string;
  onClose: () => void;
  onDone: (use: Attached) => void;
}

function PolicyDrawer({ catalogue, use, findings, path, onClose, onDone }: DrawerProps) {
  const [draft, setDraft] = useState(use);
  const [search, setSearch] = useState('');
  const chosen = catalogue.find((policy) => policy.name === draft?.policy);
  const shown = catalogue.filter((policy) => `${policy.name} ${policy.title ?? ''} ${policy.description ?? ''}`.toLowerCase().includes(search.toLowerCase()));
  const start = (policy: Policy) => setDraft({ policy: policy.name, config: startOf(policy) });
  return (
    <Drawer
      open
      onClose={onClose}
      title={draft ? (use ? `Edit ${draft.policy}` : `Add ${draft.policy}`) : 'Add a policy'}
      footer={
        draft && (
          <>
            {!use && <Button onClick={() => setDraft(undefined)}>Choose another</Button>}
            <Button variant="primary" onClick={() => onDone(draft)}>
              {use ? 'Keep this' : 'Add to the list'}
            </Button>
          </>
        )
      }
    >
      {draft ? (
        <Stack>
          {chosen?.description && <p className="muted">{plain(chosen.description)}</p>}
          <SchemaForm
            label={draft.policy}
            schema={{ ...((chosen?.schema ?? {}) as Schema), title: undefined, description: undefined }}
            value={draft.config}
            onChange={(config) => setDraft({ ...draft, config: config ?? {} })}
            path={`${path}.${draft.policy}`}
            findings={findings.filter((finding) => isUnder(finding.field, path))}
          />
          <Field label="Only when" hint="A CEL condition; where it is false the policy does nothing. Such as request.method == 'POST'.">
            {(control) => <TextInput {...control} mono value={draft.when ?? ''} onChange={(event) => setDraft({ ...draft, when: event.target.value || undefined })} />}
          </Field>
        </Stack>
      ) : (
        <Stack gap={3}>
          <SearchInput label="Search policies" value={search} onChange={setSearch} />
          <ul className={css.cards}>
            {shown.map((policy) => (
              <li key={policy.name}>
                <button type="button" className={css.card} onClick={() => start(policy)}>
                  <Row>
                    <b>{policy.name}</b> <Badge tone="accent">{policy.stage}</Badge>
                  </Row>
                  <span className="muted">{plain(firstSentence(policy.description ?? ''))}</span>
                </button>
              </li>
            ))}
          </ul>
          {shown.length === 0 && <p className="muted">No policy fits.</p>}
        </Stack>
      )}
    </Drawer>
  );
}

/** A configuration to begin with: the policy's own example, or what its schema asks for. */
function startOf(policy: Policy): unknown {
  try {
    const example: unknown = parse(policy.example);
    if (typeof example === 'object' && example !== null) return example;
  } catch {
    // An example that does not read is no reason to offer nothing.
  }
  return initialValue(policy.schema as Schema);
}

export const firstSentence = (text: string) => /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
export const plain = (text: string) => text.replaceAll('`', '');
