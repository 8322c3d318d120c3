/**
 * What built pages cost in the app's own engine, beside each other: for telling one change from another on a machine that is busy.
 *
 *   node tests/desktop/engine.mjs [ROUNDS] [SECONDS] [STATE …] DIST[=svg|canvas|webgl[-PART …]] [DIST …]
 *
 * Serves each folder (as `npm run build` in `ui/` leaves it), opens it in WebKitGTK's own browser under Xvfb, with the fake backend, and
 * measures the processor time of its web process idle and speaking. The folders take turns, so that noise falls on all of them alike. What stands behind a folder's name is what draws the
 * figure; where nothing does, the page itself draws it as SVG until it has measured. What is behind that, each after a `-`, is taken out of
 * the page (`PARTS`): what a frame costs less without a part is what the part costs. Without a `STATE` all of them are measured.
 * `WEBKIT_DISABLE_DMABUF_RENDERER=1` measures as the app sets its webview where there is no GPU (decision 0149).
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BROWSER, serve, webTime } from './browser.mjs';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

/** Parts of the page that can be taken out of it, to see what they cost. */
const PARTS = {
  room: '.depth:not(.near) { display: none !important }',
  near: '.near { display: none !important }',
  figure: '.stage > .figure { display: none !important }',
  weather: '.weather { display: none !important }',
  box: 'main > section { display: none !important }',
  shadows: '* { box-shadow: none !important; text-shadow: none !important }',
  glass: '.sheet { opacity: 1 !important }',
  words: '.words { visibility: hidden !important }',
  chrome: '.top, [role=toolbar], main > section nav { display: none !important }',
};
/** What may draw the figure. */
const DRAWS = ['auto', 'svg', 'canvas', 'webgl'];
/** What the stage is opened with. */
const STATES = {
  idle: 'character=koto&nogpu',
  petals: 'character=koto&nogpu&place=park&daylight=day',
  speaking: `character=koto&nogpu&scene=speaking&reply=${encodeURIComponent('The keeper counted the ships, the way other people count sheep. '.repeat(12))}`,
};

const args = process.argv.slice(2);
const numbers = args.filter((a) => /^\d+$/.test(a)).map(Number);
const [rounds = 3, seconds = 6] = numbers;
const states = Object.entries(STATES).filter(([state], _, all) => !all.some(([one]) => args.includes(one)) || args.includes(state));
const pages = args.filter((a) => !/^\d+$/.test(a) && !(a in STATES)).map((a) => a.split('='));
const folders = pages.map(([folder]) => resolve(folder));
const looks = pages.map(([, look]) => look ?? 'auto');
// What is misspelt would be measured as if it were not there.
const wrong = [
  ...folders.filter((folder) => !existsSync(join(folder, 'index.html'))).map((folder) => `${folder} is neither a built page nor a state (${Object.keys(STATES).join(', ')})`),
  ...looks.flatMap((look) => {
    const [draw, ...without] = look.split('-');
    return [
      ...(DRAWS.includes(draw) ? [] : [`${draw} draws nothing (${DRAWS.join(', ')})`]),
      ...without.filter((part) => !(part in PARTS)).map((part) => `${part} is no part of the page (${Object.keys(PARTS).join(', ')})`),
    ];
  }),
];
if (pages.length === 0) wrong.push('no built page is named');
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}

const { env, scratch, close } = await machine();
const servers = await Promise.all(folders.map(serve));
const found = {};
let window;
try {
  const port = await freePort();
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], env, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, BROWSER, ['--automation', '--geometry=1280x860']), 60_000);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { url }] of servers.entries()) {
      const [draw, ...without] = looks[index].split('-');
      for (const [state, query] of states) {
        await window.go(`${url}/?${query}`);
        await window.run((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), draw);
        await window.go(`${url}/?${query}`);
        await until('a puppet', () => window.run(() => document.querySelector('.entered canvas, .entered svg[data-layer]') !== null));
        const voice = () => window.run(() => document.querySelector('[data-testid=puppet]')?.dataset.mouth !== 'closed');
        if (state === 'speaking') await until('a voice', voice);
        // Captions come and go; then nothing but the stage moves.
        else await sleep(6500);
        const rules = without.map((part) => PARTS[part]).join('\n');
        await window.run((text) => {
          // The page allows no sheets from elsewhere, but its own script may make one.
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(text);
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
        }, rules);
        await window.run(() => {
          const ask = window.requestAnimationFrame.bind(window);
          window.frames_ = window.drawn_ = 0;
          let cleared = false;
          const clear = CanvasRenderingContext2D.prototype.clearRect;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            cleared = true;
            return clear.apply(this, box);
          };
          window.requestAnimationFrame = (then) =>
            ask((now) => {
              cleared = false;
              window.frames_++;
              then(now);
              if (cleared) window.drawn_++;
            });
        });
        const [before, begun] = [webTime(env.HANASHI_HOME), performance.now()];
        await sleep(seconds * 1000);
        const span = (performance.now() - begun) / 1000;
        const [frames, drawn] = await window.run(() => [window.frames_, window.drawn_]);
        const after = webTime(env.HANASHI_HOME);
        const used = after.page - before.page;
        const around = ((after.around - before.around) / span) * 100;
        ((found[state] ??= [])[index] ??= []).push({ share: (used / span) * 100, around, rate: frames / span, drawn: drawn / span, cost: (used / frames) * 1000 });
      }
    }
  }
  const middle = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)].toFixed(1);
  console.log(`web process, ${seconds} s each, ${rounds} rounds, WebKitGTK without a GPU (medians; all shares behind)`);
  for (const [state, byFolder] of Object.entries(found)) {
    for (const [index, all] of byFolder.entries()) {
      const of = (key) => middle(all.map((one) => one[key]));
      const shares = all.map((one) => one.share.toFixed(1)).join(' ');
      console.log(`${state}: ${of('share')} % of a core (and ${of('around')} % around it), ${of('rate')} frames/s (a canvas drawn in ${of('drawn')}), ${of('cost')} ms each   [${shares}]   ${folders[index]} ${looks[index]}`);
    }
  }
} finally {
  await window?.close().catch(() => {});
  servers.forEach(({ server }) => server.close());
  await close(true);
}
