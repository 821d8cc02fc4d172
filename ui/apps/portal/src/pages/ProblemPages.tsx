// What the gateway's refusals mean, and what to do about each.
import { Breadcrumbs, buttonClass, CodeBlock, PageHeader, Panel, Stack, StatusBadge, Table } from '@pailou/kit';
import { MarkdownLine } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { problem as problemQuery, problems } from '../api/client.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { useTitle } from '../parts/title.ts';

export function ProblemsPage() {
  useTitle('Errors');
  const query = useQuery(problems);
  return (
    <Stack gap={5}>
      <PageHeader title="Errors" lead={<>When the gateway itself refuses a call, it answers with one of these, as <code>application/problem+json</code> (RFC 9457).</>} />
      <Table
        caption="Types of problem"
        rows={query.data}
        rowKey={(row) => row.code}
        error={query.error}
        retry={() => void query.refetch()}
        empty="There are none."
        columns={[
          { id: 'status', header: 'Status', sort: (row) => row.status, cell: (row) => <StatusBadge status={row.status} />, width: '6rem' },
          { id: 'code', header: 'Code', sort: (row) => row.code, cell: (row) => <Link to="/problems/$code" params={{ code: row.code }}><code>{row.code}</code></Link> },
          { id: 'title', header: 'Meaning', sort: (row) => row.title, cell: (row) => row.title, hide: 'narrow' },
        ]}
      />
    </Stack>
  );
}

const route = getRouteApi('/problems/$code');

export function ProblemPage() {
  const { code } = route.useParams();
  const query = useQuery(problemQuery(code));
  useTitle(query.data?.title ?? code);
  return (
    <Loaded query={query} missing="type of error">
      {(problem) => (
        <Stack gap={5}>
          <Breadcrumbs crumbs={[<Link key="errors" to="/problems">Errors</Link>, problem.code]} />
          <PageHeader title={problem.title} chips={<StatusBadge status={problem.status} />} />
          <Panel title="What it means, and what to do">
            <p>
              <MarkdownLine text={problem.help} />
            </p>
          </Panel>
          <Panel title="How it looks">
            <CodeBlock
              label="Example"
              code={`HTTP/1.1 ${problem.status}\ncontent-type: application/problem+json\n\n${JSON.stringify({ type: `urn:pailou:problem:${problem.code}`, title: problem.title, status: problem.status, detail: '…', instance: 'urn:pailou:request:…' }, null, 2)}`}
            />
          </Panel>
          <p>
            To find the call that got it, look it up by its request id (the <code>instance</code>) in the calls of your app.{' '}
            <Link to="/apps" className={buttonClass('plain', 's')}>
              My apps
            </Link>
          </p>
        </Stack>
      )}
    </Loaded>
  );
}
