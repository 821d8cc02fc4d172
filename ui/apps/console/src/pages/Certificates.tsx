import type { Finding } from '@pailou/api';
import { Badge, buttonClass, Callout, type Column, Drawer, EmptyState, Facts, Findings, format, Icon, PageHeader, SearchInput, Stack, Table } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { merge, nameOf, shortName, type Shown, SOON_DAYS, validityOf } from '../parts/certificates.ts';
import { type ListSearch, useListSearch } from '../parts/paging.tsx';
import { listQuery, systemQuery } from '../queries.ts';
import { IfMay } from '../parts/may.tsx';

/** The certificates of TLS listeners: for which hosts, from whom, and for how long. */
export function Certificates() {
  const search: ListSearch = useSearch({ from: '/shell/certificates' });
  const navigate = useNavigate({ from: '/certificates' });
  const list = useListSearch(search, (next) => void navigate({ search: next, replace: true }));
  const documents = useQuery(listQuery('certificate', { limit: 1000 }));
  const system = useQuery({ ...systemQuery, refetchInterval: 5000 });
  const [open, setOpen] = useState<string>();
  const served = system.data?.gateway.certificates;
  const all = documents.data && (served || system.error) ? merge(documents.data.items, served ?? [], system.data?.acme) : undefined;
  const q = (search.q ?? '').toLowerCase();
  const rows = all?.filter((one) => [one.name, ...(one.document?.hosts ?? []), ...(one.status?.hosts ?? []), one.status?.issuer ?? ''].join(' ').toLowerCase().includes(q));
  const troubles = system.data?.store.unresolved.filter((finding) => finding.resource?.startsWith('certificate/')) ?? [];
  const shown = all?.find(({ name }) => name === open);
  const create = (
    <IfMay permission="gateways:write">
      <Link to="/$kind/new" params={{ kind: 'certificates' }} className={buttonClass('primary')}>
        <Icon name="plus" size={16} /> New certificate
      </Link>
    </IfMay>
  );
  return (
    <>
      <PageHeader title="Certificates" lead="What TLS listeners show to clients: for which hosts, from whom, and for how long. Private keys are never shown." actions={create} />
      <Stack gap={3}>
        <Warnings all={all ?? []} troubles={troubles} />
        <SearchInput label="Search certificates" value={list.text} onChange={list.setText} />
        <Table
          caption="Certificates"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ name }) => name}
          onOpen={({ name }) => setOpen(name)}
          selected={open}
          error={documents.error ?? system.error}
          retry={() => {
            void documents.refetch();
            void system.refetch();
          }}
          filtered={Boolean(search.q)}
          onClearFilters={list.clear}
          empty={
            <EmptyState icon="certificate" title="No certificates yet" action={create}>
              Name a certificate and its key by their PEM files, or let an authority be asked by ACME. A new one takes the place of the old without a connection lost.
            </EmptyState>
          }
          footer={rows && <span>{format.plural(rows.length, 'certificate')}</span>}
        />
      </Stack>
      <Drawer open={shown !== undefined} onClose={() => setOpen(undefined)} title={shown ? nameOf(shown.name) : ''}>
        {shown && <Details shown={shown} troubles={troubles.filter((finding) => finding.resource === `certificate/${shown.name}`)} />}
      </Drawer>
    </>
  );
}

function Warnings({ all, troubles }: { all: readonly Shown[]; troubles: readonly Finding[] }) {
  // One that the gateway made itself is trusted by nobody anyway.
  const served = all.flatMap(({ name, status }) => (status && name !== '(made)' ? [{ name, validity: validityOf(status) }] : []));
  const expired = served.filter(({ validity }) => validity.days < 0);
  const soon = served.filter(({ validity }) => validity.days >= 0 && validity.days < SOON_DAYS).sort((a, b) => a.validity.days - b.validity.days);
  const failing = all.filter(({ obtained }) => obtained && obtained.failures > 0);
  return (
    <>
      {failing.map(({ name, obtained }) => (
        <Callout key={name} tone={obtained?.state === 'valid' ? 'warn' : 'bad'} icon="warning">
          <strong>{name} could not be had from its authority</strong> ({format.plural(obtained?.failures ?? 0, 'attempt')}): {obtained?.error ?? 'no reason was given'}. It is asked for again {obtained && format.until(obtained.next_attempt)}.
        </Callout>
      ))}
      {expired.length > 0 && (
        <Callout tone="bad" icon="warning">
          <strong>{expired.length === 1 ? 'A certificate has expired' : `${expired.length} certificates have expired`}; clients refuse to connect:</strong> {expired.map(({ name }) => nameOf(name)).join(', ')}
        </Callout>
      )}
      {soon.length > 0 && (
        <Callout tone="warn" icon="warning">
          <strong>To be renewed:</strong> {soon.map(({ name, validity }) => `${nameOf(name)} (${validity.words})`).join(', ')}
        </Callout>
      )}
      {troubles.length > 0 && (
        <Callout tone="bad" icon="warning">
          <p>
            <strong>What was read before stays in force:</strong>
          </p>
          <Findings findings={[...troubles]} />
        </Callout>
      )}
    </>
  );
}

