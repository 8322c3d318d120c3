/**
 * Opens the real app under Xvfb, types a line, sees the reply and the mouth move, and hears it in a virtual sink; drags a card
 * onto it from another window, and opens one by a second start; then a whole conversation by voice (conversation.mjs).
 *
 *   node tests/desktop/desktop.mjs [BINARY] [--keep FOLDER]
 *
 * With `--keep`, screenshots and logs are left in FOLDER.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, machine, record, sleep, start, until } from './machine.mjs';
import { spawnSync } from 'node:child_process';
import { conversation, microphone } from './conversation.mjs';
import { dragOnto } from './drag.mjs';
import { judging } from './judging.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const keepAt = args.indexOf('--keep');
const keep = keepAt >= 0 ? resolve(args.splice(keepAt, 2)[1]) : null;
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args[0] ?? join(target, 'release/hanashi-desktop'));

let passed = 0;
let failed = 0;
async function test(name, body) {
  const start = Date.now();
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
    await look(`failed-${failed}`);
  }
}
/** Leaves a picture for people to look at. */
async function look(name) {
  const folder = keep ?? resolve('tests/desktop/test-results');
  mkdirSync(folder, { recursive: true });
  const picture = await window?.picture().catch(() => null);
  if (picture) writeFileSync(join(folder, `${name}.png`), picture);
}
function expect(condition, message) {
  if (!condition) throw new Error(message);
}

