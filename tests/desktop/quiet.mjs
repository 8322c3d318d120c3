/**
 * What the page costs in the app's own engine when hardly anything moves, how soon it answers, and what it keeps of an hour: the figures of
 * docs/stage.md that the benchmark in Chromium cannot give.
 *
 *   node tests/desktop/quiet.mjs DIST [SECONDS] [TURNS] [memory]
 *
 * Serves a built page (`npm run build` in `ui/`) with the fake backend to WebKitGTK's browser under Xvfb, without a GPU, and prints: the share of a core
 * at rest with less motion and when it is told that it is hidden; the time from a key to the frame after what it changed; opening and scrolling a backlog
 * of 20,000 lines; the memory of the web process over that many turns (with `memory`: only that). It holds no heap statistics, so memory is what the
 * system counts.
 */
import { resolve } from 'node:path';
import { BROWSER, serve, webMemory, webTime } from './browser.mjs';
import { freePort, machine, sleep, start, until } from './machine.mjs';
import { Window } from './webdriver.mjs';

const [dist, seconds = '10', turns = '360', only] = process.argv.slice(2);
if (!dist) {
  console.error('no built page is named');
  process.exit(1);
}
/** Turns of the talk that are waited for at once. */
const FEW = 20;
const { env, scratch, close } = await machine();
const { server, url } = await serve(resolve(dist));
let window;

/** Runs something that takes a while in the page, and waits for what it gives. */
async function long(script, ...args) {
  await window.run(`(args) => { window.given_ = undefined; (${script})(...args).then((v) => (window.given_ = { v }), (e) => (window.given_ = { e: String(e) })); }`, args);
  const { v, e } = await until('an answer of the page', () => window.run(() => window.given_), 600_000);
  if (e) throw new Error(e);
  return v;
}
async function share() {
  const [before, begun] = [webTime(env.HANASHI_HOME), performance.now()];
  await sleep(Number(seconds) * 1000);
  const after = webTime(env.HANASHI_HOME);
  return (((after.page - before.page) * 100_000) / (performance.now() - begun)).toFixed(1);
}
async function open(query) {
  await window.go(`${url}/?nogpu&${query}`);
  await until('somebody', () => window.run(() => document.querySelector('.entered') !== null), 600_000);
}
const spread = (all) => {
  const sorted = [...all].sort((a, b) => a - b);
  const of = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(0);
  return `p50 ${of(0.5)} ms, p95 ${of(0.95)} ms`;
};

/** Rest, answers to keys, and a long backlog. */
async function quick() {
  await open('character=koto&still');
  await sleep(6500);
  console.log(`less motion: ${await share()} % of a core`);

  await open('character=koto');
  await sleep(6500);
  // Without a window manager nothing hides a window, so the page is told what the system would tell it.
  await window.run(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await sleep(1000);
  console.log(`told that it is hidden: ${await share()} % of a core`);

  await open('scene=backlog&still&fake=fast');
  const answers = await long(async (count) => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const press = (key) => window.dispatchEvent(new KeyboardEvent('keydown', { key, code: key }));
    const all = [];
    for (let i = 0; i < count; i++) {
      const before = document.querySelector('.text')?.textContent;
      const begun = performance.now();
      press(i % 2 === 0 ? 'PageUp' : 'PageDown');
      while (document.querySelector('.text')?.textContent === before) await new Promise((done) => setTimeout(done));
      await painted();
      all.push(performance.now() - begun);
      await new Promise((done) => setTimeout(done, 120));
    }
    return all;
  }, 40);
  console.log(`a key to the frame behind what it changed: ${spread(answers)} (${answers.length} pages turned)`);

  await open('still&scene=backlog&lines=20000');
  const { opened, gaps } = await long(async (frames) => {
    const frame = () => new Promise(requestAnimationFrame);
    const begun = performance.now();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'l' }));
    while (!document.querySelector('[data-testid=backlog] li')) await frame();
    const opened = performance.now() - begun;
    const list = document.querySelector('[data-testid=backlog]');
    for (let i = 0; i < 20; i++) await frame();
    const gaps = [];
    for (let i = 0, last = await frame(); i < frames; i++) {
      list.scrollBy(0, -100);
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
    return { opened, gaps };
  }, 240);
  const late = gaps.filter((gap) => gap > 25).length;
  console.log(`a backlog of 20,000 lines: opened in ${opened.toFixed(0)} ms; scrolled by 100 pixels a frame, frames ${spread(gaps)} apart, ${late} of ${gaps.length} late`);
}

try {
  const port = await freePort();
  start('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], env, `${scratch}/driver.log`);
  await until('the driver', async () => (await fetch(`http://127.0.0.1:${port}/status`)).ok);
  window = await until('the window', () => Window.open(port, BROWSER, ['--automation', '--geometry=1280x860']), 60_000);

  if (only !== 'memory') await quick();

  // A window of its own: pages that were left stay in memory for whoever goes back, and the engine ends with the process.
  await window.close();
  window = await until('another window', () => Window.open(port, BROWSER, ['--automation', '--geometry=1280x860']), 60_000);
  await open(`fake=rush&direct=sound:bell&reply=${encodeURIComponent('One. Two! Three? '.repeat(6))}`);
  // The renderers are tried once, when nobody speaks: a talk a hundred times as fast leaves no such moment.
  await until('a renderer', () => window.run(() => JSON.parse(localStorage.getItem('hanashi.drawing') ?? '{}').at > 0), 120_000).catch(() =>
    console.log('the renderers were not tried within two minutes: the machine is too busy, and memory rises when they are'),
  );
  const memory = [];
  const step = Math.max(1, Math.ceil(Number(turns) / 6));
  for (let done = 0; done <= Number(turns); done += step) {
    // A few at a time: beside other work a sixth of two hours takes longer than anything is waited for.
    for (let from = done - step; done > 0 && from < done; from += FEW)
      await long(async (from, count) => {
        const wait = (ms) => new Promise((go) => setTimeout(go, ms));
        for (let turn = from; turn < from + count; turn++) {
          const field = document.querySelector('#say');
          field.value = `line ${turn}`;
          field.dispatchEvent(new Event('input', { bubbles: true }));
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
          await wait(60);
          for (let i = 0; i < 200 && !document.querySelector('.answers'); i++) await wait(30);
        }
      }, from, Math.min(FEW, done - from));
    const { all, own } = webMemory(env.HANASHI_HOME);
    memory.push(`${all.toFixed(0)} (${own.toFixed(0)})`);
    console.log(`${String(done).padStart(5)} turns: ${memory.at(-1)} MB`);
  }
  console.log(`memory of the web process over ${turns} turns, in sixths, and of it its own, without files: ${memory.join(', ')} MB`);
} finally {
  await window?.close().catch(() => {});
  server.close();
  await close(true);
}
