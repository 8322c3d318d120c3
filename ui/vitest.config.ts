/** Unit tests: in Node; in happy-dom where a test file asks for it. */
import { defineConfig, mergeConfig } from 'vitest/config';
import vite from './vite.config.ts';

export default mergeConfig(
  vite,
  defineConfig({ test: { include: ['src/**/*.test.ts'], environment: 'node', restoreMocks: true } }),
);
