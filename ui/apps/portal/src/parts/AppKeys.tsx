// The keys of an app: made and shown once, rotated with an overlap, revoked.
import { Button, Callout, Confirm, Dialog, EmptyState, format, KeyReveal, Panel, Stack, Table, useTask, useToast } from '@pailou/kit';
import { useState } from 'react';
import { issueKey, revokeKey } from '../api/account.ts';
import type { AppKey, IssuedKey, PortalApp } from '@pailou/api/portal';
import { useKey } from '../keys.tsx';

export function AppKeys({ app }: { app: PortalApp }) {
  const [issued, setIssued] = useState<{ key: IssuedKey; instead?: AppKey }>();
  const [revoking, setRevoking] = useState<AppKey>();
  const { busy, run } = useTask();
  const toast = useToast();
  const mine = useKey();

  const issue = async (instead?: AppKey) => {
    await run(async () => {
      const key = await issueKey(app.name);
      mine.set(key.key);
      setIssued({ key, instead });
    }, (error) => toast.failed('No key was made', error));
  };

  const revoke = async () => {
    if (!revoking?.key_hash) return;
    await run(async () => {
      await revokeKey(app.name, revoking.key_hash);
      toast.done('The key is revoked.');
      setRevoking(undefined);
    }, (error) => toast.failed('The key was not revoked', error));
  };

  return (
    <Stack gap={4}>
      <Panel
        title="Keys"
        flush
        actions={
          <Button size="s" variant="primary" icon="plus" busy={busy} onClick={() => void issue()}>
            New key
          </Button>
        }
      >
        <Table
          caption="Keys"
          rows={app.keys}
          rowKey={(key) => key.key_hash ?? key.hint ?? ''}
          empty={
            <EmptyState compact icon="key" title="No key yet">
              Calls are made with a key. It is shown once, when it is made.
            </EmptyState>
          }
          columns={[
            { id: 'hint', header: 'Key', cell: (key) => <code>{key.hint ?? ''}…</code> },
            { id: 'created', header: 'Made', hide: 'narrow', sort: (key) => key.created_at, cell: (key) => (key.created_at ? format.ago(key.created_at) : '–') },
            { id: 'used', header: 'Last used', sort: (key) => key.last_used_at, cell: (key) => (key.last_used_at ? <time title={format.fullTime(key.last_used_at)}>{format.ago(key.last_used_at)}</time> : 'not yet') },
            { id: 'expires', header: 'Works until', hide: 'below', sort: (key) => key.expires_at, cell: (key) => (key.expires_at ? format.fullTime(key.expires_at) : 'you revoke it') },
            {
              id: 'actions',
              header: 'Actions',
              align: 'end',
              cell: (key) => (
                <span>
                  <Button size="s" variant="quiet" disabled={busy} onClick={() => void issue(key)}>
                    Rotate
                  </Button>{' '}
                  <Button size="s" variant="quiet" disabled={busy || !key.key_hash} onClick={() => setRevoking(key)}>
                    Revoke
                  </Button>
                </span>
              ),
            },
          ]}
        />
      </Panel>
      <Callout>To rotate a key without an outage: make a new one, deploy it, then revoke the old one. Until then both work.</Callout>
      <Dialog open={issued !== undefined} onClose={() => {}} locked title={issued?.instead ? 'The new key' : 'Your key'}>
        {issued && (
          <Stack gap={4}>
            {issued.instead && (
              <p>
                The old key <code>{issued.instead.hint}…</code> goes on working until you revoke it.
              </p>
            )}
            <KeyReveal secret={issued.key.key} onDone={() => setIssued(undefined)} />
          </Stack>
        )}
      </Dialog>
      <Confirm open={revoking !== undefined} title="Revoke this key?" action="Revoke" danger busy={busy} onConfirm={() => void revoke()} onClose={() => setRevoking(undefined)}>
        <p>
          Calls with <code>{revoking?.hint}…</code> are refused within a second. This cannot be undone.
        </p>
      </Confirm>
    </Stack>
  );
}
