// What a developer is told of APIs that their apps use: above every page, until they have read it.
import { Button, Callout } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { notices } from '../api/account.ts';
import { session } from '../api/client.ts';
import type { Notice } from '@pailou/api/portal';
import { address, day } from './Life.tsx';

const KEY = 'pailou-notices-read';
/** Notices that stand above a page at once. */
const SHOWN = 3;

function readBefore(): number[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'number') : [];
  } catch {
    return [];
  }
}

export function said(notice: Pick<Notice, 'of' | 'sunset_at'> & { brownouts?: Notice['brownouts'] }): string {
  const end = notice.sunset_at ? day(notice.sunset_at) : undefined;
  switch (notice.of) {
    case 'deprecated':
      return end ? `is deprecated, and will stop answering on ${end}` : 'is deprecated';
    case 'sunset':
      if (end) return `will stop answering on ${end}`;
      return notice.brownouts?.length ? 'will refuse calls for short times' : 'has no day of its end any more';
    case 'kept':
      return 'is deprecated no more';
    case 'retired':
      return 'answers no more';
    case 'breaking':
      return 'has changed in a way that may break your app';
  }
}

export function Notices() {
  const account = useQuery(session).data;
  const query = useQuery({ ...notices, enabled: Boolean(account) });
  const [read, setRead] = useState(readBefore);
  const open = account ? (query.data ?? []).filter((notice) => !read.includes(notice.number)) : [];
  if (open.length === 0) return null;
  const dismiss = (number: number) => {
    // Only the last are kept: older notices are shown to nobody.
    const next = [...read, number].slice(-200);
    setRead(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // Where nothing can be kept, it is read for as long as the page is open.
    }
  };
  return (
    <section aria-label="Notices">
      {open.slice(0, SHOWN).map((notice) => (
        <One key={notice.number} notice={notice} onRead={() => dismiss(notice.number)} />
      ))}
      {open.length > SHOWN && <p className="muted">{open.length - SHOWN} more when you have read these.</p>}
    </section>
  );
}

function One({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const calls = notice.calls === 1 ? 'once' : `${notice.calls.toLocaleString()} times`;
  const [successor, docs] = [address(notice.successor), address(notice.docs)];
  return (
    <Callout tone={notice.of === 'retired' ? 'bad' : notice.of === 'kept' ? 'good' : 'warn'} icon="warning">
      <p>
        <strong>
          <Link to="/apis/$api" params={{ api: notice.api }}>
            {notice.title}
          </Link>{' '}
          {said(notice)}.
        </strong>{' '}
        {notice.apps.join(', ')} called it {notice.calls === 0 ? 'not once' : calls} in the last 30 days.
      </p>
      {notice.changes.length > 0 && (
        <ul>
          {notice.changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
      <p>
        {successor && (
          <>
            <a href={successor}>What comes after it</a>{' '}
          </>
        )}
        {docs && (
          <>
            <a href={docs}>How to move</a>{' '}
          </>
        )}
        <Button size="s" onClick={onRead}>
          I have read it
        </Button>
      </p>
    </Callout>
  );
}
