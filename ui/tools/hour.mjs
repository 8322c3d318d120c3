/**
 * An hour of talk, a hundred times as fast: what the page keeps of it. After `npm run build`: `node tools/hour.mjs [MINUTES] [DIST]`.
 *
 * Plays turns of the fake backend, with scenes, faces, going back, saves and panels between them, and prints the live heap, the nodes and the
 * listeners after each sixth of it, collected first. What may grow is the log: a message of some hundred bytes a turn.
 */
import { chromium } from '@playwright/test';
import { preview } from 'vite';

const minutes = Number(process.argv[2] ?? 60);
const outDir = process.argv[3] ?? 'dist';
/** A turn of the fake backend takes about so long, in seconds. */
const TURN_S = 10;
const turns = Math.round((minutes * 60) / TURN_S);
const server = await preview({ build: { outDir }, preview: { port: 4277, strictPort: true }, logLevel: 'error' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
const cdp = await page.context().newCDPSession(page);
await cdp.send('Performance.enable');
const measure = async (turn) => {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((m) => m.name === name)?.value ?? 0;
  console.log(
    `${String(turn).padStart(5)} turns: ${(of('JSHeapUsedSize') / 1e6).toFixed(1)} MB live, ${of('Nodes')} nodes, ${of('JSEventListeners')} listeners`,
  );
};
await page.goto(
  'http://localhost:4277/?fake=rush&direct=sound:bell&reply=' + encodeURIComponent('One. Two! Three? '.repeat(6)),
);
await page.locator('.entered').first().waitFor();
await measure(0);
for (let turn = 1; turn <= turns; turn++) {
  await page.fill('#say', `line ${turn}`);
  await page.keyboard.press('Enter');
  await page.locator('form [type=submit]').waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  if (turn % 7 === 0) for (const key of ['PageUp', 'PageUp', 'PageDown', 'PageDown']) await page.keyboard.press(key);
  if (turn % 11 === 0) {
    for (const key of ['F5', 'l', 'Escape', 's', 'Escape']) await page.keyboard.press(key);
    await page.keyboard.press('PageDown');
  }
  if (turn % Math.ceil(turns / 6) === 0) await measure(turn);
}
await browser.close();
await server.close();
