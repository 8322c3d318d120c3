/** What strangers write, and what is made of it. */

import { describe, expect, it } from 'vitest';
import { remotePictures, rich, type Block, type Inline } from './rich';

const words = (nodes: Inline[]): string =>
  nodes
    .map((n) =>
      n.kind === 'text' ? n.text : n.kind === 'break' ? '/' : n.kind === 'picture' ? `(${n.label})` : words(n.inside),
    )
    .join('');
const flat = (blocks: Block[]): string =>
  blocks
    .map((b) =>
      b.kind === 'quote'
        ? `>${flat(b.blocks)}`
        : b.kind === 'list'
          ? b.items.map((i) => `-${words(i)}`).join('')
          : b.kind === 'rule'
            ? '---'
            : b.kind === 'code'
              ? `\`${b.text}\``
              : words(b.inside),
    )
    .join('|');

describe('hostile markup', () => {
  it.each([
    ['<script>alert(1)</script>after', 'after'],
    ['<SCRIPT SRC=//evil/x.js>alert(1)</SCRIPT >after', 'after'],
    ['<script>never closed', ''],
    ['<style>@import "//evil"</style>x', 'x'],
    ['<iframe src="//evil"></iframe>x', 'x'],
    ['<img src=x onerror=alert(1)>', '()'],
    ['<img src="https://evil/track.gif" alt="Her">', '(Her)'],
    ['![Her](https://evil/track.gif)', '(Her)'],
    ['<svg onload=alert(1)><circle/></svg>x', 'x'],
    ['<!-- <b>hidden</b> -->seen', 'seen'],
    ['<b onclick="alert(1)" style="position:fixed">bold</b>', 'bold'],
    ['<a href="javascript:alert(1)">click</a>', 'click'],
    ['<div style="background:url(//evil)">text</div>', 'text'],
    ['<form action="//evil"><input name=q>text</form>', 'text'],
    ['[x](javascript:alert(1))', 'x)'],
    ['<a href=" java\tscript:alert(1)">x</a>', 'x'],
    ['<object data=https://evil/x.swf></object><embed src=https://evil/x>y', 'y'],
    ['<meta http-equiv=refresh content="0;url=https://evil">x', 'x'],
    ['<base href=https://evil><link rel=stylesheet href=https://evil/x.css>x', 'x'],
    ['<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>', ''],
    ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '()">'],
    ['<video src=https://evil/x.mp4 autoplay></video><audio src=https://evil/x.mp3></audio>x', 'x'],
    ['<img src="data:image/svg+xml,<svg onload=alert(1)>">', '<img src="data:image/svg+xml,'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
  ])('%s', (text, expected) => expect(flat(rich(text))).toBe(expected));

  it('never makes a node that is not on the list', () => {
    const kinds = new Set<string>();
    const walk = (nodes: Inline[]) =>
      nodes.forEach((n) => {
        kinds.add(n.kind);
        if ('inside' in n) walk(n.inside);
      });
    rich('<a href="javascript:1">x</a> **b** *i* ~~s~~ `c` ![p](q) <object data=x>y</object> <video src=z>').forEach(
      (b) => {
        if ('inside' in b) walk(b.inside);
      },
    );
    expect([...kinds].sort()).toEqual(['bold', 'code', 'italic', 'link', 'picture', 'struck', 'text']);
  });

  it.each([
    ['![a](https://example.com/a.png)', 1],
    ['<img src="https://example.com/a.png" alt="a">', 1],
    ['- **![a](https://example.com/a.png)**\n\n> ![b](https://example.com/b.png "title")', 2],
    ["<img src='http://example.com/b.png'> <img src='//example.com/c.png'>", 0],
    ['![x](javascript:alert(1)) ![x](data:text/html;base64,AAAA) ![x](file:///etc/passwd)', 0],
    ['![x](https:evil) ![x](HTTPS://e"vil/<x>)', 0],
    ['no picture', 0],
  ])('asks the network for nothing but https: %s', (text, count) => expect(remotePictures(text)).toBe(count));

  it('takes no time over text made to take time', () => {
    for (const piece of ['<', '**', '[', '![', '`', '<a href="', '> ', '<!--', '&', '*a', '<script', '~~a', '- ']) {
      const start = performance.now();
      rich(piece.repeat(20_000));
      expect(performance.now() - start, piece).toBeLessThan(4000);
    }
  });
});

describe('what people write', () => {
  it.each([
    ['One\nline\n\nTwo', 'One/line|Two'],
    ['# Title\ntext', 'Title|text'],
    ['- a\n- b', '-a-b'],
    ['1. a\n2. b\n\ntext', '-a-b|text'],
    ['> said\n> twice', '>said/twice'],
    ['---', '---'],
    ['```\n*as it is*\n```', '`*as it is*`'],
    ['<p>One</p><p>Two<br>three</p>', 'One|Two/three'],
    ['<h2>Title</h2>x', 'Title|x'],
    ['<ul><li>a</li><li>b</li></ul>', '-a|-b'],
    ['I <3 you & 1 < 2', 'I <3 you & 1 < 2'],
    ['話す「*ねえ*」&amp;', '話す「ねえ」&'],
    ['2 * 3 * 4', '2 * 3 * 4'],
  ])('%s', (text, expected) => expect(flat(rich(text))).toBe(expected));
});