const hostsOf = ({ status, document, obtained }: Shown) => status?.hosts ?? obtained?.hosts ?? document?.hosts ?? [];

const COLUMNS: Column<Shown>[] = [
  {
    id: 'name',
    header: 'Name',
    sort: ({ name }) => nameOf(name),
    cell: ({ name, document, status }) => (
      <>
        {document ? (
          <Link to="/$kind/$id" params={{ kind: 'certificates', id: name }}>
            <b>{name}</b>
          </Link>
        ) : (
          <b>{nameOf(name)}</b>
        )}
        {status?.is_default && (
          <div>
            <Badge tone="accent" title="For clients that name no host, or one that no certificate is for">
              default
            </Badge>
          </div>
        )}
      </>
    ),
  },
  {
    id: 'hosts',
    header: 'Hosts',
    cell: (one) => {
      const hosts = hostsOf(one);
      return hosts.length ? (
        <>
          {hosts.slice(0, 3).map((host) => (
            <div key={host} className="mono">
              {host}
            </div>
          ))}
          {hosts.length > 3 && <span className="muted">and {format.count(hosts.length - 3)} more</span>}
        </>
      ) : (
        <span className="muted">those it names</span>
      );
    },
  },
  { id: 'issuer', header: 'Issued by', hide: 'narrow', sort: ({ status }) => status && shortName(status.issuer), cell: ({ name, status }) => (status ? <Issuer name={name} status={status} /> : null) },
  {
    id: 'ends',
    header: 'Ends',
    sort: ({ status }) => status && new Date(status.not_after).getTime(),
    cell: ({ name, status, obtained }) => {
      if (!status) return obtained ? <Badge tone={obtained.failures > 0 ? 'bad' : 'calm'}>{obtained.failures > 0 ? 'could not be had' : 'asked for'}</Badge> : <Badge tone="warn">not served</Badge>;
      const { tone, words } = validityOf(status);
      // Nobody checks how long one is good that nobody trusts.
      if (name === '(made)') return <span className="muted">never checked</span>;
      return (
        <>
          <time title={format.fullTime(status.not_after)}>{format.dayOf(status.not_after)}</time>
          <div>
            <Badge tone={tone}>{words}</Badge>
          </div>
        </>
      );
    },
  },
  { id: 'renewal', header: 'Renewed', hide: 'medium', cell: (one) => <Renewal {...one} /> },
];

function Issuer({ name, status }: { name: string; status: NonNullable<Shown['status']> }) {
  if (name === '(made)') return <Badge tone="warn">nobody trusts it</Badge>;
  return status.issuer === status.subject ? <Badge tone="warn">itself</Badge> : <span title={status.issuer}>{shortName(status.issuer)}</span>;
}

function Renewal({ name, document, obtained }: Shown) {
  if (obtained) {
    return (
      <>
        by ACME
        <div className="muted" title={format.fullTime(obtained.next_attempt)}>
          {obtained.state === 'valid' ? 'next' : 'asked for'} {format.until(obtained.next_attempt)}
        </div>
      </>
    );
  }
  if (!document) return <span className="muted">{name === '(made)' ? 'at each start' : 'by a restart'}</span>;
  return document.acme ? 'by ACME' : 'when its files change';
}

function Details({ shown, troubles }: { shown: Shown; troubles: readonly Finding[] }) {
  const { name, document, status, obtained } = shown;
  return (
    <Stack>
      {troubles.length > 0 && <Findings findings={[...troubles]} />}
      {!status && <Callout tone="warn">The gateway of this process does not serve it.</Callout>}
      <Facts
        facts={[
          ['Hosts', hostsOf(shown).map((host) => <div key={host} className="mono">{host}</div>)],
          ['Default', status && (status.is_default ? 'yes: clients that name no host, or one that no certificate is for, get it' : 'no')],
          ['Subject', status?.subject],
          ['Issued by', status?.issuer],
          ['Valid from', status && format.fullTime(status.not_before)],
          ['Ends', status && format.fullTime(status.not_after)],
          ['Serial', status && <code key="serial">{status.serial}</code>],
          ['Chain', status && `${format.plural(status.chain, 'certificate')} sent`],
          ['OCSP answer', status && (status.stapled ? 'sent along' : 'none')],
          ['Authority', obtained?.directory],
          ['Proves the hosts by', obtained?.challenge],
          ['Asked for next', obtained && format.fullTime(obtained.next_attempt)],
          ['Attempts that failed', obtained && obtained.failures > 0 ? `${format.count(obtained.failures)} in a row: ${obtained.error ?? ''}` : undefined],
          ['Certificate file', document?.cert_file && <code key="cert">{document.cert_file}</code>],
          ['Key file', document?.key_file && <code key="key">{document.key_file}</code>],
        ]}
      />
      {document && (
        <p>
          <Link to="/$kind/$id" params={{ kind: 'certificates', id: name }} search={{ tab: 'edit' }} className={buttonClass()}>
            <Icon name="edit" size={16} /> Edit
          </Link>
        </p>
      )}
    </Stack>
  );
}
