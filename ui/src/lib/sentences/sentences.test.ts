import { describe, expect, it } from 'vitest';
import { CHINESE, ENGLISH, JAPANESE, pattern, teller, values } from './sentences';

describe('a template', () => {
  it.each([
    ['say it again', 'say it again', []],
    [
      'could not {what} `{path}`: {why}',
      'could not read `/tmp/a b.png`: it is empty',
      ['read', '/tmp/a b.png', 'it is empty'],
    ],
    // As short as it can be: what follows may hold the same words.
    ['{file}: {reason}', 'a.png: b: c', ['a.png', 'b: c']],
    ['`{name}` is {what}', '`a` is what `b` is', ['a', 'what `b` is']],
    ['{host} takes no more{wait}', 'it takes no more', ['it', '']],
    ['{a} and {a}', 'one and one', ['one', 'one']],
  ])('%s gives the values of: %s', (template, text, found) => expect(values(pattern(template), text)).toEqual(found));

  it.each([
    ['say it again', 'say it'],
    ['`{path}` is empty', '`a` is emptied'],
    ['{a} and {a}', 'one and two'],
    // Two names are not one.
    ['`{name}` is empty', '`a` is damaged: `b` is empty'],
    // What stands at the end must not be what stood before it.
    ['{a} is {b} is', 'it is'],
  ])('%s does not fit: %s', (template, text) => expect(values(pattern(template), text)).toBeNull());
});

const zh = {
  'could not {what} `{path}`: {why}': '无法{what} `{path}`：{why}',
  read: '读取',
  '{message}; {remedy}': '{message}；{remedy}',
  '{what} (os error {code})': '{what}（系统错误 {code}）',
  'No such file or directory': '没有这个文件或文件夹',
  'check that the file is there': '请检查文件是否存在',
  '{size} bytes': '{size} 字节',
  'give one of: {names}': '请给出其中之一：{names}',
  '{field}: {message}': '{field}：{message}',
  'it is empty': '内容是空的',
};

describe('in another language', () => {
  const { said, saidWithin } = teller(zh, CHINESE);
  it.each([
    ['check that the file is there', '请检查文件是否存在。'],
    // A sentence in a sentence in a sentence.
    [
      'could not read `/a b`: No such file or directory (os error 2); check that the file is there',
      '无法读取“/a b”：没有这个文件或文件夹（系统错误 2）；请检查文件是否存在。',
    ],
    // Somebody else's words are quoted, and so is what a name holds, whatever it says.
    ['could not read `it is empty`: the moon is full', '无法读取“it is empty”：“the moon is full”。'],
    ['give one of: a, `b c`, it is empty', '请给出其中之一：a、“b c”、内容是空的。'],
    // A few letters fit many a text.
    ['nobody counts the bytes', 'Nobody counts the bytes.'],
    ['greeting: the moon is full', 'greeting: the moon is full.'],
    ['the moon: it is empty', '“the moon”：内容是空的。'],
    ['5 bytes', '5 字节。'],
    // What the page says in the language already.
    ['现在能听见你了。', '现在能听见你了。'],
    ['', ''],
  ])('%s → %s', (text, told) => expect(said(text)).toBe(told));

  it('says what happened and what to do', () =>
    expect(said('it is empty', '', 'check that the file is there')).toBe('内容是空的。请检查文件是否存在。'));
  it('puts a space behind what stays English', () =>
    expect(said('the moon is full', 'it is empty')).toBe('The moon is full. 内容是空的。'));
  it('names a setting as the page does', () => {
    const labelled = teller({ 'switch `{key}` on': '请打开 `{key}`' }, CHINESE, () => ({
      allow_search: '在互联网上查找',
    }));
    expect(labelled.said('switch `allow_search` on')).toBe('请打开“在互联网上查找”。');
    expect(labelled.said('switch `another` on')).toBe('请打开“another”。');
  });
  it('stands within a sentence of the page', () => expect(saidWithin('it is empty')).toBe('内容是空的'));
  it('does not fall for the names of what every object has', () => expect(said('constructor')).toBe('Constructor.'));
  it('ends where sentences stand in each other without end', () =>
    expect(said(`${'a: '.repeat(2000)}it is empty`)).toContain('it is empty'));
});

describe('in English', () => {
  const { said } = teller({}, ENGLISH);
  it.each([
    ['the picture `a b.png` is damaged', 'The picture “a b.png” is damaged.'],
    ['`a.png` is damaged', '“a.png” is damaged.'],
    ['espeak-ng could not start with it', 'espeak-ng could not start with it.'],
    ['tauri.conf.json names no window', 'tauri.conf.json names no window.'],
    ['fetch one (*Settings → Library*)', 'Fetch one (“Settings → Library”).'],
    ['what is this?', 'What is this?'],
  ])('%s → %s', (text, told) => expect(said(text)).toBe(told));
});

it('puts names between Japanese words without spaces', () =>
  expect(teller({ '`{path}` is empty': '`{path}` は空です' }, JAPANESE).said('`a` is empty')).toBe('「a」は空です。'));
