/** Draws the rooms behind the characters and saves them as pictures in `ui/src/scenes`. Run: `node tools/scenes.mjs` in `ui/`. */
import { chromium } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bookshop, bookshopNear } from './scenes/bookshop.mjs';
import { classroom } from './scenes/classroom.mjs';
import { evening } from './scenes/evening.mjs';
import { lighthouse, lighthouseNear } from './scenes/lighthouse.mjs';
import { park } from './scenes/park.mjs';
import { rooftop } from './scenes/rooftop.mjs';
import { HOURS, LIGHT } from './scenes/sky.mjs';
import { station } from './scenes/station.mjs';

const SIZE = [1920, 1200];
const target = (name) => fileURLToPath(new URL(`../src/scenes/${name}.webp`, import.meta.url));
const rooms = { bookshop, lighthouse, evening, park, rooftop, classroom, station };
const near = { bookshop: bookshopNear, lighthouse: lighthouseNear };
const only = process.argv[2] ?? '';

/** Draws a picture and what the hour does to it, and answers with its bytes. */
async function render(page, source, height, light, quality) {
  const data = await page.evaluate(
    async ([source, w, h, light, quality]) => {
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = w;
      canvas.height = h;
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      for (const [operation, colour, alpha, x, y, reach] of light) {
        context.globalCompositeOperation = operation === 'glow' ? 'screen' : operation;
        context.globalAlpha = alpha;
        context.fillStyle = colour;
        if (operation === 'glow') {
          context.fillStyle = context.createRadialGradient(x, y, 0, x, y, reach);
          context.fillStyle.addColorStop(0, colour);
          context.fillStyle.addColorStop(1, 'transparent');
        }
        context.fillRect(0, 0, w, h);
      }
      return canvas.toDataURL('image/webp', quality);
    },
    [source, SIZE[0], height, light, quality],
  );
  return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
}
const picture = (art, top, height) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE[0]}" height="${height}" viewBox="0 ${top} ${SIZE[0]} ${height}">${art}</svg>`;

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
let total = 0;
const keep = (name, bytes) => {
  total += bytes.length;
  writeFileSync(target(name), bytes);
  console.log(`${name}: ${Math.round(bytes.length / 1024)} KiB`);
};
for (const [name, draw] of Object.entries(rooms)) {
  if (!name.startsWith(only)) continue;
  for (const hour of HOURS) {
    const light = LIGHT[name]?.[hour] ?? [];
    keep(`${name}-${hour}`, await render(page, picture(draw(hour), 0, SIZE[1]), SIZE[1], light, 0.82));
  }
}
// What stands before the figure is a strip at the bottom, and out of focus: one for all hours.
for (const [name, draw] of Object.entries(near)) {
  if (name.startsWith(only)) keep(`${name}-near`, await render(page, picture(draw(), 855, 345), 345, [], 0.86));
}
console.log(`${Math.round(total / 1024)} KiB in all`);
await browser.close();
