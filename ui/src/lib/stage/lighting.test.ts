// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';
import { SCENE_NAMES, SCENES, lightOf } from '../../scenes';
import { cutSheets, pictureSheets } from './art';
import { readRig } from './format';
import { between, DAYLIGHT, illuminate, inLight, lightOn } from './lighting';
import { PuppetView } from './puppet';

/** What a canvas would do, where there is none to paint on: a picture of its own for each time that it is made. */
const made = vi.hoisted(() => [] as { disposed: number }[]);
vi.mock('./drawing/canvas', () => ({
  CanvasRenderer: class {
    readonly kind = 'canvas';
    disposed = 0;
    readonly #canvas = document.createElement('canvas');
    constructor() {
      this.#canvas.id = String(made.push(this));
    }
    mount(host: HTMLElement) {
      host.replaceChildren(this.#canvas);
    }
    resize() {
      /* It has no size. */
    }
    show() {
      return true;
    }
    finish() {
      /* There is nothing on its way. */
    }
    dispose() {
      this.disposed++;
    }
  },
}));

const rig = readRig({
  format: 'hanashi-puppet',
  version: 1,
  name: 'T',
  size: [100, 100],
  eyes: [50, 50],
  parameters: [],
  layers: [{ id: 'face', parent: null, pivot: [0, 0], box: [10, 10, 50, 60], moves: [] }],
});
const art = () =>
  cutSheets(
    '<svg xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><g id="face"><path id="nose" d="M0 0" fill="url(#g)" stroke="#804020"/><path id="lip" d="M0 0" fill="none"/></g></svg>',
    rig,
  );

it('multiplies colours and leaves other words alone', () => {
  expect(inLight('#fff', [1, 0.5, 0])).toBe('#ff8000');
  expect(inLight('#804020', [0.5, 0.5, 2])).toBe('#402040');
  expect(inLight('url(#g)', [0, 0, 0])).toBe('url(#g)');
  expect(inLight('none', [0, 0, 0])).toBe('none');
});

it('lights fills, lines and gradients, from their own colours each time', () => {
  const sheets = art();
  expect(illuminate(sheets, DAYLIGHT)).toBe(false);
  expect(illuminate(sheets, [0.5, 0.5, 0.5])).toBe(true);
  expect(illuminate(sheets, [0.5, 0.5, 0.5])).toBe(false);
  expect(sheets.defs.querySelector('stop')?.getAttribute('stop-color')).toBe('#808080');
  expect(sheets.find('nose')?.getAttribute('stroke')).toBe('#402010');
  expect(sheets.find('nose')?.getAttribute('fill')).toMatch(/^url/);
  expect(sheets.find('lip')?.getAttribute('fill')).toBe('none');
  expect(illuminate(sheets, DAYLIGHT)).toBe(true);
  expect(sheets.find('nose')?.getAttribute('stroke')).toBe('#804020');
});

it('does not touch pictures', () => expect(illuminate(pictureSheets(new Map()), [0, 0, 0])).toBe(false));

it('is never so dark that a face is lost, and night is darker than day', () => {
  const sum = (scene: (typeof SCENE_NAMES)[number], daylight: 'day' | 'dusk' | 'night') =>
    lightOf({ scene, daylight }).reduce((a, b) => a + b);
  for (const scene of SCENE_NAMES) {
    for (const light of Object.values(SCENES[scene].light))
      for (const value of light) {
        expect(value, scene).toBeGreaterThanOrEqual(0.6);
        expect(value, scene).toBeLessThanOrEqual(1.1);
      }
    expect(sum(scene, 'night'), scene).toBeLessThan(sum(scene, 'day'));
  }
});

it('comes in steps that nobody sees, and arrives', () => {
  const night = [0.74, 0.79, 0.94] as const;
  const steps = between(DAYLIGHT, night);
  expect(steps.at(-1)).toBe(night);
  [DAYLIGHT, ...steps].reduce((before, after) => {
    for (const i of [0, 1, 2] as const) {
      expect(after[i]).toBeLessThan(before[i]);
      expect(before[i] - after[i]).toBeLessThan(0.036);
    }
    return after;
  });
  expect(between(night, night)).toEqual([night]);
});

it('blends on a figure that is seen; what turns around on the way goes back from there', () => {
  vi.useFakeTimers();
  const sheets = art();
  const view = new PuppetView({ rig, art: sheets });
  const white = () => sheets.defs.querySelector('stop')?.getAttribute('stop-color');
  view.light([0.5, 0.5, 0.5], 900);
  expect(white(), 'nobody sees it yet').toBe('#808080');
  view.mount(document.createElement('div'));
  view.resize(100);
  view.show({});
  view.light(DAYLIGHT, 900);
  vi.advanceTimersByTime(450);
  expect(lightOn(sheets)[0]).toBeGreaterThan(0.7);
  expect(lightOn(sheets)[0]).toBeLessThan(0.85);
  view.light([0.5, 0.5, 0.5], 900);
  expect(lightOn(sheets)[0]).toBeLessThan(0.85);
  vi.advanceTimersByTime(900);
  expect(white()).toBe('#808080');
  view.light(DAYLIGHT, 900);
  view.dispose();
  vi.advanceTimersByTime(900);
  expect(lightOn(sheets)[0], 'a figure that is gone').toBeLessThan(0.6);
  vi.useRealTimers();
});

it('fades over a figure that was painted: once anew, and what was painted before goes slowly', () => {
  vi.useFakeTimers();
  made.length = 0;
  const faded = vi.spyOn(Element.prototype, 'animate').mockReturnValue({} as Animation);
  const view = new PuppetView({ rig, art: art() }, 'canvas');
  const host = document.createElement('div');
  const seen = () => Array.from(host.children, (one) => one.id + (one.hasAttribute('data-leaving') ? ' leaves' : ''));
  const disposed = () => made.map((one) => one.disposed);
  view.light([0.9, 0.9, 0.9], 900);
  view.mount(host);
  view.resize(100);
  view.show({});
  expect(seen(), 'nobody saw the first one').toEqual(['2']);
  expect(disposed()).toEqual([1, 0]);

  view.light([0.5, 0.5, 0.5], 900);
  // From below.
  expect(seen()).toEqual(['3', '2 leaves']);
  expect(faded.mock.calls).toEqual([[[{ opacity: 1 }, { opacity: 0 }], { duration: 900, fill: 'forwards' }]]);
  vi.advanceTimersByTime(450);
  view.light(DAYLIGHT, 900);
  expect(seen(), 'on the way').toEqual(['4', '3 leaves', '2 leaves']);
  expect(disposed()).toEqual([1, 0, 0, 0]);
  vi.advanceTimersByTime(450);
  expect(seen()).toEqual(['4', '3 leaves']);
  vi.advanceTimersByTime(450);
  expect(seen()).toEqual(['4']);
  expect(faded).toHaveBeenCalledTimes(2);

  view.light([0.5, 0.5, 0.5]);
  expect(seen(), 'at once').toEqual(['5']);
  view.light(DAYLIGHT, 900);
  view.dispose();
  expect(seen(), 'a figure that is gone').toEqual(['6']);
  vi.advanceTimersByTime(900);
  expect(disposed()).toEqual([1, 1, 1, 1, 1, 1]);
  faded.mockRestore();
  vi.useRealTimers();
});
