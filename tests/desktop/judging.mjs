/**
 * Judging and picturing in the real app: two replies compared blind by keyboard, two interviews and their comparison, a scene pictured and
 * hung behind her. Part of desktop.mjs; alone:
 *
 *   node tests/desktop/judging.mjs [BINARY] [--keep FOLDER]
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

/** Runs the tests in an open window that has a conversation with a reply in it. */
export async function judging({ window, test, expect, look }) {
  const strike = (key) =>
    window.run((key) => {
      document.activeElement?.blur();
      window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }, key);
  /** Presses the button or tab of these words in a part of the open panel; answers whether there was one. */
  const press = (words, part = '') =>
    window.run(
      (words, part) => {
        const all = [...document.querySelectorAll(`dialog[open] ${part} button`)];
        const found = all.find((one) => !one.disabled && (one.textContent.trim() === words || one.ariaLabel === words));
        found?.click();
        return !!found;
      },
      words,
      part,
    );
  const text = () => window.run(() => document.querySelector('dialog[open]')?.textContent ?? '');
  const shut = () => window.run(() => document.querySelector('dialog[open] header button')?.click());
  const go = async (place) => {
    await strike('F2');
    await until('a panel', () => window.run(() => document.querySelector('dialog[open] nav') !== null));
    await until(place, () => press(place));
  };

  await test('two replies are judged blind, by keyboard, and counted', async () => {
    await go('Judge');
    await window.type('dialog[open] textarea', 'Any news today?');
    // Once more where the model was still loading.
    await until(
      'two replies',
      async () =>
        (await text()).includes('Left is better') || ((await press('Have both answer')) && (await sleep(1000)), false),
      60_000,
    );
    expect(!(await text()).includes('temperature'), 'the names stand there before the vote');
    await strike('ArrowRight');
    await until('who it was', async () => /Left was .*temperature/.test(await text()));
    await look('judged');
    await until('the results', () => press('Results'));
    await until('the count', async () => /Wins\s+[01]\s+·\s+Ties\s+0\s+·\s+Losses\s+[01]/.test(await text()));
    await shut();
  });

  await test('she is interviewed twice, and the report compares the two', async () => {
    await go('Judge');
    await until('the report', () => press('Before and after'));
    for (const made of [1, 2]) {
      await until('the interview', () => press('Interview Koto'));
      await until('its progress', async () => /\d+ of \d+/.test(await text()), 60_000);
      const options = () => window.run(() => document.querySelector('dialog[open] form select')?.options.length ?? 0);
      // Each list holds every interview.
      await until('its end', async () => (await options()) >= made, 180_000);
      await until('the button again', async () => (await text()).includes('Interview Koto'), 60_000);
    }
    await until('the comparison', () => press('Compare', 'form'));
    await until('its figures', async () => (await text()).includes('Facts about her') && /[=▲▼≈•]/.test(await text()));
    await until('why what failed did', async () => /in the prompt/.test(await text()));
    await look('report');
    await until('the page', () => press('Keep as a page'));
    await until('its file', async () => (await text()).includes('.html'));
    await shut();
  });

  await test('the scene is pictured, and hangs behind her', async () => {
    await go('Pictures');
    await until('the picture', () => press('Picture this scene'));
    await until('a picture', () =>
      window.run(() => document.querySelector('dialog[open] li img')?.src.startsWith('data:image/jpeg') ?? false),
    );
    await until('the nail', () => press('Hang behind her'));
    // A picture, or a canvas that one was laid on where only the processor paints.
    const behind = () =>
      window.run(() =>
        [...document.querySelectorAll('.stage .depth > img, .stage .depth > canvas')].some((one) =>
          (one.src ?? one.dataset.src ?? '').startsWith('data:image/jpeg'),
        ),
      );
    await until('it behind her', behind);
    await look('pictures');
    await shut();
    await sleep(900);
    await look('pictured');
    await go('Pictures');
    await until('the removal', () => press('Remove the picture'));
    await until('the painted room', async () => !(await behind()));
    await shut();
  });
}

async function alone() {
  const args = process.argv.slice(2);
  const keepAt = args.indexOf('--keep');
  const keep = resolve(keepAt >= 0 ? args.splice(keepAt, 2)[1] : 'tests/desktop/test-results');
  const binary = resolve(args[0] ?? join(process.env.CARGO_TARGET_DIR ?? 'target', 'release/hanashi-desktop'));
  mkdirSync(keep, { recursive: true });
  const { env, scratch, close } = await machine();
  let window;
  let failed = 0;
  const look = async (name) => writeFileSync(join(keep, `${name}.png`), await window.picture());
  const expect = (condition, message) => {
    if (!condition) throw new Error(message);
  };
  const test = async (name, body) => {
    const begun = Date.now();
    try {
      await body();
      console.log(`ok      ${name} (${Date.now() - begun} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.message}`);
      await look(`failed-${failed}`).catch(() => {});
    }
  };
  try {
    const port = await freePort();
    const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
    start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
    await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
    window = await until('the window', () => Window.open(port, binary), 90_000);
    await until('her on stage', () => window.run(() => document.querySelectorAll('svg[data-layer]').length > 3));
    await until('the greeting', () =>
      window.run(() => (document.querySelector('.text')?.textContent ?? '').trim().length > 10),
    );
    await judging({ window, test, expect, look });
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${error.stack}`);
  } finally {
    await window?.close().catch(() => {});
    await close(true);
  }
  process.exit(failed ? 1 : 0);
}
if (process.argv[1] === fileURLToPath(import.meta.url)) await alone();
