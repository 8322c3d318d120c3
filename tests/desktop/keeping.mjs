/**
 * The whole data folder in the real app: a backup is brought back, what it set aside comes back, everything moves to another folder, a
 * damaged database is put right. Files and folders are chosen in the system's own dialogues, and the app starts itself anew each time.
 *
 *   node tests/desktop/keeping.mjs [BINARY] [--keep FOLDER]
 *
 * What runs after a restart is no longer under WebDriver: it is seen on the disk, ended, and opened again.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const args = process.argv.slice(2);
const keepAt = args.indexOf('--keep');
const keep = keepAt >= 0 ? resolve(args.splice(keepAt, 2)[1]) : null;
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const binary = resolve(args[0] ?? join(target, 'release/hanashi-desktop'));
const terminal = join(dirname(binary), 'hanashi');

let passed = 0;
let failed = 0;
let window;
const { env, scratch, close } = await machine();
const ask = (program, ...rest) => spawnSync(program, rest, { env, encoding: 'utf8' });

/** Leaves a picture of the display for people to look at. */
function look(name, anyway = false) {
  if (!keep && !anyway) return;
  const folder = keep ?? resolve('tests/desktop/test-results');
  mkdirSync(folder, { recursive: true });
  ask('import', '-window', 'root', join(folder, `keeping-${name}.png`));
}
async function test(name, body) {
  const begun = Date.now();
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name} (${Date.now() - begun} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
    look(`failed-${failed}`, true);
    // What comes next stands on it.
    throw new Error(`given up after: ${name}`);
  }
}
function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** The app's own processes: those that were started with our folder. */
function apps() {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const own = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HANASHI_HOME=${env.HANASHI_HOME}\0`);
      return own && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === binary;
    } catch {
      return false;
    }
  });
}

try {
  let home = env.HANASHI_HOME;
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'settings.toml'),
    'welcomed = true\nspeak = false\nmusic_volume = 0.0\nambience_volume = 0.0\ngreet_by_voice = false\n',
  );
  const driverEnv = { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' };
  let port;
  /** A driver for each start: one that lost its window to a restart may not give another. */
  const open = async () => {
    port = await freePort();
    start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], driverEnv, join(scratch, `driver-${port}.log`));
    await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
    window = await until('the window', () => Window.open(port, binary), 90_000);
  };
  const shown = () => window.run(() => document.body.innerText);
  const say = async (text) => {
    await until('an input', () => window.run(() => !!document.querySelector('#say') && !!document.querySelector('form [type=submit]')));
    await window.type('#say', `${text}\uE007`);
    await until('the line to be kept', () => kept(text));
    await until('the end of the turn', () => window.run(() => !!document.querySelector('form [type=submit]')));
  };
  /** In the log on the disk. */
  const kept = (text) =>
    ['hanashi.sqlite', 'hanashi.sqlite-wal']
      .map((name) => join(home, name))
      .some((path) => existsSync(path) && readFileSync(path).includes(text));
  /** What the backlog shows. */
  const backlog = async () => {
    await press('History');
    const text = await until('the backlog', () => window.run(() => document.querySelector('dialog[open]')?.innerText || null));
    await window.run(() => document.querySelector('dialog[open] header button').click());
    await until('the stage', () => window.run(() => document.querySelector('dialog[open]') === null));
    return text;
  };
  const knows = async (text) => (await backlog()).includes(text);
  const onStage = () => until('the stage', () => window.run(() => !!document.querySelector('#say')));
  /** Presses the button whose words begin so. One that ends the app may take WebDriver's answer with it. */
  const press = (words, within = 'body') =>
    until(`the button “${words}”`, () =>
      window
        .run(
          (words, within) => {
            const all = [...document.querySelectorAll(`${within} button`)];
            const named = (button) => button.textContent.trim().startsWith(words) || button.getAttribute('aria-label') === words;
            const found = all.find((button) => named(button) && !button.disabled);
            found?.click();
            return !!found;
          },
          words,
          within,
        )
        .catch((error) => {
          if (/invalid session/.test(error.message)) return true;
          throw error;
        }),
    );
  const upkeep = async () => {
    await press('Settings');
    await until('the page Upkeep', () =>
      window.run(() => {
        const tab = [...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent.trim() === 'Upkeep');
        tab?.click();
        return !!tab;
      }),
    );
  };
  const windows = () => ask('xdotool', 'search', '--onlyvisible', '--class', 'hanashi').stdout.trim().split('\n').filter(Boolean);
  /** Presses a button that opens the system's dialogue, and chooses a path in it as one does at a keyboard. */
  const choose = async (words, path) => {
    const before = windows();
    await press(words);
    const dialog = await until('the dialogue', () => windows().find((one) => !before.includes(one)), 20_000);
    await sleep(400);
    let shown = false;
    // A list of proposals takes the first Return for itself.
    await until('the end of the dialogue', async () => {
      if (!windows().includes(dialog)) return true;
      ask('xdotool', 'windowfocus', '--sync', dialog);
      // The first letter only opens the line for a path, and those that follow at once may be lost.
      ask('xdotool', 'type', '/');
      await sleep(1000);
      ask('xdotool', 'key', 'ctrl+a');
      ask('xdotool', 'type', '--delay', '15', path);
      await sleep(500);
      if (!shown) look(`dialogue-${words.split(' ')[2].replace('…', '')}`);
      shown = true;
      for (let times = 0; times < 2 && windows().includes(dialog); times += 1) {
        ask('xdotool', 'key', 'Return');
        await sleep(700);
      }
      return !windows().includes(dialog);
    }, 40_000);
  };
  /** A press ends the app, which starts itself anew; what it does then is waited for, and it is ended. */
  const restarts = async (words, within, what, isDone) => {
    const before = apps();
    await press(words, within);
    await until('the end of the app', () => before.every((pid) => !apps().includes(pid)), 30_000);
    await until('its new start', () => apps().length > 0, 30_000);
    await until(what, isDone, 60_000);
    await until('the errand to be over', () => !existsSync(join(home, 'errand.json')), 30_000);
    await sleep(700);
    look(what.replaceAll(' ', '-'));
    for (const pid of apps()) process.kill(Number(pid), 'SIGTERM');
    await until('its end', () => apps().length === 0, 30_000);
    await window.close().catch(() => {});
  };
  const asides = () => readdirSync(home).filter((name) => name.startsWith('before-restore-'));

  const backup = join(scratch, 'everything.zip');
  await test('a talk, a backup of it, and a talk behind it', async () => {
    await open();
    await say('The lamp is lit.');
    const packed = ask(terminal, '--data-dir', home, 'upkeep', 'pack', backup);
    expect(packed.status === 0, `no backup: ${packed.stderr}`);
    await say('The lamp is out again.');
  });

  await test('everything comes back from the backup, chosen in the dialogue', async () => {
    await upkeep();
    await choose('Choose a backup…', backup);
    await until('what is in it', async () => (await shown()).includes('A backup of'));
    look('restore-sure');
    await restarts('Restart and bring it back', 'dialog[open]', 'everything is back', () => asides().length === 1);
    await open();
    await onStage();
    expect(await knows('The lamp is lit.'), 'the first line is gone');
    expect(!(await knows('The lamp is out again.')), 'what was said behind the backup is still here');
  });

  await test('what was set aside is listed and comes back', async () => {
    const [first] = asides();
    await upkeep();
    await until('the list', () => window.run((name) => !!document.querySelector(`[data-aside="${name}"]`), first));
    await press('Bring it back', '[data-aside]');
    await restarts('Restart and bring it back', 'dialog[open]', 'the other one is set aside', () => asides().length === 1 && asides()[0] !== first);
    await open();
    await onStage();
    expect(await knows('The lamp is out again.'), 'the second line did not come back');
    await upkeep();
    await press('Delete', '[data-aside]');
    await press('Delete for good', 'dialog[open]');
    await until('its end', () => asides().length === 0);
  });

  const other = join(scratch, 'other disk');
  await test('everything moves to another folder, chosen in the dialogue', async () => {
    mkdirSync(other);
    await choose('Choose a folder…', other);
    await until('how much it is', async () => (await shown()).includes('other disk'));
    await restarts('Restart and move', 'dialog[open]', 'everything has moved', () => existsSync(join(home, 'moved-to')));
    expect(!existsSync(join(home, 'hanashi.sqlite')), 'something is left in the old place');
    home = other;
    await open();
    await onStage();
    expect((await knows('The lamp is lit.')) && (await knows('The lamp is out again.')), 'a line is missing');
    await window.close();
    await until('its end', () => apps().length === 0, 30_000);
  });

  await test('damaged conversations come back from the newest sound copy', async () => {
    // The newest copy is the one out of the backup.
    const copy = spawnSync('python3', ['-c', 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read("hanashi.sqlite"))', backup]);
    expect(copy.status === 0 && copy.stdout.length > 4096, 'there is no database in the backup');
    writeFileSync(join(home, 'backups', 'hanashi-9999-daily.sqlite'), copy.stdout);
    const database = join(home, 'hanashi.sqlite');
    for (const journal of ['-wal', '-shm']) rmSync(database + journal, { force: true });
    writeFileSync(database, Buffer.alloc(8192, 0x5a));
    // What the page notes down when one agrees to it; a damaged log keeps the app from starting far enough to be asked.
    writeFileSync(join(home, 'errand.json'), '{"what":"mend"}');
    await open();
    await until('the report', async () => (await shown()).includes('it came back from a copy'), 60_000);
    look('mended');
    expect(readdirSync(home).some((name) => name.startsWith('hanashi.sqlite.damaged-')), 'the damaged one is not set aside');
    await restarts('Start Hanashi', 'body', 'the start', () => true);
    await open();
    await onStage();
    expect(await knows('The lamp is lit.'), 'what was said is gone');
  });
} catch (error) {
  if (!/^given up/.test(error.message)) {
    failed += 1;
    console.log(`FAILED  ${error.stack}`);
  } else console.log(`        ${error.message}`);
} finally {
  await window?.close().catch(() => {});
  for (const pid of apps()) process.kill(Number(pid), 'SIGTERM');
  await close(failed > 0);
  if (failed) console.log(`        logs in ${scratch}`);
}
console.log(`# keeping: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
