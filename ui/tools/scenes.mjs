/** Draws the rooms behind the characters and saves them as pictures in `ui/src/scenes`. Run: `node tools/scenes.mjs` in `ui/`. */
import { chromium } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bookshop, bookshopNear } from './scenes/bookshop.mjs';
import { evening } from './scenes/evening.mjs';
import { lighthouse, lighthouseNear } from './scenes/lighthouse.mjs';

const SIZE = [1920, 1200];
const target = (name) => fileURLToPath(new URL(`../src/scenes/${name}.webp`, import.meta.url));
const scenes = { bookshop, 'bookshop-near': bookshopNear, lighthouse, 'lighthouse-near': lighthouseNear, evening };
const only = process.argv[2];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
for (const [name, draw] of Object.entries(scenes)) {
  if (only && !name.startsWith(only)) continue;
  // What stands before the figure is a strip at the bottom.
  const [top, height] = name.endsWith('-near') ? [855, 345] : [0, SIZE[1]];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE[0]}" height="${height}" viewBox="0 ${top} ${SIZE[0]} ${height}">${draw()}</svg>`;
  const data = await page.evaluate(
    async ([source, w, h]) => {
      const image = new Image();
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = w;
      canvas.height = h;
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.86);
    },
    [svg, SIZE[0], height],
  );
  const bytes = Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
  writeFileSync(target(name), bytes);
  console.log(`${name}: ${Math.round(bytes.length / 1024)} KiB`);
}
await browser.close();
