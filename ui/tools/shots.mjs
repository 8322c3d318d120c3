/**
 * Pictures of every view (`views.mjs`) in three sizes, three languages and all themes, for people to look at: `cargo xtask shots`, or in `ui/`
 * after `npm run build`: `node tools/shots.mjs FOLDER [view | size | language | theme …]`, such as `node tools/shots.mjs /tmp/a why 900x600 zh`.
 * Plays against the fake backend.
 */
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';
import { VIEWS } from './views.mjs';

const [folder = '../target/shots', ...only] = process.argv.slice(2);
/** Those that were named, or all where none of this kind was. */
const chosen = (all) => (all.some((one) => only.includes(one)) ? all.filter((one) => only.includes(one)) : all);
const SIZES = chosen(['1280x720', '900x600', '1920x1080']);
const LANGUAGES = chosen(['en', 'zh', 'ja']);
const THEMES = chosen(['light', 'dusk', 'dark']);
const NAMES = chosen(Object.keys(VIEWS));

mkdirSync(folder, { recursive: true });
const server = await preview({ preview: { port: 4275, strictPort: true }, logLevel: 'error' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
let count = 0;
const missed = [];
for (const size of SIZES) {
  const [width, height] = size.split('x').map(Number);
  for (const language of LANGUAGES) {
    // What stands before the stage speaks the system's language.
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce', locale: language });
    page.setDefaultTimeout(15_000);
    for (const theme of THEMES) {
      // And has the system's colours.
      await page.emulateMedia({ colorScheme: theme === 'light' ? 'light' : 'dark' });
      for (const name of NAMES) {
        const { query = '', enter } = VIEWS[name];
        const picture = `${name}-${size}-${language}-${theme}`;
        try {
          await page.goto(`http://localhost:4275/?still&language=${language}&theme=${theme}&${query}`);
          // Somebody is on stage, or the door is still closed.
          await page.locator('.entered:not([hidden]), h1:not(.unseen)').first().waitFor();
          await enter?.(page);
          await page.waitForTimeout(450);
          await page.screenshot({ path: join(folder, `${picture}.png`) });
          count++;
        } catch (error) {
          missed.push(`${picture}: ${String(error).split('\n')[0]}`);
        }
      }
    }
    await page.close();
  }
}
await browser.close();
await server.close();
console.log(`${count} pictures in ${folder}`);
for (const one of missed) console.error(`missed ${one}`);
if (missed.length > 0) process.exitCode = 1;
