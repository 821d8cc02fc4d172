import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Button, Callout, Dialog, ErrorState, Findings, Skeleton, Stack, useTask, useToast } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { forgetResources } from '../queries.ts';
import { diff } from './diff.ts';
import { DiffView } from './DiffView.tsx';

interface ReviewProps<K extends admin.Kind> {
  open: boolean;
  kind: K;
  id: string;
  before: admin.Documents[K] | undefined;
  after: admin.Inputs[K];
  /** What the document was when it was read; absent for a new one. */
  etag?: string;
  onClose: () => void;
  /** It was saved; the server's findings of a refusal come by `onFindings`. */
  onSaved: (document: admin.Documents[K]) => void;
  onFindings?: (findings: ProblemError['findings']) => void;
  /** Someone else changed it: read it again, dropping this change. */
  onReload: () => void;
}

/** Shows what a change does before it is made, and makes it. */
export function ReviewDialog<K extends admin.Kind>({ open, kind, id, before, after, etag, onClose, onSaved, onFindings, onReload }: ReviewProps<K>) {
  const { busy, run } = useTask();
  const [error, setError] = useState<unknown>();
  const toast = useToast();
  const changes = diff(before ?? {}, after);
  const bundle: admin.Bundle = { files: [{ path: `${kind}.yaml`, text: toYaml({ ...after, kind }) }] };
  const check = useQuery({ queryKey: ['plan', kind, id, after], queryFn: () => admin.plan(bundle), enabled: open, gcTime: 0 });
  const findings = check.data?.findings ?? [];
  const refused = findings.some((finding) => finding.severity === 'error');
  const conflict = error instanceof ProblemError && error.status === 412;

  const save = async (force = false) => {
    setError(undefined);
    await run(
      async () => {
        const document = { ...after, kind } as admin.Inputs[K];
        const saved = before ? await admin.replace(kind, id, document, force ? undefined : etag) : await admin.create(kind, document);
        await forgetResources();
        toast.done(before ? `Saved ${kind} ${id}` : `Created ${kind} ${id}`);
        onFindings?.([]);
        onSaved(saved.body);
      },
      (cause) => {
        setError(cause);
        if (cause instanceof ProblemError) onFindings?.(cause.findings);
      },
    );
  };
  const close = () => {
    setError(undefined);
    if (findings.length) onFindings?.(findings);
    onClose();
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={before ? `Change ${kind} ${id}` : `Create ${kind} ${id}`}
      footer={
        conflict ? (
          <>
            <Button onClick={onReload}>Drop my change and reload</Button>
            <Button variant="danger" busy={busy} onClick={() => void save(true)}>
              Overwrite theirs
            </Button>
          </>
        ) : (
          <>
            <Button onClick={close}>Keep editing</Button>
            <Button variant="primary" busy={busy} disabled={check.isPending || refused || changes.length === 0} onClick={() => void save()}>
              {before ? 'Save change' : 'Create'}
            </Button>
          </>
        )
      }
    >
      <Stack>
        {conflict ? (
          <Callout tone="warn" icon="warning">
            <strong>Someone changed this in the meantime.</strong> {error.detail} Reload to see their change, or overwrite it with yours; both stay in the revisions.
          </Callout>
        ) : error !== undefined ? (
          <ErrorState error={error} />
        ) : null}
        {check.isPending ? (
          <Skeleton lines={3} />
        ) : check.error ? (
          <ErrorState error={check.error} retry={() => void check.refetch()} />
        ) : (
          findings.length > 0 && (
            <Callout tone={refused ? 'bad' : 'warn'} icon="warning">
              <p>
                <strong>{refused ? 'The server would refuse this change.' : 'Worth a look before you save.'}</strong>
              </p>
              <Findings findings={findings} />
            </Callout>
          )
        )}
        <DiffView changes={changes} />
        {check.data && !refused && changes.length > 0 && <p className="muted">It takes effect on every gateway at once; calls in flight finish as they began.</p>}
      </Stack>
    </Dialog>
  );
}
