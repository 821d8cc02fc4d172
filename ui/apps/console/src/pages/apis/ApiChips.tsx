// What an API is in a word or two: whether the portal shows it, and where it is in its life.
import type * as admin from '@pailou/api/admin';
import { StateChip } from '@pailou/kit';

/** Whether everybody finds it in the portal: what is not published yet, and what is archived, is not there. */
export const isShown = (api: admin.Api) => api.visibility !== 'private' && !['draft', 'review', 'archived'].includes(api.lifecycle?.state ?? 'published');

/** Where it is in its life, where that is worth saying. */
export function LifeChip({ api }: { api: admin.Api }) {
  const state = api.lifecycle?.state ?? 'published';
  return state === 'published' ? null : <StateChip state={state} />;
}
