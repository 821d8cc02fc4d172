// The secret of a link in a letter (`/portal/confirm#<secret>`, `/portal/set-password#<secret>`). It is taken out of the address before
// anything else runs, so that neither the history nor a screenshot keeps it.
let secret: string | undefined;

const { pathname, search, hash } = window.location;
if (/\/(confirm|set-password)$/.test(pathname) && hash.length > 1) {
  secret = decodeURIComponent(hash.slice(1));
  window.history.replaceState(null, '', pathname + search);
}

/** The secret; kept for as long as the page is open, since a slip leaves the link as it is. */
export const linkSecret = () => secret;
