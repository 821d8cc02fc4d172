import * as admin from '@pailou/api/admin';
import { Badge, Button, ErrorState, format, Skeleton, useTask, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { revisionsQuery } from '../../queries.ts';
import css from './Design.module.css';

/** Every state the design had; one can be brought back into the editor. */
export function History({ id, saved, onRestore }: { id: string; saved: number; onRestore: (text: string, revision: number) => void }) {
  const revisions = useQuery(revisionsQuery('design', id));
  const task = useTask();
  const toast = useToast();
  if (revisions.error) return <ErrorState compact error={revisions.error} retry={() => void revisions.refetch()} />;
  if (!revisions.data) return <Skeleton lines={5} />;
  const bring = (revision: number) => task.run(async () => onRestore((await admin.designText(id, revision)).body, revision), (error) => toast.failed('The revision could not be read', error));
  return (
    <ul className={css.revisions} aria-label="Revisions">
      {revisions.data.map((revision) => (
        <li key={revision.revision} className={css.revision}>
          <span>
            <b className="nums">Revision {revision.revision}</b> {revision.revision === saved && <Badge tone="good">saved</Badge>}
            <div className="muted">
              {revision.actor}, <time title={format.fullTime(revision.at)}>{format.ago(revision.at)}</time>, through {revision.origin}
              {!revision.document && ', deleted'}
            </div>
          </span>
          {revision.document && revision.revision !== saved ? (
            <Button size="s" busy={task.busy} onClick={() => void bring(revision.revision)}>
              Bring back
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
