// Somebody else has saved meanwhile: what they changed and what is in the editor, made one.
import * as admin from '@pailou/api/admin';
import { Button, Callout, Dialog, ErrorState, format, Skeleton, Stack } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { merge } from './merge.ts';

const TextCompare = lazy(async () => ({ default: (await import('./TextCompare.tsx')).TextCompare }));

export interface Theirs {
  text: string;
  etag: string | undefined;
  document: admin.Design;
}

export function Conflict({ id, base, ours, onMerged, onClose }: { id: string; base: string; ours: string; onMerged: (text: string, theirs: Theirs) => void; onClose: () => void }) {
  const theirs = useQuery({
    queryKey: ['design-theirs', id],
    queryFn: async ({ signal }): Promise<Theirs & { who: string; at: string }> => {
      const [document, revisions] = await Promise.all([admin.read('design', id, signal), admin.revisions('design', id, signal)]);
      const revision = Number(document.etag?.replaceAll('"', ''));
      const last = revisions.items.find((one) => one.revision === revision);
      const text = await admin.designText(id, revision, signal);
      return { text: text.body, etag: document.etag, document: document.body, who: last?.actor ?? 'Somebody', at: last?.at ?? '' };
    },
    gcTime: 0,
  });
  const merged = useMemo(() => theirs.data && merge(base, ours, theirs.data.text), [base, ours, theirs.data]);
  const [text, setText] = useState<string>();
  const take = () => theirs.data && merged && onMerged(text ?? merged.text, theirs.data);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="It was changed meanwhile"
      footer={
        <>
          <Button onClick={onClose}>Back to the editor</Button>
          <Button variant="primary" disabled={!merged} onClick={take}>
            Use this and save
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        {theirs.error ? <ErrorState compact error={theirs.error} retry={() => void theirs.refetch()} /> : null}
        {!theirs.data && !theirs.error && <Skeleton lines={6} />}
        {theirs.data && merged && (
          <>
            <p>
              {theirs.data.who} saved it {theirs.data.at && format.ago(theirs.data.at)}. Nothing of theirs is lost: this is what both of you changed, beside what they saved.
            </p>
            {merged.conflicts.length > 0 ? (
              <Callout tone="warn" icon="warning">
                <p>
                  {format.plural(merged.conflicts.length, 'place')} {merged.conflicts.length === 1 ? 'was' : 'were'} changed by both, at line {merged.conflicts.map(({ line }) => line).join(', ')}; there it is as you wrote it. Reject a piece below to have theirs.
                </p>
              </Callout>
            ) : (
              <Callout tone="good" icon="check">
                You changed different lines.
              </Callout>
            )}
            <Suspense fallback={<Skeleton lines={8} />}>
              <TextCompare before={theirs.data.text} after={merged.text} label="Both changes together" onChange={setText} />
            </Suspense>
          </>
        )}
      </Stack>
    </Dialog>
  );
}
