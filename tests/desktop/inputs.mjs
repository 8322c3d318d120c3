/**
 * How long a key, a click and the pointer take until what they change is painted, in the app's own engine: what `npm run bench -- --input` says of
 * Chromium (`ui/tools/reaction.mjs` tells how it is counted).
 *
 *   node tests/desktop/inputs.mjs DIST [TIMES]
 *
 * Serves a built page (`npm run build` in `ui/`) with the fake backend to WebKitGTK's browser under Xvfb, without a GPU, and makes every input as
 * WebDriver does: the engine gets events of the window's, which carry the time stamps that are counted from. The figure is drawn by Canvas, as there in the
 * app; for the gaze by SVG, whose iris can be watched. `WEBKIT_DISABLE_DMABUF_RENDERER=1` measures as the app sets its webview where there is no GPU.
 */
import { join, resolve } from 'node:path';
import { INPUTS, watch } from '../../ui/tools/reaction.mjs';
import { BROWSER, serve } from './browser.mjs';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const [dist, times = '20'] = process.argv.slice(2);
if (!dist) {
  console.error('no built page is named');
  process.exit(1);
}
/** What an input counts, in milliseconds, of which nothing was seen. */
const NEVER = 5000;
/** WebDriver's names of keys that have no letter. */
const PAGE_UP = '\uE00E';
const ESCAPE = '\uE00C';

const { env, scratch, close } = await machine();
const { server, url } = await serve(resolve(dist));
let window;

async function open(query, draw) {
  await window.go(`${url}/?nogpu&${query}`);
  await window.run((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), draw);
  await window.go(`${url}/?nogpu&${query}`);
  await until('somebody', () => window.run(() => document.querySelector('.entered') !== null));
  await sleep(1500);
  await window.run(() => document.activeElement?.blur());
}
const middleOf = (selector, at) =>
  window.run(
    (found, index) => {
      const { x, y, width, height } = document.querySelectorAll(found)[index].getBoundingClientRect();
      return [Math.round(x + width / 2), Math.round(y + height / 2)];
    },
    selector,
    at,
  );

/** How each input is made, and how to be ready to make it again. */
const MADE = {
  back: { again: 5, act: () => window.press(PAGE_UP) },
  next: { again: 5, prepare: () => window.press(PAGE_UP), act: () => window.click(500, 200) },
  hide: { act: () => window.press('h') },
  settings: {
    act: async () => window.click(...(await middleOf('.top nav button', 6))),
    after: () => window.press(ESCAPE).then(() => sleep(400)),
  },
  gaze: {
    draw: 'svg',
    prepare: () => window.point(500, 260).then(() => sleep(900)),
    act: (i) => window.point(i % 2 ? 60 : 960, 80),
  },
};

try {
  const port = await freePort();
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], env, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, BROWSER, ['--automation', '--geometry=1280x860']), 60_000);
  for (const [id, { name, query, seen, event }] of Object.entries(INPUTS)) {
    const { again = Infinity, draw = 'canvas', prepare, act, after } = MADE[id];
    const found = [];
    for (let i = 0; i < Number(times); i++) {
      if (i % again === 0 || i === 0) await open(query, draw);
      await prepare?.(i);
      await sleep(120);
      await window.run(`${watch}`, seen, event);
      await act(i);
      await window.run(() => {
        window.reacted_ = undefined;
        window.__reacted.then((ms) => (window.reacted_ = ms));
      });
      const ms = await until(`what follows (${name})`, () => window.run(() => window.reacted_), NEVER).catch(() => NEVER);
      found.push(ms);
      await after?.(i);
    }
    found.sort((a, b) => a - b);
    const of = (part) => found[Math.min(found.length - 1, Math.floor(found.length * part))]?.toFixed(0);
    console.log(`${name}: p50 ${of(0.5)} ms, p95 ${of(0.95)} ms (${found.filter((ms) => ms < NEVER).length} of ${times} seen)`);
  }
} finally {
  await window?.close().catch(() => undefined);
  server.close();
  await close();
}
