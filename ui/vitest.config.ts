/** Unit tests: pure modules in Node, components in happy-dom where a test asks for it. */
import { defineConfig, mergeConfig } from 'vitest/config';
import vite from './vite.config';

export default mergeConfig(
  vite,
  defineConfig({ test: { include: ['src/**/*.test.ts'], environment: 'happy-dom', restoreMocks: true } }),
);
