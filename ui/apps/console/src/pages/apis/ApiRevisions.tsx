import type { Api } from '@pailou/api/admin';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ReviewDialog } from '../../parts/ReviewDialog.tsx';
import { Revisions } from '../../parts/Revisions.tsx';
import { resourceQuery } from '../../queries.ts';
import { useApi } from './useApi.ts';

export function ApiRevisions() {
  const { id, api, etag } = useApi();
  const client = useQueryClient();
  const [restoring, setRestoring] = useState<Api>();
  return (
    <>
      <Revisions kind="api" id={id} onRestore={(document) => setRestoring(document as unknown as Api)} />
      {restoring && (
        <ReviewDialog
          open
          kind="api"
          id={id}
          before={api}
          after={restoring}
          etag={etag}
          onClose={() => setRestoring(undefined)}
          onSaved={() => setRestoring(undefined)}
          onReload={() => {
            setRestoring(undefined);
            void client.invalidateQueries({ queryKey: resourceQuery('api', id).queryKey });
          }}
        />
      )}
    </>
  );
}
