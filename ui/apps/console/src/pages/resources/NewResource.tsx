import * as admin from '@pailou/api/admin';
import { Breadcrumbs, PageHeader } from '@pailou/kit';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ResourceEditor } from '../../parts/ResourceEditor.tsx';
import { NotFound } from '../NotFound.tsx';
import { KINDS, kindOf } from './kinds.tsx';

export function NewResource() {
  const { kind: plural } = useParams({ from: '/shell/$kind/new' });
  const navigate = useNavigate();
  const kind = kindOf(plural);
  if (!kind) return <NotFound />;
  const view = KINDS[kind];
  return (
    <>
      <Breadcrumbs crumbs={[<Link key="list" to={`/${view.plural}` as '/consumers'}>{view.title}</Link>, 'New']} />
      <PageHeader title={`New ${view.one}`} lead={view.lead} />
      <ResourceEditor
        key={kind}
        kind={kind}
        id=""
        isNew
        document={view.blank}
        onSaved={(document) => void navigate({ to: '/$kind/$id', params: { kind: plural, id: admin.idOf(document) } })}
        onReload={() => void navigate({ to: `/${view.plural}` as '/consumers' })}
      />
    </>
  );
}
