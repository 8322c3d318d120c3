/** Figures that move: Live2D with a stand-in for the Cubism Core, VRM, the ladder beneath them, the small window. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { drop, expect, say, spoken, test, type Locator, type Page } from './harness';

const FIXTURES = resolve(import.meta.dirname, '../fixtures/figures');
const SHARED = resolve(import.meta.dirname, '../../../shared/puppets');
const CORE = readFileSync(join(FIXTURES, 'fake-core.js'), 'utf8');

// Without a graphics card Chromium draws WebGL in software only when it is told to.
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader'],
  },
});

/** Serves figures, a Core, and the frame as the program serves it: with the hash of that Core in its policy. */
async function serve(page: Page, hashOf = CORE): Promise<void> {
  const hash = createHash('sha256').update(hashOf).digest('base64');
  const frame = readFileSync(resolve(import.meta.dirname, '../../ui/dist/live2d/frame.txt'), 'utf8');
  await page.route('**/live2d/frame', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': 'sandbox allow-scripts' },
      body: frame.replace('CORE-HASH', hash),
    }),
  );
  await page.route(
    (url) => url.pathname.startsWith('/figures/'),
    (route) => {
      const path = decodeURIComponent(new URL(route.request().url()).pathname).replace('/figures/', '');
      const place = path.startsWith('shared/') ? join(SHARED, path.slice(7)) : join(FIXTURES, path);
      return existsSync(place) ? route.fulfill({ body: readFileSync(place) }) : route.fulfill({ status: 404 });
    },
  );
  await page.route(
    (url) => url.pathname === '/core.js',
    (route) => route.fulfill({ body: CORE, contentType: 'text/plain' }),
  );
}
const live2d = (page: Page) => page.getByTestId('live2d');
const vrm = (page: Page) => page.getByTestId('vrm');

/**
 * How many times as large a picture of the middle of the stage is with a figure as without it: 1 where nothing is drawn. The room is hidden,
 * for there is more to see in it than in any figure.
 */
async function drawnOver(page: Page, figure: Locator): Promise<number> {
  const clip = { x: (page.viewportSize()?.width ?? 0) / 2 - 180, y: 90, width: 360, height: 360 };
  const see = (places: Locator, visibility: string) =>
    places.evaluateAll((all, to) => {
      for (const one of all) if (one instanceof HTMLElement) one.style.visibility = to;
    }, visibility);
  const size = async () => (await page.screenshot({ clip })).length;
  await see(page.locator('.depth'), 'hidden');
  const drawn = await size();
  await see(figure, 'hidden');
  const empty = await size();
  await see(figure, '');
  await see(page.locator('.depth'), '');
  return drawn / empty;
}

test('a Live2D model plays in its closed frame', async ({ page, open, picture }) => {
  await serve(page);
  await open('figure=/figures/mika&core=/core.js&fake=fast&emotion=angry&reply=Well%20hello');
  await expect(live2d(page)).toHaveAttribute('data-core', '5.1.0');
  await expect(live2d(page)).toHaveAttribute('data-motion', 'idle');
  await expect(live2d(page)).toHaveAttribute('sandbox', 'allow-scripts');
  // The greeting's feeling, by an expression that the model's list does not name.
  await expect(live2d(page)).toHaveAttribute('data-expression', 'angry');
  await say(page, 'Hello');
  await expect(spoken(page)).toContainText('Well hello');
  await picture('live2d');
  await expect.poll(() => drawnOver(page, live2d(page))).toBeGreaterThan(1.3);
});

test('the frame reaches neither the page nor the network', async ({ page, open }) => {
  await serve(page);
  await open('figure=/figures/mika&core=/core.js', /Content Security Policy|Fetch API cannot load/);
  await expect(live2d(page)).toHaveAttribute('data-core', '5.1.0');
  const frame = page.frames().find((one) => one.url().endsWith('/live2d/frame'));
  if (!frame) throw new Error('no frame');
  const tried = await frame.evaluate(async () => {
    const attempt = async (run: () => unknown) => {
      try {
        await run();
        return 'let through';
      } catch {
        return 'refused';
      }
    };
    return {
      origin: origin,
      page: await attempt(() => parent.document.title),
      storage: await attempt(() => localStorage.length),
      // Without a policy this would be let through, unread: only where answers may be read does the sender's origin matter.
      network: await attempt(() => fetch('/index.html', { mode: 'no-cors' })),
      inline: await attempt(async () => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.evil = true';
        document.head.append(script);
        if (!('evil' in globalThis)) throw new Error('did not run');
      }),
    };
  });
  expect(tried).toEqual({ origin: 'null', page: 'refused', storage: 'refused', network: 'refused', inline: 'refused' });
});

test('a Core of another hash does not run, and pictures stand in', async ({ page, open }) => {
  await serve(page, 'another text');
  await open('figure=/figures/mika&core=/core.js', /Content Security Policy/);
  await expect(page.getByText('was not let run')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('puppet').locator('svg').first()).toBeAttached();
});

