/** Fetches the files of a figure from the program, a few at a time. */

import type { Backend } from '$lib/backend/backend';
import type { FigureView } from '$lib/backend/figures';

/** How many files are asked for at once: textures are large, motions many. */
const AT_ONCE = 4;

/** All files of a figure; those that have gone are left out. */
export async function filesOf(
  backend: Pick<Backend, 'figureFile'>,
  character: string,
  figure: FigureView,
): Promise<[path: string, bytes: ArrayBuffer][]> {
  const found: [string, ArrayBuffer][] = [];
  const queue = [...figure.files];
  async function fetchOn(): Promise<void> {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const bytes = await backend.figureFile(character, path);
      if (bytes) found.push([path, bytes]);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fetchOn));
  return found;
}
