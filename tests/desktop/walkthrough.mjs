/**
 * Records the walk-through of the README in the real app under Xvfb: a spoken conversation, a save, a look back, a branch, the way back.
 *
 *   node tests/desktop/walkthrough.mjs [BINARY] [--out FILE.webp]
 *
 * Whatever she says comes from the model in the box, so no two recordings are alike. The captions are laid over the page by this script.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const outAt = args.indexOf('--out');
const out = resolve(outAt >= 0 ? args.splice(outAt, 2)[1] : 'docs/screenshots/walkthrough.webp');
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args[0] ?? join(target, 'release/hanashi-desktop'));
/** Largest recording, in bytes, and its width in pixels. */
const LARGEST = 2_000_000;
const WIDTH = 960;

const { env, scratch, close } = await machine();
const frames = [];
let window;

/** Takes pictures for a while, or until something is so; each is shown for as long as it took to the next. */
async function film(ms, done = async () => false) {
  const end = Date.now() + ms;
  do {
    const began = Date.now();
    const path = join(scratch, `frame-${String(frames.length).padStart(3, '0')}.png`);
    writeFileSync(path, await window.picture());
    frames.push({ path, ms: 0 });
    if (await done()) break;
    await sleep(Math.max(0, 450 - (Date.now() - began)));
    frames.at(-1).ms = Date.now() - began;
  } while (Date.now() < end);
  frames.at(-1).ms = Math.max(frames.at(-1).ms, 500);
}
/** The last picture stays for a while. */
const rest = (ms) => (frames.at(-1).ms = ms);

const caption = (text) =>
  window.run((text) => {
    let bar = document.getElementById('walkthrough');
    if (!bar) {
      bar = document.createElement('p');
      bar.id = 'walkthrough';
      const style = {
        position: 'fixed',
        left: '50%',
        top: '0.75rem',
        transform: 'translateX(-50%)',
        margin: '0',
        padding: '0.4rem 1rem',
        borderRadius: '999px',
        background: 'rgb(30 18 14 / 0.86)',
        color: '#fff3dd',
        font: '600 1.05rem Nunito, sans-serif',
        pointerEvents: 'none',
      };
      for (const [name, value] of Object.entries(style)) bar.style[name] = value;
    }
    bar.textContent = text;
    // Over an open panel as well: those lie in a layer of their own.
    (document.querySelector('dialog[open]') ?? document.body).append(bar);
  }, text);
const strike = (key) =>
  window.run((key) => {
    document.activeElement?.blur();
    window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }, key);
const idle = () => window.run(() => !!document.querySelector('form [type=submit]'));
const page = () => window.run(() => document.querySelector('.words .page')?.textContent ?? '');
const shut = () => window.run(() => document.querySelector('dialog[open] header button').click());

/** Says something and films until it is answered. */
async function talk(text) {
  const before = await page();
  await window.type('#say', text);
  await film(600);
  await window.type('#say', '\uE007');
  await until('the answer', async () => (await page()) !== before);
  await sleep(300);
  await film(15_000, idle);
  await film(300);
  rest(1400);
}

let failed = false;
try {
  const port = await freePort();
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, binary), 90_000);
  await until('her on stage', () => window.run(() => document.querySelectorAll('svg[data-layer]').length > 3));
  await until('a greeting', async () => (await page()).trim().length > 10);
  // The first start offers a choice; the walk-through is about what comes after it.
  await window.run(() => document.querySelector('[data-testid=welcome-skip], .welcome footer button')?.click());
  await until('the end of the greeting', idle, 60_000);
  await sleep(600);

  await caption('1 · Koto answers aloud; her lips follow the voice');
  await film(300);
  rest(1600);
  await talk('Hello! How are you today?');
  const saved = await page();

  await caption('2 · F5 saves: a pointer into the story, and the look of the stage');
  await strike('F5');
  await until('the news of it', () =>
    window.run(() => document.querySelector('.notice')?.textContent.includes('Saved') ?? false),
  );
  await film(300);
  rest(1800);
  await talk('What do you like to read?');

  await caption('3 · PageUp goes back through everything that was said');
  for (let i = 0; i < 2; i++) {
    await strike('PageUp');
    await sleep(500);
    await film(200);
    rest(1100);
  }

  await caption('4 · Speaking from there begins a branch; nothing is overwritten');
  await talk('Tell me about the rain.');
  await strike('t');
  await until('the map', () => window.run(() => document.querySelectorAll('[data-node]').length > 0));
  await caption('4 · Both branches, side by side');
  await sleep(600);
  await film(300);
  rest(2600);
  await shut();
  await sleep(400);

  await caption('5 · F9 leads back to the save at once');
  await strike('F9');
  await until('the save', async () => (await page()) === saved);
  await sleep(500);
  await film(300);
  rest(2600);
} catch (error) {
  failed = true;
  console.error(`walkthrough: ${error.stack}`);
} finally {
  await window?.close().catch(() => {});
}
if (!failed) {
  mkdirSync(dirname(out), { recursive: true });
  const bytes = put(out);
  console.log(`${frames.length} pictures, ${bytes} bytes: ${out}`);
}
await close(true);
process.exit(failed ? 1 : 0);

/** Puts the pictures together, with less quality until they are small enough. */
function put(file) {
  for (const quality of [70, 55, 40, 28]) {
    const input = frames.flatMap(({ path, ms }) => ['-delay', String(Math.round(ms / 10)), path]);
    const command = [...input, '-resize', `${WIDTH}x`, '-quality', String(quality), '-define', 'webp:method=5', '-loop', '0', file];
    const made = spawnSync('convert', command, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (made.status !== 0) throw new Error('`convert` failed: xtask/system-packages.sh test installs ImageMagick');
    const { size } = statSync(file);
    if (size <= LARGEST) return size;
  }
  throw new Error(`the recording is larger than ${LARGEST} bytes`);
}
