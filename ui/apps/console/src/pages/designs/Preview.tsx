// The contract as the portal will show it, and a mock of it to try, before anything is published.
import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, EmptyState, ErrorState, Findings, Row, Select, Skeleton, Stack, Tabs } from '@pailou/kit';
import { type BuiltRequest, type ContractOutline, Markdown, type OperationPage, OperationView, Outline, type Sample, Samples, type Schemas, type TryAnswer, TryHistory, TryIt } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import css from './Design.module.css';
import type { DraftText } from './draft.ts';

interface ViewProps {
  draft: DraftText;
  /** Counts the texts that are worth a look: it rises when nothing was typed for a moment. */
  version: number;
}

/** What the contract has, at a glance, and what keeps it from being read. */
export function useContractView({ draft, version }: ViewProps, { operation, enabled = true }: { operation?: string; enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ['design-view', draft.key, version, operation ?? ''],
    queryFn: ({ signal }) => draft.send((source) => admin.viewContract(source, { operation }, signal)),
    enabled,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
}

export function DesignOutline({ view, active, onOpen }: { view: ReturnType<typeof useContractView>; active?: string; onOpen: (operation: string) => void }) {
  if (view.error) return <ErrorState compact error={view.error} retry={() => void view.refetch()} />;
  if (!view.data) return <Skeleton lines={6} />;
  if (!view.data.outline) return <Unreadable view={view.data} />;
  return (
    <div className={css.outline}>
      <Outline outline={view.data.outline as ContractOutline} active={active} href={(id) => `#${encodeURIComponent(id)}`} onOpen={onOpen} />
    </div>
  );
}

function Unreadable({ view }: { view: admin.ContractView }) {
  return (
    <Callout tone="bad" icon="warning">
      <p>
        <strong>The contract cannot be read yet.</strong> It can be saved, and not be published.
      </p>
      <Findings findings={view.findings} />
    </Callout>
  );
}

export function Preview({ draft, version, view, operation, onOperation, onSource }: ViewProps & { view: ReturnType<typeof useContractView>; operation?: string; onOperation: (id: string) => void; onSource: (operation: string) => void }) {
  if (view.error) return <ErrorState compact error={view.error} retry={() => void view.refetch()} />;
  if (!view.data) return <Skeleton lines={8} />;
  const { outline } = view.data;
  if (!outline) return <Unreadable view={view.data} />;
  if (outline.operations.length === 0) {
    return (
      <EmptyState compact icon="api" title="No operations yet">
        Write a path, or add one in the form.
      </EmptyState>
    );
  }
  const shown = outline.operations.find(({ id }) => id === operation) ?? outline.operations[0];
  if (!shown) return null;
  return (
    <Stack gap={3}>
      <div>
        <h2>
          {outline.title} <Badge>{outline.version}</Badge>
        </h2>
        {outline.description && <Markdown text={outline.description} headings={3} />}
      </div>
      {view.data.findings.length > 0 && (
        <Callout tone="warn" icon="warning">
          <Findings findings={view.data.findings.slice(0, 20)} />
        </Callout>
      )}
      <Row>
        <Select aria-label="Operation" value={shown.id} onChange={(event) => onOperation(event.target.value)} options={outline.operations.map(({ id, method, path }) => ({ value: id, label: `${method} ${path}` }))} />
        <Button size="s" onClick={() => onSource(shown.id)}>
          Show in the source
        </Button>
      </Row>
      <TryHistory>
        <Shown key={shown.id} draft={draft} version={version} operation={shown.id} />
      </TryHistory>
    </Stack>
  );
}

const SERVED = 'https://api.example.com';

function Shown({ draft, version, operation }: ViewProps & { operation: string }) {
  const page = useContractView({ draft, version }, { operation });
  const [tab, setTab] = useState<'page' | 'code' | 'try'>('page');
  const fetchSchema = useCallback(async (name: string) => ((await draft.send((source) => admin.viewContract(source, { schema: name }))).schema?.schemas ?? {}) as Schemas, [draft]);
  const send = useCallback((request: BuiltRequest) => draft.send((source) => admin.tryContract<TryAnswer>(source, request)), [draft]);
  if (page.error) return <ErrorState compact error={page.error} retry={() => void page.refetch()} />;
  const shown = page.data?.operation as OperationPage | null | undefined;
  if (!shown || shown.id !== operation) return <Skeleton lines={8} />;
  return (
    <Tabs
      label="Operation"
      active={tab}
      onChange={setTab}
      tabs={[
        { id: 'page', label: 'As in the portal' },
        { id: 'code', label: 'Code' },
        { id: 'try', label: 'Try the mock' },
      ]}
    >
      {tab === 'page' && <OperationView page={shown} baseUrl={SERVED} fetchSchema={fetchSchema} />}
      {tab === 'code' && <Samples samples={(page.data?.samples ?? []) as Sample[]} />}
      {tab === 'try' && (
        <Stack gap={3}>
          <p className="muted">A mock of the text as it is answers: its examples, or what its schemas accept. What is created stays until the text changes.</p>
          <TryIt key={`${version}`} page={shown} baseUrl={SERVED} send={send} problemHref={() => '#'} />
        </Stack>
      )}
    </Tabs>
  );
}
