import type { Page } from '@pailou/api/admin';
import { Button, format, Row } from '@pailou/kit';
import { useEffect, useState } from 'react';

export interface ListSearch {
  q?: string;
  after?: string;
  state?: string;
}

const PAUSE_MS = 200;

/** A list's search box and pages, kept in the address. Typing is told on after a pause. */
export function useListSearch(search: ListSearch, go: (next: ListSearch) => void) {
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => {
    if (text === (search.q ?? '')) return;
    const timer = setTimeout(() => go({ ...search, q: text || undefined, after: undefined }), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return {
    text,
    setText,
    clear: () => {
      setText('');
      go({});
    },
    page: (after: string | undefined) => go({ ...search, after }),
  };
}

/** Below a list: how many there are, and the way to the next page. */
export function PageFooter<T>({ page, after, onPage, what, whats = `${what}s` }: { page: Page<T> | undefined; after?: string; onPage: (after: string | undefined) => void; what: string; whats?: string }) {
  if (!page) return null;
  return (
    <>
      <span>{countOf(page, Boolean(after || page.next), what, whats)}</span>
      {(after || page.next) && (
        <Row>
          <Button size="s" icon="left" disabled={!after} onClick={() => onPage(undefined)}>
            First page
          </Button>
          <Button size="s" icon="right" disabled={!page.next} onClick={() => onPage(page.next ?? undefined)}>
            Next page
          </Button>
        </Row>
      )}
    </>
  );
}

function countOf<T>({ items, total, next }: Page<T>, isPart: boolean, what: string, whats: string): string {
  if (total === undefined) return next ? `${format.plural(items.length, what, whats)}, and older ones` : format.plural(items.length, what, whats);
  return isPart ? `${format.count(items.length)} of ${format.plural(total, what, whats)}` : format.plural(total, what, whats);
}
