// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { cutSheets } from '../art';
import { readRig } from '../format';
import { pace } from '../ticker';
import { nothing, Pose } from './pose';
import { SvgRenderer } from './svg';

/** Moves sideways by a hundredth of a parameter's range. */
const aside = (param: string, far: number) => ({
  param,
  keys: [
    [0, { x: 0 }],
    [100, { x: far }],
  ],
});
const parameters = ['Head', 'Foot', 'Seen'].map((id) => ({ id, min: 0, max: 100, default: id === 'Seen' ? 1 : 0 }));
const hidden = {
  param: 'Seen',
  keys: [
    [0, 0],
    [1, 1],
  ],
};
/** A head above a foot, a hat that can be taken off. */
const rig = readRig({
  format: 'hanashi-puppet',
  version: 1,
  name: 'T',
  size: [100, 200],
  eyes: [50, 50],
  parameters,
  layers: [
    { id: 'foot', parent: null, pivot: [0, 0], box: [0, 120, 100, 80], moves: [aside('Foot', 100)] },
    { id: 'head', parent: null, pivot: [0, 0], box: [0, 0, 100, 100], moves: [aside('Head', 100)] },
    { id: 'hat', parent: null, pivot: [0, 0], box: [0, 0, 100, 20], moves: [aside('Head', 100)], fade: hidden },
  ],
});
const params = (more: Record<string, number>) => ({ Head: 0, Foot: 0, Seen: 1, ...more });
const moved = (pose: Pose, more: Record<string, number>) =>
  pose.update(params(more), 1).elsewhere.map(({ layer }) => layer.id);

afterEach(() => pace());

it('moves the sheets that move, and leaves those that do not', () => {
  const pose = new Pose(rig, false);
  expect(moved(pose, { Head: 1 })).toEqual(['head', 'hat']);
  expect(moved(pose, { Head: 1, Foot: 1 })).toEqual(['foot']);
  // Below a visible step nothing is drawn, and what was left is not forgotten.
  expect(nothing(pose.update(params({ Head: 1.1, Foot: 1 }), 1))).toBe(true);
  expect(moved(pose, { Head: 1.22, Foot: 1 })).toEqual(['head', 'hat']);
});

it('puts what cannot be seen where it belongs once it comes into sight', () => {
  const pose = new Pose(rig, false);
  expect(moved(pose, { Head: 10, Seen: 0 })).toEqual(['head']);
  // Also between two moves.
  expect(pose.update(params({ Head: 10 }), 1, false).elsewhere.map(({ layer }) => layer.id)).toEqual(['hat']);
});

it('takes no small step where hardly anything is seen, and no large one late', () => {
  const pose = new Pose(rig, false);
  pose.see([0, 0, 100, 110]);
  expect(moved(pose, { Foot: 0.5 })).toEqual([]);
  expect(moved(pose, { Foot: 0.5, Head: 0.5 })).toEqual(['foot', 'head', 'hat']);
  expect(moved(pose, { Foot: 3, Head: 0.5 })).toEqual(['foot']);
});

it('leaves sheets where they are between two moves', () => {
  const pose = new Pose(rig, false);
  expect(nothing(pose.update(params({ Head: 5 }), 1, false))).toBe(true);
  expect(pose.update(params({ Head: 5, Seen: 0.5 }), 1, false).faded.map(({ layer }) => layer.id)).toEqual(['hat']);
  expect(moved(pose, { Head: 5 })).toEqual(['head', 'hat']);
});

it('draws everything together where a picture holds it all', () => {
  const pose = new Pose(rig, true);
  const change = pose.update(params({ Head: 1 }), 1);
  expect([change.moved, change.elsewhere.length]).toEqual([true, 0]);
  expect(pose.layers.find(({ layer }) => layer.id === 'head')?.matrix[4]).toBe(1);
});

it('writes to the sheets that move alone', () => {
  const art = cutSheets('<svg xmlns="http://www.w3.org/2000/svg"><g id="foot"/><g id="head"/><g id="hat"/></svg>', rig);
  const drawn = new SvgRenderer(art, rig);
  const host = document.createElement('div');
  drawn.mount(host);
  const sheets = Array.from(host.querySelectorAll('svg[data-layer]'));
  expect(sheets).toHaveLength(3);
  drawn.resize(100);
  drawn.show(params({}));
  const was = sheets.map((sheet) => (sheet as SVGElement).style.transform);
  drawn.show(params({ Foot: 20 }));
  const is = sheets.map((sheet) => (sheet as SVGElement).style.transform);
  expect(is.map((transform, i) => transform !== was[i])).toEqual([true, false, false]);
});
