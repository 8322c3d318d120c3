/** Browser tests: the built page with the fake backend, in the system's Chromium. Nothing is downloaded. */
import { defineConfig } from '@playwright/test';

const PORT = 4273;

export default defineConfig({
  testDir: '../tests/ui',
  outputDir: '../tests/ui/test-results',
  fullyParallel: true,
  workers: 2,
  // What passes at the second try is told at the end (docs/decisions/0246).
  retries: 1,
  // Generous: a loaded machine may be many times slower than a quiet one.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${PORT}`,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `npm run --silent build -- --logLevel warn && npx vite preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}`,
    timeout: 120_000,
    reuseExistingServer: false,
  },
});
