import type { Finding } from '@pailou/api';
import type { Documents, Inputs, Kind, PolicyUse } from '@pailou/api/admin';
import { Button, Panel, Row, Skeleton, Stack } from '@pailou/kit';
import { type Schema, SchemaForm, YamlField } from '@pailou/kit/schema-form';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { schemasQuery } from '../queries.ts';
import { same } from './diff.ts';
import { PolicyEditor } from './PolicyEditor.tsx';
import { ReviewDialog } from './ReviewDialog.tsx';
import { AREA_OF, Needs } from './may.tsx';

interface EditorProps<K extends Kind> {
  kind: K;
  /** Empty for a new one. */
  id: string;
  document: Documents[K] | Inputs[K];
  etag?: string;
  isNew?: boolean;
  onSaved: (document: Documents[K]) => void;
  onReload: () => void;
}

// What has an editor of its own, or is no business of a form.
const ELSEWHERE = new Set(['kind', 'policies', 'credentials', 'operations', 'contract']);
const WITH_POLICIES = new Set<Kind>(['route', 'consumer', 'plan', 'gateway']);

/** Edits a resource by a form made from its schema; shows what a save would change before it happens. */
export function ResourceEditor<K extends Kind>({ kind, id, document, etag, isNew, onSaved, onReload }: EditorProps<K>) {
  const schemas = useQuery(schemasQuery);
  // What this edit began with; what others change meanwhile must come to light as a conflict.
  const [base] = useState({ document, etag });
  const [draft, setDraft] = useState<Record<string, unknown>>(document as unknown as Record<string, unknown>);
  const [reviewing, setReviewing] = useState(false);
  const [findings, setFindings] = useState<Finding[]>([]);
  const schema = useMemo(() => formSchema(schemas.data?.components?.schemas, kind, isNew), [schemas.data, kind, isNew]);
  const policies = (draft.policies ?? []) as PolicyUse[];
  const form = Object.fromEntries(Object.entries(draft).filter(([name]) => !ELSEWHERE.has(name) && (isNew || (name !== 'name' && name !== 'version'))));
  const kept = Object.fromEntries(Object.entries(draft).filter(([name]) => !(name in form)));
  const own = (finding: Finding) => !finding.field?.startsWith('policies');
  if (schemas.isPending) return <Skeleton lines={6} />;
  return (
    <Stack>
      <Panel>
        {schema ? (
          <SchemaForm label={`The ${kind}`} schema={schema} value={form} onChange={(next) => setDraft({ ...kept, ...(next as Record<string, unknown>) })} findings={findings.filter(own)} />
        ) : (
          <YamlField label={`The ${kind}`} value={draft} onChange={(next) => setDraft((next ?? {}) as Record<string, unknown>)} rows={16} error={findings.map((finding) => [finding.field, finding.message].filter(Boolean).join(': ')).join('; ') || undefined} />
        )}
      </Panel>
      {schema && WITH_POLICIES.has(kind) && (
        <Panel title="Policies">
          <PolicyEditor
            policies={policies}
            path="policies"
            findings={findings}
            forCallers={kind === 'plan' || kind === 'consumer'}
            onChange={(next) => {
              const { policies: _, ...rest } = draft;
              setDraft(next.length ? { ...rest, policies: next } : rest);
            }}
          />
        </Panel>
      )}
      <Row>
        <Needs permission={`${AREA_OF[kind]}:write`} owner={kind === 'api' && !isNew ? ((base.document as { owner?: string | null }).owner ?? null) : undefined}>
          <Button variant="primary" disabled={!isNew && same(draft, base.document)} onClick={() => setReviewing(true)}>
            {isNew ? `Review and create` : 'Review and save'}
          </Button>
        </Needs>
      </Row>
      <ReviewDialog
        open={reviewing}
        kind={kind}
        id={id || String(draft.name ?? '')}
        before={isNew ? undefined : (base.document as Documents[K])}
        after={draft as unknown as Inputs[K]}
        etag={base.etag}
        onClose={() => setReviewing(false)}
        onFindings={setFindings}
        onSaved={(saved) => {
          setReviewing(false);
          onSaved(saved);
        }}
        onReload={() => {
          setReviewing(false);
          onReload();
        }}
      />
    </Stack>
  );
}

/** The schema of a kind's document, as far as its form goes. */
export function formSchema(schemas: Record<string, unknown> | undefined, kind: Kind, isNew?: boolean): Schema | undefined {
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  const found = (schemas?.[`${name}DocumentInput`] ?? schemas?.[`${name}Document`]) as Schema | undefined;
  if (!found?.properties) return undefined;
  const properties = Object.fromEntries(Object.entries(found.properties).filter(([field]) => !ELSEWHERE.has(field) && (isNew || (field !== 'name' && field !== 'version'))));
  return { ...found, title: undefined, description: undefined, properties, required: found.required?.filter((field) => field in properties), components: { schemas } } as Schema;
}
