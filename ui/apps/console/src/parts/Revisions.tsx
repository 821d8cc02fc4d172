import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, Drawer, EmptyState, format, Stack, Table, Tabs } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';
import { CodeBlock } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { revisionsQuery } from '../queries.ts';
import { diff } from './diff.ts';
import { DiffView } from './DiffView.tsx';

/** Every state a resource had, and what changed from one to the next. */
export function Revisions({ kind, id, onRestore }: { kind: admin.Kind; id: string; onRestore?: (document: Record<string, unknown>) => void }) {
  const answer = useQuery(revisionsQuery(kind, id));
  const [open, setOpen] = useState<number>();
  const [tab, setTab] = useState<'change' | 'document'>('change');
  const rows = useMemo(() => answer.data && [...answer.data].sort((a, b) => b.revision - a.revision), [answer.data]);
  const at = rows?.findIndex((row) => row.revision === open) ?? -1;
  const shown = rows?.[at];
  const before = rows?.[at + 1];
  const columns: Column<admin.Revision>[] = [
    { id: 'revision', header: 'Revision', cell: (row) => <b className="nums">{row.revision}</b> },
    { id: 'at', header: 'When', cell: (row) => <time title={format.fullTime(row.at)}>{format.ago(row.at)}</time> },
    { id: 'actor', header: 'Who', cell: (row) => row.actor },
    { id: 'origin', header: 'Through', hide: 'narrow', cell: (row) => <Badge>{row.origin}</Badge> },
    { id: 'what', header: 'What', cell: (row) => (row.document ? (row.revision === rows?.at(-1)?.revision ? 'created' : 'changed') : 'deleted') },
    { id: 'snapshot', header: 'Live since snapshot', align: 'end', hide: 'medium', cell: (row) => row.snapshot },
  ];
  return (
    <>
      <Table
        caption="Revisions"
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.revision)}
        onOpen={(row) => setOpen(row.revision)}
        selected={open === undefined ? undefined : String(open)}
        error={answer.error}
        retry={() => void answer.refetch()}
        empty={<EmptyState icon="log" title="No revisions" />}
      />
      <Drawer
        open={shown !== undefined}
        onClose={() => setOpen(undefined)}
        wide
        title={`Revision ${shown?.revision ?? ''}`}
        footer={
          onRestore && shown?.document && at > 0 ? (
            <Button
              variant="primary"
              onClick={() => {
                onRestore(shown.document as Record<string, unknown>);
                setOpen(undefined);
              }}
            >
              Restore this revision
            </Button>
          ) : undefined
        }
      >
        {shown && (
          <Stack>
            <p className="muted">
              {shown.actor}, {format.fullTime(shown.at)}
            </p>
            <Tabs
              label="Revision"
              active={tab}
              onChange={setTab}
              tabs={[
                { id: 'change', label: 'What changed' },
                { id: 'document', label: 'Document' },
              ]}
            >
              {tab === 'change' ? <DiffView changes={diff(before?.document ?? {}, shown.document ?? {})} /> : <CodeBlock label="Document" code={toYaml(shown.document)} />}
            </Tabs>
          </Stack>
        )}
      </Drawer>
    </>
  );
}
