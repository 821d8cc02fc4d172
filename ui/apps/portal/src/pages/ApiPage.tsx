// One API: what it does, how to get access, a call to paste, and the way into its reference.
import { Badge, Breadcrumbs, buttonClass, Callout, CodeBlock, CopyButton, EmptyState, Facts, format, Icon, PageHeader, Panel, Select, Stack } from '@pailou/kit';
import { curl, Markdown } from '@pailou/reference';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api as apiQuery, apis, contractLink, outline } from '../api/client.ts';
import type { ApiDetail } from '@pailou/api/portal';
import { Channels } from '../parts/Channels.tsx';
import { firstCall } from '../parts/firstCall.ts';
import { keyHeader } from '../parts/keyHeader.ts';
import { LifeBadge, LifeBanner } from '../parts/Life.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { ApprovalBadge, Limits } from '../parts/PlanCard.tsx';
import { useTitle } from '../parts/title.ts';
import { useKey } from '../keys.tsx';
import css from './ApiPage.module.css';

const route = getRouteApi('/apis/$api');

export function ApiPage() {
  const { api: id } = route.useParams();
  const query = useQuery(apiQuery(id));
  useTitle(query.data?.title ?? id);
  return (
    <Loaded query={query} lines={8} missing="API">
      {(api) => <Overview api={api} />}
    </Loaded>
  );
}

function Overview({ api }: { api: ApiDetail }) {
  const product = api.products[0];
  return (
    <Stack gap={5}>
      <Breadcrumbs crumbs={[<Link key="apis" to="/apis">APIs</Link>, api.title]} />
      <PageHeader
        title={api.title}
        chips={
          <>
            {api.version && <Badge>{api.version}</Badge>}
            <LifeBadge api={api} />
            {api.tags.map((tag) => (
              <Link key={tag} to="/apis" search={{ tag }}>
                <Badge tone="calm">{tag}</Badge>
              </Link>
            ))}
          </>
        }
        lead={api.owner && `by ${api.owner}`}
        actions={
          <>
            <Versions api={api} />
            {product && (
              <Link to="/subscribe" search={{ api: api.id, product: product.name }} className={buttonClass(api.contract ? 'plain' : 'primary')}>
                <Icon name="key" size={16} /> Get access
              </Link>
            )}
            {api.contract && (
              <Link to="/apis/$api/reference" params={{ api: api.id }} className={buttonClass('primary')}>
                <Icon name="book" size={16} /> Reference
              </Link>
            )}
          </>
        }
      />
      <LifeBanner api={api} />
      <div className={css.columns}>
        <Stack gap={5}>
          <QuickStart api={api} />
          {api.description ? (
            <Panel title="About">
              <Markdown text={api.description} />
            </Panel>
          ) : null}
          {api.contract && <Contents id={api.id} />}
        </Stack>
        <aside className={css.side} aria-label="Facts">
          <Panel title="At a glance">
            <p className={css.address}>
              <code>{api.base_url}</code>
              <CopyButton text={api.base_url} label="Copy address" />
            </p>
            <Facts
              facts={[
                ['Version', api.version],
                ['Operations', api.contract ? format.count(api.operations) : 'every path is passed on'],
                ['Key', keyHeader(api) ? <code key="key">{keyHeader(api)}</code> : api.auth.length ? api.auth.map((auth) => (auth.policy === 'oauth2' ? 'a token of an OAuth client' : auth.policy)).join(', ') : 'not needed'],
              ]}
            />
            {api.contract && (
              <p className={css.download}>
                <a {...contractLink(api.id)} className={buttonClass('plain', 's')}>
                  <Icon name="down" size={14} /> Download the contract
                </a>
              </p>
            )}
          </Panel>
          <Access api={api} />
        </aside>
      </div>
    </Stack>
  );
}