test('without a Core the ladder is said, and settings say where to get one', async ({ page, open, picture }) => {
  await serve(page);
  await open('figure=/figures/mika&chosen=/core.js');
  await expect(page.getByText('no Cubism Core has been chosen')).toBeVisible();
  await expect(page.getByTestId('puppet').locator('svg').first()).toBeAttached();
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.getByRole('tab', { name: 'Stage' }).click();
  await page.getByRole('heading', { name: 'Live2D' }).scrollIntoViewIfNeeded();
  await expect(page.getByText('live2d.com/en/sdk/download/web')).toBeVisible();
  await picture('settings-live2d');
  await page.getByRole('button', { name: 'Choose the Cubism Core…' }).click();
  await expect(page.getByTestId('core')).toContainText(createHash('sha256').update(CORE).digest('hex').slice(0, 16));
  // Whoever stood as a picture moves now.
  await expect(live2d(page)).toHaveAttribute('data-core', '5.1.0');
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(page.getByTestId('core')).toContainText('No Cubism Core chosen');
  await expect(live2d(page)).toHaveCount(0);
});

test('a guest whose figure wants a Core is news and no failure', async ({ page, open }) => {
  await serve(page);
  await open('figure=/figures/mika&chosen=/core.js&with=haru&still&fake=fast');
  const notices = page.locator('.notices');
  await expect(notices).toContainText('no Cubism Core has been chosen');
  await expect(page.locator('.stage .figure, .stage .entered').first()).toBeAttached();
  await expect(notices.locator('.notice:not(.info)')).toHaveCount(0);
});

test('a VRM figure shows faces, visemes and springs', async ({ page, open, picture }) => {
  await serve(page);
  await open('figure=/figures/boxes&fake=fast&emotion=joy');
  await expect(vrm(page)).toHaveAttribute('data-expressions', /aa/);
  await expect(vrm(page)).toHaveAttribute('data-springs', '2');
  await expect(vrm(page)).toHaveAttribute('data-ms', /\d/);
  await picture('vrm');
  await expect.poll(() => drawnOver(page, vrm(page))).toBeGreaterThan(1.3);
  // One picture of her for those who hear the page, not one more of nothing.
  await expect(vrm(page)).toHaveRole('img');
  await expect(page.getByTestId('puppet')).toBeHidden();
});

for (const [name, query, figure] of [
  ['Live2D', 'figure=/figures/mika&core=/core.js', live2d],
  ['VRM', 'figure=/figures/boxes', vrm],
] as const) {
  test(`a ${name} figure that holds still is drawn anew when the window changes`, async ({ page, open }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await serve(page);
    await open(query);
    await expect(figure(page)).toHaveAttribute('data-ms', /\d/);
    await expect.poll(() => drawnOver(page, figure(page))).toBeGreaterThan(1.3);
    await page.setViewportSize({ width: 1100, height: 680 });
    await expect.poll(() => drawnOver(page, figure(page))).toBeGreaterThan(1.3);
  });
}

test('a real VRM of version 0 stands on the stage', async ({ page, open, picture }) => {
  test.skip(!existsSync(SHARED), 'the real files are not here');
  await serve(page);
  const entry = 'Godette_vrm_v4.vrm';
  await page.route('**/godette/files.json', (route) =>
    route.fulfill({ json: { kind: 'vrm', name: 'Godette', entry, files: [entry] } }),
  );
  await page.route(`**/godette/${entry}`, (route) =>
    route.fulfill({ body: readFileSync(join(SHARED, 'vrm/godot_vrm/vrm_samples', entry)) }),
  );
  await open('figure=/godette&fake=fast&emotion=joy', /LookAtDegreeMap/);
  await expect(vrm(page)).toHaveAttribute('data-ms', /\d/, { timeout: 60_000 });
  await picture('vrm-real');
});

test('a broken VRM is said, and the next rung stands in', async ({ page, open }) => {
  await serve(page);
  await page.route('**/figures/broken/files.json', (route) =>
    route.fulfill({ json: { kind: 'vrm', name: 'Broken', entry: 'b.vrm', files: ['b.vrm'] } }),
  );
  await page.route('**/figures/broken/b.vrm', (route) => route.fulfill({ body: Buffer.from('glTF and no more') }));
  await open('figure=/figures/broken');
  await expect(page.getByText('The figure Broken cannot be shown')).toBeVisible();
  await expect(page.getByTestId('puppet').locator('svg').first()).toBeAttached();
});

test('a model that is dropped is offered, taken, refused in part, and taken away again', async ({
  page,
  open,
  picture,
}) => {
  await serve(page);
  await open('character=card-mira&core=/core.js&arrives=/figures/mika');
  await drop(page, 'mika.model3.json');
  const panel = page.getByRole('dialog');
  await expect(panel).toContainText('Live2D model');
  await expect(panel).toContainText('24 files');
  await picture('figure-offer');
  await panel.getByRole('button', { name: 'Use this figure' }).click();
  await expect(panel).toContainText('mad.exp3.json');
  await panel.getByRole('button', { name: 'Close' }).last().click();
  await expect(live2d(page)).toHaveAttribute('data-core', '5.1.0');
});

test('the small window shows the character alone, and leads back', async ({ page, open, picture }) => {
  await page.setViewportSize({ width: 300, height: 440 });
  await open('pet&fake=fast');
  await expect(page.getByTestId('puppet').locator('svg').first()).toBeAttached();
  await expect(page.locator('.depth img')).toHaveCount(0);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgba(0, 0, 0, 0)');
  await picture('pet');
  await page.getByRole('button', { name: 'Let clicks through' }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.through)).toBe('true');
  await page.getByRole('button', { name: 'Back to the large window' }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.window)).toBe('main');
});

test('what the system cannot do is said', async ({ page, open }) => {
  await open('nopet');
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.getByRole('tab', { name: 'Stage' }).click();
  await expect(page.getByText('There is no tray here')).toBeVisible();
  await expect(page.getByText('does not let windows stay above')).toBeVisible();
});
