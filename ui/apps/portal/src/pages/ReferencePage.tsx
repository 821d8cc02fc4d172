// The reference: the outline, one operation, and beside it code and a console to call it.
import { buttonClass, CopyButton, Drawer, EmptyState, ErrorState, Icon, Skeleton, Tabs } from '@pailou/kit';
import { OperationView, Outline, Samples } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ProblemError } from '@pailou/api';
import { api as apiQuery, contractLink, operation as operationQuery, outline as outlineQuery, schemaOf } from '../api/client.ts';
import { useKey } from '../keys.tsx';
import { Console } from '../parts/Console.tsx';
import { useTitle } from '../parts/title.ts';
import { NotFound } from './NotFound.tsx';
import css from './ReferencePage.module.css';
import { basepath } from '../workspace.ts';

const start = getRouteApi('/apis/$api/reference');
const route = getRouteApi('/apis/$api/reference/$operation');

/** Without an operation in the address: the contract's first one. */
export function ReferenceStart() {
  const { api } = start.useParams();
  const { panel } = start.useSearch();
  const outline = useQuery(outlineQuery(api));
  const navigate = useNavigate();
  const first = outline.data?.operations[0]?.id;
  useEffect(() => {
    if (first !== undefined) void navigate({ to: '/apis/$api/reference/$operation', params: { api, operation: first }, search: { panel }, replace: true });
  }, [first, api, panel, navigate]);
  if (outline.error) return <Problem error={outline.error} retry={() => void outline.refetch()} />;
  if (outline.data && first === undefined) {
    return (
      <EmptyState icon="book" title="The contract has no operations" action={<Link to="/apis/$api" params={{ api }} className={buttonClass()}>Back to the API</Link>}>
        {outline.data.channels?.length ? 'Its channels are on the page of the API.' : 'There is nothing to describe yet.'}
      </EmptyState>
    );
  }
  return <Frame api={api} operation={first ?? ''} />;
}

export function ReferencePage() {
  const { api, operation } = route.useParams();
  return <Frame api={api} operation={operation} />;
}

function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  return <div className={css.state}>{error instanceof ProblemError && error.status === 404 ? <NotFound what="API" /> : <ErrorState error={error} retry={retry} />}</div>;
}

function Frame({ api, operation }: { api: string; operation: string }) {
  const outline = useQuery(outlineQuery(api));
  const [drawer, setDrawer] = useState(false);
  const navigate = useNavigate();
  const href = useCallback((id: string) => `${basepath}/apis/${encodeURIComponent(api)}/reference/${encodeURIComponent(id)}`, [api]);
  const open = useCallback(
    (id: string) => {
      setDrawer(false);
      void navigate({ to: '/apis/$api/reference/$operation', params: { api, operation: id }, search: (now) => ({ panel: now.panel === 'try' ? 'try' : undefined }) });
    },
    [api, navigate],
  );
  if (outline.error) return <Problem error={outline.error} retry={() => void outline.refetch()} />;
  const list = outline.data ? <Outline outline={outline.data} active={operation} href={href} onOpen={open} /> : <div className={css.waiting}><Skeleton lines={8} /></div>;
  return (
    <div className={css.frame}>
      <div className={css.outline}>
        <div className={css.api}>
          <Link to="/apis/$api" params={{ api }}>
            <Icon name="left" size={14} /> {outline.data?.title ?? api}
          </Link>
          {outline.data?.version && (
            <span className={css.version} title={`Version ${outline.data.version}`}>
              {outline.data.version}
            </span>
          )}
        </div>
        {list}
        <p className={css.contract}>
          <a {...contractLink(api)}>
            Download the contract
          </a>
        </p>
      </div>
      <div className={css.phoneBar}>
        <button type="button" className={buttonClass('plain', 's')} onClick={() => setDrawer(true)}>
          <Icon name="menu" size={16} /> Operations
        </button>
        <Link to="/apis/$api" params={{ api }} className={css.phoneApi}>
          {outline.data?.title ?? api}
        </Link>
        {operation && (
          <button
            type="button"
            className={buttonClass('plain', 's')}
            onClick={() => {
              void navigate({ to: '/apis/$api/reference/$operation', params: { api, operation }, search: { panel: 'try' }, replace: true, resetScroll: false }).then(() => document.getElementById('call-it')?.scrollIntoView({ block: 'start' }));
            }}
          >
            Try it
          </button>
        )}
      </div>
      <Drawer open={drawer} onClose={() => setDrawer(false)} title="Operations">
        <div className={css.drawer}>{outline.data && drawer ? <Outline outline={outline.data} active={operation} href={href} onOpen={open} /> : null}</div>
      </Drawer>
      {operation ? <Operation key={operation} api={api} operation={operation} /> : <div className={css.text}><Skeleton lines={8} /></div>}
    </div>
  );
}

