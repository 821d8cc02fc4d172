import * as admin from '@pailou/api/admin';
import { Badge, Button, type Column, Confirm, Dialog, EmptyState, Field, format, KeyReveal, Panel, Select, Stack, Table, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { forgetResources, keysQuery, passwordsQuery } from '../queries.ts';
import { Needs } from './may.tsx';

const DAY = 24 * 3_600_000;
const LIVES = [
  { value: '', label: 'Until it is revoked' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
];

/** The keys of a consumer or app: issue, see once, revoke. */
export function Keys({ kind, id, credentials }: { kind: 'consumer' | 'app'; id: string; credentials: readonly admin.Credential[] }) {
  const [issuing, setIssuing] = useState(false);
  const [life, setLife] = useState('');
  const [issued, setIssued] = useState<string>();
  const [revoking, setRevoking] = useState<admin.Credential>();
  const { busy, run } = useTask();
  const toast = useToast();
  const known = useQuery({ ...keysQuery(kind, id), enabled: credentials.length > 0 });
  const passwords = useQuery({ ...passwordsQuery(kind, id), enabled: credentials.some(({ username }) => username) });
  const lastUse = (key: admin.Credential) =>
    key.username ? passwords.data?.find(({ username }) => username === key.username)?.last_used_at : known.data?.find((one) => one.key_hash === key.key_hash)?.last_used_at;

  const issue = async () => {
    await run(
      async () => {
        const { key } = await admin.issueKey(kind, id, life ? new Date(Date.now() + Number(life) * DAY).toISOString() : undefined);
        setIssuing(false);
        setIssued(key);
        await forgetResources();
      },
      (error) => toast.failed('No key was issued', error),
    );
  };
  const revoke = async () => {
    const hash = revoking?.key_hash;
    if (!hash) return;
    await run(
      async () => {
        await admin.revokeKey(kind, id, hash);
        await forgetResources();
        toast.done('Revoked the key');
      },
      (error) => toast.failed('The key was not revoked', error),
    );
    setRevoking(undefined);
  };
  const columns: Column<admin.Credential>[] = [
    { id: 'hint', header: 'Key', cell: (key) => (key.username ? <span title="A name and a password">{key.username} (password)</span> : <code>{key.hint ?? ''}…</code>) },
    { id: 'created', header: 'Issued', hide: 'narrow', cell: (key) => (key.created_at ? <time title={format.fullTime(key.created_at)}>{format.ago(key.created_at)}</time> : <span className="muted">not known</span>) },
    {
      id: 'used',
      header: 'Last used',
      cell: (key) => {
        const at = lastUse(key);
        if (at) return <time title={format.fullTime(at)}>{format.ago(at)}</time>;
        const told = key.username ? passwords : known;
        return <span className="muted">{told.isSuccess ? 'not yet' : told.isError ? 'not known' : '…'}</span>;
      },
    },
    {
      id: 'expires',
      header: 'Expires',
      cell: (key) => (!key.expires_at ? 'never' : new Date(key.expires_at).getTime() < Date.now() ? <Badge tone="bad">expired {format.dayOf(key.expires_at)}</Badge> : format.dayOf(key.expires_at)),
    },
    {
      id: 'revoke',
      header: 'Action',
      align: 'end',
      cell: (key) => (
        <Needs permission="keys:write">
          <Button size="s" variant="danger" disabled={!key.key_hash} onClick={() => setRevoking(key)}>
            Revoke
          </Button>
        </Needs>
      ),
    },
  ];
  const button = (
    <Needs permission="keys:write">
      <Button variant="primary" icon="key" onClick={() => setIssuing(true)}>
        Issue a key
      </Button>
    </Needs>
  );
  return (
    <Panel title="Keys" actions={credentials.length > 0 && button} flush>
      <Table
        caption="Keys"
        columns={columns}
        rows={credentials}
        rowKey={(key) => key.key_hash ?? key.username ?? key.hint ?? ''}
        empty={
          <EmptyState compact icon="key" title="No keys yet" action={button}>
            Calls with a key of this {kind} are counted and limited as its own. A key is shown once; only its hash is kept.
          </EmptyState>
        }
      />
      <Dialog
        open={issuing}
        onClose={() => setIssuing(false)}
        title={`Issue a key for ${id}`}
        footer={
          <>
            <Button onClick={() => setIssuing(false)}>Cancel</Button>
            <Button variant="primary" busy={busy} onClick={() => void issue()}>
              Issue key
            </Button>
          </>
        }
      >
        <Field label="Valid">{(control) => <Select {...control} options={LIVES} value={life} onChange={(event) => setLife(event.target.value)} />}</Field>
      </Dialog>
      <Dialog open={issued !== undefined} onClose={() => setIssued(undefined)} locked title={`A new key for ${id}`}>
        {issued && <KeyReveal secret={issued} onDone={() => setIssued(undefined)} />}
      </Dialog>
      <Confirm open={revoking !== undefined} onClose={() => setRevoking(undefined)} onConfirm={() => void revoke()} busy={busy} danger action="Revoke key" title="Revoke this key?">
        <Stack gap={2}>
          <p>
            Calls with <code>{revoking?.hint}…</code> are refused within a second. This cannot be undone.
          </p>
        </Stack>
      </Confirm>
    </Panel>
  );
}
