/** The files of a figure, found as people and exporters write their paths: with `\`, other letter case, escaped, in another Unicode form. */

export class Files {
  readonly #bytes: ReadonlyMap<string, ArrayBuffer>;
  // Loose names, made once.
  readonly #loose = new Map<string, string>();

  constructor(bytes: ReadonlyMap<string, ArrayBuffer>) {
    this.#bytes = bytes;
    for (const path of bytes.keys()) this.#loose.set(loose(path), path);
  }

  get paths(): string[] {
    return [...this.#bytes.keys()];
  }

  /** The path of a file that is there; null where there is none. `from` is the file that names it. */
  find(path: string, from = ''): string | null {
    const whole = join(from, path);
    if (this.#bytes.has(whole)) return whole;
    return this.#loose.get(loose(whole)) ?? this.#loose.get(loose(unescaped(whole))) ?? null;
  }

  bytes(path: string): ArrayBuffer | null {
    return this.#bytes.get(path) ?? null;
  }
}

const loose = (path: string) => path.replaceAll('\\', '/').normalize('NFKC').toLowerCase();

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A path as seen from the folder of another one; what leads out of the figure stays within. */
function join(from: string, path: string): string {
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/')) : '';
  const parts: string[] = [];
  for (const part of `${folder}/${path.replaceAll('\\', '/')}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
