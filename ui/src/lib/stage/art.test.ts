// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { cutSheets } from './art';
import { readRig } from './format';

const rig = readRig({
  format: 'hanashi-puppet',
  version: 1,
  name: 'T',
  size: [100, 100],
  eyes: [50, 50],
  parameters: [],
  layers: [{ id: 'face', parent: null, pivot: [0, 0], box: [10, 10, 50, 60], moves: [] }],
});
const wrap = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>${inner}</svg>`;

it('cuts a layer to its box and gives references a name of their own', () => {
  const { sheets, defs, find } = cutSheets(wrap('<g id="face"><path id="nose" d="M0 0" fill="url(#g)"/></g>'), rig);
  expect(sheets.get('face')?.getAttribute('viewBox')).toBe('10 10 50 60');
  const gradient = defs.querySelector('linearGradient');
  expect(gradient?.id).toMatch(/^p\d+-g$/);
  expect(find('nose')?.getAttribute('fill')).toBe(`url(#${gradient?.id})`);
});

it('drops everything that could run, load or style', () => {
  const { sheets } = cutSheets(
    wrap(
      '<g id="face" onclick="x()" style="fill:red"><script>x()</script><image href="http://a/b.png"/><foreignObject/><path d="M0 0" fill="url(http://a/b)"/><use href="http://a/#b"/></g>',
    ),
    rig,
  );
  const html = sheets.get('face')?.outerHTML ?? '';
  expect(html).not.toMatch(/script|image|foreignObject|onclick|style|http:\/\/a/i);
  expect(html).toContain('M0 0');
});

it('names the layer that is missing', () => expect(() => cutSheets(wrap('<g id="other"/>'), rig)).toThrow('"face"'));
