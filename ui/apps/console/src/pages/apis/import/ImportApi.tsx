import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Breadcrumbs, Button, Callout, Checkbox, CodeBlock, ErrorState, Facts, Field, Findings, format, Grid, PageHeader, Panel, Row, saidOf, Stack, TextInput, useTask, useToast } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Begin, beginningOf, PUBLISHED } from '../../../parts/Begin.tsx';
import { forgetResources } from '../../../queries.ts';
import { type Contract, ContractFiles, TYPED } from './ContractFiles.tsx';
import { gather } from './files.ts';
import { type Choices, Conflicts, MergeReport } from './MergeReport.tsx';

export function ImportApi() {
  const [contract, setContract] = useState<Contract>({ files: [], root: TYPED });
  const [merge, setMerge] = useState(false);
  const [replace, setReplace] = useState(false);
  const [upstream, setUpstream] = useState('');
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  const [path, setPath] = useState('');
  const [guard, setGuard] = useState(true);
  const [limit, setLimit] = useState(true);
  const [beginning, setBeginning] = useState(PUBLISHED);
  const [choices, setChoices] = useState<Choices>({});
  const [doing, setDoing] = useState<'check' | 'import'>();
  const [checked, setChecked] = useState<{ contract: Contract; said: string; answer: admin.Imported }>();
  const { busy, error, run } = useTask();
  const navigate = useNavigate();
  const toast = useToast();

  const gathered = useMemo(() => gather(contract.files, contract.root), [contract]);
  const text = gathered?.root.text ?? '';
  const said: Omit<admin.ImportRequest, 'text'> = {
    ...(upstream.trim() && { upstream: upstream.trim() }),
    ...(merge && { merge, replace }),
    ...(name.trim() && { name: name.trim() }),
    ...(version.trim() && { version: version.trim() }),
    ...(path.trim() && { path: path.trim() }),
    ...(!merge && beginningOf(beginning)),
    // What an API has already is not replaced by what is ticked here.
    policies: merge ? [] : [...(guard ? [{ 'key-auth': {} }] : []), ...(limit ? [{ 'rate-limit': { limit: 100, window: '1m', per: guard ? 'consumer' : 'ip' } }] : [])],
  };
  const key = JSON.stringify(said);
  // Of what was checked before it was changed, nothing is known.
  const summary = checked?.contract === contract && checked.said === key ? checked.answer : undefined;
  const conflicts = summary?.merged?.conflicts ?? [];
  const undecided = conflicts.some(({ place }) => !choices[place]);
  const ready = text.trim() !== '' && (merge || upstream.trim() !== '');

  const send = (more: Partial<admin.ImportRequest>) =>
    admin.importContract({
      ...said,
      text,
      ...(contract.root !== TYPED && { file: contract.root }),
      ...(gathered && gathered.beside.length > 0 && { beside: gathered.beside }),
      ...(merge && { choices: chosen(conflicts, choices) }),
      ...more,
    });
  /** What there would be, with each place that was changed in both. */
  const check = async () => {
    const answer = await send({ ...(merge && { conflicts: 'document' }), dry_run: true });
    setChecked({ contract, said: key, answer });
  };
  const take = async () => {
    try {
      const answer = await send({});
      await forgetResources();
      toast.done(`${answer.merged ? 'Brought up to date' : 'Imported'}: ${admin.idOf(answer.resource)} with ${format.plural(answer.operations, 'operation')}`);
      await navigate({ to: '/apis/$id', params: { id: admin.idOf(answer.resource) } });
    } catch (refused) {
      if (!(refused instanceof ProblemError && refused.findings.some(({ rule }) => rule === 'merge-conflict'))) throw refused;
      await check();
    }
  };
  const start = (what: 'check' | 'import') => {
    setDoing(what);
    void run(async () => {
      try {
        await (what === 'check' ? check() : take());
      } catch (refused) {
        // The API is another by now: what there was to choose from is over.
        if (refused instanceof ProblemError && refused.findings.some(({ field }) => field === 'choices')) setChecked(undefined);
        throw refused;
      }
    });
  };

  return (
    <>
      <Breadcrumbs crumbs={[<Link key="apis" to="/apis">APIs</Link>, 'Import']} />
      <PageHeader title="Import an API" lead="From a document and the address of the service that serves it: OpenAPI, Swagger, GraphQL SDL, AsyncAPI, Protocol Buffers, WSDL, a Postman collection or recorded traffic (HAR)." />
      <Grid min="26rem">
        <Stack>
          <Panel title="1. The contract">
            <ContractFiles contract={contract} gathered={gathered} onChange={setContract} />
          </Panel>
        </Stack>
        <Stack>
          <Panel title="2. Where it goes">
            <Stack gap={3}>
              <Field label="Upstream" required={!merge} hint={merge ? 'As it is, if left out.' : 'The URL of the service, or the name of an upstream.'} error={saidOf(error, 'upstream')}>
                {(control) => <TextInput {...control} mono placeholder="http://127.0.0.1:9001" value={upstream} onChange={(event) => setUpstream(event.target.value)} />}
              </Field>
              <Grid min="9rem">
                <Field label="Name" hint="From its title, if left out." error={saidOf(error, 'name')}>
                  {(control) => <TextInput {...control} placeholder="orders" value={name} onChange={(event) => setName(event.target.value)} />}
                </Field>
                <Field label="Version" error={saidOf(error, 'version')}>
                  {(control) => <TextInput {...control} placeholder="v1" value={version} onChange={(event) => setVersion(event.target.value)} />}
                </Field>
              </Grid>
              <Field label="Base path" hint="Where the gateway answers; /name/version if left out." error={saidOf(error, 'listen', 'path')}>
                {(control) => <TextInput {...control} mono placeholder="/orders/v1" value={path} onChange={(event) => setPath(event.target.value)} />}
              </Field>
              {!merge && <Begin value={beginning} error={saidOf(error, 'owner')} onChange={setBeginning} />}
              <Checkbox label="Bring up to date" hint="An API of this name and version that is there: policies, owner and whatever else was written by hand stays." checked={merge} onChange={(event) => setMerge(event.target.checked)} />
              {merge && <Checkbox label="Even where the contract was changed here" hint="Those changes are lost where the document does not have them." checked={replace} onChange={(event) => setReplace(event.target.checked)} />}
              {!merge && <Checkbox label="Ask for a key" hint="Calls without a valid API key get 401." checked={guard} onChange={(event) => setGuard(event.target.checked)} />}
              {!merge && <Checkbox label="Limit to 100 calls a minute" hint={`For each ${guard ? 'consumer' : 'address'}; what is over gets 429.`} checked={limit} onChange={(event) => setLimit(event.target.checked)} />}
              <Row>
                <Button busy={busy && doing === 'check'} disabled={!ready || busy} onClick={() => start('check')}>
                  Check
                </Button>
                <Button variant="primary" busy={busy && doing === 'import'} disabled={!ready || busy || undecided} onClick={() => start('import')}>
                  Import
                </Button>
              </Row>
            </Stack>
          </Panel>
          {error !== undefined && <ErrorState error={error} fields={['upstream', 'name', 'version', 'listen', 'path']} />}
          {conflicts.length > 0 && (
            <Panel title="Changed here and in the document">
              <Conflicts conflicts={conflicts} choices={choices} onChoose={setChoices} />
            </Panel>
          )}
          {summary && (
            <Panel title="What it would make">
              <Stack gap={3}>
                <Facts
                  facts={[
                    ['API', <code key="id">{admin.idOf(summary.resource)}</code>],
                    ['Title', summary.resource.title],
                    ['Written in', NOTATIONS[summary.notation]],
                    ['Operations', format.plural(summary.operations, 'operation')],
                    ['Answers at', <code key="path">{summary.resource.listen.path}</code>],
                    ['Policies', summary.resource.policies?.map((use) => Object.keys(use)[0]).join(', ') || 'none'],
                  ]}
                />
                {summary.merged && <MergeReport merged={summary.merged} />}
                {summary.findings.length > 0 ? (
                  <Callout tone="warn" icon="warning">
                    <p>
                      <strong>{format.plural(summary.findings.length, 'finding')} in the contract.</strong> They do not keep it from being imported.
                    </p>
                    <Findings findings={summary.findings} />
                  </Callout>
                ) : (
                  <Callout tone="good" icon="check">
                    Nothing to complain about.
                  </Callout>
                )}
                <CodeBlock caption label="The document" maxHeight="16rem" code={toYaml(withoutContract(summary.resource))} />
              </Stack>
            </Panel>
          )}
        </Stack>
      </Grid>
    </>
  );
}

const NOTATIONS: Record<admin.Imported['notation'], string> = {
  openapi: 'OpenAPI',
  graphql: 'GraphQL SDL',
  asyncapi: 'AsyncAPI',
  protobuf: 'Protocol Buffers',
  wsdl: 'WSDL',
  postman: 'Postman collection',
  har: 'HAR',
};

/** Those of the places that there are: what was chosen of others is of another document. */
const chosen = (conflicts: readonly admin.MergeConflict[], choices: Choices): admin.ConflictChoice[] =>
  conflicts.flatMap(({ place }) => {
    const take = choices[place];
    return take ? [{ place, take }] : [];
  });

// A contract that stands inside the document would fill the page.
function withoutContract(api: admin.Api): unknown {
  return typeof api.contract === 'object' ? { ...api, contract: '(the document above)' } : api;
}
