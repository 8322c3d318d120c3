/**
 * A puppet as a picture: one SVG of the whole figure with a given face, drawn once and then shown like any image. Thumbnails
 * of save slots are made of it, so that a hundred of them cost no more than a hundred pictures.
 */

import type { Puppet } from '$lib/backend/backend';
import { PuppetView } from './puppet';
import { defaults } from './rig';

const SVG = 'http://www.w3.org/2000/svg';

/** The figure as an object URL, cut to head and shoulders. Throws `RigError` where the puppet cannot be used. */
export function portrait(source: Puppet, expression: string): string {
  const view = new PuppetView(source);
  const host = document.createElement('div');
  view.mount(host);
  // One CSS pixel for each unit of the artwork: matrices and boxes then are in its own coordinates.
  view.resize(view.rig.size[0]);
  const face = view.rig.expressions[expression] ?? view.rig.expressions.neutral ?? {};
  view.show({ ...defaults(view.rig), ...face });
  const [w, h] = view.rig.size;
  const [ex, ey] = view.rig.eyes;
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('xmlns', SVG);
  const side = Math.min(w, h) * 0.72;
  picture.setAttribute('viewBox', `${ex - side / 2} ${ey - side * 0.52} ${side} ${side}`);
  picture.setAttribute('width', '360');
  picture.setAttribute('height', '360');
  for (const child of Array.from(host.children)) {
    const sheet = child as SVGSVGElement;
    const box = sheet.getAttribute('viewBox')?.split(' ').map(Number);
    if (!sheet.dataset.layer || box?.length !== 4) {
      picture.append(sheet);
      continue;
    }
    if (sheet.style.visibility === 'hidden') continue;
    const group = document.createElementNS(SVG, 'g');
    const matrix = /matrix\(([^)]*)\)/.exec(sheet.style.transform)?.[1];
    if (matrix) group.setAttribute('transform', `matrix(${matrix})`);
    if (sheet.style.opacity) group.setAttribute('opacity', sheet.style.opacity);
    ['x', 'y', 'width', 'height'].forEach((name, i) => sheet.setAttribute(name, String(box[i])));
    sheet.removeAttribute('style');
    group.append(sheet);
    picture.append(group);
  }
  const text = new XMLSerializer().serializeToString(picture);
  return URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
}
