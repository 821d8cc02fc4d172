import { CodeBlock } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CallLog, NoCalls } from '../../parts/CallLog.tsx';
import { curlOf, gatewayUrl, sampleOperation } from '../../parts/gateway.ts';
import { operationsQuery, systemQuery } from '../../queries.ts';
import { useApi } from './useApi.ts';

export function ApiCalls() {
  const { id, api } = useApi();
  const filters = useSearch({ from: '/shell/apis/$id/calls' });
  const navigate = useNavigate({ from: '/apis/$id/calls' });
  const operations = useQuery(operationsQuery(id));
  const system = useQuery(systemQuery);
  return (
    <CallLog
      filters={filters}
      onFilters={(next) => void navigate({ search: next, replace: true })}
      fixed={{ api: id }}
      empty={
        <NoCalls>
          <CodeBlock wrap label="First call" code={curlOf(gatewayUrl(system.data), api, sampleOperation(operations.data ?? []))} />
        </NoCalls>
      }
    />
  );
}
