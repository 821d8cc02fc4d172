// Whose portal this is: that of a workspace is below `/portal/at/NAME/`, that of `default` below `/portal/`.
const found = /^\/portal\/at\/([a-z0-9-]+)(?=\/|$)/.exec(typeof location === 'undefined' ? '' : location.pathname);

export const workspace = found?.[1] ?? 'default';

/** What the addresses of all pages begin with. */
export const basepath = found?.[0] ?? '/portal';

/** The address of a page below that. */
export const below = (href: string) => (href.startsWith(basepath) ? href.slice(basepath.length) : href);

/** What something is kept under in the browser: portals of one host share its storage. */
export const keptAs = (key: string) => (workspace === 'default' ? key : `${key}@${workspace}`);
