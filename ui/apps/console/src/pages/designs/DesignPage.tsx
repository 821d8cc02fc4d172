import { ProblemError } from '@pailou/api';
import * as admin from '@pailou/api/admin';
import { Badge, Breadcrumbs, Button, Confirm, EmptyState, ErrorState, PageHeader, Skeleton, Tabs, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, lazy, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Needs } from '../../parts/may.tsx';
import { ResourceLink } from '../../parts/ResourceLink.tsx';
import { forgetResources } from '../../queries.ts';
import { Changes } from './Changes.tsx';
import { Conflict, type Theirs } from './Conflict.tsx';
import css from './Design.module.css';
import { DraftText, isText } from './draft.ts';
import { LiveCheck } from './live-check.ts';
import { FormView } from './FormView.tsx';
import { History } from './History.tsx';
import { DesignOutline, Preview, useContractView } from './Preview.tsx';
import { Problems } from './Problems.tsx';
import { Publish } from './Publish.tsx';
import { lineOf } from './source-edit.ts';
import type { SourceHandle } from './SourceEditor.tsx';

const SourceEditor = lazy(async () => ({ default: (await import('./SourceEditor.tsx')).SourceEditor }));

/** How long nothing is typed before the text is shown anew, milliseconds. */
const SHOWN_AFTER = 500;

/** What is stored: a document, its text, and the state both are of. */
interface Saved {
  document: admin.Design;
  etag: string | undefined;
  text: string;
  /** The text as the editor had it: what was changed since is found without reading all of it. */
  doc?: DraftText['doc'];
}

