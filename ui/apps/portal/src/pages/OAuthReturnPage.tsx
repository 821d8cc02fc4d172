// Where the window comes back to in which a person was asked: it tells the page that asked, which closes it.
import { EmptyState } from '@pailou/kit';
import { useEffect, useState } from 'react';
import { returned } from '../oauth/flow.ts';
import { tellBack } from '../oauth/popup.ts';
import { useTitle } from '../parts/title.ts';
import { basepath } from '../workspace.ts';

/** How long the page that asked has to close this window before it closes itself, milliseconds: an answer can be lost with the window that sent it. */
const LEFT = 3_000;

export function OAuthReturnPage() {
  useTitle('Back from agreeing');
  const [search] = useState(() => location.search);
  const came = returned(search) !== undefined;
  useEffect(() => {
    if (!came) return;
    // The code is of no use once it was shown, and has no business in the history.
    history.replaceState(null, '', `${basepath}/oauth-return`);
    tellBack(search);
    const close = setTimeout(() => window.close(), LEFT);
    return () => clearTimeout(close);
  }, [came, search]);
  return came ? (
    <EmptyState icon="check" title="That is all here">
      The page that asked has the answer. This window can be closed.
    </EmptyState>
  ) : (
    <EmptyState icon="key" title="Nobody was asked">
      This page is where one comes back to from agreeing that an app acts for one. Begin at the reference of an API.
    </EmptyState>
  );
}
