// The secret of a one-time sign-in link (`/console/sign-in#<secret>`). It is taken out of the address before anything else runs, so that
// neither the history nor a screenshot keeps it.
let secret: string | undefined;

const { pathname, search, hash } = window.location;
if (pathname.endsWith('/sign-in') && hash.length > 1) {
  secret = decodeURIComponent(hash.slice(1));
  window.history.replaceState(null, '', pathname + search);
}

/** The secret, once. */
export function takeLink(): string | undefined {
  const taken = secret;
  secret = undefined;
  return taken;
}
