import * as admin from '@pailou/api/admin';
import { Button, Dialog, Field, Select, Stack, TextArea, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { forgetResources, listQuery } from '../queries.ts';
import { Needs } from './may.tsx';

type Of = 'consumer' | 'app' | 'api';

/** For how long something may be blocked. */
export const BLOCK_SPANS = [
  { value: '', label: 'Until it is lifted' },
  { value: '15m', label: '15 minutes' },
  { value: '1h', label: '1 hour' },
  { value: '1d', label: '1 day' },
];

/** Refuses the calls of a caller or to an API on every gateway at once, and lets them in again. */
export function BlockButton({ of, id }: { of: Of; id: string }) {
  const [open, setOpen] = useState(false);
  const { busy, run } = useTask();
  const [span, setSpan] = useState('1h');
  const [reason, setReason] = useState('');
  const toast = useToast();
  const blocks = useQuery(listQuery('block', { q: id, limit: 1000 }));
  const blocked = blocks.data?.items.some(({ document }) => document[of] === id) ?? false;
  const what = { [of]: id } as unknown as admin.Blocked;
  const change = async () => {
    await run(
      async () => {
        if (blocked) await admin.unblock(what);
        else await admin.block(what, { ...(span ? { for: span } : {}), ...(reason.trim() ? { reason: reason.trim() } : {}) });
        await forgetResources();
        toast.done(blocked ? `Calls are let in again: ${id}` : `Calls are refused: ${id}`);
        setOpen(false);
      },
      (error) => toast.failed(blocked ? `Could not unblock ${id}` : `Could not block ${id}`, error),
    );
  };
  if (blocked) {
    return (
      <Needs permission="blocks:write">
        <Button busy={busy} onClick={() => void change()}>
          Unblock
        </Button>
      </Needs>
    );
  }
  return (
    <>
      <Needs permission="blocks:write">
        <Button variant="danger" disabled={!blocks.data} onClick={() => setOpen(true)}>
          Block
        </Button>
      </Needs>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Block ${id}?`}
        footer={
          <Button variant="danger" busy={busy} onClick={() => void change()}>
            Block
          </Button>
        }
      >
        <Stack>
          <p>{of === 'api' ? 'Calls to it' : 'Its calls'} are answered 403 on every gateway within a second.</p>
          <Field label="For how long">{(control) => <Select {...control} options={BLOCK_SPANS} value={span} onChange={(event) => setSpan(event.target.value)} />}</Field>
          <Field label="Reason" hint="For the audit log; clients are not told.">
            {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={2} maxLength={1000} />}
          </Field>
        </Stack>
      </Dialog>
    </>
  );
}
