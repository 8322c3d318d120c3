/**
 * What the real app takes of a core, by process: the webview that draws the stage, and the program behind it.
 *
 *   node tests/desktop/bench.mjs [BINARY] [SECONDS]
 *
 * Under Xvfb, so that WebKitGTK paints in software. The webview's processes are told from the program by their names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const seconds = Number(args.find((a) => /^\d+$/.test(a)) ?? 8);
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args.find((a) => !/^\d+$/.test(a)) ?? join(target, 'release/hanashi-desktop'));
/** Ticks a second of /proc's processor times. */
const TICKS = 100;

/** Processor seconds by name, of the processes that carry our data folder in their environment. */
function times(home) {
  const sums = {};
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HANASHI_HOME=${home}`)) continue;
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      sums[name] = (sums[name] ?? 0) + (Number(fields[11]) + Number(fields[12])) / TICKS;
    } catch {
      // It ended while it was looked at, or is somebody else's.
    }
  }
  return sums;
}

const { env, scratch, close } = await machine();
let window;
try {
  const port = await freePort();
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, binary), 90_000);
  const idle = () =>
    until('a quiet stage', () => window.run(() => !!document.querySelector('form [type=submit]')), 60_000);
  await until('a puppet', () => window.run(() => document.querySelectorAll('svg[data-layer]').length > 3));
  await sleep(4000);
  await idle();

  const measure = async (state) => {
    const before = times(env.HANASHI_HOME);
    const begun = performance.now();
    await sleep(seconds * 1000);
    const after = times(env.HANASHI_HOME);
    const span = (performance.now() - begun) / 1000;
    const row = { state };
    for (const [name, time] of Object.entries(after)) {
      const share = Math.round(((time - (before[name] ?? 0)) / span) * 1000) / 10;
      if (share >= 0.1) row[name] = share;
    }
    return row;
  };
  const rows = [await measure('idle on stage')];
  // Says the same message again and again: long enough to be measured, and the model rests.
  const again = async () => {
    for (;;) {
      await window
        .run(() => {
          if (document.querySelector('form [type=submit]')) {
            document.activeElement?.blur();
            dispatchEvent(new KeyboardEvent('keydown', { key: 'v' }));
          }
        })
        .catch(() => {});
      await sleep(400);
      if (over) return;
    }
  };
  let over = false;
  const speaking = again();
  await until('a voice', () =>
    window.run(() => document.querySelector('[data-testid=puppet]')?.getAttribute('data-mouth') !== 'closed'),
  );
  rows.push(await measure('speaking'));
  over = true;
  await speaking;
  await idle();
  console.log(`shares of one core in per cent, ${seconds} s each, 1280 x 800, WebKitGTK without a GPU`);
  console.table(rows);
} finally {
  await window?.close().catch(() => {});
  await close(true);
}
