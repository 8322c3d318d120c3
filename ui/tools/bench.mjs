/**
 * Measures the stage in Chromium without a GPU: what a frame costs, and what share of a core each state of the stage takes.
 *
 * Run in `ui/` after `npm run build`: `npm run bench [seconds] [--json] [--draw svg,canvas,webgl] [--dist FOLDER] [--input] [--backlog]`. `--input`
 * measures instead how long a click, a key and the pointer take until what they change is painted, `--backlog` how long one of 20,000 lines takes to
 * open and to scroll. Plays scripted turns through the fake backend, so
 * that nothing but the page is measured. Processor time is that of all of Chromium's processes, from /proc: the renderer, the
 * compositor that paints in software, and the browser. A frame's cost is the time of the main thread's task that ran it.
 */
import { chromium } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { preview } from 'vite';
import { INPUTS, watch } from './reaction.mjs';

const seconds = Number(process.argv.slice(2).find((a) => /^\d+$/.test(a)) ?? 12);
const json = process.argv.includes('--json');
/** What draws the figure: each of the renderers that are named, else what the page finds best by itself. */
const named = process.argv[process.argv.indexOf('--draw') + 1];
const draws = process.argv.includes('--draw') ? named.split(',') : ['auto'];
/** Another build than the one in `dist`, to be measured by turns with it. */
const dist = process.argv.includes('--dist') ? process.argv[process.argv.indexOf('--dist') + 1] : 'dist';
const SIZE = { width: 1280, height: 720 };
/** Ticks a second of /proc's processor times; the same on every Linux that people use. */
const TICKS = 100;
const TALK =
  'The gulls went inland this morning, and the water in the harbour is as flat as a plate. So there will be rain by six, and wind after it, and nobody will come to buy books. ';

/** Processor seconds of a process and all below it. */
function processorTime(root) {
  const parents = new Map();
  const times = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), Number(fields[1]));
      times.set(Number(name), (Number(fields[11]) + Number(fields[12])) / TICKS);
    } catch {
      // It ended while it was looked at.
    }
  }
  const under = (pid) => pid === root || (parents.has(pid) && parents.get(pid) > 1 && under(parents.get(pid)));
  let sum = 0;
  for (const [pid, time] of times) if (under(pid)) sum += time;
  return sum;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** Milliseconds of the main thread's tasks in which a frame was animated and painted, while something goes on. */
async function frames(page, during) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', {
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] },
    transferMode: 'ReportEvents',
  });
  await during();
  const complete = new Promise((done) => client.once('Tracing.tracingComplete', done));
  await client.send('Tracing.end');
  await complete;
  await client.detach();
  const main = events.find((e) => e.name === 'FireAnimationFrame');
  if (!main) return [];
  const own = events.filter((e) => e.pid === main.pid && e.tid === main.tid && e.ph === 'X' && e.dur !== undefined);
  const tasks = own.filter((e) => e.name === 'RunTask');
  const fired = own.filter((e) => e.name === 'FireAnimationFrame').map((e) => e.ts);
  return (
    tasks
      .filter((t) => fired.some((ts) => ts >= t.ts && ts <= t.ts + t.dur))
      // The thread's own clock: what another program takes of the core meanwhile is not the page's cost.
      .map((t) => (t.tdur ?? t.dur) / 1000)
      .sort((a, b) => a - b)
  );
}

/** What an input is waited for, in milliseconds. One of which nothing is seen by then counts as so long: left out, it would better the figures. */
const LONGEST = 3000;

/** Milliseconds from an input to the frame that shows what it changed (`reaction.mjs`), NaN beyond `LONGEST`: `act` makes the input. */
async function reaction(page, act, seen, event) {
  await page.evaluate(`(${watch})(...${JSON.stringify([seen, event])})`);
  await act();
  return page.evaluate(
    (longest) => Promise.race([window.__reacted, new Promise((done) => setTimeout(() => done(NaN), longest))]),
    LONGEST,
  );
}

