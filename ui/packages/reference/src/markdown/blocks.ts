// Block Markdown: headings, lists, tables, quotes, code. The subset that descriptions in contracts use.

import { withoutHtml } from './html.ts';
import { parseInline, type Inline } from './inline.ts';

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; title?: string; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)(.*)$/;
const FENCE = /^ {0,3}(```+|~~~+)\s*([^\s`]*)/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/;
const DIVIDER = /^ {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?\|? *$/;
const ALERT = /^\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$/;
const DEEPEST = 8;
/** Longer descriptions are cut: a page stays responsive whatever a contract says. */
const LONGEST = 200_000;

/** Parses a description. */
export function parseMarkdown(markdown: string): Block[] {
  return parseBlocks(withoutHtml(markdown.slice(0, LONGEST)).replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'), 0);
}

function cells(line: string): Inline[][] {
  const inner = line.trim().replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => parseInline(cell.trim().replace(/\\\|/g, '|')));
}

function beginsBlock(line: string): boolean {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || /^ {0,3}>/.test(line);
}

function parseBlocks(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? '';
    if (!line.trim()) {
      i += 1;
      continue;
    }
    const fence = FENCE.exec(line);
    if (fence) {
      const mark = fence[1] ?? '```';
      let end = i + 1;
      while (end < lines.length && !(lines[end] ?? '').trimStart().startsWith(mark)) end += 1;
      blocks.push({ kind: 'code', language: fence[2] ?? '', text: lines.slice(i + 1, end).join('\n') });
      i = end + 1;
      continue;
    }
    const heading = HEADING.exec(line);
    if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? '') });
      i += 1;
      continue;
    }
    if (RULE.test(line)) {
      blocks.push({ kind: 'rule' });
      i += 1;
      continue;
    }
    if (/^ {0,3}>/.test(line) && depth < DEEPEST) {
      const inner: string[] = [];
      while (i < lines.length && (lines[i] ?? '').trim() && (/^ {0,3}>/.test(lines[i] ?? '') || !beginsBlock(lines[i] ?? ''))) {
        inner.push((lines[i] ?? '').replace(/^ {0,3}> ?/, ''));
        i += 1;
      }
      // `[!NOTE]` and its like are titles.
      const title = ALERT.exec(inner[0] ?? '')?.[1];
      blocks.push({ kind: 'quote', ...(title ? { title: title[0] + title.slice(1).toLowerCase() } : {}), blocks: parseBlocks(title ? inner.slice(1) : inner, depth + 1) });
      continue;
    }
    if (ITEM.test(line) && depth < DEEPEST) {
      const [list, next] = parseList(lines, i, depth);
      blocks.push(list);
      i = next;
      continue;
    }
    if (line.includes('|') && DIVIDER.test(lines[i + 1] ?? '')) {
      const head = cells(line);
      const rows: Inline[][][] = [];
      i += 2;
      while (i < lines.length && (lines[i] ?? '').trim() && (lines[i] ?? '').includes('|')) {
        rows.push(cells(lines[i] ?? '').slice(0, head.length));
        i += 1;
      }
      blocks.push({ kind: 'table', head, rows });
      continue;
    }
    if (/^ {4}/.test(line)) {
      const start = i;
      while (i < lines.length && (/^ {4}/.test(lines[i] ?? '') || !(lines[i] ?? '').trim())) i += 1;
      blocks.push({ kind: 'code', language: '', text: lines.slice(start, i).map((l) => l.slice(4)).join('\n').trimEnd() });
      continue;
    }
    const start = i;
    i += 1;
    while (i < lines.length && (lines[i] ?? '').trim() && !beginsBlock(lines[i] ?? '') && !ITEM.test(lines[i] ?? '')) {
      if (/^ {0,3}(=+|-+) *$/.test(lines[i] ?? '')) break;
      i += 1;
    }
    const underline = /^ {0,3}(=+|-+) *$/.exec(lines[i] ?? '');
    const children = parseInline(lines.slice(start, i).map((l) => l.trimStart()).join('\n').trimEnd());
    if (underline) {
      blocks.push({ kind: 'heading', level: underline[1]?.startsWith('=') ? 1 : 2, children });
      i += 1;
    } else blocks.push({ kind: 'paragraph', children });
  }
  return blocks;
}

function parseList(lines: string[], from: number, depth: number): [Block, number] {
  const first = ITEM.exec(lines[from] ?? '');
  const marker = first?.[2] ?? '-';
  const ordered = /\d/.test(marker);
  const items: Block[][] = [];
  let i = from;
  while (i < lines.length) {
    const item = ITEM.exec(lines[i] ?? '');
    if (!item || /\d/.test(item[2] ?? '') !== ordered || RULE.test(lines[i] ?? '')) break;
    const gap = (item[3] ?? ' ').length;
    const indent = (item[1] ?? '').length + (item[2] ?? '').length + (gap > 4 ? 1 : Math.max(gap, 1));
    const inner = [item[4] ?? ''];
    i += 1;
    while (i < lines.length) {
      const line = lines[i] ?? '';
      if (!line.trim()) {
        const following = lines.slice(i + 1).find((l) => l.trim());
        if (following === undefined || following.search(/\S/) < Math.min(indent, 2)) break;
        inner.push('');
      } else if (line.search(/\S/) >= indent) inner.push(line.slice(indent));
      else if (line.search(/\S/) >= 2 && ITEM.test(line.trimStart())) inner.push(line.trimStart());
      else if (ITEM.test(line) || beginsBlock(line) || inner.at(-1) === '') break;
      else inner.push(line.trimStart());
      i += 1;
    }
    items.push(parseBlocks(inner, depth + 1));
    while (i < lines.length && !(lines[i] ?? '').trim() && ITEM.test(lines[i + 1] ?? '')) i += 1;
  }
  return [{ kind: 'list', ordered, start: ordered ? Number.parseInt(marker, 10) : 1, items }, i];
}
