// The files of a contract, as somebody chooses or drops them: which of them is the document, what it leads to, and what is missing.

export interface GivenFile {
  /** From the folder of all, with `/`; the name alone where nobody said a folder. */
  path: string;
  text: string;
}

/** A reference to a file that is not there. */
export interface MissingFile {
  path: string;
  /** Who refers to it, and the line, from 1. */
  from: string;
  line: number;
}

/** What is sent of the files. */
export interface Gathered {
  root: GivenFile;
  /** What the document leads to, itself left out. */
  beside: GivenFile[];
  missing: MissingFile[];
  /** Files that nothing leads to. */
  unused: string[];
}

export const MOST_FILES = 500;
export const MOST_BYTES = 64 * 1024 * 1024;

const READ = /\.(json|ya?ml|graphqls?|gql|proto|wsdl|xsd|xml|har)$/i;
/** In folders of sources there is much that is no contract. */
const SKIPPED = /(^|\/)(\.[^/]+|node_modules|target|dist|build)\//;

/** Whether a file of a folder may be part of a contract. */
export const isOfContract = (path: string) => READ.test(path) && !SKIPPED.test(path);

/** Files that were there with those that came; one of the same path takes the place of the other. */
export const joined = (before: readonly GivenFile[], more: readonly GivenFile[]): GivenFile[] => {
  const byPath = new Map([...before, ...more].map((file) => [file.path, file]));
  return [...byPath.values()];
};

/** The file that is most likely the document: one that says what it is, that no other leads to, at the top, by a usual name. */
export function guessRoot(files: readonly GivenFile[]): string | undefined {
  const led = new Set(files.flatMap((file) => referencesOf(file).map((one) => nameOf(one.path))));
  const score = (file: GivenFile) =>
    (isDocument(file.text) ? 1000 : 0) + (led.has(nameOf(file.path)) ? 0 : 100) + (/^(openapi|swagger|asyncapi|index|api|main|root|service)\b/i.test(nameOf(file.path)) ? 10 : 0) - file.path.split('/').length;
  const [first, ...others] = files;
  if (!first) return undefined;
  return others.reduce((best, file) => (score(file) > score(best) ? file : best), first).path;
}

/** What a document leads to, file by file. A file of which nobody said the folder is taken for the one of its name that is missing. */
export function gather(files: readonly GivenFile[], rootPath: string): Gathered | undefined {
  const root = files.find((file) => file.path === rootPath);
  if (!root) return undefined;
  const isYaml = isDocumentOfFiles(root.text);
  // What imports by names of its own is sent with all of its kind.
  if (!isYaml) return { root, beside: files.filter((file) => file !== root), missing: isImporting(root.text) ? missingImports(files) : [], unused: [] };
  const used = new Map<string, GivenFile>([[root.path, root]]);
  const placed = new Set<GivenFile>([root]);
  const missing = new Map<string, MissingFile>();
  const next = [root];
  for (let file = next.pop(); file; file = next.pop()) {
    for (const { path, line } of referencesOf(file)) {
      if (used.has(path) || missing.has(path)) continue;
      const there = files.find((one) => one.path === path) ?? flat(files, placed, path);
      if (!there) {
        missing.set(path, { path, from: file.path, line });
        continue;
      }
      const found = { path, text: there.text };
      used.set(path, found);
      placed.add(there);
      next.push(found);
    }
  }
  used.delete(root.path);
  return { root, beside: [...used.values()], missing: [...missing.values()], unused: files.filter((file) => !placed.has(file)).map((file) => file.path) };
}

function flat(files: readonly GivenFile[], placed: ReadonlySet<GivenFile>, path: string): GivenFile | undefined {
  if (path.startsWith('../')) return undefined;
  const found = files.filter((file) => !file.path.includes('/') && file.path === nameOf(path) && !placed.has(file));
  return found.length === 1 ? found[0] : undefined;
}

