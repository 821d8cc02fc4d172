// Turns the HTML that contracts carry in their descriptions into Markdown, so that no markup of theirs is ever rendered.

const BLOCKS = new Set(['p', 'div', 'section', 'article', 'ul', 'ol', 'table', 'tr', 'details', 'summary', 'center', 'header', 'footer']);
const STRONG = new Set(['b', 'strong']);
const EMPHASIS = new Set(['i', 'em']);
const CODE = new Set(['code', 'kbd', 'samp', 'tt']);
/** Elements whose content is no text for a reader. */
const HIDDEN = 'script|style|iframe|object|template|svg|noscript|title|textarea|select';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', mdash: '—', ndash: '–', hellip: '…', copy: '©', times: '×', rarr: '→' };

/** Decodes the entities that text in contracts uses; unknown ones stay as written. */
export function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (name.startsWith('#')) {
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
    }
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

function attribute(tag: string, name: string): string {
  const match = new RegExp(`\\s${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>"']+))`, 'i').exec(tag);
  return decodeEntities(match?.[2] ?? match?.[3] ?? match?.[4] ?? '');
}

/** One stretch of prose, outside of code, with its tags replaced. */
function convert(prose: string): string {
  const links: string[] = [];
  return prose
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(new RegExp(`<(${HIDDEN})\\b[^>]*>[\\s\\S]*?(</\\1\\s*>|$)`, 'gi'), '')
    .replace(/<(\/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?)\/?>/gi, (_whole, slash: string, rawName: string, attributes: string) => {
      const name = rawName.toLowerCase();
      const closing = slash !== '';
      if (name === 'br') return '  \n';
      if (name === 'hr') return '\n\n---\n\n';
      if (name === 'li') return closing ? '' : '\n- ';
      if (name === 'td' || name === 'th') return closing ? ' ' : '';
      if (BLOCKS.has(name)) return '\n\n';
      if (/^h[1-6]$/.test(name)) return closing ? '\n\n' : `\n\n${'#'.repeat(Number(name[1]))} `;
      if (STRONG.has(name)) return '**';
      if (EMPHASIS.has(name)) return '*';
      if (CODE.has(name)) return '`';
      if (name === 'pre') return '\n\n';
      if (name === 'img') return attribute(attributes, 'alt');
      if (name === 'a') {
        if (!closing) {
          const target = attribute(attributes, 'href');
          links.push(target);
          return target ? '[' : '';
        }
        const target = links.pop();
        return target ? `](${target.replace(/[()\s<>]/g, encodeURIComponent)})` : '';
      }
      return '';
    });
}

/** Markdown with HTML in it, as Markdown alone. Code spans and fenced code stay as they are. */
export function withoutHtml(markdown: string): string {
  if (!markdown.includes('<')) return markdown;
  return markdown
    .split(/(^ {0,3}(?:```|~~~)[\s\S]*?^ {0,3}(?:```|~~~)[^\n]*$|`[^`\n]+`)/m)
    .map((part, index) => (index % 2 === 1 ? part : convert(part)))
    .join('');
}
