import * as admin from '@pailou/api/admin';
import { Button, buttonClass, CodeBlock, ErrorState, Icon, Skeleton, Stack, Tabs } from '@pailou/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { DocumentView } from '../../parts/DocumentView.tsx';
import { IfMay } from '../../parts/may.tsx';
import { ResourceEditor } from '../../parts/ResourceEditor.tsx';
import { resourceQuery } from '../../queries.ts';
import { useApi } from './useApi.ts';

const SHOWN_BYTES = 400_000;

export function ApiDocument() {
  const { id, api, etag } = useApi();
  const client = useQueryClient();
  const [tab, setTab] = useState<'document' | 'contract' | 'edit'>('document');
  return (
    <Tabs
      label="Documents"
      active={tab}
      onChange={setTab}
      tabs={[{ id: 'document', label: 'Resource document' }, ...(api.contract ? [{ id: 'contract', label: 'Contract' } as const] : []), { id: 'edit', label: 'Edit' }]}
    >
      {tab === 'document' && <DocumentView kind="api" id={id} document={api as unknown as Record<string, unknown>} />}
      {tab === 'contract' && <ContractText id={id} />}
      {tab === 'edit' && <ResourceEditor kind="api" id={id} document={api} etag={etag} onSaved={() => setTab('document')} onReload={() => void client.invalidateQueries({ queryKey: resourceQuery('api', id).queryKey })} />}
    </Tabs>
  );
}

function ContractText({ id }: { id: string }) {
  const contract = useQuery({ queryKey: ['contract', id], queryFn: ({ signal }) => admin.contractText(id, signal) });
  const [whole, setWhole] = useState(false);
  if (contract.error) return <ErrorState error={contract.error} retry={() => void contract.refetch()} />;
  if (contract.data === undefined) return <Skeleton lines={8} />;
  const cut = contract.data.length > SHOWN_BYTES && !whole;
  return (
    <Stack gap={3}>
      <IfMay permission="apis:write">
        <p>
          <Link to="/designs/new" search={{ api: id }} className={buttonClass('plain', 's')}>
            <Icon name="edit" size={16} /> Change it in a design
          </Link>
        </p>
      </IfMay>
      <CodeBlock code={cut ? contract.data.slice(0, SHOWN_BYTES) : contract.data} label="Contract" maxHeight="40rem" />
      {cut && (
        <p>
          <Button onClick={() => setWhole(true)}>Show all of it</Button>
        </p>
      )}
    </Stack>
  );
}
