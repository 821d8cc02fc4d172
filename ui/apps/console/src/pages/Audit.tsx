import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, type Column, Drawer, EmptyState, ErrorState, Facts, format, PageHeader, Row, SearchInput, Select, Stack, Table } from '@pailou/kit';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { diff } from '../parts/diff.ts';
import { DiffView } from '../parts/DiffView.tsx';
import { PageFooter } from '../parts/paging.tsx';

const KINDS = [{ value: '', label: 'Any kind' }, ...[...Object.keys(admin.PLURALS), 'session', 'developer', 'secret'].map((kind) => ({ value: kind, label: kind }))];
const ACTIONS = [{ value: '', label: 'Anything' }, ...['create', 'update', 'delete', 'issue-key', 'revoke-key', 'block', 'unblock', 'sign-in', 'sign-in-failed', 'sign-out', 'sign-up'].map((action) => ({ value: action, label: action }))];

export function Audit() {
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const [actor, setActor] = useState(search.actor ?? '');
  const [open, setOpen] = useState<number>();
  const audit = useQuery({ queryKey: ['audit', search], queryFn: ({ signal }) => admin.audit({ ...search, limit: 100 }, signal), placeholderData: keepPreviousData });
  const verify = useMutation({ mutationFn: admin.verifyAudit });
  const go = (next: typeof search) => void navigate({ search: next, replace: true });
  const shown = audit.data?.items.find((record) => record.number === open);
  const columns: Column<admin.AuditRecord>[] = [
    { id: 'number', header: 'No.', hide: 'narrow', cell: (record) => <span className="nums muted">{record.number}</span> },
    { id: 'at', header: 'When', cell: (record) => <time title={format.fullTime(record.at)}>{format.ago(record.at)}</time> },
    { id: 'actor', header: 'Who', hide: 'narrow', cell: (record) => record.actor },
    { id: 'action', header: 'What', cell: (record) => <Badge tone={record.action.includes('delete') || record.action.includes('revoke') || record.action.includes('failed') ? 'bad' : record.action.includes('create') || record.action.includes('issue') ? 'good' : 'neutral'}>{record.action}</Badge> },
    { id: 'resource', header: 'Resource', cell: (record) => <span className="mono">{[record.kind, record.id].filter(Boolean).join('/')}</span> },
    { id: 'address', header: 'From', hide: 'medium', cell: (record) => record.address ?? <span className="muted">this machine</span> },
    { id: 'revision', header: 'Revision', align: 'end', hide: 'narrow', cell: (record) => record.revision ?? '' },
  ];
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Every change and every sign-in, by whom and from where. Each record holds the hash of the one before it, so that none can be altered or taken out unseen."
        actions={
          <Button icon="audit" busy={verify.isPending} onClick={() => verify.mutate()}>
            Verify the chain
          </Button>
        }
      />
      <Stack gap={3}>
        {verify.data && <Verdict verdict={verify.data} />}
        {verify.error && <ErrorState compact error={verify.error} />}
        <Row>
          <Select aria-label="Kind" options={KINDS} value={search.kind ?? ''} onChange={(event) => go({ ...search, kind: event.target.value || undefined, after: undefined })} />
          <Select aria-label="What was done" options={ACTIONS} value={search.action ?? ''} onChange={(event) => go({ ...search, action: event.target.value || undefined, after: undefined })} />
          <form
            onSubmit={(event) => {
              event.preventDefault();
              go({ ...search, actor: actor.trim() || undefined, after: undefined });
            }}
          >
            <SearchInput label="Exact name of who" value={actor} onChange={setActor} />
          </form>
        </Row>
        <Table
          caption="Changes"
          columns={columns}
          rows={audit.data?.items}
          rowKey={(record) => String(record.number)}
          onOpen={(record) => setOpen(record.number)}
          selected={open === undefined ? undefined : String(open)}
          error={audit.error}
          retry={() => void audit.refetch()}
          filtered={Boolean(search.kind || search.actor || search.action)}
          onClearFilters={() => {
            setActor('');
            go({});
          }}
          empty={<EmptyState icon="audit" title="Nothing was changed yet">The first change appears here with who made it.</EmptyState>}
          footer={<PageFooter page={audit.data} after={search.after} onPage={(after) => go({ ...search, after })} what="change" />}
        />
      </Stack>
      <Drawer open={shown !== undefined} onClose={() => setOpen(undefined)} wide title={shown ? `${shown.action} ${shown.kind}/${shown.id}` : ''}>
        {shown && (
          <Stack>
            <Facts
              facts={[
                ['When', format.fullTime(shown.at)],
                ['Who', shown.actor],
                ['From', shown.address ?? 'this machine'],
                ['Revision', shown.revision],
                ['Snapshot', shown.snapshot],
                ['Link of the chain', <code key="hash">{shown.hash}</code>],
              ]}
            />
            {shown.before || shown.after ? <DiffView changes={diff(shown.before ?? {}, shown.after ?? {})} /> : <p className="muted">No document changed.</p>}
          </Stack>
        )}
      </Drawer>
    </>
  );
}

function Verdict({ verdict }: { verdict: admin.AuditVerdict }) {
  return verdict.broken || !verdict.intact ? (
    <Callout tone="bad" icon="warning">
      <strong>The chain is broken{verdict.broken ? ` at record ${verdict.broken.number}: ${verdict.broken.reason}` : ''}.</strong> Something was changed outside Pailou. Keep the database and compare it with a backup.
    </Callout>
  ) : (
    <Callout tone="good" icon="check">
      The chain is whole: {format.plural(verdict.records, 'record')} checked.
    </Callout>
  );
}
