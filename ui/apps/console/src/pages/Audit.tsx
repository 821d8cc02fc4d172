import * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, type Column, Drawer, EmptyState, ErrorState, Facts, format, PageHeader, Row, SearchInput, Select, Stack, Table, useToast } from '@pailou/kit';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { diff } from '../parts/diff.ts';
import { DiffView } from '../parts/DiffView.tsx';
import { keepFile } from '../parts/keepFile.ts';
import { PageFooter } from '../parts/paging.tsx';
import { ResourceLink } from '../parts/ResourceLink.tsx';
import css from './Audit.module.css';

const KINDS = [{ value: '', label: 'Any kind' }, ...[...Object.keys(admin.PLURALS), 'session', 'developer', 'secret'].map((kind) => ({ value: kind, label: kind }))];
const ACTIONS = [
  { value: '', label: 'Anything' },
  ...['create', 'update', 'delete', 'issue-key', 'revoke-key', 'approve', 'refuse', 'block', 'unblock', 'create-secret', 'rotate-secret', 'delete-secret', 'rotate-data-key', 'sign-in', 'sign-in-failed', 'sign-out', 'sign-up'].map((action) => ({ value: action, label: action })),
];
const SPANS = [
  { value: '', label: 'Any time' },
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last day' },
  { value: '168', label: 'Last 7 days' },
  { value: '720', label: 'Last 30 days' },
];
/** What a text may be: each is told exactly. */
const BY = [
  { value: 'actor', label: 'Who' },
  { value: 'id', label: 'Resource' },
  { value: 'address', label: 'From' },
] as const;
type By = (typeof BY)[number]['value'];
type Search = { kind?: string; action?: string; hours?: string; after?: string } & { [K in By]?: string };

export function Audit() {
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const [by, setBy] = useState<By>(BY.find(({ value }) => search[value])?.value ?? 'actor');
  const [text, setText] = useState(search[by] ?? '');
  const [open, setOpen] = useState<number>();
  const [exporting, setExporting] = useState(false);
  const toast = useToast();
  const audit = useQuery({
    queryKey: ['audit', search],
    queryFn: ({ signal }) => admin.audit({ ...askedOf(search), limit: 100 }, signal),
    placeholderData: keepPreviousData,
    // The first page follows what happens.
    refetchInterval: search.after ? false : 5000,
  });
  const verify = useMutation({ mutationFn: admin.verifyAudit });
  const go = (next: typeof search) => void navigate({ search: next, replace: true });
  const narrow = (more: typeof search) => go({ ...search, ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, value || undefined])), after: undefined });
  const download = async () => {
    setExporting(true);
    try {
      await save(search);
    } catch (error) {
      toast.failed('The audit log was not exported', error);
    } finally {
      setExporting(false);
    }
  };
  const shown = audit.data?.items.find((record) => record.number === open);
  const columns: Column<admin.AuditRecord>[] = [
    { id: 'number', header: 'No.', hide: 'narrow', cell: (record) => <span className="nums muted">{record.number}</span> },
    { id: 'at', header: 'When', cell: (record) => <time title={format.fullTime(record.at)}>{format.ago(record.at)}</time> },
    { id: 'actor', header: 'Who', hide: 'narrow', cell: (record) => record.actor },
    { id: 'action', header: 'What', cell: (record) => <Badge tone={record.action.includes('delete') || record.action.includes('revoke') || record.action.includes('failed') ? 'bad' : record.action.includes('create') || record.action.includes('issue') ? 'good' : 'neutral'}>{record.action}</Badge> },
    { id: 'resource', header: 'Resource', cell: (record) => <Resource record={record} /> },
    { id: 'address', header: 'From', hide: 'medium', cell: (record) => record.address ?? <span className="muted">this machine</span> },
    { id: 'revision', header: 'Revision', align: 'end', hide: 'narrow', cell: (record) => record.revision ?? '' },
  ];
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Every change and every sign-in, by whom and from where. Each record holds the hash of the one before it, so that none can be altered or taken out unseen."
        actions={
          <>
            <Button icon="down" busy={exporting} onClick={() => void download()}>
              Export
            </Button>
            <Button icon="audit" busy={verify.isPending} onClick={() => verify.mutate()}>
              Verify the chain
            </Button>
          </>
        }
      />
      <Stack gap={3}>
        {verify.data && <Verdict verdict={verify.data} />}
        {verify.error && <ErrorState compact error={verify.error} />}
        <Row>
          <Select aria-label="Kind" options={KINDS} value={search.kind ?? ''} onChange={(event) => narrow({ kind: event.target.value })} />
          <Select aria-label="What was done" options={ACTIONS} value={search.action ?? ''} onChange={(event) => narrow({ action: event.target.value })} />
          <Select aria-label="When" options={SPANS} value={search.hours ?? ''} onChange={(event) => narrow({ hours: event.target.value })} />
          <form
            className={css.exact}
            onSubmit={(event) => {
              event.preventDefault();
              narrow({ actor: '', id: '', address: '', [by]: text.trim() });
            }}
          >
            <Select aria-label="Search by" options={BY} value={by} onChange={(event) => setBy(event.target.value as By)} />
            <SearchInput label="Exact words" value={text} onChange={setText} />
            <Button type="submit">Search</Button>
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
          filtered={Object.values({ ...search, after: undefined }).some(Boolean)}
          onClearFilters={() => {
            setText('');
            go({});
          }}
          empty={<EmptyState icon="audit" title="Nothing was changed yet">The first change appears here with who made it.</EmptyState>}
          footer={<PageFooter page={audit.data} after={search.after} onPage={(after) => go({ ...search, after })} what="record" />}
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

/** What the server is asked for by an address of this page. */
function askedOf({ hours, ...rest }: Search) {
  return { ...rest, ...(hours ? { from: new Date(Date.now() - Number(hours) * 3_600_000).toISOString() } : {}) };
}

/** Saves the records that the filters leave, one a line, the newest first. */
async function save(search: Search) {
  const { after: _, ...asked } = askedOf({ ...search, after: undefined });
  keepFile(await admin.auditFile(asked), 'audit.ndjson');
}

/** What was changed, with the way there where there is one. */
function Resource({ record: { kind, id, action } }: { record: admin.AuditRecord }) {
  const of = [kind, id].filter(Boolean).join('/');
  return action === 'delete' || !of.includes('/') ? <span className="mono">{of}</span> : <ResourceLink of={of} />;
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
