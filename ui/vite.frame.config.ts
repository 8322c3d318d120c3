/**
 * Build of the frame in which a Cubism Core runs: one page with one script in it, and a policy that names that script by its hash, leaves
 * a place for the hash of the Core that a person chose, and allows nothing else (see `docs/decisions/0177`).
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const STYLE =
  'html,body{margin:0;height:100%;background:transparent;overflow:hidden}canvas{display:block;width:100%;height:100%}';
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const frame: Plugin = {
  name: 'hanashi-frame',
  generateBundle(_options, bundle) {
    for (const [name, item] of Object.entries(bundle)) {
      if (item.type !== 'chunk') continue;
      const script = item.code.trim();
      if (/<\/script|<!--|\r/i.test(script)) this.error('the script of the frame cannot stand in a page as it is');
      const policy = [
        "default-src 'none'",
        // `CORE-HASH` becomes the hash of the chosen Core when the frame is served.
        `script-src ${hash(script)} 'sha256-CORE-HASH' 'wasm-unsafe-eval'`,
        `style-src ${hash(STYLE)}`,
        'img-src blob:',
        // Cores carry their WebAssembly within themselves.
        'connect-src data:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ');
      Reflect.deleteProperty(bundle, name);
      this.emitFile({
        type: 'asset',
        fileName: 'live2d/frame.txt',
        source:
          `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Live2D</title>` +
          `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
          `<style>${STYLE}</style></head><body><script>${script}</script></body></html>\n`,
      });
    }
  },
};

export default defineConfig({
  plugins: [frame],
  clearScreen: false,
  resolve: { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } },
  build: {
    target: 'es2022',
    emptyOutDir: false,
    reportCompressedSize: false,
    copyPublicDir: false,
    lib: { entry: 'src/lib/live2d/frame.ts', formats: ['iife'], name: 'frame' },
  },
});
