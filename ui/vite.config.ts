/** Build of the page: plain Svelte, no network, a strict content security policy in what is built. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** The policy of the built page. The program sets the same one; this copy guards `vite preview` and its tests. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "script-src 'self'",
  "font-src 'self'",
  // Layered pictures are read beside the page.
  "worker-src 'self'",
  // Pictures within a VRM file are read from the page's own memory.
  "connect-src 'self' blob: ipc: http://ipc.localhost",
  "frame-src 'self' live2d: http://live2d.localhost",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

const policy: Plugin = {
  name: 'hanashi-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
  ],
};

export default defineConfig({
  plugins: [svelte(), policy],
  clearScreen: false,
  worker: { format: 'es' },
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL('./src/lib', import.meta.url)),
      $characters: fileURLToPath(new URL('../characters', import.meta.url)),
    },
    // Component tests run in a pretended browser.
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  server: { port: 5173, strictPort: true, fs: { allow: ['..'] } },
  preview: { port: 4173, strictPort: true },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: ['index.html', 'pet.html'] },
  },
});
