/** For tests: files from the disk, and the stand-in Core. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { CubismCore } from './core';
import { Files } from './files';

export const FIXTURES = resolve(import.meta.dirname, '../../../../tests/fixtures/figures');
/** Real files of the field, where they lie beside the project. */
export const SHARED = resolve(import.meta.dirname, '../../../../../shared/puppets');

export const bufferOf = (content: string | Uint8Array): ArrayBuffer => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  // A copy of its own: Node's buffers are views of larger ones.
  return new Uint8Array(bytes).buffer;
};
export const json = (value: unknown): ArrayBuffer => bufferOf(JSON.stringify(value));

export function walk(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}
export const filesIn = (folder: string): Files =>
  new Files(
    new Map(walk(folder).map((path) => [relative(folder, path).replaceAll('\\', '/'), bufferOf(readFileSync(path))])),
  );

export function fakeCore(): CubismCore {
  const source = readFileSync(join(FIXTURES, 'fake-core.js'), 'utf8');
  return new Function(`${source}\nreturn Live2DCubismCore;`)() as CubismCore;
}