/** How each input is made, and how to be ready to make it again. */
const MADE = {
  back: {
    before: async (page, i) => (i % 5 === 0 ? page.reload().then(() => settle(page)) : undefined),
    act: (page) => page.keyboard.press('PageUp'),
  },
  next: {
    before: async (page, i) => (i % 5 === 0 ? page.reload().then(() => settle(page)) : undefined),
    prepare: (page) => page.keyboard.press('PageUp'),
    act: (page) => page.mouse.click(640, 200),
  },
  hide: { act: (page) => page.keyboard.press('h') },
  settings: {
    after: (page) => page.keyboard.press('Escape').then(() => page.waitForTimeout(400)),
    act: (page) => page.locator('.top nav button').nth(6).click(),
  },
  gaze: {
    prepare: (page) => page.mouse.move(640, 260).then(() => page.waitForTimeout(900)),
    act: (page, i) => page.mouse.move(i % 2 ? 60 : 1220, 80),
  },
};
async function settle(page) {
  await page.locator('.entered').first().waitFor();
  await page.waitForTimeout(1500);
  await page.evaluate(() => document.activeElement?.blur());
}

/** Every input many times; the events' own times, as Event Timing tells them, beside. */
async function inputs(browser, draw) {
  const TIMES = 20;
  const rows = [];
  for (const [id, { name, query, seen, event }] of Object.entries(INPUTS)) {
    const { before, prepare, act, after } = MADE[id];
    const page = await browser.newPage({ viewport: SIZE });
    await page.addInitScript((wish) => {
      localStorage.setItem('hanashi.drawing', JSON.stringify({ wish }));
      window.__events = [];
      new PerformanceObserver((list) =>
        window.__events.push(...list.getEntries().map(({ name, duration }) => [name, duration])),
      ).observe({
        type: 'event',
        durationThreshold: 16,
      });
    }, draw);
    const told = [];
    /** Takes what the events told out of the page, which forgets it when it is loaded anew. They are told of a moment after their frame. */
    const gather = async () => {
      await page.waitForTimeout(200);
      const taken = await page.evaluate(() => window.__events.splice(0));
      told.push(...taken.filter(([of]) => of === event).map(([, ms]) => ms));
    };
    await page.goto(`http://localhost:4274/?${query}`);
    await settle(page);
    const found = [];
    let reacted = 0;
    for (let i = 0; i < TIMES; i++) {
      if (before) await gather();
      await before?.(page, i);
      await prepare?.(page, i);
      await page.waitForTimeout(120);
      const ms = await reaction(page, () => act(page, i), seen, event);
      if (Number.isFinite(ms)) reacted++;
      found.push(Number.isFinite(ms) ? ms : LONGEST);
      await after?.(page, i);
    }
    await gather();
    found.sort((a, b) => a - b);
    told.sort((a, b) => a - b);
    const tenth = (ms) => Math.round(ms * 10) / 10;
    rows.push({
      input: name,
      drawn_by: draw,
      seen: `${reacted}/${TIMES}`,
      p50_ms: tenth(quantile(found, 0.5)),
      p95_ms: tenth(quantile(found, 0.95)),
      event_timing_p95_ms: told.length > 0 ? quantile(told, 0.95) : '< 16',
    });
    await page.close();
  }
  return rows;
}

/** A backlog of 20,000 lines: from the key to its first row, and the frames of scrolling it by 6,000 pixels a second. */
async function backlog(browser) {
  const opened = [];
  let scrolled = [];
  for (let i = 0; i < 5; i++) {
    const page = await browser.newPage({ viewport: SIZE });
    await page.goto('http://localhost:4274/?still&scene=backlog&lines=20000');
    await settle(page);
    opened.push(
      await page.evaluate(async () => {
        const begun = performance.now();
        window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l' }));
        while (!document.querySelector('[data-testid=backlog] li')) await new Promise(requestAnimationFrame);
        return performance.now() - begun;
      }),
    );
    const list = page.getByTestId('backlog');
    scrolled = scrolled.concat(
      await frames(page, () =>
        list.evaluate(async (list) => {
          for (let i = 0; i < 120; i++) {
            list.scrollBy(0, -100);
            await new Promise(requestAnimationFrame);
          }
        }),
      ),
    );
    await page.close();
  }
  return Object.entries({ 'opens, ms': opened, 'a frame of scrolling, ms': scrolled }).map(([backlog, ms]) => {
    ms.sort((a, b) => a - b);
    const tenth = (q) => Math.round(quantile(ms, q) * 10) / 10;
    return { backlog, times: ms.length, p50: tenth(0.5), p95: tenth(0.95) };
  });
}

