// From a design to the contract of an API: what it changes, and then the change.
import * as admin from '@pailou/api/admin';
import { Button, Callout, Checkbox, Dialog, ErrorState, Field, Findings, saidOf, Skeleton, Stack, TextInput, useTask } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Begin, beginningOf, PUBLISHED } from '../../parts/Begin.tsx';
import { forgetResources } from '../../queries.ts';
import { ChangeList } from './Changes.tsx';
import { nameAndVersion } from './name.ts';

interface PublishProps {
  id: string;
  api?: string | null;
  etag?: string;
  text: string;
  /** Says which API it is of, and saves that. */
  onApi: (api: string) => Promise<void>;
  onClose: () => void;
}

export function Publish(props: PublishProps) {
  // As it was when this opened: a new API is the design's own from then on.
  const [isOfApi] = useState(Boolean(props.api));
  return isOfApi && props.api ? <ToApi {...props} api={props.api} /> : <NewApi {...props} />;
}

function Done({ api, isDraft = false, onClose }: { api: string; isDraft?: boolean; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={isDraft ? 'The draft is there' : 'It is published'} footer={<Button onClick={onClose}>Close</Button>}>
      <p>
        <Link to="/apis/$id" params={{ id: api }}>
          {api}
        </Link>{' '}
        has this contract now: its routes, {isDraft ? '' : 'its page in the portal '}and its checks follow it. Its page{' '}
        <Link to="/apis/$id/life" params={{ id: api }}>
          Life
        </Link>{' '}
        says where it is in its life, and asks those who have to agree.
      </p>
    </Dialog>
  );
}

function ToApi({ id, api, etag, onClose }: PublishProps & { api: string }) {
  const plan = useQuery({ queryKey: ['design-publish', id, etag], queryFn: () => admin.publishDesign(id, etag, true), gcTime: 0, retry: false });
  const task = useTask();
  const [done, setDone] = useState(false);
  if (done) return <Done api={api} onClose={onClose} />;
  const publish = () =>
    task.run(async () => {
      await admin.publishDesign(id, etag, false);
      await forgetResources();
      setDone(true);
    });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Publish as the contract of ${api}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={task.busy} disabled={!plan.data} onClick={() => void publish()}>
            Publish
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        {plan.error || task.error ? <ErrorState compact error={plan.error ?? task.error} retry={plan.error ? () => void plan.refetch() : undefined} /> : null}
        {!plan.data && !plan.error && <Skeleton lines={5} />}
        {plan.data && <ChangeList changes={plan.data.changes} />}
        {plan.data && plan.data.findings.length > 0 && (
          <Callout tone="warn" icon="warning">
            <Findings findings={plan.data.findings} />
          </Callout>
        )}
      </Stack>
    </Dialog>
  );
}

function NewApi({ id, text, onApi, onClose }: PublishProps) {
  const [upstream, setUpstream] = useState('');
  const [name, setName] = useState(() => nameAndVersion(id).name);
  const [version, setVersion] = useState(() => nameAndVersion(id).version);
  const [path, setPath] = useState('');
  const [guard, setGuard] = useState(true);
  const [beginning, setBeginning] = useState(PUBLISHED);
  const [made, setMade] = useState<string>();
  const task = useTask();
  if (made) return <Done api={made} isDraft={beginning.state === 'draft'} onClose={onClose} />;
  const at = (field: string) => saidOf(task.error, field);
  const publish = () =>
    task.run(async () => {
      const answer = await admin.importContract({
        text,
        upstream: upstream.trim(),
        ...(name.trim() && { name: name.trim() }),
        ...(version.trim() && { version: version.trim() }),
        ...(path.trim() && { path: path.trim() }),
        ...beginningOf(beginning),
        policies: guard ? [{ 'key-auth': {} }] : [],
      });
      const api = admin.idOf(answer.resource);
      await onApi(api);
      await forgetResources();
      setMade(api);
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Publish as a new API"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={task.busy} disabled={!upstream.trim()} onClick={() => void publish()}>
            Publish
          </Button>
        </>
      }
    >
      <Stack gap={3}>
        <Field label="Upstream" required hint="The URL of the service, or the name of an upstream." error={at('upstream')}>
          {(control) => <TextInput {...control} mono placeholder="http://127.0.0.1:9001" value={upstream} onChange={(event) => setUpstream(event.target.value)} />}
        </Field>
        <Field label="Name" hint="From the contract's title, if left out." error={at('name')}>
          {(control) => <TextInput {...control} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Version" error={at('version')}>
          {(control) => <TextInput {...control} value={version} onChange={(event) => setVersion(event.target.value)} />}
        </Field>
        <Field label="Base path" hint="Where the gateway answers; /name/version if left out." error={at('path')}>
          {(control) => <TextInput {...control} mono value={path} onChange={(event) => setPath(event.target.value)} />}
        </Field>
        <Begin value={beginning} error={at('owner')} onChange={setBeginning} />
        <Checkbox label="Ask for a key" hint="Calls without a valid API key get 401." checked={guard} onChange={(event) => setGuard(event.target.checked)} />
        {task.error !== undefined && <ErrorState compact error={task.error} />}
      </Stack>
    </Dialog>
  );
}