/** The other versions of the same API. */
function Versions({ api }: { api: ApiDetail }) {
  const all = useInfiniteQuery(apis(api.name, ''));
  const navigate = useNavigate();
  const versions = all.data?.pages.flatMap((page) => page.items).filter((other) => other.name === api.name) ?? [];
  if (versions.length < 2) return null;
  return (
    <Select
      aria-label="Version"
      value={api.id}
      onChange={(event) => void navigate({ to: '/apis/$api', params: { api: event.target.value } })}
      options={versions.map((version) => ({ value: version.id, label: version.version ?? 'unversioned' }))}
    />
  );
}

function QuickStart({ api }: { api: ApiDetail }) {
  const header = keyHeader(api);
  const key = useKey();
  const call = useQuery(firstCall(api.id, api.contract));
  const command = call.data && curl(api.base_url, call.data.request, header ? { header, value: key.value || 'YOUR_API_KEY' } : undefined);
  return (
    <Panel title="Quick start">
      <Stack gap={3}>
        {command ? <CodeBlock code={command} label="curl command" wrap /> : call.error ? <Callout>The first call could not be made up from the contract. The reference has every operation.</Callout> : <CodeBlock code="curl …" label="curl command" />}
        {header && !key.value && (
          <p className="muted">
            Put your key in place of <code>YOUR_API_KEY</code>.{' '}
            {api.products[0] ? (
              <Link to="/subscribe" search={{ api: api.id, product: api.products[0].name }}>
                Get a key
              </Link>
            ) : (
              'Ask its provider for one.'
            )}
          </p>
        )}
        {header && key.value && <p className="muted">Your key is filled in.</p>}
        {call.data?.page && (
          <p>
            <Link to="/apis/$api/reference/$operation" params={{ api: api.id, operation: call.data.page.id }} search={{ panel: 'try' }}>
              Try it here
            </Link>
          </p>
        )}
      </Stack>
    </Panel>
  );
}

/** What the contract holds, by tag. */
function Contents({ id }: { id: string }) {
  const query = useQuery(outline(id));
  const groups = useMemo(() => {
    const first = new Map<string, { id: string; count: number; about?: string | null }>();
    for (const operation of query.data?.operations ?? []) {
      const tag = operation.tags?.[0] ?? 'Operations';
      const known = first.get(tag);
      if (known) known.count += 1;
      else first.set(tag, { id: operation.id, count: 1, about: query.data?.tags?.find((t) => t.name === tag)?.description });
    }
    return [...first];
  }, [query.data]);
  const channels = query.data ? <Channels api={id} outline={query.data} /> : null;
  if (!groups.length) return channels;
  return (
    <>
    <Panel title="What is in it">
      <ul className={css.contents}>
        {groups.map(([tag, group]) => (
          <li key={tag}>
            <Link to="/apis/$api/reference/$operation" params={{ api: id, operation: group.id }}>
              {tag}
            </Link>
            <span className="muted">{format.plural(group.count, 'operation')}</span>
          </li>
        ))}
      </ul>
    </Panel>
    {channels}
    </>
  );
}

function Access({ api }: { api: ApiDetail }) {
  if (!api.products.length) {
    return (
      <Panel title="Access">
        {keyHeader(api) ? (
          <EmptyState compact icon="key" title="Not in a product">
            It takes a key, but no public product has it. Ask its provider for access.
          </EmptyState>
        ) : (
          <p className="muted">No subscription is needed to call it.</p>
        )}
      </Panel>
    );
  }
  return (
    <Panel title="Plans">
      <ul className={css.plans}>
        {api.products.map((product) =>
          product.plans.map((plan) => (
            <li key={`${product.name}/${plan.name}`}>
              <div className={css.planHead}>
                <strong>{plan.title || plan.name}</strong>
                <ApprovalBadge plan={plan} />
              </div>
              <Limits limits={plan.limits} />
              <p className="muted">
                in <Link to="/products/$product" params={{ product: product.name }}>{product.title || product.name}</Link>
              </p>
              <Link to="/subscribe" search={{ api: api.id, product: product.name, plan: plan.name }} className={buttonClass('plain', 's')}>
                Choose {plan.title || plan.name}
              </Link>
            </li>
          )),
        )}
      </ul>
    </Panel>
  );
}
