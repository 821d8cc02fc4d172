// The secret of a one-time link (`/console/sign-in#<secret>`, `/console/set-password#<secret>`). It is taken out of the address before anything else runs, so that
// neither the history nor a screenshot keeps it.
let secret: string | undefined;

const { pathname, search, hash } = window.location;
if (/\/(sign-in|set-password)$/.test(pathname) && hash.length > 1) {
  secret = decodeURIComponent(hash.slice(1));
  window.history.replaceState(null, '', pathname + search);
}

/** The secret, once. */
export function takeLink(): string | undefined {
  const taken = secret;
  secret = undefined;
  return taken;
}
