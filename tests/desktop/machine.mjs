/** A display, a session bus and a sound server of our own, which end with the test. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const children = [];

/** Starts a program that lives as long as the test; its output goes to a file for whoever has to find out. */
export function start(program, args, env, log) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => lines.push(String(data)));
  child.on('error', (error) => lines.push(`${program}: ${error.message}`));
  child.on('close', () => {
    // Whoever ended the test may have removed the folder already.
    if (existsSync(dirname(log))) writeFileSync(log, lines.join(''));
  });
  child.output = lines;
  children.push(child);
  return child;
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks again until the answer is truthy. */
export async function until(what, ask, patienceMs = 60_000) {
  const start = Date.now();
  let last;
  while (Date.now() - start < patienceMs) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`${what}: not within ${patienceMs / 1000} s${last ? ` (${last.message})` : ''}`);
}

export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function need(program) {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    throw new Error(`\`${program}\` is missing: xtask/system-packages.sh test installs it`);
}

/** Brings everything up; answers with the environment for the app. */
export async function machine() {
  for (const program of ['Xvfb', 'dbus-daemon', 'pulseaudio', 'pactl', 'parec', 'WebKitWebDriver']) need(program);
  const scratch = mkdtempSync(join(tmpdir(), 'hanashi-desktop-'));
  const runtime = join(scratch, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const env = {
    ...process.env,
    HOME: scratch,
    XDG_RUNTIME_DIR: runtime,
    HANASHI_HOME: join(scratch, 'data'),
    HANASHI_LOG: 'info',
    LANG: 'C.UTF-8',
  };
  delete env.WAYLAND_DISPLAY;
  delete env.HANASHI_MODELS;

  const display = start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], env, join(scratch, 'xvfb.log'));
  env.DISPLAY = await until('a display', () => {
    // Where another server has the first number, complaints stand before it.
    const number = /^(\d+)$/m.exec(display.output.join(''));
    return number && `:${number[1]}`;
  });

  const bus = start('dbus-daemon', ['--session', '--nofork', '--print-address=1'], env, join(scratch, 'dbus.log'));
  env.DBUS_SESSION_BUS_ADDRESS = await until('a session bus', () => /^unix:\S+/.exec(bus.output.join(''))?.[0]);

  const socket = join(runtime, 'native');
  const script = join(scratch, 'sound.pa');
  writeFileSync(
    script,
    [
      `load-module module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      'load-module module-null-sink sink_name=spk rate=48000 channels=2',
      'load-module module-null-sink sink_name=micfeed rate=48000 channels=1',
      'load-module module-remap-source source_name=vmic master=micfeed.monitor',
      'set-default-sink spk',
      'set-default-source vmic',
      '',
    ].join('\n'),
  );
  env.PULSE_SERVER = `unix:${socket}`;
  env.PULSE_STATE_PATH = join(scratch, 'pulse');
  env.PULSE_RUNTIME_PATH = join(scratch, 'pulse-run');
  env.PULSE_COOKIE = join(scratch, 'cookie');
  mkdirSync(env.PULSE_STATE_PATH);
  mkdirSync(env.PULSE_RUNTIME_PATH, { mode: 0o700 });
  const sound = ['-n', '-F', script, '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes'];
  start('pulseaudio', sound, env, join(scratch, 'pulse.log'));
  await until('a sound server', () => spawnSync('pactl', ['info'], { env }).status === 0);

  const close = async (keep) => {
    for (const child of children.reverse()) child.kill('SIGTERM');
    await sleep(300);
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    if (!keep) rmSync(scratch, { recursive: true, force: true });
  };
  return { env, scratch, close };
}

/** Records what is played until `stop()`; answers with the samples (mono, 16 bit, 16 kHz). */
export function record(env) {
  const parec = spawn('parec', ['-d', 'spk.monitor', '--rate=16000', '--channels=1', '--format=s16le', '--latency-msec=20'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks = [];
  parec.stdout.on('data', (data) => chunks.push(data));
  return async () => {
    parec.kill('SIGTERM');
    await sleep(100);
    const bytes = Buffer.concat(chunks);
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  };
}