const server = await preview({ build: { outDir: dist }, preview: { port: 4274, strictPort: true }, logLevel: 'error' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
// Playwright does not tell the browser's process; it is the one of our children that is Chromium.
const root = readdirSync('/proc').find((name) => {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid && stat.includes('(chrom');
  } catch {
    return false;
  }
});
if (!root) throw new Error('no process of Chromium was found among the children of this one');

const STATES = [
  { name: 'idle on stage', query: '' },
  { name: 'speaking', query: `reply=${encodeURIComponent(TALK.repeat(8))}`, speak: true },
  { name: 'idle, petals fall', query: 'place=park&daylight=day' },
  { name: 'idle, less motion', query: 'still' },
  { name: 'hidden', query: '', hide: true },
];
const results = [];
if (process.argv.includes('--input')) {
  for (const draw of draws) results.push(...(await inputs(browser, draw === 'auto' ? 'svg' : draw)));
  STATES.length = 0;
}
if (process.argv.includes('--backlog')) {
  results.push(...(await backlog(browser)));
  STATES.length = 0;
}
for (const [state, draw] of STATES.flatMap((state) => draws.map((draw) => [state, draw]))) {
  if (draws.length > 1 && (state.hide || state.query === 'still')) continue;
  const page = await browser.newPage({ viewport: SIZE });
  await page.addInitScript((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), draw);
  await page.goto(`http://localhost:4274/?${state.query}`);
  await page.locator('.entered').first().waitFor();
  await page.waitForTimeout(1500);
  // The page tries each renderer once the figure stands.
  if (draw === 'auto' && !state.hide && state.query !== 'still')
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('hanashi.drawing') ?? '{}').at > 0, null, {
      timeout: 60_000,
    });
  if (state.speak) {
    await page.locator('#say').fill('Tell me.');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=puppet]:not([data-mouth=closed])').waitFor();
  }
  // A page behind another one is what a minimised window is to the page.
  const front = state.hide ? await browser.newPage({ viewport: SIZE }) : null;
  if (state.hide) {
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
  }
  // What a page does in its first seconds is no rest.
  await page.waitForTimeout(state.hide || state.query === 'still' ? 3000 : 500);
  const before = processorTime(Number(root));
  const begun = performance.now();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const core = (processorTime(Number(root)) - before) / ((performance.now() - begun) / 1000);
  const costs = state.hide ? [] : await frames(page, () => page.waitForTimeout(Math.min(6000, seconds * 500)));
  // By itself the page draws as it found best on this machine.
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector('[data-testid=puppet] canvas');
    return canvas ? (canvas.getContext('2d') ? 'canvas' : 'webgl') : 'svg';
  });
  results.push({
    state: state.name,
    drawn_by: draw === drawn ? draw : `${draw}: ${drawn}`,
    core_percent: Math.round(core * 1000) / 10,
    frames_per_s: Math.round((costs.length / (Math.min(6000, seconds * 500) / 1000)) * 10) / 10,
    frame_p50_ms: Math.round(quantile(costs, 0.5) * 100) / 100,
    frame_p95_ms: Math.round(quantile(costs, 0.95) * 100) / 100,
  });
  await front?.close();
  await page.close();
}
await browser.close();
await server.close();
if (json)
  console.log(
    JSON.stringify({ v: 1, machine: { cores: cpus().length, cpu: cpus()[0]?.model ?? '' }, seconds, results }, null, 2),
  );
else {
  console.log(
    `${cpus().length} cores, ${cpus()[0]?.model ?? ''}; ${SIZE.width} x ${SIZE.height}, no GPU, ${seconds} s each`,
  );
  console.table(results);
}
