// Changes of a contract's text by what they mean: the smallest piece of text changes, so that comments, order and quotes stay.
import { isCollection, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';

/** A piece of a text that another takes the place of. */
export interface TextEdit {
  from: number;
  to: number;
  insert: string;
}

export type Path = readonly (string | number)[];

/** A contract as a form reads it. */
export function readSource(text: string): { value?: unknown; error?: string } {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const error = document.errors[0];
  if (error) return { error: error.message };
  try {
    return { value: document.toJS({ maxAliasCount: 1000 }) };
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** What gives the place `path` leads to this value, or takes it away where there is none; nothing where it is so already. */
export function setIn(text: string, path: Path, value: unknown): TextEdit | undefined {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  if (document.errors[0]) throw new Error(document.errors[0].message);
  const root = document.contents as Node | null;
  if (!isMap(root)) {
    if (value === undefined) return undefined;
    return { from: text.length, to: text.length, insert: `${text === '' || text.endsWith('\n') ? '' : '\n'}${block(nest(path, value), 0)}\n` };
  }
  const walk: { container: YAMLMap | YAMLSeq; at: number }[] = [];
  let node: Node | null | undefined = root;
  let depth = 0;
  for (; depth < path.length; depth += 1) {
    if (!isCollection(node)) break;
    const at = indexIn(node as YAMLMap | YAMLSeq, path[depth] as string | number);
    if (at < 0) break;
    walk.push({ container: node as YAMLMap | YAMLSeq, at });
    node = childAt(node as YAMLMap | YAMLSeq, at);
  }
  if (depth === path.length) {
    if (value === undefined) return remove(text, walk);
    return replace(text, walk, node, value);
  }
  if (value === undefined) return undefined;
  const rest = path.slice(depth);
  if (isMap(node)) return append(text, node, rest, value);
  if (isSeq(node)) return append(text, node, rest.slice(1).length ? ['', ...rest.slice(1)] : [''], value);
  // Nothing stands where something has to: it is written in its place.
  if (isScalar(node) && node.value !== null && node.value !== '') throw new Error(`${path.slice(0, depth).join('.')} is no mapping`);
  return replace(text, walk, node, nest(rest, value));
}

/** A text with an edit made. */
export const applyEdit = (text: string, edit: TextEdit | undefined): string => (edit ? text.slice(0, edit.from) + edit.insert + text.slice(edit.to) : text);

/** The line, from 1, on which an operation or a path of a contract stands; nothing where it is not found. */
export function lineOf(text: string, path: string, method?: string): number | undefined {
  const lines = text.split('\n');
  const keys = (key: string) => [`${key}:`, `'${key}':`, `"${key}":`];
  const has = (line: string, key: string) => keys(key).some((written) => line.trimStart().startsWith(written));
  const at = lines.findIndex((line) => has(line, path));
  if (at < 0) return undefined;
  if (!method) return at + 1;
  const indent = indentOf(lines[at] ?? '');
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    if (indentOf(line) <= indent) break;
    if (has(line, method.toLowerCase())) return next + 1;
  }
  return at + 1;
}

const indentOf = (line: string) => line.length - line.trimStart().length;

function indexIn(container: YAMLMap | YAMLSeq, key: string | number): number {
  if (isSeq(container)) return typeof key === 'number' && key < container.items.length ? key : -1;
  return container.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function childAt(container: YAMLMap | YAMLSeq, at: number): Node | null {
  return (isSeq(container) ? container.items[at] : (container.items[at] as Pair | undefined)?.value) as Node | null;
}

/** Where an item begins: its key, or the item of a list without its dash. */
function startOf(container: YAMLMap | YAMLSeq, at: number): number {
  const item = container.items[at];
  const node = (isSeq(container) ? item : (item as Pair).key) as Node;
  return node.range?.[0] ?? 0;
}

/** Where what an item says ends, without comments after it. */
function endOf(text: string, container: YAMLMap | YAMLSeq, at: number): number {
  const value = childAt(container, at);
  const key = isSeq(container) ? undefined : ((container.items[at] as Pair).key as Node);
  const last = lastOf(value) ?? value;
  let end = last?.range?.[1] ?? key?.range?.[1] ?? 0;
  // A value that is not written ends at its colon.
  if (value && value.range && value.range[0] === value.range[1] && key?.range) end = Math.max(end, text.indexOf(':', key.range[1]) + 1);
  return end;
}

/** The innermost last node of a block, whose end is the end of its text. */
function lastOf(node: Node | null | undefined): Node | undefined {
  let last: Node | undefined;
  let next: Node | null | undefined = node;
  while (isCollection(next) && !next.flow && next.items.length > 0) {
    const item = next.items[next.items.length - 1];
    const child = (isSeq(next) ? item : (item as Pair).value ?? (item as Pair).key) as Node | null;
    if (!child) break;
    last = child;
    next = child;
  }
  return last;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

const columnOf = (text: string, at: number) => at - lineStart(text, at);

function nest(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value);
}

function block(value: unknown, indent: number): string {
  const written = stringify(value, { indent: 2, lineWidth: 0, defaultStringType: 'PLAIN' }).replace(/\n$/, '');
  const pad = ' '.repeat(indent);
  return written
    .split('\n')
    .map((line) => (line === '' ? line : pad + line))
    .join('\n');
}


function inFlow(walk: readonly { container: YAMLMap | YAMLSeq }[]): boolean {
  return walk.some(({ container }) => container.flow === true);
}

function replace(text: string, walk: { container: YAMLMap | YAMLSeq; at: number }[], node: Node | null | undefined, value: unknown): TextEdit | undefined {
  const step = walk.at(-1);
  if (!step) return undefined;
  if (isScalar(node) && node.value === value && (value !== null || node.source)) return undefined;
  const { container, at } = step;
  if (inFlow(walk)) {
    const [from, to] = node?.range ?? [0, 0];
    return { from, to, insert: JSON.stringify(value) };
  }
  const start = startOf(container, at);
  const key = isSeq(container) ? undefined : ((container.items[at] as Pair).key as Node);
  // After the colon, or after the dash of a list.
  const from = key ? text.indexOf(':', key.range?.[1] ?? start) + 1 : start;
  let to = Math.max(endOf(text, container, at), from);
  if (text[to - 1] === '\n') to -= 1;
  const indent = columnOf(text, start);
  if (key) {
    // Written whole with its key, so that long texts and lists get the form that YAML has for them.
    const written = block({ [String((key as { value?: unknown }).value)]: value }, 0);
    const colon = block({ [String((key as { value?: unknown }).value)]: 0 }, 0).length - 2;
    const said = written.slice(colon);
    const insert = said.startsWith(':') ? said.slice(1) : said;
    return { from, to, insert: insert.replace(/\n(?=.)/g, `\n${' '.repeat(indent)}`) };
  }
  return { from, to, insert: block(value, 0).replace(/\n(?=.)/g, `\n${' '.repeat(indent)}`) };
}

function append(text: string, container: YAMLMap | YAMLSeq, rest: Path, value: unknown): TextEdit {
  const list = isSeq(container);
  const inner = nest(rest.slice(1), value);
  const key = String(rest[0]);
  if (container.flow) {
    const close = (container.range?.[1] ?? 1) - 1;
    const isJson = text.trimStart().startsWith('{');
    const last = container.items.length - 1;
    const before = last >= 0 ? endOf(text, container, last) : (container.range?.[0] ?? 0) + 1;
    const isSpread = last >= 0 ? text.slice(container.range?.[0] ?? 0, startOf(container, 0)).includes('\n') : isJson;
    const indent = last >= 0 ? columnOf(text, startOf(container, 0)) : indentOf(text.slice(lineStart(text, close), lineEnd(text, close))) + 2;
    const pad = ' '.repeat(indent);
    const written = isSpread ? JSON.stringify(inner, null, 2).replace(/\n/g, `\n${pad}`) : JSON.stringify(inner);
    const item = list ? written : `${JSON.stringify(key)}: ${written}`;
    const lead = last >= 0 ? ',' : '';
    if (isSpread) return { from: before, to: last >= 0 ? before : close, insert: `${lead}\n${pad}${item}${last >= 0 ? '' : `\n${' '.repeat(Math.max(indent - 2, 0))}`}` };
    return { from: before, to: before, insert: `${lead}${last >= 0 ? ' ' : ''}${item}` };
  }
  const last = container.items.length - 1;
  const indent = list ? columnOf(text, dashOf(text, startOf(container, 0))) : columnOf(text, startOf(container, 0));
  const end = endOf(text, container, last);
  // A text of several lines ends with its line.
  const after = text[end - 1] === '\n' ? end - 1 : lineEnd(text, end);
  const written = list ? block([inner], indent) : block({ [key]: inner }, indent);
  return { from: after, to: after, insert: `\n${written}` };
}

const dashOf = (text: string, item: number) => text.lastIndexOf('-', item - 1);

function remove(text: string, walk: { container: YAMLMap | YAMLSeq; at: number }[]): TextEdit | undefined {
  const step = walk.at(-1);
  if (!step) return undefined;
  const { container, at } = step;
  if (inFlow(walk)) {
    const from = startOf(container, at);
    if (at + 1 < container.items.length) return { from, to: startOf(container, at + 1), insert: '' };
    const before = at > 0 ? endOf(text, container, at - 1) : from;
    return { from: before, to: endOf(text, container, at), insert: '' };
  }
  // What would be left empty goes as a whole, so that nothing stays that says nothing.
  if (container.items.length === 1 && walk.length > 1) return remove(text, walk.slice(0, -1));
  const start = startOf(container, at);
  const mark = isSeq(container) ? dashOf(text, start) : start;
  let end = endOf(text, container, at);
  if (text[end - 1] !== '\n') end = Math.min(lineEnd(text, end) + 1, text.length);
  const from = lineStart(text, mark);
  // The first key of an item of a list stands after its dash.
  if (text.slice(from, mark).trim() !== '') {
    const next = at + 1 < container.items.length ? startOf(container, at + 1) : end;
    return { from: mark, to: next, insert: '' };
  }
  return { from, to: end, insert: '' };
}

