/**
 * Pictures of every view in three sizes, three languages and all themes, for people to look at: `cargo xtask shots`, or in `ui/`
 * after `npm run build`: `node tools/shots.mjs FOLDER [view …]`. Plays against the fake backend.
 */
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';

const [folder = '../target/shots', ...only] = process.argv.slice(2);
const SIZES = [
  [1280, 720],
  [900, 600],
  [1920, 1080],
];
const LANGUAGES = ['en', 'zh', 'ja'];
const THEMES = ['light', 'dusk', 'dark'];
/** A view: what the page is opened with, and the key that leads there. */
const VIEWS = {
  stage: ['', null],
  read: ['scene=backlog', 'PageUp'],
  nvl: ['scene=backlog&nvl', null],
  bare: ['', 'h'],
  title: ['title', null],
  backlog: ['scene=backlog', 'l'],
  save: ['saves=6', 's'],
  load: ['saves=16', 'o'],
  branches: ['scene=backlog', 't'],
  keys: ['', '?'],
  why: ['', 'F2'],
  park: ['place=park&daylight=day', null],
  rooftop: ['place=rooftop&daylight=dusk', null],
  classroom: ['place=classroom&daylight=day&character=haru', null],
  station: ['place=station&daylight=night&character=haru', null],
  card: ['character=card-mira', null],
  faces: ['character=card-mira&expressions', null],
  choices: ['choice=Tell%20me%20about%20the%20sea.&choice=Is%20the%20kettle%20ready%3F', null],
  directed: ['direct=scene:park', null],
  colours: ['character=haru&colours', null],
  ears: ['scene=ears', null],
  notices: ['scene=notices', null],
  pet: ['pet', null],
};
/** Views behind a button of the quick menu at the top, by its place there (`items` of Menu.svelte). */
const BUTTONS = { characters: 2, cast: 3, conversations: 4, profiles: 5, settings: 6 };

mkdirSync(folder, { recursive: true });
const server = await preview({ preview: { port: 4275, strictPort: true }, logLevel: 'error' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
let count = 0;
for (const [width, height] of SIZES) {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  for (const language of LANGUAGES) {
    for (const theme of THEMES) {
      for (const name of [...Object.keys(VIEWS), ...Object.keys(BUTTONS)]) {
        if (only.length > 0 && !only.includes(name)) continue;
        const [query, key] = VIEWS[name] ?? ['', null];
        await page.goto(`http://localhost:4275/?still&language=${language}&theme=${theme}&${query}`);
        await page.locator('.entered:not([hidden])').first().waitFor();
        if (key) await page.keyboard.press(key);
        const button = BUTTONS[name];
        if (button !== undefined) await page.locator('.top nav button').nth(button).click();
        await page.waitForTimeout(450);
        await page.screenshot({ path: join(folder, `${name}-${width}x${height}-${language}-${theme}.png`) });
        count++;
      }
    }
  }
  await page.close();
}
await browser.close();
await server.close();
console.log(`${count} pictures in ${folder}`);