export function DesignPage() {
  const { id } = useParams({ from: '/shell/designs/$id' });
  const stored = useQuery({
    queryKey: ['design', id],
    queryFn: async ({ signal }): Promise<Saved> => {
      const { body, etag } = await admin.read('design', id, signal);
      return { document: body, etag, text: (await admin.designText(id, revisionOf(etag), signal)).body };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (stored.error) {
    return (
      <>
        <Crumbs id={id} />
        {stored.error instanceof ProblemError && stored.error.status === 404 ? (
          <EmptyState icon="edit" title={`There is no design ${id}`}>
            It may have been deleted. <Link to="/audit" search={{ kind: 'design' }}>The audit log</Link> says when and by whom.
          </EmptyState>
        ) : (
          <ErrorState error={stored.error} retry={() => void stored.refetch()} />
        )}
      </>
    );
  }
  return stored.data ? <Desk key={id} id={id} first={stored.data} /> : <Skeleton lines={8} />;
}

const revisionOf = (etag: string | undefined) => Number(etag?.replaceAll(/\D/g, '')) || undefined;
const Crumbs = ({ id }: { id: string }) => <Breadcrumbs crumbs={[<Link key="designs" to="/designs">Designs</Link>, id]} />;

function Desk({ id, first }: { id: string; first: Saved }) {
  const [saved, setSaved] = useState(first);
  const [draft, setDraft] = useState<DraftText>();
  const [version, setVersion] = useState(0);
  const [settled, setSettled] = useState(0);
  const [left, setLeft] = useState<'source' | 'form'>('source');
  const [right, setRight] = useState<'problems' | 'outline' | 'preview' | 'changes' | 'history'>('problems');
  const [operation, setOperation] = useState<string>();
  const [check, setCheck] = useState<admin.DesignCheck>();
  const [checkError, setCheckError] = useState<unknown>();
  const [dialog, setDialog] = useState<'conflict' | 'publish' | 'delete'>();
  const editor = useRef<SourceHandle>(null);
  const live = useRef<LiveCheck>(null);
  const task = useTask();
  const toast = useToast();
  const navigate = useNavigate();
  const api = saved.document.api ?? undefined;
  const revision = revisionOf(saved.etag) ?? 0;
  // What was undone back to what is stored is saved.
  const dirty = useMemo(() => draft !== undefined && !(saved.doc ? draft.doc.eq(saved.doc) : isText(draft.doc, saved.text)), [draft, version, saved]);

  // What rules say, a moment after the last key.
  useEffect(() => {
    if (!draft) return;
    const checks = new LiveCheck(draft, api, {
      checked: (found) => {
        setCheckError(undefined);
        setCheck(found.check);
        editor.current?.findings(found);
      },
      failed: setCheckError,
    });
    live.current = checks;
    checks.ask();
    return () => checks.end();
  }, [draft, api]);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(version), SHOWN_AFTER);
    return () => clearTimeout(timer);
  }, [version]);

  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });

  const text = useCallback(() => editor.current?.text() ?? first.text, [first.text]);
  const store = async (now: string, document: admin.Design, etag: string | undefined) => {
    const doc = draft && isText(draft.doc, now) ? draft.doc : undefined;
    const { contract: _, ...rest } = document;
    const answer = await admin.replace('design', id, { ...rest, text: now }, etag);
    setSaved({ document: answer.body, etag: answer.etag, text: now, doc });
    await forgetResources();
    toast.done(`Saved ${saved.document.title ?? id} as revision ${revisionOf(answer.etag) ?? ''}`);
  };
  const save = () =>
    task.run(
      () => store(text(), saved.document, saved.etag),
      (error) => {
        if (error instanceof ProblemError && error.status === 412) setDialog('conflict');
        else toast.failed('The design was not saved', error);
      },
    );
  const merged = (now: string, theirs: Theirs) => {
    setDialog(undefined);
    editor.current?.replace(now);
    void task.run(
      () => store(now, theirs.document, theirs.etag),
      (error) => {
        setSaved({ document: theirs.document, etag: theirs.etag, text: theirs.text });
        toast.failed('The design was not saved', error);
      },
    );
  };
  const remove = () =>
    task.run(
      async () => {
        await admin.remove('design', id, saved.etag);
        await forgetResources();
        toast.done(`Deleted design ${id}`);
        await navigate({ to: '/designs', ignoreBlocker: true });
      },
      (error) => toast.failed(`Could not delete ${id}`, error),
    );
  const showLine = (line: number, column?: number) => {
    setLeft('source');
    requestAnimationFrame(() => editor.current?.show(line, column));
  };

  return (
    <>
      <Crumbs id={id} />
      <PageHeader
        title={saved.document.title ?? id}
        chips={
          <>
            <Badge>revision {revision}</Badge>
            {dirty ? <Badge tone="warn">not saved</Badge> : <Badge tone="good">saved</Badge>}
          </>
        }
        lead={api ? <>To become the contract of <ResourceLink of={`api/${api}`} />; <Link to="/apis/$id/life" params={{ id: api }}>its life and reviews</Link></> : 'To become a new API'}
        actions={
          <Needs permission="apis:write" owner={saved.document.owner ?? null}>
            <Button variant="danger" icon="trash" onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button disabled={dirty} title={dirty ? 'Save it first' : undefined} onClick={() => setDialog('publish')}>
              Publish
            </Button>
            <Button variant="primary" busy={task.busy} disabled={!dirty} title="Ctrl+S" onClick={() => void save()}>
              Save
            </Button>
          </Needs>
        }
      />
      <div className={css.desk}>
        <section className={css.pane} aria-label="Contract">
          <Tabs
            label="Edit"
            active={left}
            onChange={setLeft}
            tabs={[
              { id: 'source', label: 'Source' },
              { id: 'form', label: 'Form' },
            ]}
          >
            <div className={left === 'source' ? css.source : css.hidden}>
              <Suspense fallback={<Skeleton lines={12} />}>
                <SourceEditor
                  ref={editor}
                  initial={first.text}
                  label="Source of the contract"
                  onReady={(doc) => {
                    setDraft(new DraftText(doc));
                    setSaved((now) => (now.text === first.text ? { ...now, doc } : now));
                  }}
                  onChange={(changes, doc) => {
                    draft?.changed(changes, doc);
                    setVersion((now) => now + 1);
                    live.current?.ask();
                  }}
                  onSave={() => void save()}
                />
              </Suspense>
            </div>
            {left === 'form' && draft && (
              <div className={css.scroll}>
                <FormView text={text} version={version} onEdit={(edit) => editor.current?.edit(edit)} />
              </div>
            )}
          </Tabs>
        </section>
        <section className={css.pane} aria-label="What comes of it">
          {draft ? (
            <Side
              id={id}
              api={api}
              draft={draft}
              version={settled}
              saved={revision}
              tab={right}
              onTab={setRight}
              problems={<Problems check={check} error={checkError} retry={() => live.current?.ask()} onShow={(finding) => showLine(finding.line + 1, finding.character)} onFix={(fixes) => editor.current?.mend(fixes)} />}
              count={check && check.counts.reduce((all, one) => all + one, 0)}
              operation={operation}
              onOperation={setOperation}
              onSource={(path, method) => {
                const line = lineOf(text(), path, method);
                if (line) showLine(line);
              }}
              onRestore={(old, from) => {
                editor.current?.replace(old);
                setLeft('source');
                toast.done(`Revision ${from} is in the editor; save to keep it`);
              }}
            />
          ) : (
            <Skeleton lines={6} />
          )}
        </section>
      </div>
      {dialog === 'conflict' && <Conflict id={id} base={saved.text} ours={text()} onMerged={merged} onClose={() => setDialog(undefined)} />}
      {dialog === 'publish' && (
        <Publish
          id={id}
          api={api}
          etag={saved.etag}
          text={saved.text}
          onApi={async (made) => {
            const { contract: _, ...rest } = saved.document;
            const answer = await admin.replace('design', id, { ...rest, api: made, text: saved.text }, saved.etag);
            setSaved({ ...saved, document: answer.body, etag: answer.etag });
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      <Confirm open={dialog === 'delete'} onClose={() => setDialog(undefined)} onConfirm={() => void remove()} busy={task.busy} danger action="Delete design" title={`Delete ${id}?`}>
        <p>What is published stays as it is. Its revisions stay in the audit log.</p>
      </Confirm>
      <Confirm open={blocker.status === 'blocked'} onClose={() => blocker.reset?.()} onConfirm={() => blocker.proceed?.()} danger action="Leave without saving" title="It is not saved">
        <p>What you wrote since the last save would be lost.</p>
      </Confirm>
    </>
  );
}

interface SideProps {
  id: string;
  api?: string;
  draft: DraftText;
  version: number;
  saved: number;
  tab: 'problems' | 'outline' | 'preview' | 'changes' | 'history';
  onTab: (tab: SideProps['tab']) => void;
  problems: React.ReactNode;
  count?: number;
  operation?: string;
  onOperation: (id: string) => void;
  onSource: (path: string, method: string) => void;
  onRestore: (text: string, revision: number) => void;
}

function Side({ id, api, draft, version, saved, tab, onTab, problems, count, operation, onOperation, onSource, onRestore }: SideProps) {
  // It is read where it is looked at.
  const view = useContractView({ draft, version }, { enabled: tab === 'outline' || tab === 'preview' });
  const toSource = (wanted: string) => {
    const found = view.data?.outline?.operations.find((one) => one.id === wanted);
    if (found) onSource(found.path, found.method);
  };
  return (
    <Tabs
      label="What comes of it"
      active={tab}
      onChange={onTab}
      tabs={[
        { id: 'problems', label: 'Problems', count },
        { id: 'outline', label: 'Outline' },
        { id: 'preview', label: 'Preview' },
        { id: 'changes', label: 'Changes' },
        { id: 'history', label: 'History' },
      ]}
    >
      <div className={css.scroll}>
        {tab === 'problems' && problems}
        {tab === 'outline' && (
          <DesignOutline
            view={view}
            active={operation}
            onOpen={(wanted) => {
              onOperation(wanted);
              toSource(wanted);
            }}
          />
        )}
        {tab === 'preview' && <Preview draft={draft} version={version} view={view} operation={operation} onOperation={onOperation} onSource={toSource} />}
        {tab === 'changes' && <Changes id={id} api={api} draft={draft} version={version} saved={saved} />}
        {tab === 'history' && <History id={id} saved={saved} onRestore={onRestore} />}
      </div>
    </Tabs>
  );
}
