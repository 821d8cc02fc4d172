/** Has the browser keep what was made as a file. */
export function keepFile(what: Blob, name: string) {
  const url = URL.createObjectURL(what);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
