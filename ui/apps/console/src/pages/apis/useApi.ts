import type { Api } from '@pailou/api/admin';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { resourceQuery } from '../../queries.ts';

/** The API whose page this is part of; the page has read it already. */
export function useApi(): { id: string; api: Api; etag?: string } {
  const { id } = useParams({ from: '/shell/apis/$id' });
  const { data } = useSuspenseQuery(resourceQuery('api', id));
  return { id, api: data.body, etag: data.etag };
}