const REFERENCE = /["']?\$ref["']?[ \t]*:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]#'"][^\s,}\]]*))/g;

/** The files that a file's `$ref`s lead to, each once, from the folder of all, with the line. */
export function referencesOf(file: GivenFile): { path: string; line: number }[] {
  const found = new Map<string, number>();
  const { text } = file;
  let at = 0;
  let line = 1;
  for (const match of text.matchAll(REFERENCE)) {
    const target = (match[1] ?? match[2] ?? match[3] ?? '').split('#')[0] ?? '';
    if (target === '' || /^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('//')) continue;
    const path = resolved(file.path, target);
    for (; at < match.index; at += 1) if (text[at] === '\n') line += 1;
    if (path !== undefined && path !== file.path && !found.has(path)) found.set(path, line);
  }
  return [...found].map(([path, line]) => ({ path, line }));
}

/** Where a reference of a file leads; `../` at its beginning is above the folder of all. */
function resolved(from: string, target: string): string | undefined {
  let said = target.split('?')[0] ?? '';
  try {
    said = decodeURIComponent(said);
  } catch {
    // A name with a percent sign of its own.
  }
  const parts = said.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of said.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.length > 0 ? parts.join('/') : undefined;
}

/** Imports of Protocol Buffers and WSDL of which no file has the name. */
function missingImports(files: readonly GivenFile[]): MissingFile[] {
  const missing = new Map<string, MissingFile>();
  for (const file of files) {
    for (const match of file.text.matchAll(/^\s*import\s+(?:public\s+|weak\s+)?"([^"\n]+\.proto)"|\bschemaLocation\s*=\s*["']([^"'\s]+)["']/gm)) {
      const path = (match[1] ?? match[2] ?? '').replace(/^\.\//, '');
      // Those of Google need not come along.
      if (path.startsWith('google/') || path.includes('://') || missing.has(path)) continue;
      if (!files.some((one) => one.path === path || one.path.endsWith(`/${path}`) || nameOf(one.path) === nameOf(path))) {
        missing.set(path, { path, from: file.path, line: file.text.slice(0, match.index + match[0].indexOf(match[0].trimStart())).split('\n').length });
      }
    }
  }
  return [...missing.values()];
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const isDocumentOfFiles = (text: string) => /^\s*[{[]|^["']?[\w$./-]+["']?\s*:/m.test(text) && !isImporting(text) && !/^\s*</.test(text);
const isImporting = (text: string) => /^\s*(syntax|edition)\s*=\s*"|^\s*import\s+(public\s+|weak\s+)?"/m.test(text) || /^\s*</.test(text);
const isDocument = (text: string) =>
  /^\s*["']?(openapi|swagger|asyncapi)["']?\s*:/m.test(text.slice(0, 20_000)) || /^\s*service\s+\w+\s*\{/m.test(text) || /<(\w+:)?definitions[\s>]/.test(text.slice(0, 20_000)) || /^\s*(type\s+Query|schema)\b/m.test(text);

/** The files that somebody chose, with the folders of those that came in one. */
export async function readChosen(list: Iterable<File>): Promise<GivenFile[]> {
  const files = [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return read(files.filter(({ file, path }) => !file.webkitRelativePath || isOfContract(path)));
}

/** The files that were dropped, and those of folders that were. */
export async function readDropped(data: DataTransfer): Promise<GivenFile[]> {
  // Both are gone once this has waited for anything.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const plain = [...data.files];
  if (!entries.some((entry) => entry.isDirectory)) return readChosen(plain);
  const found: { file: File; path: string }[] = [];
  for (const entry of entries) await walk(entry, found);
  return read(found);
}

async function walk(entry: FileSystemEntry, found: { file: File; path: string }[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    if (!isOfContract(path)) return;
    if (found.length >= MOST_FILES) throw new Error(`A contract has at most ${MOST_FILES} files; choose a folder that has fewer.`);
    found.push({ path, file: await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed)) });
    return;
  }
  if (SKIPPED.test(`${path}/`)) return;
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is told in parts.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (part.length === 0) return;
    for (const one of part) await walk(one, found);
  }
}

async function read(files: readonly { file: File; path: string }[]): Promise<GivenFile[]> {
  if (files.length > MOST_FILES) throw new Error(`A contract has at most ${MOST_FILES} files; these are ${files.length}.`);
  if (files.reduce((all, { file }) => all + file.size, 0) > MOST_BYTES) throw new Error(`A contract has at most ${MOST_BYTES >> 20} MiB.`);
  return Promise.all(files.map(async ({ file, path }) => ({ path, text: await file.text() })));
}
