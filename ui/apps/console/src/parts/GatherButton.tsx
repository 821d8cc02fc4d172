import * as admin from '@pailou/api/admin';
import { Button, Dialog, Field, Select, Stack, useTask, useToast } from '@pailou/kit';
import { useState } from 'react';
import { keepFile } from './keepFile.ts';
import { IfMay } from './may.tsx';

const SPANS = [
  { value: '1', label: 'The last day' },
  { value: '7', label: 'The last 7 days' },
  { value: '30', label: 'The last 30 days' },
  { value: '90', label: 'The last 90 days' },
  { value: '365', label: 'The last year' },
];

/** Gathers what is known of a caller into a file. */
export function GatherButton({ about, name }: { about: admin.Gathered; name: string }) {
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState('30');
  const { busy, run } = useTask();
  const toast = useToast();
  const gather = async () => {
    await run(
      async () => {
        keepFile(await admin.gather(about, Number(days)), `${name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}.ndjson`);
        toast.done(`Gathered what is known of ${name}`);
        setOpen(false);
      },
      (error) => toast.failed(`Nothing was gathered of ${name}`, error),
    );
  };
  return (
    <IfMay permission="forensics:read">
      <Button icon="down" onClick={() => setOpen(true)}>
        Gather evidence
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`What is known of ${name}`}
        footer={
          <Button variant="primary" busy={busy} onClick={() => void gather()}>
            Gather
          </Button>
        }
      >
        <Stack>
          <p>Documents and what they were, keys with their last use, decisions, blocks, changes, calls by day and the call log, in one file with hashes. It holds no secrets, but addresses of clients. That you gather it is written down.</p>
          <Field label="Of which time">{(control) => <Select {...control} options={SPANS} value={days} onChange={(event) => setDays(event.target.value)} />}</Field>
        </Stack>
      </Dialog>
    </IfMay>
  );
}