const { env, scratch, close } = await machine();
let window;
try {
  const port = await freePort();
  // What tauri-driver sets, and all that it is needed for here.
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, 'driver.log'));
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);

  const listen = record(env);
  const started = Date.now();
  window = await until('the window', () => Window.open(port, binary), 90_000);
  const state = () =>
    window.run(() => ({
      input: !!document.querySelector('textarea, input[type=text]'),
      text: document.querySelector('.text')?.textContent ?? '',
      log: document.querySelector('[role=log]')?.textContent ?? '',
      mouth: document.querySelector('[data-testid=puppet]')?.getAttribute('data-mouth'),
      layers: document.querySelectorAll('svg[data-layer]').length,
      font: getComputedStyle(document.body).fontFamily,
    }));

  await test('the window can be typed into while models load', async () => {
    await until('an input', async () => (await state()).input);
    console.log(`        usable ${Date.now() - started} ms after the start`);
  });

  await test('the character stands on the stage and greets', async () => {
    await until('a puppet', async () => (await state()).layers > 3);
    await until('a greeting', async () => (await state()).text.trim().length > 10);
  });

  const idle = () => until('the end of the turn', () => window.run(() => !!document.querySelector('form [type=submit]')), 60_000);
  let shapes = [];
  await test('a typed line is answered, and the mouth moves', async () => {
    await window.run(() => {
      const puppet = document.querySelector('[data-testid=puppet]');
      const seen = [];
      Object.assign(globalThis, { mouths: seen });
      new MutationObserver(() => seen.push(puppet.getAttribute('data-mouth'))).observe(puppet, {
        attributes: true,
        attributeFilter: ['data-mouth'],
      });
    });
    // A greeting that is spoken over stays on the map as the part that was heard: here it is heard out.
    await idle();
    const before = (await state()).log;
    await window.type('textarea, input[type=text]', 'Hello! How are you today?\uE007');
    await until('an answer', async () => {
      const { log, text } = await state();
      return log !== before && text.trim().length > 3;
    });
    if (keep) {
      await sleep(700);
      await look('stage');
    }
    await until('a mouth that moves', async () => {
      shapes = [...new Set(await window.run(() => globalThis.mouths))];
      return shapes.length >= 3;
    });
    await until('a closed mouth', async () => (await state()).mouth === 'closed');
  });

  await test('it was heard in the speakers', async () => {
    // The recorder hands on what it has in pieces.
    await sleep(1000);
    const samples = await listen();
    const blocks = [];
    for (let i = 0; i + 1600 <= samples.length; i += 1600) {
      let power = 0;
      for (let j = i; j < i + 1600; j += 1) power += (samples[j] / 32768) ** 2;
      blocks.push(Math.sqrt(power / 1600));
    }
    const loud = blocks.filter((rms) => rms > 0.01).length / 10;
    console.log(`        ${loud.toFixed(1)} s of speech in ${(samples.length / 16000).toFixed(1)} s, loudest ${Math.max(...blocks).toFixed(2)}`);
    // The shortest of her answers are half a second long.
    expect(loud >= 0.4, `only ${loud} s of sound`);
  });

  const card = (file, name) => {
    const path = join(scratch, file);
    const data = { name, first_mes: `I am ${name}.`, description: '', tags: ['dropped'], extensions: {} };
    writeFileSync(path, JSON.stringify({ spec: 'chara_card_v2', spec_version: '2.0', data }));
    return path;
  };
  const dialogs = () => window.run(() => [...document.querySelectorAll('dialog[open]')].map((d) => d.textContent).join(' | '));
  const press = (words) =>
    window.run((words) => {
      const buttons = [...document.querySelectorAll('dialog[open] footer button')];
      const found = buttons.find((button) => button.textContent.trim() === words && !button.disabled);
      found?.click();
      return !!found;
    }, words);
  /** Imports what the dialogue shows. */
  const takeIn = async (name) => {
    await until(`a preview of ${name}`, async () => (await dialogs()).includes(`I am ${name}.`));
    await look(`import-${name}`);
    await until('the import', () => press('Import'));
    await until('a report', async () => (await dialogs()).includes(`Character: ${name}`));
    await until('the end of it', () => press('Close'));
  };

  await test('a card dragged here from another window is shown and imported', async () => {
    const path = card('Nadia Ω.json', 'Nadia');
    await dragOnto(env, path, join(scratch, 'drag.log'));
    await takeIn('Nadia');
  });

  await test('a second start hands its file to the first and ends', async () => {
    card('Oto.json', 'Oto');
    // Relative to where it is started, as a shell would give it.
    const second = spawnSync(binary, ['Oto.json'], { env, cwd: scratch, timeout: 30_000 });
    expect(second.status === 0, `it ended with ${second.status}: ${second.stderr}`);
    await takeIn('Oto');
  });

  await test('a save, a look back, a branch, and the way back to the save', async () => {
    const strike = (key) =>
      window.run((key) => {
        document.activeElement?.blur();
        window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }, key);
    const page = () => window.run(() => document.querySelector('.words .page')?.textContent ?? '');
    await idle();
    const saved = await until('the reply', async () => (await page()) || null);
    await strike('F5');
    await until('the news that it is saved', () =>
      window.run(() => document.querySelector('.notice')?.textContent.includes('Saved') ?? false),
    );
    await strike('PageUp');
    await until('the line before', async () => (await page()).includes('How are you today'));
    if (keep) await look('rollback');
    // What is said in the place of one's own line begins a branch.
    await window.type('#say', 'Tell me about your books.\uE007');
    await until('the new line', async () => !(await page()).includes('How are you today'));
    await sleep(500);
    await idle();
    await strike('t');
    const nodes = await until('the map', () =>
      window.run(() => document.querySelectorAll('[data-node]').length || null),
    );
    expect(nodes === 5, `${nodes} messages on the map, not 5`);
    if (keep) {
      await sleep(500);
      await look('branches');
    }
    await window.run(() => document.querySelector('dialog[open] header button').click());
    await sleep(300);
    await strike('o');
    await until('the shelf', () => window.run(() => document.querySelector('dialog[open] .thumb .face') !== null));
    if (keep) {
      await sleep(800);
      await look('load');
    }
    await window.run(() => document.querySelector('dialog[open] header button').click());
    await sleep(300);
    // Timed in the page itself, from the key to the line.
    await window.run((saved) => {
      const begun = performance.now();
      const look = () => {
        if (document.querySelector('.words .page')?.textContent !== saved) return;
        globalThis.loadedAfter ??= performance.now() - begun;
        watcher.disconnect();
      };
      const watcher = new MutationObserver(look);
      watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    }, saved);
    await strike('F9');
    const took = await until('the save', () => window.run(() => globalThis.loadedAfter ?? null));
    expect((await page()) === saved, 'another line stands there');
    console.log(`        loaded ${Math.round(took)} ms after the key`);
    await strike('F2');
    await until('the reasons', () => window.run(() => document.querySelector('dialog[open] pre') !== null));
    if (keep) {
      await sleep(500);
      await look('why');
    }
    await window.run(() => document.querySelector('dialog[open] header button').click());
  });

  /** The memory page, opened by its key; answers what is known. */
  const remembered = async () => {
    await window.run(() => {
      document.activeElement?.blur();
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true, cancelable: true }));
    });
    await until('the memory page', () => window.run(() => document.querySelector('dialog[open] #memory-page') !== null));
    return () =>
      window.run(() => [...document.querySelectorAll('dialog[open] [data-fact]')].map((fact) => fact.textContent).join(' | '));
  };
  const shut = () => window.run(() => document.querySelector('dialog[open] header button').click());
  const clickIn = (fact, label) =>
    window.run(
      (fact, label) => {
        const row = [...document.querySelectorAll('dialog[open] [data-fact]')].find((one) => one.textContent.includes(fact));
        const button = [...(row?.querySelectorAll('button') ?? [])].find((one) => one.ariaLabel?.startsWith(label));
        button?.click();
        return !!button;
      },
      fact,
      label,
    );

  await test('what was told is remembered across a restart, and what was forgotten is not', async () => {
    const idle = () => until('the end of the turn', () => window.run(() => !!document.querySelector('form [type=submit]')), 60_000);
    await idle();
    await window.type('#say', 'My sister is called Anna and I live in Leeds.\uE007');
    await sleep(500);
    await idle();
    const known = await remembered();
    await until('the sister and the home', async () => /Anna/.test(await known()) && /Leeds/.test(await known()));
    await until('the pin', () => clickIn('Anna', 'Always remember'));
    await until('that it is pinned', async () => /Anna[^|]*always remembered/.test(await known()));
    await until('the forgetting', () => clickIn('Leeds', 'Forget'));
    await until('that it is gone', async () => !/Leeds/.test(await known()));
    if (keep) await look('memory');
    await shut();
    await window.close();
    window = await until('the window again', () => Window.open(port, binary), 90_000);
    await until('an input', async () => (await state()).input);
    const again = await remembered();
    await until('the sister, still pinned', async () => /Anna[^|]*always remembered/.test(await again()));
    expect(!/Leeds/.test(await again()), 'what was forgotten came back');
    if (keep) await look('memory-again');
    await shut();
  });

  await judging({ window, test, expect, look: async (name) => keep && look(name) });

  await test('nothing was asked of the network, and the policy held', async () => {
    const foreign = await window.run(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => entry.name)
        .filter((name) => !/^(tauri|ipc|data|blob):|^https?:\/\/(ipc|tauri)\.localhost/.test(name)),
    );
    expect(foreign.length === 0, `asked for ${foreign.join(', ')}`);
    const inline = await window.run(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      return globalThis.injected === true;
    });
    expect(!inline, 'an inline script ran');
  });

  await test('a file that the very first start is given is shown and imported', async () => {
    const path = card('Primo.json', 'Primo');
    const home = join(scratch, 'first-home');
    expect(!existsSync(home), 'there is a data folder already');
    await window.close();
    const other = await freePort();
    const firstEnv = { ...driverEnv, HANASHI_HOME: home };
    start('WebKitWebDriver', [`--port=${other}`, '--host=127.0.0.1'], firstEnv, join(scratch, 'driver-first.log'));
    await until('the other driver', async () => (await fetch(`http://127.0.0.1:${other}/status`)).ok);
    window = await until('the window', () => Window.open(other, binary, [path]), 90_000);
    await takeIn('Primo');
    expect(existsSync(join(home, 'characters', 'primo', 'card.json')), 'the card is not in the new data folder');
  });

  await window.close();
  await microphone({ env, scratch, test, expect });
  await conversation({ env, scratch, test, expect });
} catch (error) {
  failed += 1;
  console.log(`FAILED  ${error.stack}`);
} finally {
  await window?.close().catch(() => {});
  await close(true);
  if (keep || failed) {
    const folder = keep ?? resolve('tests/desktop/test-results');
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(scratch)) if (name.endsWith('.log')) copyFileSync(join(scratch, name), join(folder, name));
    console.log(`        logs in ${folder}`);
  }
}
console.log(`# desktop: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
