/**
 * HTML and Markdown of strangers, reduced to an allow-list.
 *
 * Nothing a card says becomes markup of the page: this parser makes a tree of a few kinds of nodes, and `Rich.svelte` draws that tree
 * with elements of its own. What is not on the list loses its tags and keeps its words; scripts, styles and frames lose both. A link becomes
 * its words and its address as text, a picture a note that there was one: nothing can be clicked. A picture's address is kept where it
 * begins with https, and it is for the program to load it, where the person has allowed that for the character.
 */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'struck' | 'code'; inside: Inline[] }
  | { kind: 'link'; inside: Inline[]; address: string }
  | { kind: 'picture'; label: string; address: string }
  | { kind: 'break' };
export type Block =
  | { kind: 'paragraph'; inside: Inline[] }
  | { kind: 'heading'; level: number; inside: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' };

/** Longer texts are cut: they are notes, not books. */
const MAX_LETTERS = 40_000;
/** Marks of one paragraph; what follows is plain. */
const MAX_MARKS = 1_000;
/** Marks within marks. */
const MAX_DEPTH = 12;

const SILENT = /<(script|style|template|iframe|object|noscript|svg|title|head)\b[\s\S]*?(<\/\1\s*[^>]*>|$)/gi;

/** HTML to the Markdown that is understood below; every other tag is dropped. */
function withoutHtml(text: string): string {
  const bare = text.replace(/<!--[\s\S]*?(-->|$)/g, '').replace(SILENT, '');
  let href = '';
  const marked = bare.replace(/<(\/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^>]{0,2000})>/g, (_tag, close, name, rest) => {
    const closing = close === '/';
    switch ((name as string).toLowerCase()) {
      case 'b':
      case 'strong':
        return '**';
      case 'i':
      case 'em':
        return '*';
      case 's':
      case 'del':
      case 'strike':
        return '~~';
      case 'code':
      case 'kbd':
        return '`';
      case 'br':
        return '\n';
      case 'hr':
        return '\n\n---\n\n';
      case 'p':
      case 'div':
      case 'center':
      case 'ul':
      case 'ol':
      case 'table':
        return '\n\n';
      case 'tr':
        return '\n';
      case 'li':
        return closing ? '\n' : '\n- ';
      case 'blockquote':
        return closing ? '\n\n' : '\n\n> ';
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        return closing ? '\n\n' : `\n\n${'#'.repeat(Number((name as string)[1]))} `;
      case 'img': {
        const alt = /\balt\s*=\s*("([^"]*)"|'([^']*)')/i.exec(rest as string);
        const src = /\bsrc\s*=\s*("([^"]*)"|'([^']*)')/i.exec(rest as string);
        const address = (src?.[2] ?? src?.[3] ?? '').replace(/[()\s]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
        return `![${(alt?.[2] ?? alt?.[3] ?? '').replace(/[[\]]/g, '')}](${address || 'picture'})`;
      }
      case 'a': {
        if (!closing) {
          href =
            /\bhref\s*=\s*("([^"]*)"|'([^']*)')/i
              .exec(rest as string)
              ?.slice(2)
              .find(Boolean) ?? '';
          return href ? '[' : '';
        }
        const end = href ? `](${href.replace(/[()\s]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)})` : '';
        href = '';
        return end;
      }
      default:
        return '';
    }
  });
  const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  return marked.replace(/&(#x?[0-9a-f]{1,6}|\w{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}

/** The address of a picture that may be asked for: https and nothing else; a title behind it is left out. */
function remote(address: string): string {
  const first = address.trim().split(/\s/)[0] ?? '';
  return /^https:\/\/[^\s"'<>\\]+$/i.test(first) ? first : '';
}

/** The first mark of a text, what it holds and what follows. */
const MARKS: [RegExp, (match: RegExpExecArray, depth: number) => Inline][] = [
  [
    /!\[([^\]\n]{0,500})\]\(([^)\n]{0,2000})\)/,
    (m) => ({ kind: 'picture', label: m[1] ?? '', address: remote(m[2] ?? '') }),
  ],
  [
    /\[([^\]\n]{1,500})\]\(([^)\s]{1,2000})\)/,
    (m, depth) => ({ kind: 'link', inside: inline(m[1] ?? '', depth), address: m[2] ?? '' }),
  ],
  [/`([^`\n]{1,2000})`/, (m) => ({ kind: 'code', inside: [{ kind: 'text', text: m[1] ?? '' }] })],
  [
    /\*\*([^*\n]{1,4000}(?:\*[^*\n]{1,2000}\*[^*\n]{0,2000})?)\*\*/,
    (m, depth) => ({ kind: 'bold', inside: inline(m[1] ?? '', depth) }),
  ],
  [/~~([^~\n]{1,4000})~~/, (m, depth) => ({ kind: 'struck', inside: inline(m[1] ?? '', depth) })],
  [/\*([^*\s][^*\n]{0,4000})\*/, (m, depth) => ({ kind: 'italic', inside: inline(m[1] ?? '', depth) })],
  [/\n/, () => ({ kind: 'break' })],
];

function inline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let rest = text;
  while (rest !== '') {
    let first: { match: RegExpExecArray; make: (m: RegExpExecArray, depth: number) => Inline } | null = null;
    if (depth < MAX_DEPTH && out.length < MAX_MARKS)
      for (const [pattern, make] of MARKS) {
        const match = pattern.exec(rest);
        if (match && (first === null || match.index < first.match.index)) first = { match, make };
      }
    if (!first) {
      out.push({ kind: 'text', text: rest });
      break;
    }
    const { match, make } = first;
    if (match.index > 0) out.push({ kind: 'text', text: rest.slice(0, match.index) });
    out.push(make(match, depth + 1));
    rest = rest.slice(match.index + match[0].length);
  }
  return out;
}

/** How many pictures a text names on the network. */
export function remotePictures(text: string): number {
  let count = 0;
  const look = (nodes: Inline[]) => {
    for (const node of nodes) {
      if (node.kind === 'picture' && node.address !== '') count++;
      else if ('inside' in node) look(node.inside);
    }
  };
  const walk = (blocks: Block[]) => {
    for (const block of blocks) {
      if (block.kind === 'quote') walk(block.blocks);
      else if (block.kind === 'list') block.items.forEach(look);
      else if ('inside' in block) look(block.inside);
    }
  };
  walk(rich(text));
  return count;
}

/** Parses a text. */
export function rich(text: string): Block[] {
  const lines = withoutHtml(text.slice(0, MAX_LETTERS).replace(/\r\n?/g, '\n')).split('\n');
  return blocks(lines, 0);
}

function blocks(lines: string[], depth: number): Block[] {
  const out: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    const words = paragraph.join('\n').trim();
    if (words !== '') out.push({ kind: 'paragraph', inside: inline(words) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const trimmed = line.trim();
    const heading = /^(#{1,6})\s+(.*)$/.exec(trimmed);
    const item = /^(?:[-*+]|(\d{1,4})[.)])\s+(.*)$/.exec(trimmed);
    if (trimmed === '') flush();
    else if (/^(-{3,}|\*{3,}|_{3,})$/.test(trimmed)) {
      flush();
      out.push({ kind: 'rule' });
    } else if (trimmed.startsWith('```')) {
      flush();
      const end = lines.findIndex((other, i) => i > at && other.trim().startsWith('```'));
      const last = end < 0 ? lines.length : end;
      out.push({ kind: 'code', text: lines.slice(at + 1, last).join('\n') });
      at = last;
    } else if (heading) {
      flush();
      const words = heading[2]?.trim() ?? '';
      if (words !== '') out.push({ kind: 'heading', level: heading[1]?.length ?? 1, inside: inline(words) });
    } else if (trimmed.startsWith('>') && depth < MAX_DEPTH) {
      flush();
      let end = at;
      while (end < lines.length && (lines[end] ?? '').trim().startsWith('>')) end++;
      const inner = lines.slice(at, end).map((quoted) => quoted.trim().slice(1).trimStart());
      out.push({ kind: 'quote', blocks: blocks(inner, depth + 1) });
      at = end - 1;
    } else if (item) {
      flush();
      const before = out.at(-1);
      const ordered = item[1] !== undefined;
      const words = inline(item[2] ?? '');
      if (before?.kind === 'list' && before.ordered === ordered && (lines[at - 1] ?? '').trim() !== '')
        before.items.push(words);
      else out.push({ kind: 'list', ordered, items: [words] });
    } else paragraph.push(line);
  }
  flush();
  return out;
}