function Operation({ api, operation }: { api: string; operation: string }) {
  const detail = useQuery(apiQuery(api));
  const page = useQuery(operationQuery(api, operation));
  const { panel } = useSearch({ strict: false });
  const navigate = useNavigate();
  const text = useRef<HTMLDivElement>(null);
  useTitle(page.data?.summary || operation, detail.data?.title);
  useEffect(() => {
    text.current?.scrollTo?.(0, 0);
    scrollTo(0, 0);
  }, []);
  const fetchSchema = useCallback((name: string) => schemaOf(api, name), [api]);

  if (page.error) {
    return (
      <div className={css.text}>
        {page.error instanceof ProblemError && page.error.status === 404 ? (
          <EmptyState icon="search" title="This operation is not in the contract" action={<Link to="/apis/$api/reference" params={{ api }} className={buttonClass('primary')}>First operation</Link>}>
            It was removed or renamed. The list has those there are.
          </EmptyState>
        ) : (
          <ErrorState error={page.error} retry={() => void page.refetch()} />
        )}
      </div>
    );
  }
  if (!page.data) return <div className={css.text}><Skeleton lines={10} /></div>;
  const base = page.data.base_url ?? detail.data?.base_url ?? '';
  const tab = panel === 'try' ? 'try' : 'code';
  return (
    <>
      <div className={css.text} ref={text}>
        <OperationView page={page.data} baseUrl={base} fetchSchema={fetchSchema} />
      </div>
      <aside id="call-it" className={css.panel} aria-label="Call it">
        <Tabs
          label="Call it"
          tabs={[
            { id: 'code', label: 'Code' },
            { id: 'try', label: 'Try it' },
          ]}
          active={tab}
          onChange={(id) => void navigate({ to: '/apis/$api/reference/$operation', params: { api, operation }, search: { panel: id === 'try' ? 'try' : undefined }, replace: true, resetScroll: false })}
        >
          {tab === 'code' ? <Code api={api} operation={operation} /> : <Console api={api} operation={operation} />}
        </Tabs>
      </aside>
    </>
  );
}

/** What samples have in place of a key. */
const PLACEHOLDER = /YOUR_API_KEY/g;

function Code({ api, operation }: { api: string; operation: string }) {
  const { data: page } = useQuery(operationQuery(api, operation));
  const key = useKey();
  const [mine, setMine] = useState(true);
  if (!page) return null;
  const samples = page.samples ?? [];
  return (
    <div className={css.code}>
      {samples.length ? <Samples samples={samples} prepare={(code) => (mine && key.value ? code.replace(PLACEHOLDER, () => key.value) : code)} /> : <p className="muted">There are no samples for this operation.</p>}
      {key.value && (
        <label className={css.mine}>
          <input type="checkbox" checked={mine} onChange={(event) => setMine(event.target.checked)} /> With my key
        </label>
      )}
      <p className={css.link}>
        <CopyButton text={location.href.split('?')[0] ?? ''} label="Copy link to this operation" /> Link to this operation
      </p>
    </div>
  );
}
