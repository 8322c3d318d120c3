/**
 * The small window of the real app under Xvfb, with a window manager and a compositor where there are any: opened from the page, seen, led back.
 *
 *   node tests/desktop/pet.mjs [BINARY] [--keep FOLDER]
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const keepAt = args.indexOf('--keep');
const keep = resolve(keepAt >= 0 ? args.splice(keepAt, 2)[1] : 'tests/desktop/test-results');
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args[0] ?? join(target, 'release/hanashi-desktop'));
mkdirSync(keep, { recursive: true });

const { env, scratch, close } = await machine();
const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
for (const program of ['openbox', 'xcompmgr']) if (has(program)) start(program, [], env, join(scratch, `${program}.log`));
const shoot = (name) => spawnSync('import', ['-window', 'root', join(keep, `${name}.png`)], { env });
const tool = (...words) => spawnSync('xdotool', words, { env }).stdout.toString().trim();
/** Windows of the program that can be seen, as sizes. */
const seen = () =>
  tool('search', '--onlyvisible', '--name', 'Hanashi')
    .split('\n')
    .filter(Boolean)
    .map((id) => tool('getwindowgeometry', id).match(/Geometry: (\d+x\d+)/)?.[1]);

let window;
let failed = false;
try {
  const port = await freePort();
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, binary), 90_000);
  await until('her on stage', () => window.run(() => document.querySelectorAll('svg[data-layer]').length > 3));
  spawnSync('xsetroot', ['-solid', '#4477aa'], { env });
  await window.run(() => document.querySelector('nav [aria-label="Settings"]')?.click());
  await until('the settings', () => window.run(() => document.querySelector('dialog[open] [role=tab]') !== null));
  await window.run(() => {
    const tab = [...document.querySelectorAll('dialog[open] [role=tab]')].find((one) => one.textContent.includes('Stage'));
    tab?.click();
  });
  await until('the button', () =>
    window.run(() => {
      const found = [...document.querySelectorAll('dialog[open] button')].find((one) => one.textContent.includes('small window'));
      found?.click();
      return !!found;
    }),
  );
  await until('one small window', () => seen().length === 1 && /^[23]\d\dx4\d\d$/.test(seen()[0] ?? ''), 30_000);
  await sleep(4000);
  shoot('pet');
  console.log(`ok      the small window is there: ${seen().join(', ')}; compositor: ${has('xcompmgr')}`);
  // A second start leads back.
  spawnSync(binary, [], { env, cwd: scratch, timeout: 30_000 });
  await until('the large window', () => seen().length === 1 && !/^[23]\d\dx4/.test(seen()[0] ?? ''), 30_000);
  await sleep(1500);
  shoot('pet-back');
  console.log(`ok      a second start leads back: ${seen().join(', ')}`);
} catch (error) {
  failed = true;
  shoot('pet-failed');
  console.error(`FAILED  ${error.stack}; windows: ${seen().join(', ')}`);
} finally {
  await window?.close().catch(() => {});
  await close(true);
}
process.exit(failed ? 1 : 0);
