import { describe, expect, it } from 'vitest';
import { letters } from '$lib/session/pace';
import { parse, plain, runsOf } from './markup';

const shown = (text: string) =>
  runsOf(parse(text)).map((r) => [r.style.tone, r.text, r.ruby?.reading].filter((x) => x !== undefined));

describe('directions and thoughts', () => {
  it('sets *actions* apart and drops their stars', () => {
    expect(shown('*She looks up.* Oh! *smiles* Come in.')).toEqual([
      ['action', 'She looks up.'],
      ['say', ' Oh! '],
      ['action', 'smiles'],
      ['say', ' Come in.'],
    ]);
  });
  it('leaves a star that is arithmetic or a lone mark', () => {
    expect(plain('2 * 3 = 6, a*b, * ')).toBe('2 * 3 = 6, a*b, *');
  });
  it('shows an action that is still being written as one', () => {
    expect(shown('*She loo')).toEqual([['action', 'She loo']]);
  });
  it('ends an action that was never closed with its row', () => {
    expect(shown('*She looks\nHello')).toEqual([
      ['action', 'She looks'],
      ['say', '\nHello'],
    ]);
  });
  it('takes a remark at the start of a sentence for a thought, another for words', () => {
    expect(shown('(I should not say that.) Good evening (or night).')).toEqual([
      ['thought', '(I should not say that.)'],
      ['say', ' Good evening (or night).'],
    ]);
    expect(shown('（困ったな。）はい。')[0]).toEqual(['thought', '（困ったな。）']);
  });
  it('reads **stress** and the four Ren’Py styles, nested', () => {
    const runs = runsOf(parse('a **b** {i}c{b}d{/b}{/i}'));
    expect(runs.map((r) => [r.text, r.style.bold, r.style.italic])).toEqual([
      ['a ', false, false],
      ['b', true, false],
      [' ', false, false],
      ['c', false, true],
      ['d', true, true],
    ]);
  });
  it('drops pauses and keeps braces that mean nothing', () => {
    expect(plain('Wait{w=0.5}… {color=#f00}red{/color} {x: 1} {')).toBe('Wait… red {x: 1} {');
  });
});

describe('styles of a text', () => {
  const style = (text: string) => runsOf(parse(text)).map((r) => [r.text, r.style.colour, r.style.size, r.style.alpha]);
  it('reads colours, sizes and shades within bounds', () => {
    expect(
      style('{color=#f00}a{/color}{size=+11}b{/size}{size=*9}c{/size}{size=1}d{/size}{alpha=0}e{/alpha}f'),
    ).toEqual([
      ['a', '#ff0000', 1, 1],
      ['b', null, 1.5, 1],
      ['c', null, 1.8, 1],
      ['d', null, 0.6, 1],
      ['e', null, 1, 0.25],
      ['f', null, 1, 1],
    ]);
    expect(style('{color=red}a{/color}{color=#12345678}b{/color}').map(([, colour]) => colour)).toEqual([
      '#e03131',
      '#123456',
    ]);
  });
  it('takes nothing for a colour that is none', () => {
    for (const value of ['url(x)', 'var(--ink)', '#12', 'red;top:0', 'constructor', '__proto__'])
      expect(style(`{color=${value}}a{/color}b`), value).toEqual([['ab', null, 1, 1]]);
    expect(style('{size=x}a{/size}')).toEqual([['a', null, 1, 1]]);
  });
  it('reads markdown and plain HTML tags, and leaves all other HTML as letters', () => {
    const runs = runsOf(parse('~~no~~ _yes_ `x` <b>b</b> <em>e</em> <img src=x onerror=alert(1)> <script>1</script>'));
    expect(
      runs.map((r) => [r.text, r.style.struck, r.style.italic, r.style.code, r.style.bold].filter(Boolean)),
    ).toEqual([
      ['no', true],
      [' '],
      ['yes', true],
      [' '],
      ['x', true],
      [' '],
      ['b', true],
      [' '],
      ['e', true],
      [' <img src=x onerror=alert(1)> <script>1</script>'],
    ]);
  });
  it('leaves marks that are no markup', () => {
    for (const text of ['snake_case_name', 'Hello~~', '_ _', 'a ` b', '5~~6 and so', '<3', 'a < b > c'])
      expect(plain(text), text).toBe(text);
  });
  it('nests so deep and no deeper', () => {
    expect(plain(`${'{b}'.repeat(500)}x${'{/b}'.repeat(500)}y`)).toBe('xy');
  });
  // Were the time to grow with the square of the length, this would take longer than the limit on any machine.
  it('reads marks that are never closed, however many', { timeout: 60_000 }, () => {
    const read = plain('_a '.repeat(20_000) + '~~a '.repeat(20_000) + '{color=#fff}'.repeat(20_000));
    expect(read.split(' ').filter((word) => word === '_a' || word === '~~a').length).toBe(40_000);
  });
});

describe('ruby', () => {
  it.each([
    ['Aozora', '古い灯台《とうだい》だ', '灯台', 'とうだい'],
    ['Aozora with a bar', '｜お茶《おちゃ》をどうぞ', 'お茶', 'おちゃ'],
    ['braces', '{你好|nǐ hǎo}。', '你好', 'nǐ hǎo'],
    ['Ren’Py', '{rb}東京{/rb}{rt}とうきょう{/rt}へ', '東京', 'とうきょう'],
  ])('in the manner of %s', (_name, text, base, reading) => {
    const ruby = runsOf(parse(text)).find((r) => r.ruby);
    expect([ruby?.text, ruby?.ruby?.reading]).toEqual([base, reading]);
  });
  it('does not take a Chinese book title for a reading', () => {
    expect(plain('我读过《红楼梦》。')).toBe('我读过《红楼梦》。');
    expect(parse('我读《红楼梦》').some((c) => c.ruby)).toBe(false);
  });
});

describe('pictures', () => {
  it('shows only what is in the text itself', () => {
    const [inside] = parse('![a cat](data:image/png;base64,AAAA)');
    const [outside] = parse('![a cat](https://example.org/cat.png)');
    expect(inside?.picture?.url).toMatch(/^data:image\/png/);
    expect(outside?.picture).toEqual({ words: 'a cat', url: null });
    expect(plain('See ![a cat](x) here')).toBe('See a cat here');
  });
});

describe('places', () => {
  it('every cell names the letter of the source that it shows', () => {
    for (const text of ['*a* {b}c{/b} **d** 𠮷野《よしの》 {你|nǐ}', '{', '**', '*', '｜《》', '![x]', '(((', '']) {
      const source = letters(text);
      let last = -1;
      for (const cell of parse(text)) {
        if (!cell.picture) expect(source[cell.at], text).toBe(cell.letter);
        expect(cell.at).toBeGreaterThan(last);
        last = cell.at;
      }
    }
  });
});
