// What who is signed in may do. Controls that they may not use are not shown, or are disabled and say why; the server decides in any case.
import type { Kind, Session } from '@pailou/api/admin';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import { sessionQuery } from '../queries.ts';
import css from './may.module.css';

export type Permission = `${string}:${'read' | 'write'}`;

/** The area of the permissions for documents of a kind. */
export const AREA_OF: Record<Kind, string> = {
  api: 'apis',
  route: 'routes',
  upstream: 'routes',
  consumer: 'consumers',
  plan: 'products',
  product: 'products',
  app: 'apps',
  subscription: 'apps',
  workspace: 'workspaces',
  gateway: 'gateways',
  certificate: 'gateways',
  block: 'blocks',
  standard: 'standards',
  waiver: 'standards',
  'identity-provider': 'people',
  design: 'apis',
  webhook: 'apps',
  'authorization-server': 'apps',
};

export function mayOf(session: Session | undefined, permission: Permission, owner?: string | null): boolean {
  const held = session?.permissions;
  if (!held) return false;
  if (held.includes(permission)) return true;
  // What holds for one's own things: for a thing of theirs, or where it is not known yet whose it is. Which APIs a role is for the server knows.
  return held.includes(`${permission}:own`) && (session.for_some === true || owner === undefined || owner?.toLowerCase() === session.user.email?.toLowerCase());
}

/** Whether they may; with an `owner`, whether they may for what belongs to it. */
export function useMay(): (permission: Permission, owner?: string | null) => boolean {
  const session = useQuery(sessionQuery).data;
  return useCallback((permission, owner) => mayOf(session, permission, owner), [session]);
}

/** What only those see who may: the way to a page that would refuse them. */
export function IfMay({ permission, owner, children }: { permission: Permission; owner?: string | null; children: ReactNode }) {
  return useMay()(permission, owner) ? children : null;
}

/** Controls that change something: disabled, with the reason, for who may not. */
export function Needs({ permission, owner, children }: { permission: Permission; owner?: string | null; children: ReactNode }) {
  const may = useMay();
  const allowed = may(permission, owner);
  const held = may(permission);
  const why = allowed ? undefined : held ? 'Only its owner, or who may change every one, changes this' : `Needs ${permission}, which you do not have`;
  return (
    <fieldset className={css.needs} disabled={!allowed} title={why} aria-label={why}>
      {children}
    </fieldset>
  );
}
