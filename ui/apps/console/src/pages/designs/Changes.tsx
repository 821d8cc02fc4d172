// What the text changes for those who use the API, and what it changes in the text.
import * as admin from '@pailou/api/admin';
import { Badge, EmptyState, ErrorState, format, Row, Select, Skeleton, Stack, Tabs, type Tone } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { revisionsQuery } from '../../queries.ts';
import css from './Design.module.css';
import type { DraftText } from './draft.ts';

const TextCompare = lazy(async () => ({ default: (await import('./TextCompare.tsx')).TextCompare }));
const TONES: Record<string, Tone> = { breaking: 'bad', warning: 'warn', info: 'neutral' };

export function ChangeList({ changes }: { changes: admin.ContractChanges }) {
  const told = changes.changes.length;
  const all = changes.breaking + changes.warnings + changes.infos;
  return (
    <>
      <Row>
        <Badge tone={changes.breaking ? 'bad' : 'good'}>{changes.breaking} breaking</Badge>
        <Badge tone={changes.warnings ? 'warn' : 'neutral'}>{changes.warnings} to be looked at</Badge>
        <Badge>{changes.infos} other</Badge>
      </Row>
      {all === 0 ? (
        <p className="muted">Nothing changes that callers could notice.</p>
      ) : (
        <ul className={css.changes} aria-label="Changes">
          {changes.changes.map((change, at) => (
            <li key={at} className={css.change}>
              <Badge tone={TONES[change.level] ?? 'neutral'}>{change.level}</Badge> {change.operation && <b className="mono">{change.operation}</b>} {change.at && <span className="muted">{change.at}: </span>}
              {change.text} <code className={css.code}>{change.rule}</code>
            </li>
          ))}
        </ul>
      )}
      {all > told && <p className="muted">{format.count(all - told)} more are not listed.</p>}
    </>
  );
}

export function Changes({ id, api, draft, version, saved }: { id: string; api?: string | null; draft: DraftText; version: number; saved: number }) {
  const revisions = useQuery(revisionsQuery('design', id));
  const known = (revisions.data ?? []).filter((revision) => revision.document);
  const [against, setAgainst] = useState<string>(api ? 'api' : String(saved));
  const [tab, setTab] = useState<'meaning' | 'text'>('meaning');
  const side: admin.ContractSide = against === 'api' ? { api: api ?? '' } : { design: id, revision: Number(against) };
  const changes = useQuery({
    queryKey: ['design-changes', draft.key, against, version],
    queryFn: ({ signal }) => draft.send((source) => admin.compareContracts(side, { source }, signal)),
    placeholderData: (before) => before,
    enabled: tab === 'meaning',
  });
  const before = useQuery({
    queryKey: ['design-text', id, against],
    queryFn: async ({ signal }) => (against === 'api' ? admin.contractText(api ?? '', signal) : (await admin.designText(id, Number(against), signal)).body),
    enabled: tab === 'text',
  });
  return (
    <Stack gap={3}>
      <Select
        aria-label="Compare with"
        value={against}
        onChange={(event) => setAgainst(event.target.value)}
        options={[...(api ? [{ value: 'api', label: `What is in force of ${api}` }] : []), ...known.map((revision) => ({ value: String(revision.revision), label: `Revision ${revision.revision}, ${format.ago(revision.at)}, ${revision.actor}` }))]}
      />
      <Tabs label="Compare" active={tab} onChange={setTab} tabs={[{ id: 'meaning', label: 'For callers' }, { id: 'text', label: 'In the text' }]}>
        {tab === 'meaning' &&
          (changes.error ? <ErrorState compact error={changes.error} retry={() => void changes.refetch()} /> : changes.data ? <Stack gap={3}><ChangeList changes={changes.data} /></Stack> : <Skeleton lines={4} />)}
        {tab === 'text' &&
          (before.error ? (
            <ErrorState compact error={before.error} retry={() => void before.refetch()} />
          ) : before.data === undefined ? (
            <Skeleton lines={6} />
          ) : before.data === draft.doc.toString() ? (
            <EmptyState compact icon="check" title="The texts are the same" />
          ) : (
            <Suspense fallback={<Skeleton lines={6} />}>
              <TextCompare before={before.data} after={draft.doc.toString()} label="Both texts" />
            </Suspense>
          ))}
      </Tabs>
    </Stack>
  );
}
