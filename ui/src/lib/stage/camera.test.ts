import { describe, expect, it } from 'vitest';
import { Camera, DEPTH, joltOf, MARGIN, placed, SHOTS, shotOf, type Wanted } from './camera';

const rest: Wanted = { shot: 'normal', speaker: null, feeling: 'neutral', drifts: false, off: false };
/** Films for some seconds; the last view. */
function film(camera: Camera, from: number, seconds: number, wanted: Partial<Wanted>, rate = 60) {
  let view = camera.frame(from, 0, { ...rest, ...wanted });
  for (let i = 1; i <= seconds * rate; i++) view = camera.frame(from + i / rate, 1 / rate, { ...rest, ...wanted });
  return view;
}

describe('the camera', () => {
  it('stands still where nothing happens', () => {
    expect(film(new Camera(), 0, 3, {})).toEqual({ x: 0, y: 0, zoom: 1, moving: false });
  });
  it('goes to a shot without going past it, and comes to rest', () => {
    const camera = new Camera();
    let most = 0;
    for (let i = 0; i < 300; i++) most = Math.max(most, camera.frame(i / 60, 1 / 60, { ...rest, shot: 'close' }).zoom);
    expect(most).toBeLessThanOrEqual(SHOTS.close.zoom + 1e-9);
    expect(film(camera, 5, 1, { shot: 'close' })).toMatchObject({ zoom: SHOTS.close.zoom, moving: false });
  });
  it('goes the same way at any frame rate', () => {
    const [quick, slow] = [60, 12].map((rate) => film(new Camera(), 0, 0.5, { shot: 'face' }, rate).zoom);
    expect(quick).toBeCloseTo(slow ?? 0, 6);
  });
  it('turns to whoever speaks of several, and nearer at a strong feeling, for a while', () => {
    const camera = new Camera();
    expect(film(camera, 0, 4, { speaker: 0.2 }).x).toBeCloseTo(0.084);
    expect(film(camera, 4, 4, { speaker: -0.2 }).x).toBeCloseTo(-0.084);
    const alone = new Camera();
    film(alone, 0, 1, {});
    expect(film(alone, 1, 4, { feeling: 'love' }).zoom).toBeCloseTo(1.08);
    expect(film(alone, 5, 9, { feeling: 'love' }).zoom).toBeCloseTo(1);
  });
  it('takes how somebody feels at first for no event', () => {
    expect(film(new Camera(), 0, 2, { feeling: 'angry' }).zoom).toBe(1);
  });
  it('shakes once and comes to rest', () => {
    const camera = new Camera();
    film(camera, 0, 1, {});
    camera.jolt('shake', 1);
    const offs = Array.from({ length: 60 }, (_, i) => camera.frame(1 + i / 60, 1 / 60, rest));
    expect(Math.max(...offs.map((v) => Math.abs(v.x)))).toBeGreaterThan(0.004);
    expect(Math.max(...offs.map((v) => Math.abs(v.x)))).toBeLessThan(0.012);
    expect(film(camera, 2, 0.1, {})).toEqual({ x: 0, y: 0, zoom: 1, moving: false });
  });
  it('does nothing where it is switched off', () => {
    const camera = new Camera();
    camera.jolt('quake', 0);
    expect(film(camera, 0, 1, { shot: 'face', speaker: 0.3, drifts: true, off: true })).toEqual({
      x: 0,
      y: 0,
      zoom: 1,
      moving: false,
    });
  });
});

describe('planes', () => {
  it('follow by how near they are', () => {
    const view = { x: 0.05, y: 0, zoom: 1.1 };
    const [deep, figures, near] = [DEPTH.deep, DEPTH.figures, DEPTH.near].map((depth) =>
      placed(view, depth, 1280, 720, null),
    );
    expect(Math.abs(deep?.x ?? 0)).toBeLessThan(Math.abs(figures?.x ?? 0));
    expect(Math.abs(figures?.x ?? 0)).toBeLessThan(Math.abs(near?.x ?? 0));
    expect(deep?.scale).toBeLessThan(figures?.scale ?? 0);
  });
  it('never leave a gap at an edge, whatever is looked at', () => {
    for (const shot of Object.values(SHOTS)) {
      for (const x of [-0.3, 0, 0.3]) {
        const at = placed({ ...shot, x: shot.x + x }, DEPTH.deep, 1280, 720, MARGIN);
        const left = 640 + at.x - 640 * (1 + 2 * MARGIN) * at.scale;
        const right = 640 + at.x + 640 * (1 + 2 * MARGIN) * at.scale;
        expect(left, JSON.stringify(shot)).toBeLessThanOrEqual(1e-6);
        expect(right, JSON.stringify(shot)).toBeGreaterThanOrEqual(1280 - 1e-6);
      }
    }
  });
});

it('shots and jolts have words in three languages', () => {
  for (const name of Object.keys(SHOTS)) expect(shotOf(name)).toBe(name);
  expect(['zoom in on her face', '拉近', '引き', 'polka'].map(shotOf)).toEqual(['face', 'close', 'wide', null]);
  expect(['bright room', 'the surface'].map(shotOf)).toEqual([null, null]);
  expect(['shake', '地震', '画面が揺れる', 'close'].map(joltOf)).toEqual(['shake', 'quake', 'shake', null]);
});
