/**
 * Nothing leaves the machine: the real app in a real window under `strace`, through a first start and a talk, which would see any attempt.
 *
 *   node tests/desktop/offline.mjs [BINARY] [--must]
 *
 * WebDriver would reach the page through a socket of its own; so keys and the ear are all that is used here: she greets, a line is
 * typed, she answers. The program's processes, those of the web view among them, are followed from their first call. Where there is no
 * `strace`, or it may not follow, that is said and nothing is claimed (with `--must` it is a failure).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { machine, record, sleep, start, until } from './machine.mjs';

const target = process.env.CARGO_TARGET_DIR ?? 'target';
const args = process.argv.slice(2);
const must = args.includes('--must');
const binary = resolve(args.find((one) => !one.startsWith('--')) ?? join(target, 'release/hanashi-desktop'));
/** Louder than this (of 32768) is heard. */
const HEARD = 300;
/**
 * A socket of a family that leads beyond this machine, or an address of one. GLib asks the kernel for the table of routes: what that
 * answers (`rtm_family=AF_INET`, over AF_NETLINK) is no attempt.
 */
const ATTEMPT = /(?:socket\(|sa_family=)AF_(?:INET6?|PACKET)\b/;
const attempts = (trace) => trace.split('\n').filter((line) => ATTEMPT.test(line));
const SAID = 'Hello! How are you today?';

/** Why nothing can be traced here; null where it can. */
function cannot() {
  const trial = spawnSync('strace', ['-f', '-qq', '-e', 'trace=%network', '-o', '/dev/null', 'true']);
  if (trial.error) return '`strace` is missing: xtask/system-packages.sh test installs it';
  return trial.status === 0 ? null : `\`strace\` may not follow programs here (${String(trial.stderr).trim()})`;
}

/** What a trace of a program that does try looks like: the test would fail otherwise, whatever happens. */
function sees(scratch) {
  const trace = join(scratch, 'trial');
  spawnSync('strace', ['-f', '-qq', '-e', 'trace=%network', '-o', trace, 'curl', '-s', '-m', '2', 'http://127.0.0.1:9/']);
  return attempts(readFileSync(trace, 'utf8')).length > 0;
}

const why = cannot();
if (why !== null) {
  console.log(`# offline: 0 passed, ${must ? 1 : 0} failed (not run: ${why})`);
  process.exit(must ? 1 : 0);
}

const { env, scratch, close } = await machine();
let failed = null;
try {
  if (!sees(scratch)) throw new Error('an attempt would not be seen');
  mkdirSync(env.HANASHI_HOME, { recursive: true });
  // Everything that could be allowed is: what is not done then is not done for want of a reason.
  writeFileSync(
    join(env.HANASHI_HOME, 'settings.toml'),
    'music_volume = 0.0\nambience_volume = 0.0\nwelcomed = true\nallow_downloads = true\nallow_search = true\nallow_updates = true\n',
  );
  const trace = join(scratch, 'trace');
  const app = start('strace', ['-f', '-qq', '-e', 'trace=%network', '-o', trace, binary], env, join(scratch, 'app.log'));
  const ask = (program, ...rest) => spawnSync(program, rest, { env, encoding: 'utf8' });
  const window = await until(
    'the window',
    () => ask('xdotool', 'search', '--onlyvisible', '--class', 'hanashi').stdout.trim().split('\n')[0],
    120_000,
  );
  const loud = (samples) => samples.some((sample) => Math.abs(sample) > HEARD);
  const heard = async (what) => {
    const until = Date.now() + 120_000;
    while (Date.now() < until) {
      const stop = record(env);
      await sleep(1500);
      if (loud(await stop())) return;
    }
    throw new Error(`${what}: nothing was heard`);
  };
  await heard('her greeting');
  // Until she has ended: what is heard next is the answer.
  for (let quiet = 0; quiet < 2; ) {
    const stop = record(env);
    await sleep(1500);
    quiet = loud(await stop()) ? 0 : quiet + 1;
  }
  ask('xdotool', 'windowfocus', '--sync', window);
  ask('xdotool', 'mousemove', '--window', window, '640', '740', 'click', '1');
  await sleep(500);
  ask('xdotool', 'type', '--delay', '30', SAID);
  ask('xdotool', 'key', 'Return');
  await heard('her answer');
  ask('xdotool', 'windowclose', window);
  await until('the end of the program', () => app.exitCode !== null, 30_000);
  const lines = readFileSync(trace, 'utf8');
  const found = attempts(lines);
  console.log(`        ${lines.split('\n').length} calls about sockets were seen`);
  if (!lines.includes('AF_UNIX')) throw new Error('not even the display was connected to: nothing was traced');
  if (found.length > 0) throw new Error(`${found.length} calls reach beyond this machine:\n${found.slice(0, 10).map((line) => line.slice(0, 200)).join('\n')}`);
  const log = join(env.HANASHI_HOME, 'hanashi.sqlite');
  const kept = [log, `${log}-wal`].filter(existsSync).some((path) => readFileSync(path).includes(SAID));
  if (!kept) throw new Error('what was typed did not arrive: what was heard was no answer');
  if (existsSync(join(env.HANASHI_HOME, 'network.jsonl'))) throw new Error('the network log was begun: something was asked for');
  console.log('ok      a start, a greeting and an answer in the window: no socket leads beyond this machine');
} catch (error) {
  failed = error;
  console.log(`FAILED  ${error.message}`);
} finally {
  await close();
}
console.log(failed ? '# offline: 0 passed, 1 failed' : '# offline: 1 passed, 0 failed');
process.exit(failed ? 1 : 0);
