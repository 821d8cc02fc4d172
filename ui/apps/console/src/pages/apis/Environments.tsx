import * as admin from '@pailou/api/admin';
import { Badge, Button, Dialog, ErrorState, Field, format, Panel, saidOf, Stack, Table, TextInput, useTask, useToast } from '@pailou/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentsQuery, sessionQuery } from '../../queries.ts';
import { workspace } from '../../workspace.ts';

type Workspace = { name: string; title?: string | null };

/** The same API in other workspaces: what is to go where. */
export function Environments({ id, api }: { id: string; api: admin.Api }) {
  const all = useQuery(environmentsQuery(id));
  const session = useQuery(sessionQuery).data;
  const [first, setFirst] = useState<Workspace>();
  const promotion = usePromotion(id);
  const here = workspace();
  const rows = all.data?.filter((one) => one.workspace !== here);
  const others = session?.workspaces?.filter((one) => one.name !== here) ?? [];
  // Where there is one workspace, there is no other environment.
  if (others.length === 0 || !rows) return null;
  const there = (one: Workspace) => rows.find((row) => row.workspace === one.name);
  return (
    <Panel title="Environments" flush>
      <Table
        caption="The API in other workspaces"
        rows={others}
        rowKey={(one) => one.name}
        empty={null}
        columns={[
          { id: 'name', header: 'Workspace', cell: (one) => one.title ?? one.name },
          {
            id: 'is',
            header: 'There',
            cell: (one) => {
              const row = there(one);
              if (!row) return <span className="muted">not there</span>;
              return row.same ? <Badge tone="good">the same</Badge> : <Badge tone="warn">differs in {format.plural(row.changes.length, 'field')}</Badge>;
            },
          },
          {
            id: 'from',
            header: 'Came',
            hide: 'below',
            cell: (one) => {
              const row = there(one);
              const last = row?.promotions[0];
              if (!last) return <span className="muted">{row ? 'by itself' : ''}</span>;
              return `from ${last.from}, revision ${last.from_revision}, ${format.ago(last.at)}`;
            },
          },
          {
            id: 'act',
            header: 'Promote',
            align: 'end',
            cell: (one) => {
              const row = there(one);
              return row ? (
                <Button size="s" busy={promotion.busy === one.name} disabled={row.same} onClick={() => void promotion.run({ to: one.name }).catch((error: unknown) => promotion.failed(one.name, error))}>
                  Promote to {one.name}
                </Button>
              ) : (
                <Button size="s" onClick={() => setFirst(one)}>
                  Promote to {one.name}…
                </Button>
              );
            },
          },
        ]}
      />
      {first && <FirstTime api={api} id={id} to={first} promotion={promotion} onClose={() => setFirst(undefined)} />}
    </Panel>
  );
}

function usePromotion(id: string) {
  const client = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState<string>();
  const run = async (asked: admin.PromotionAsked) => {
    setBusy(asked.to);
    try {
      await admin.promote(id, asked);
      await client.invalidateQueries({ queryKey: ['life'] });
      toast.done(`${id} is in ${asked.to} as it is here`);
    } finally {
      setBusy(undefined);
    }
  };
  return { run, busy, failed: (to: string, error: unknown) => toast.failed(`${id} was not promoted to ${to}`, error) };
}

/** Where an API answers and what serves it in a workspace that it comes to: no path is that of two. */
function FirstTime({ id, api, to, promotion, onClose }: { id: string; api: admin.Api; to: Workspace; promotion: ReturnType<typeof usePromotion>; onClose: () => void }) {
  const [path, setPath] = useState(`/${to.name}${api.listen.path}`);
  const [hosts, setHosts] = useState('');
  const [upstream, setUpstream] = useState('');
  const { busy, error, run } = useTask();
  const at = (...fields: string[]) => saidOf(error, ...fields);
  const submit = async () => {
    const named = hosts.split(/[\s,]+/).filter(Boolean);
    const source = upstream.trim();
    await run(async () => {
      await promotion.run({
        to: to.name,
        listen: { path: path.trim(), ...(named.length > 0 && { hosts: named }) },
        ...(source && { upstream: source.includes('://') ? { endpoints: [source] } : source }),
      });
      onClose();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Promote ${id} to ${to.title ?? to.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!path.trim()} onClick={() => void submit()}>
            Promote
          </Button>
        </>
      }
    >
      <Stack>
        <p>It is not there yet. It comes there as it is here: contract, policies and the rest; where it answers and what serves it there is its own, and stays so when it is promoted again.</p>
        <Field label="Base path there" hint="Where the gateway answers. No other API may have it on the same hosts." error={at('listen.path') ?? at('listen')} required>
          {(control) => <TextInput {...control} mono value={path} onChange={(event) => setPath(event.target.value)} />}
        </Field>
        <Field label="Hosts there" hint="Names such as api.example.com, with spaces between; any, if left out." error={at('listen.hosts')}>
          {(control) => <TextInput {...control} mono value={hosts} onChange={(event) => setHosts(event.target.value)} />}
        </Field>
        <Field label="Upstream there" hint="The URL of the service, or the name of an upstream there; the same as here, if left out." error={at('upstream')}>
          {(control) => <TextInput {...control} mono placeholder="http://127.0.0.1:9002" value={upstream} onChange={(event) => setUpstream(event.target.value)} />}
        </Field>
        {error && !at('listen', 'upstream') ? <ErrorState compact error={error} /> : null}
      </Stack>
    </Dialog>
  );
}
