import type { Finding } from '@pailou/api';
import type { Api, PolicyUse } from '@pailou/api/admin';
import { Button, Callout, Field, Row, Select, Stack } from '@pailou/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { same } from '../../parts/diff.ts';
import { PolicyEditor } from '../../parts/PolicyEditor.tsx';
import { ReviewDialog } from '../../parts/ReviewDialog.tsx';
import { operationsQuery, resourceQuery } from '../../queries.ts';
import css from './ApiPolicies.module.css';
import { useApi } from './useApi.ts';
import { useMay } from '../../parts/may.tsx';

export function ApiPolicies() {
  const { id, api, etag } = useApi();
  const { operation } = useSearch({ from: '/shell/apis/$id/policies' });
  const navigate = useNavigate({ from: '/apis/$id/policies' });
  const operations = useQuery(operationsQuery(id));
  const client = useQueryClient();
  // The draft remembers what it began with: a change by someone else must be a conflict, not be overwritten unseen.
  const [draft, setDraft] = useState<{ document: Api; base: Api; etag?: string }>();
  const [reviewing, setReviewing] = useState(false);
  const may = useMay();
  const [findings, setFindings] = useState<Finding[]>([]);
  const document = draft?.document ?? api;
  const changed = draft !== undefined && !same(draft.document, draft.base);
  useBlocker({ shouldBlockFn: ({ next, current }) => changed && next.pathname !== current.pathname && !window.confirm('Leave without saving your change of the policies?'), enableBeforeUnload: changed });

  const change = (next: Api) => setDraft({ document: next, base: draft?.base ?? api, etag: draft ? draft.etag : etag });
  const policies = operation ? (document.operations?.[operation]?.policies ?? []) : (document.policies ?? []);
  const put = (next: PolicyUse[]) => {
    if (!operation) {
      const { policies: _, ...rest } = document;
      change(next.length ? { ...document, policies: next } : rest);
      return;
    }
    const { [operation]: settings, ...others } = document.operations ?? {};
    const { policies: _, ...rest } = settings ?? {};
    const own = next.length ? { ...rest, policies: next } : rest;
    const all = Object.keys(own).length ? { ...others, [operation]: own } : others;
    const { operations: __, ...without } = document;
    change(Object.keys(all).length ? { ...document, operations: all } : without);
  };
  const reload = async () => {
    setDraft(undefined);
    setReviewing(false);
    setFindings([]);
    await client.invalidateQueries({ queryKey: resourceQuery('api', id).queryKey });
  };
  const places = [{ value: '', label: 'All operations of this API' }, ...(operations.data ?? []).map((one) => ({ value: one.id, label: `${one.method ?? 'ANY'} ${one.path}${document.operations?.[one.id]?.policies?.length ? ' · has its own' : ''}` }))];
  return (
    <Stack>
      <Field className={css.where} label="Where" hint="A policy of an operation replaces the API's policy of the same name.">
        {(control) => <Select {...control} options={places} value={operation ?? ''} onChange={(event) => void navigate({ search: { operation: event.target.value || undefined }, replace: true })} />}
      </Field>
      <PolicyEditor key={operation ?? ''} policies={policies} onChange={put} findings={findings} path={operation ? `operations.${operation}.policies` : 'policies'} />
      {changed && (
        <Callout tone="calm">
          <Row>
            <span>Your change is not saved yet.</span>
            <Button size="s" onClick={() => setDraft(undefined)}>
              Discard
            </Button>
            <Button size="s" variant="primary" disabled={!may('apis:write', api.owner ?? null)} title={may('apis:write', api.owner ?? null) ? undefined : 'Needs apis:write for this API'} onClick={() => setReviewing(true)}>
              Review and save
            </Button>
          </Row>
        </Callout>
      )}
      <ReviewDialog
        open={reviewing}
        kind="api"
        id={id}
        before={draft?.base ?? api}
        after={document}
        etag={draft?.etag}
        onClose={() => setReviewing(false)}
        onFindings={setFindings}
        onSaved={() => {
          setDraft(undefined);
          setReviewing(false);
        }}
        onReload={() => void reload()}
      />
    </Stack>
  );
}
