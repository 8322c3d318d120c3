/** A layered picture as a figure: told by its names, drawn by every renderer, refused where it would take too much. */

import { writePsd } from '../../ui/testing';
import { drop, expect, say, test, type Page } from './harness';

type Rgb = [number, number, number];
/** What Chromium says of WebGL that is played by the processor. */
const STALLS = /GPU stall due to ReadPixels/;

/** An oval of one colour on a layer of its own. */
function oval(name: string, [x, y, w, h]: [number, number, number, number], [r, g, b]: Rgb, rest: object = {}) {
  const data = new Uint8ClampedArray(w * h * 4);
  for (let j = 0; j < h; j++) {
    for (let i = 0; i < w; i++) {
      const far = Math.hypot((2 * i + 1) / w - 1, (2 * j + 1) / h - 1);
      data.set([r, g, b, Math.max(0, Math.min(255, (1 - far) * w * 128))], (j * w + i) * 4);
    }
  }
  return {
    name,
    left: x,
    top: y,
    right: x + w,
    bottom: y + h,
    imageData: { width: w, height: h, data, colorSpace: 'srgb' as const, pixelFormat: 'rgba-unorm8' as const },
    ...rest,
  };
}
const HAIR: Rgb = [96, 60, 120];
const SKIN: Rgb = [250, 220, 205];
const yuki = () =>
  writePsd({
    width: 600,
    height: 800,
    children: [
      oval('hair back', [140, 40, 320, 520], [70, 42, 92]),
      oval('body', [120, 420, 360, 560], [60, 90, 140]),
      {
        name: 'head',
        children: [
          oval('face', [190, 120, 220, 280], SKIN),
          oval('eye', [220, 230, 60, 56], [255, 255, 255]),
          oval('eye', [320, 230, 60, 56], [255, 255, 255]),
          oval('iris', [234, 234, 34, 46], [60, 120, 160]),
          oval('iris', [334, 234, 34, 46], [60, 120, 160]),
          oval('eye closed', [220, 256, 60, 8], [60, 30, 30], { hidden: true }),
          oval('eye closed', [320, 256, 60, 8], [60, 30, 30], { hidden: true }),
          oval('mouth', [280, 336, 40, 8], [180, 70, 70]),
          oval('mouth a', [278, 330, 44, 34], [150, 40, 50], { hidden: true }),
          oval('bangs', [180, 90, 240, 130], HAIR),
        ],
      },
    ],
  });

async function serve(page: Page, psd: ArrayBuffer, files = ['yuki.psd']) {
  await page.route(
    (url) => url.pathname.startsWith('/figures/'),
    (route) =>
      route.request().url().endsWith('files.json')
        ? route.fulfill({ json: { kind: 'layers', name: 'Yuki', entry: 'yuki.psd', files } })
        : route.fulfill({ body: Buffer.from(psd) }),
  );
}
const figure = (page: Page) => page.getByTestId('layered');

for (const kind of ['svg', 'canvas'] as const) {
  test(`a PSD stands on the stage and lives, drawn as ${kind}`, async ({ page, open, picture }) => {
    await page.addInitScript((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), kind);
    await serve(page, yuki());
    await open('figure=/figures&fake=fast');
    await expect(figure(page)).toHaveAttribute('data-layers', '12');
    await expect(
      figure(page)
        .locator(kind === 'svg' ? 'svg[data-layer]' : 'canvas')
        .first(),
    ).toBeVisible();
    await picture(`layered-${kind}`);
    const still = await figure(page).screenshot();
    await say(page, 'Good evening.');
    await expect.poll(async () => (await figure(page).screenshot()).equals(still)).toBe(false);
    await picture(`layered-${kind}-speaking`);
  });
}

/** How far the colour at a place of the artwork is from another, in 255ths. The figure's own canvas begins at the artwork's left. */
async function far(page: Page, [x, y]: [number, number], colour: Rgb): Promise<number> {
  const { left, top, scale } = await figure(page).evaluate((one) => {
    const { left, top } = (one.querySelector('.figure') ?? one).getBoundingClientRect();
    const sheet = one.querySelector<SVGSVGElement>('svg[data-layer]');
    const scale = sheet
      ? parseFloat(sheet.style.width) / sheet.viewBox.baseVal.width
      : (one.querySelector('canvas') ?? one).getBoundingClientRect().width / 600;
    return { left, top, scale };
  });
  const clip = { x: left + x * scale - 2, y: top + y * scale - 2, width: 4, height: 4 };
  const picture = (await page.screenshot({ clip })).toString('base64');
  return page.evaluate(
    async ({ picture, colour }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const context = document.createElement('canvas').getContext('2d');
      context?.drawImage(image, 0, 0);
      const found = context?.getImageData(1, 1, 1, 1).data ?? [];
      return Math.max(...colour.map((value, i) => Math.abs(value - (found[i] ?? 0))));
    },
    { picture, colour },
  );
}
for (const kind of ['canvas', 'webgl'] as const) {
  test(`what is multiplied darkens the figure and is itself beside it, drawn as ${kind}`, async ({ page, open }) => {
    await page.addInitScript((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), kind);
    const shade: Rgb = [200, 120, 120];
    const layers = [
      oval('face', [200, 100, 200, 200], SKIN),
      oval('shade', [60, 120, 480, 300], shade, { blendMode: 'multiply' }),
    ];
    await serve(page, writePsd({ width: 600, height: 800, children: layers }));
    await open('figure=/figures&still', STALLS);
    await expect(figure(page)).toHaveAttribute('data-layers', '2');
    const darker = SKIN.map((value, i) => Math.round((value * (shade[i] ?? 0)) / 255)) as Rgb;
    await expect.poll(() => far(page, [300, 230], darker), 'over the face').toBeLessThan(8);
    await expect.poll(() => far(page, [120, 270], shade), 'beside it').toBeLessThan(8);
  });
}

