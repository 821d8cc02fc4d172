import type { Documents, Stored } from '@pailou/api/admin';
import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, Confirm, Dialog, EmptyState, ErrorState, Field, format, PageHeader, SearchInput, Select, Stack, Table, TextArea, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { BLOCK_SPANS } from '../parts/BlockButton.tsx';
import { PageFooter, type ListSearch, useListSearch } from '../parts/paging.tsx';
import { ResourceLink } from '../parts/ResourceLink.tsx';
import { forgetResources, listQuery } from '../queries.ts';
import { Needs } from '../parts/may.tsx';

type Block = Documents['block'];

/** What is refused in an emergency: what, why, until when; and the way to refuse more, or to let it in again. */
export function Blocks() {
  const search: ListSearch = useSearch({ from: '/shell/blocks' });
  const navigate = useNavigate({ from: '/blocks' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const page = useQuery({ ...listQuery('block', { q: search.q, after: search.after, limit: 100 }), refetchInterval: 5000 });
  const [making, setMaking] = useState(false);
  const [lifting, setLifting] = useState<Block>();
  const create = (
    <Needs permission="blocks:write">
      <Button variant="primary" icon="block" onClick={() => setMaking(true)}>
        Block something
      </Button>
    </Needs>
  );
  const columns: Column<Stored<Block>>[] = [
    { id: 'what', header: 'Refuses', sort: ({ document }) => wordsOf(document), cell: ({ document }) => <Refused document={document} /> },
    { id: 'reason', header: 'Reason', hide: 'below', cell: ({ document }) => document.reason ?? <span className="muted">none given</span> },
    { id: 'since', header: 'Since', hide: 'medium', sort: (row) => row.updated_at, cell: (row) => <time title={format.fullTime(row.updated_at)}>{format.ago(row.updated_at)}</time> },
    { id: 'ends', header: 'Ends', sort: ({ document }) => document.expires_at ?? '9', cell: ({ document }) => (document.expires_at ? <time title={format.fullTime(document.expires_at)}>{format.until(document.expires_at)}</time> : 'when it is lifted') },
    {
      id: 'lift',
      header: 'Change',
      align: 'end',
      cell: ({ document }) => (
        <Needs permission="blocks:write">
          <Button size="s" aria-label={`Lift the block of ${wordsOf(document)}`} onClick={() => setLifting(document)}>
            Lift
          </Button>
        </Needs>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Blocks" lead="Calls that are refused on every gateway at once, whatever else lets them in." actions={create} />
      <Stack gap={3}>
        <SearchInput label="Search blocks" value={list.text} onChange={list.setText} />
        <Table
          caption="Blocks"
          columns={columns}
          rows={page.data?.items}
          rowKey={({ document }) => document.name}
          error={page.error}
          retry={() => void page.refetch()}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="block" title="Nothing is blocked" action={create}>
              In an emergency, refuse a caller, a key, an address or everything to an API: it holds within a second on every gateway, and is undone as fast.
            </EmptyState>
          }
          footer={<PageFooter page={page.data} after={search.after} onPage={list.page} what="block" />}
        />
      </Stack>
      {making && <BlockDialog onClose={() => setMaking(false)} />}
      {lifting && <LiftDialog document={lifting} onClose={() => setLifting(undefined)} />}
    </>
  );
}

/** What a block is about: what kind of thing, and which. */
function aboutOf(document: Block): [what: string, which: string] {
  const { consumer, app, key_hash, address, api, route } = document;
  const said = Object.entries({ consumer, app, key: key_hash, address, api, route }).find(([, value]) => value);
  return said ? [said[0], String(said[1])] : ['', document.name];
}

const wordsOf = (document: Block) => aboutOf(document).join(' ');

function Refused({ document }: { document: Block }) {
  const [what, which] = aboutOf(document);
  const linked = ['consumer', 'app', 'route'].includes(what) || (what === 'api' && which.includes('@'));
  return (
    <>
      <Badge tone="bad">{what}</Badge> {linked ? <ResourceLink of={`${what}/${which}`} /> : <span className="mono" title={which}>{what === 'key' ? `${which.slice(0, 19)}…` : which}</span>}
    </>
  );
}

const WHATS = [
  { value: 'address', label: 'Calls from an address or network', field: 'Address', hint: 'Such as 203.0.113.7 or 203.0.113.0/24.' },
  { value: 'consumer', label: 'Calls of a consumer', field: 'Consumer', hint: 'Its name, or what a token calls the caller.' },
  { value: 'app', label: 'Calls of an app', field: 'App', hint: 'Its name.' },
  { value: 'key', label: 'Calls with an API key', field: 'Key', hint: 'The key as it leaked; only its hash is kept.' },
  { value: 'api', label: 'Calls to an API', field: 'API', hint: 'orders for every version, orders@v1 for one.' },
  { value: 'route', label: 'Calls to a route', field: 'Route', hint: 'Its name.' },
] as const;

function BlockDialog({ onClose }: { onClose: () => void }) {
  const [what, setWhat] = useState<(typeof WHATS)[number]['value']>('address');
  const [which, setWhich] = useState('');
  const [span, setSpan] = useState('1h');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useTask();
  const toast = useToast();
  const about = WHATS.find(({ value }) => value === what) ?? WHATS[0];
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (which.trim() === '') return;
    await run(async () => {
      const made = await admin.block({ [what]: which.trim() } as unknown as admin.Blocked, { ...(span ? { for: span } : {}), ...(reason.trim() ? { reason: reason.trim() } : {}) });
      await forgetResources();
      toast.done([`Calls are refused: ${what === 'key' ? 'those with the key' : which.trim()}`, made.note].filter(Boolean).join('. '));
      onClose();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Block something"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" busy={busy} disabled={which.trim() === ''} onClick={() => void save()}>
            Block
          </Button>
        </>
      }
    >
      <form onSubmit={(event) => void save(event)}>
        <Stack gap={3}>
          {error !== undefined && <ErrorState compact error={error} />}
          <Field label="What is refused">
            {(control) => (
              <Select
                {...control}
                options={WHATS}
                value={what}
                onChange={(event) => {
                  setWhat(event.target.value as typeof what);
                  setWhich('');
                }}
              />
            )}
          </Field>
          <Field label={about.field} required hint={about.hint}>
            {(control) => <TextInput {...control} mono type={what === 'key' ? 'password' : 'text'} value={which} onChange={(event) => setWhich(event.target.value)} autoCapitalize="none" />}
          </Field>
          <Field label="For how long">{(control) => <Select {...control} options={BLOCK_SPANS} value={span} onChange={(event) => setSpan(event.target.value)} />}</Field>
          <Field label="Reason" hint="For the audit log; clients are not told.">
            {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={2} maxLength={1000} />}
          </Field>
          <p className="muted">They are answered 403 on every gateway within a second.</p>
          <button type="submit" hidden />
        </Stack>
      </form>
    </Dialog>
  );
}

function LiftDialog({ document, onClose }: { document: Block; onClose: () => void }) {
  const { busy, run } = useTask();
  const toast = useToast();
  const lift = async () => {
    const { consumer, app, key_hash, address, api, route } = document;
    const about = Object.fromEntries(Object.entries({ consumer, app, key_hash, address, api, route }).filter(([, value]) => value));
    await run(async () => {
      await admin.unblock(about as unknown as admin.Blocked);
      await forgetResources();
      toast.done(`Calls are let in again: ${wordsOf(document)}`);
    }, (error) => toast.failed('The block was not lifted', error));
    onClose();
  };
  return (
    <Confirm open onClose={onClose} onConfirm={() => void lift()} busy={busy} action="Lift" title="Lift this block?">
      <p>
        Calls are let in again on every gateway within a second: <span className="mono">{wordsOf(document)}</span>
      </p>
    </Confirm>
  );
}
