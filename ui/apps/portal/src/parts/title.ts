// The tab's title, and the focus a new page begins with.
import { useEffect } from 'react';

/** Names the page in the tab. */
export function useTitle(...parts: (string | null | undefined)[]) {
  const title = [...parts.filter(Boolean), 'Developer portal'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