for (const kind of ['svg', 'canvas', 'webgl'] as const) {
  test(`an iris that moves is seen within its eye alone, drawn as ${kind}`, async ({ page, open, picture }) => {
    await page.addInitScript((wish) => localStorage.setItem('hanashi.drawing', JSON.stringify({ wish })), kind);
    const [white, blue]: [Rgb, Rgb] = [
      [255, 255, 255],
      [60, 120, 160],
    ];
    const psd = writePsd({
      width: 600,
      height: 800,
      children: [
        oval('body', [60, 100, 480, 500], SKIN),
        oval('eye', [200, 200, 200, 100], white),
        oval('iris', [220, 200, 100, 100], blue, { clipping: true }),
      ],
    });
    // The eye stands turned upright, and the iris has moved half out of it.
    const moved = (param: string, move: object) => [{ param, keys: [[0, {}], [1, move]] }]; // prettier-ignore
    const part = (id: string, rest: object) => ({ id, parent: null, pivot: [300, 250], box: [0, 0, 1, 1], ...rest });
    const rig = {
      format: 'hanashi-puppet',
      version: 1,
      name: 'Yuki',
      size: [600, 800],
      eyes: [300, 250],
      parameters: [{ id: 'Turned', min: 0, max: 1, default: 1 }],
      layers: [
        part('body', {}),
        part('eye', { moves: moved('Turned', { r: 90 }) }),
        part('iris', { moves: moved('Turned', { x: 70 }), clip: 'eye' }),
      ],
    };
    await serve(page, psd, ['yuki.psd', 'rig.json']);
    await page.route('**/figures/rig.json', (route) => route.fulfill({ json: rig }));
    const worker = page.waitForEvent('worker');
    await open('figure=/figures&still', STALLS);
    await expect(figure(page)).toHaveAttribute('data-layers', '3');
    expect((await worker).url(), 'it is read beside the page').toContain('worker');
    await picture(`layered-clipped-${kind}`);
    // The eye is an oval 100 wide and 200 high about (300, 250); the iris a disc of 100 about (340, 250).
    await expect.poll(() => far(page, [320, 250], blue), 'in the eye').toBeLessThan(8);
    await expect.poll(() => far(page, [365, 250], SKIN), 'of the iris, beside the eye').toBeLessThan(8);
    await expect.poll(() => far(page, [270, 250], white), 'of the eye, beside the iris').toBeLessThan(8);
    await expect.poll(() => far(page, [300, 330], white), 'below the iris').toBeLessThan(8);
  });
}

test('renderers are tried on it as on a puppet, and another wish takes effect at once', async ({ page, open }) => {
  await page.addInitScript(() => {
    if (localStorage.getItem('hanashi.drawing') === null) localStorage.setItem('hanashi.drawing', '{"wish":"auto"}');
  });
  await serve(page, yuki());
  await open('figure=/figures', STALLS);
  await expect(figure(page)).toHaveAttribute('data-layers', '12');
  const measured = () =>
    page.evaluate(() => (JSON.parse(localStorage.getItem('hanashi.drawing') ?? '{}') as { at?: number }).at ?? 0);
  await expect.poll(measured, { timeout: 60_000 }).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name: 'Game menu' }).getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Stage' }).click();
  const wish = page.getByRole('combobox', { name: 'How figures are drawn' });
  await wish.selectOption('canvas');
  await expect(figure(page).locator('canvas')).toBeAttached();
  await wish.selectOption('svg');
  await expect(figure(page).locator('svg[data-layer]').first()).toBeAttached();
});

test('a rig that lies beside it says how it moves, and a wrong one is said', async ({ page, open }) => {
  const layers = [{ id: 'face', parent: null, pivot: [300, 400], box: [0, 0, 1, 1] }];
  const rig = { format: 'hanashi-puppet', version: 1, name: 'Yuki', size: [600, 800], eyes: [300, 250], layers };
  let given: object = rig;
  await serve(page, yuki(), ['yuki.psd', 'rig.json']);
  await page.route('**/figures/rig.json', (route) => route.fulfill({ json: given }));
  await open('figure=/figures');
  await expect(figure(page)).toHaveAttribute('data-layers', '1');
  given = { ...rig, layers: [{ ...layers[0], id: 'hat' }] };
  await page.reload();
  await expect(page.getByText('the picture has no layer "hat"')).toBeVisible();
  await expect(page.getByTestId('puppet').first(), 'the puppet stands in').toBeVisible();
});

test('a PSD that is damaged or announces too much is said, and the next rung stands in', async ({ page, open }) => {
  const huge = yuki().slice(0);
  const view = new DataView(huge);
  const resources = 26 + 4 + view.getUint32(26);
  const frame = resources + 4 + view.getUint32(resources) + 4 + 4 + 2;
  view.setInt32(frame + 8, 16_000);
  view.setInt32(frame + 12, 16_000);
  await serve(page, huge);
  await open('figure=/figures');
  await expect(page.getByText(/The figure Yuki cannot be shown: its layers have \d+ million pixels/)).toBeVisible();
  await expect(page.getByTestId('puppet')).toBeVisible();
});

test('a PSD that is dropped is offered and taken', async ({ page, open }) => {
  await serve(page, yuki());
  await open('character=card-mira&arrives=/figures');
  await drop(page, 'yuki.psd');
  await page.getByRole('button', { name: 'Use this figure' }).click();
  await expect(figure(page)).toHaveAttribute('data-layers', '12');
});
