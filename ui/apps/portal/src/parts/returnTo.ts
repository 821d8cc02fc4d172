/** Where to go on after signing in: an address of this portal, or the apps. Never another site. */
export function returnTo(to: string | undefined): string {
  return to && /^\/(?![/\\])[^\u0000-\u001f\\]*$/.test(to) && !/^\/(sign-in|sign-up)\b/.test(to) ? to : '/apps';
}
