/**
 * How long the real app takes from its start to its window and to the first spoken word, on a first start (nothing is in its data folder).
 *
 *   node tests/desktop/start.mjs [BINARY] [RUNS] [--cold]
 *
 * `--cold` empties the system's page cache before every run (root only; everything on the machine feels it). The window counts from when
 * it can be seen and holds a drawn page (its pixels are not of one colour), the word from the first sample that can be heard; music and
 * places are silent, so that it is hers.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { machine, sleep, start, until } from './machine.mjs';

const args = process.argv.slice(2);
const cold = args.includes('--cold');
const runs = Number(args.find((a) => /^\d+$/.test(a)) ?? 3);
const target = process.env.CARGO_TARGET_DIR ?? 'target';
const named = args.find((a) => !/^\d+$/.test(a) && !a.startsWith('--'));
const binary = resolve(named ?? join(target, 'release/hanashi-desktop'));
/** Louder than this (of 32768) is heard. */
const HEARD = 300;

const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];
const ask = (env, program, ...rest) => spawnSync(program, rest, { env, encoding: 'utf8' });

/** More than one colour in the window: a page has been drawn. */
function drawn(env, id) {
  const shot = spawnSync('xwd', ['-silent', '-id', id], { env, maxBuffer: 1 << 26 }).stdout;
  if (!shot || shot.length < 10_000) return false;
  // Pixels are counted from the end: where they begin depends on the length of the window's name.
  const size = shot.length >> 2;
  const colours = new Set();
  for (let i = 1; i < size - (size >> 3) && colours.size < 40; i += 97) colours.add(shot.readUInt32LE(shot.length - 4 * i));
  return colours.size >= 40;
}

/** Calls back with the moment at which something can be heard for the first time. */
function listen(env, heard) {
  const args = ['-d', 'spk.monitor', '--rate=16000', '--channels=1', '--format=s16le', '--latency-msec=20'];
  const parec = spawn('parec', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  parec.stdout.on('data', (bytes) => {
    for (let i = 0; i + 1 < bytes.length; i += 2) if (Math.abs(bytes.readInt16LE(i)) > HEARD) return heard(performance.now());
  });
  return () => parec.kill('SIGTERM');
}

const rows = [];
for (let run = 0; run < runs; run++) {
  const { env, scratch, close } = await machine();
  try {
    mkdirSync(env.HANASHI_HOME, { recursive: true });
    writeFileSync(join(env.HANASHI_HOME, 'settings.toml'), 'music_volume = 0.0\nambience_volume = 0.0\n');
    let word = Infinity;
    const stop = listen(env, (at) => (word = Math.min(word, at)));
    await sleep(500);
    if (cold) {
      spawnSync('sync');
      writeFileSync('/proc/sys/vm/drop_caches', '3');
    }
    const begun = performance.now();
    start(binary, [], env, join(scratch, 'app.log'));
    let seen = 0;
    let painted = 0;
    await until('the window', () => {
      const id = ask(env, 'xdotool', 'search', '--onlyvisible', '--class', 'hanashi').stdout.trim().split('\n')[0];
      if (!id) return false;
      seen ||= performance.now() - begun;
      if (!drawn(env, id)) return false;
      painted = performance.now() - begun;
      return true;
    });
    await until('her voice', () => word < Infinity, 30_000);
    stop();
    const heard = word - begun;
    rows.push({ seen, painted, heard });
    console.log(`${cold ? 'cold' : 'warm'}: window ${Math.round(seen)} ms, drawn ${Math.round(painted)} ms, first sound ${Math.round(heard)} ms`);
  } finally {
    await close();
  }
}
for (const key of ['seen', 'painted', 'heard']) console.log(`${key}: median ${Math.round(median(rows.map((row) => row[key])))} ms`);
