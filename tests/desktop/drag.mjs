/** A real drag and drop: a GTK window with a file in it, and a pointer that moves. */

import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { sleep, start, until } from './machine.mjs';

const SOURCE = fileURLToPath(new URL('drag_source.py', import.meta.url));
/** Debian's Python: the one that has GTK. */
const PYTHON = '/usr/bin/python3';

/** Drags a file into the middle of the screen, which the app fills. */
export async function dragOnto(env, file, log) {
  const xdotool = (...args) => {
    const { status, stderr, error } = spawnSync('xdotool', args.map(String), { env });
    if (status !== 0) throw new Error(`xdotool ${args.join(' ')}: ${error?.message ?? stderr}`);
  };
  const source = start(PYTHON, [SOURCE, file], { ...env, GDK_BACKEND: 'x11' }, log);
  const said = (word) => until(`the drag source to say “${word}”`, () => source.output.join('').includes(word), 20_000);
  await said('shown');
  try {
    xdotool('mousemove', 60, 30);
    xdotool('mousedown', 1);
    // Step by step: a drag begins after a few pixels, and its target is told of every motion.
    for (let step = 1; step <= 20; step += 1) {
      xdotool('mousemove', 60 + step * 28, 30 + step * 18);
      await sleep(40);
    }
    await said('begin');
    await sleep(300);
    xdotool('mousemove', 622, 392);
    await sleep(300);
  } finally {
    xdotool('mouseup', 1);
  }
  await said('end');
  source.kill('SIGTERM');
}
