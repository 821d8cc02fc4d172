// Inline Markdown: text into a small tree. Linear in its input; what is not understood stays text.

import { decodeEntities } from './html.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; children: Inline[] }
  | { kind: 'link'; to: string; children: Inline[] }
  | { kind: 'break' };

const SPECIAL = /[\\`*_~[!<\n]|https?:\/\//g;
const DEEPEST = 12;

/**
 * A link's target if it is safe to follow and leads somewhere, else nothing. Web and mail addresses pass, and pages of this portal;
 * other relative addresses were meant for the site the text was written for.
 */
export function safeTarget(raw: string): string | undefined {
  const target = decodeEntities(raw.trim()).replace(/[\u0000-\u0020\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/g, '');
  return /^(https?:\/\/|mailto:|\/portal\/)/i.test(target) ? target : undefined;
}

function push(out: Inline[], text: string) {
  if (!text) return;
  const last = out.at(-1);
  if (last?.kind === 'text') last.text += text;
  else out.push({ kind: 'text', text });
}

/** The index of the bracket that closes the one at `open`, within one paragraph and a bounded distance. */
function closing(text: string, open: number, opener: string, closer: string): number {
  let depth = 0;
  const end = Math.min(text.length, open + 2000);
  for (let i = open; i < end; i += 1) {
    const c = text[i];
    if (c === '\\') i += 1;
    else if (c === opener) depth += 1;
    else if (c === closer && --depth === 0) return i;
  }
  return -1;
}

function delimited(text: string, at: number, mark: string): number {
  const after = text[at + mark.length];
  if (after === undefined || /\s/.test(after)) return -1;
  let from = at + mark.length;
  for (;;) {
    const end = text.slice(0, at + 4000).indexOf(mark, from);
    if (end < 0) return -1;
    const wordy = mark[0] === '_' && /\w/.test(text[end + mark.length] ?? '');
    const longer = mark.length === 1 && (text[end + 1] === mark || text[end - 1] === mark);
    if (!/\s/.test(text[end - 1] ?? ' ') && !wordy && !longer) return end;
    from = end + (longer && text[end + 1] === mark ? 2 : 1);
  }
}

/** Parses one paragraph's text. */
export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let at = 0;
  const special = new RegExp(SPECIAL.source, 'g');
  while (at < text.length) {
    special.lastIndex = at;
    const found = depth > DEEPEST ? null : special.exec(text);
    if (!found) {
      push(out, decodeEntities(text.slice(at)));
      break;
    }
    push(out, decodeEntities(text.slice(at, found.index)));
    at = found.index;
    const taken = take(text, at, found[0], out, depth);
    if (taken > at) at = taken;
    else {
      push(out, text.slice(at, at + found[0].length));
      at += found[0].length;
    }
  }
  return out;
}

/** Takes what begins at `at`; the index after it, or `at` if it is only text. */
function take(text: string, at: number, mark: string, out: Inline[], depth: number): number {
  if (mark === '\\') {
    const next = text[at + 1];
    if (next === '\n') out.push({ kind: 'break' });
    else if (next !== undefined && /[!-/:-@[-`{-~]/.test(next)) push(out, next);
    else return at;
    return at + 2;
  }
  if (mark === '\n') {
    const last = out.at(-1);
    const hard = last?.kind === 'text' && last.text.endsWith('  ');
    if (last?.kind === 'text') last.text = last.text.trimEnd();
    if (hard) out.push({ kind: 'break' });
    else push(out, ' ');
    return at + 1;
  }
  if (mark === '`') {
    const fence = /^`+/.exec(text.slice(at, at + 8))?.[0] ?? '`';
    const end = text.slice(0, at + 4000).indexOf(fence, at + fence.length);
    if (end < 0) return at;
    out.push({ kind: 'code', text: text.slice(at + fence.length, end).replace(/\n/g, ' ').replace(/^ (.*\S.*) $/, '$1') });
    return end + fence.length;
  }
  if (mark === '*' || mark === '_' || mark === '~') {
    if (mark === '_' && /\w/.test(text[at - 1] ?? '')) return at;
    const double = text[at + 1] === mark;
    if (mark === '~' && !double) return at;
    const delimiter = double ? mark + mark : mark;
    const end = delimited(text, at, delimiter);
    if (end < 0) return at;
    const children = parseInline(text.slice(at + delimiter.length, end), depth + 1);
    out.push({ kind: mark === '~' ? 'strike' : double ? 'strong' : 'emphasis', children });
    return end + delimiter.length;
  }
  if (mark === '[' || (mark === '!' && text[at + 1] === '[')) return link(text, at, out, depth);
  if (mark === '<') {
    const auto = /^<(https?:\/\/[^\s<>]+|mailto:[^\s<>]+)>/i.exec(text.slice(at, at + 2000));
    const target = auto?.[1] && safeTarget(auto[1]);
    if (!auto || !target) return at;
    out.push({ kind: 'link', to: target, children: [{ kind: 'text', text: auto[1] ?? '' }] });
    return at + auto[0].length;
  }
  if (mark.startsWith('http')) {
    const bare = /^https?:\/\/[^\s<>`"\]]+/.exec(text.slice(at, at + 2000))?.[0].replace(/[.,;:!?'*_)]+$/, '');
    const target = bare && safeTarget(bare);
    if (!bare || !target) return at;
    out.push({ kind: 'link', to: target, children: [{ kind: 'text', text: bare }] });
    return at + bare.length;
  }
  return at;
}

/** `[text](target "title")`; an image becomes a link named by its alternative text, since pages load nothing from elsewhere. */
function link(text: string, at: number, out: Inline[], depth: number): number {
  const open = text[at] === '!' ? at + 1 : at;
  const close = closing(text, open, '[', ']');
  if (close < 0) return at;
  const label = text.slice(open + 1, close);
  if (text[close + 1] !== '(') return at;
  const end = closing(text, close + 1, '(', ')');
  if (end < 0) return at;
  const inside = text.slice(close + 2, end).trim();
  const raw = /^<([^>]*)>/.exec(inside)?.[1] ?? inside.split(/\s/, 1)[0] ?? '';
  const children = parseInline(label, depth + 1);
  const target = safeTarget(raw);
  if (target) out.push({ kind: 'link', to: target, children: children.length ? children : [{ kind: 'text', text: target }] });
  else out.push(...children);
  return end + 1;
}
