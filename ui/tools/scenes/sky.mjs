/** Skies by the hour, shared by all places that have one, and the light that the hour throws on a finished picture. */
import { blur, linear, radial, rect } from './brush.mjs';

export const HOURS = ['day', 'dusk', 'night'];

const SKIES = {
  day: [
    [0, '#4f94d8'],
    [0.55, '#9accf0'],
    [1, '#e4f3f6'],
  ],
  dusk: [
    [0, '#3d4a80'],
    [0.38, '#9a74a6'],
    [0.68, '#f0977f'],
    [1, '#ffd59a'],
  ],
  night: [
    [0, '#0d1530'],
    [0.6, '#223258'],
    [1, '#41527a'],
  ],
};
const CLOUDS = {
  day: ['#ffffff', '#f3f8fb', '#dfeaf2'],
  dusk: ['#ffb98f', '#f59a86', '#b98aa8', '#8a789f'],
  night: ['#2c3b62', '#35466f', '#243154'],
};
/** Colours that things far away take on. */
export const FAR = { day: '#8fb6d2', dusk: '#a3718c', night: '#1c2948' };
/** By the hour. */
export const by = (hour, day, dusk, night) => ({ day, dusk, night })[hour];

export const skyDefs = (hour, id = 'sky') =>
  linear(id, SKIES[hour]) +
  blur(`${id}c`, 3.4) +
  radial(`${id}sun`, [
    [0, by(hour, '#fffbe8', '#fff3cf', '#eef3ff'), 0.95],
    [0.2, by(hour, '#fff6cf', '#ffd59a', '#b9c8f2'), 0.4],
    [1, by(hour, '#fff6cf', '#ff9d60', '#7088c8'), 0],
  ]);

/** The sky in a box, with clouds, sun or moon, stars. */
export function sky(rnd, hour, x, y, w, h, sun = [0.72, by(hour, 0.2, 0.86, 0.22)], id = 'sky') {
  let out = rect(x, y, w, h, `url(#${id})`);
  const [sx, sy] = [x + w * sun[0], y + h * sun[1]];
  if (hour === 'night')
    for (let i = 0; i < 150; i++)
      out += `<circle cx="${x + rnd() * w}" cy="${y + rnd() ** 1.4 * h * 0.8}" r="${0.6 + rnd() * 1.7}" fill="#eaf0ff" opacity="${0.3 + rnd() * 0.7}"/>`;
  out += `<circle cx="${sx}" cy="${sy}" r="${h * 0.55}" fill="url(#${id}sun)"/><circle cx="${sx}" cy="${sy}" r="${by(hour, 34, 46, 30)}" fill="${by(hour, '#fffdf2', '#fff0c4', '#f4f6ff')}"/>`;
  // Heaped clouds: flat below and in shadow, lit where the sun is.
  const side = sun[0] < 0.5 ? -1 : 1;
  const bank = (cx, cy, size) => {
    const heap = (dx, dy, reach, colour, opacity) => {
      let puffs = '';
      for (let i = 0; i < 20; i++) {
        const u = rnd() * 2 - 1;
        const top = (1 - u * u) * size * (0.34 + 0.5 * rnd()) * reach;
        puffs += `<circle cx="${cx + dx + u * size * 1.5}" cy="${cy + dy - top}" r="${size * (0.14 + 0.2 * (1 - Math.abs(u))) * (0.7 + rnd() * 0.5) * reach}" fill="${colour}"/>`;
      }
      return `<g opacity="${opacity}">${puffs}<ellipse cx="${cx + dx}" cy="${cy + dy - size * 0.03}" rx="${size * 1.5}" ry="${size * 0.11}" fill="${colour}"/></g>`;
    };
    const [light, middle, dark] = [CLOUDS[hour][0], CLOUDS[hour][1], CLOUDS[hour].at(-1)];
    return `<g opacity="${by(hour, 0.92, 0.8, 0.6)}" filter="url(#${id}c)">${heap(0, size * 0.06, 1, dark, 0.75)}${heap(side * size * 0.06, -size * 0.06, 0.92, middle, 0.85)}${heap(side * size * 0.2, -size * 0.16, 0.66, light, 0.9)}</g>`;
  };
  // Small ones far away, near the ground; large ones above.
  for (let i = 0; i < 7; i++) {
    const high = rnd();
    out += bank(x + rnd() * w, y + h * (0.78 - high * 0.52), w * (0.022 + high * 0.055 + rnd() * 0.015));
  }
  return out;
}

/**
 * What the hour does to a picture painted at another one, in order: an operation of a canvas with a colour and its strength, or
 * `glow`, a lamp at x, y that reaches so far.
 */
export const LIGHT = {
  bookshop: {
    day: [
      ['soft-light', '#fff4de', 0.55],
      ['screen', '#4a3a26', 0.5],
    ],
    dusk: [
      ['soft-light', '#ffb27a', 0.5],
      ['screen', '#3a1c10', 0.35],
    ],
    night: [],
  },
  lighthouse: {
    day: [
      ['soft-light', '#eaf4ff', 0.55],
      ['screen', '#2a3038', 0.45],
    ],
    dusk: [],
    night: [
      ['multiply', '#5f6a9c', 0.62],
      ['glow', '#ffb45a', 0.55, 520, 690, 320],
      ['glow', '#f0702a', 0.7, 1776, 870, 420],
    ],
  },
  evening: {
    day: [
      ['soft-light', '#fff6e8', 0.8],
      ['screen', '#4a4048', 0.3],
    ],
    dusk: [],
    night: [
      ['multiply', '#5a6294', 0.62],
      ['glow', '#ffc873', 0.8, 470, 450, 560],
    ],
  },
};
