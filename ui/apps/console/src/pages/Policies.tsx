import type * as admin from '@pailou/api/admin';
import { Badge, CodeBlock, EmptyState, ErrorState, PageHeader, Panel, Row, SearchInput, Skeleton, Stack } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useListSearch } from '../parts/paging.tsx';
import { plain } from '../parts/PolicyEditor.tsx';
import { stageOrder } from '../parts/policy-use.ts';
import { policiesQuery } from '../queries.ts';
import { SchemaDoc } from '../parts/SchemaDoc.tsx';

export function Policies() {
  const search = useSearch({ from: '/shell/policies' });
  const navigate = useNavigate({ from: '/policies' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const catalogue = useQuery(policiesQuery);
  const shown = catalogue.data
    ?.filter((policy) => `${policy.name} ${policy.title ?? ''} ${policy.description ?? ''} ${policy.stage}`.toLowerCase().includes((search.q ?? '').toLowerCase()))
    .sort((a, b) => stageOrder(a.stage) - stageOrder(b.stage) || a.name.localeCompare(b.name));
  return (
    <>
      <PageHeader title="Policies" lead="What this build can do to a call, in the order it is done. Attach them to an API, an operation, a route, a plan or a consumer." />
      <Stack>
        <SearchInput label="Search policies" value={list.text} onChange={list.setText} />
        {catalogue.error ? <ErrorState error={catalogue.error} retry={() => void catalogue.refetch()} /> : !shown ? <Skeleton lines={6} /> : shown.map((policy) => <Entry key={policy.name} policy={policy} />)}
        {shown?.length === 0 && <EmptyState compact icon="search" title="No policy fits" />}
      </Stack>
    </>
  );
}

function Entry({ policy }: { policy: admin.Policy }) {
  return (
    <Panel
      title={
        <Row>
          {policy.name} <Badge tone="accent">{policy.stage}</Badge>
          {policy.for_callers && <Badge tone="plum">also for plans and consumers</Badge>}
        </Row>
      }
    >
      <Stack gap={3}>
        {policy.description && <p>{plain(policy.description)}</p>}
        <CodeBlock label="Example" code={`policies:\n  - ${policy.name}: ${policy.example}`} />
        <details>
          <summary>Every field</summary>
          <SchemaDoc schema={policy.schema} />
        </details>
      </Stack>
    </Panel>
  );
}
