/**
 * Figures in the real app under Xvfb: a Live2D model with the stand-in Core in its frame of the scheme `live2d:`, and a VRM.
 *
 *   node tests/desktop/figures.mjs [BINARY] [--keep FOLDER]
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const keepAt = args.indexOf('--keep');
const keep = resolve(keepAt >= 0 ? args.splice(keepAt, 2)[1] : 'tests/desktop/test-results');
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args[0] ?? join(target, 'release/hanashi-desktop'));
const fixtures = resolve('tests/fixtures/figures');
mkdirSync(keep, { recursive: true });

const { env, scratch, close } = await machine();
let window;
let failed = false;
const look = async (name) => writeFileSync(join(keep, `${name}.png`), await window.picture());
/** Asks the program as the page does. */
const invoke = (command, words) =>
  window.run((command, words) => globalThis.__TAURI_INTERNALS__.invoke(command, words), command, words);
try {
  const port = await freePort();
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, binary), 90_000);
  await until('her on stage', () => window.run(() => document.querySelectorAll('svg[data-layer]').length > 3));

  const mika = await invoke('create_character', { name: 'Mika' });
  const report = await invoke('import_figure', { character: mika, paths: [join(fixtures, 'mika')] });
  // `files.json` is the fake backend's and no part of a model, but nobody can tell by its name.
  if (report.kind !== 'live2d' || report.taken < 10) throw new Error(`taken: ${JSON.stringify(report)}`);
  await invoke('select_character', { id: mika });
  await until('the notice that there is no Core', () =>
    window.run(() => document.body.textContent.includes('no Cubism Core has been chosen')),
  );
  console.log('ok      without a Core a notice says so');

  await invoke('choose_live2d_core', { path: join(fixtures, 'fake-core.js') });
  await invoke('select_character', { id: 'koto' });
  await sleep(1500);
  await invoke('select_character', { id: mika });
  const core = await until('the Core in its frame', () =>
    window.run(() => document.querySelector('[data-testid=live2d]')?.dataset.core || null),
  );
  await until('a frame that is drawn', () => window.run(() => document.querySelector('[data-testid=live2d]')?.dataset.ms || null));
  await sleep(2500);
  const ms = await window.run(() => document.querySelector('[data-testid=live2d]').dataset.ms);
  await look('live2d');
  console.log(`ok      the stand-in Core ${core} runs in its frame; a frame takes ${ms} ms`);

  const boxes = await invoke('create_character', { name: 'Boxes' });
  await invoke('import_figure', { character: boxes, paths: [join(fixtures, 'boxes/boxes.vrm')] });
  await invoke('select_character', { id: boxes });
  const drawn = await until('a VRM, or the reason why not', () =>
    window.run(() =>
      document.querySelector('[data-testid=vrm]')?.dataset.ms
        ? `a frame takes ${document.querySelector('[data-testid=vrm]').dataset.ms} ms`
        : document.body.textContent.includes('cannot be shown')
          ? 'no WebGL here: a notice says so'
          : null,
    ),
  );
  await sleep(1500);
  await look('vrm');
  console.log(`ok      VRM: ${drawn}`);
} catch (error) {
  failed = true;
  await look('figures-failed').catch(() => {});
  console.error(`FAILED  ${error.stack}`);
} finally {
  await window?.close().catch(() => {});
  await close(true);
}
process.exit(failed ? 1 : 0);
