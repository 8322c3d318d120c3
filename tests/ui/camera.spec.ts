/** How the stage is looked at: camera, ways in which another place comes, gestures; and what a text does to its own letters. */

import { comes, expect, openSettings, say, test, type Page } from './harness';

const actors = (page: Page) => page.locator('.actors');
const scale = (page: Page) => actors(page).evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
/** A hand of hers that is in sight. */
const RAISED = 'svg[data-layer="fore-R"][style*="visibility: visible"]';
const reply = (text: string) => `reply=${encodeURIComponent(text)}&fake=fast`;

test('a shot that the story asks for comes and stays, and a switched off camera stands still', async ({
  page,
  open,
  picture,
}) => {
  await open('direct=camera:close%20up');
  await expect(page.getByTestId('puppet')).toHaveAttribute('data-shot', 'close');
  await expect.poll(() => scale(page)).toBeGreaterThan(1.14);
  await picture('camera-close');
  const settings = await openSettings(page, 'Stage');
  await settings.getByRole('checkbox', { name: 'Camera' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => scale(page)).toBe(1);
});

test('with less motion the camera stands still, and another place comes at once', async ({ page, open }) => {
  await open(`still&${reply('Come outside.')}&direct=camera:face@0&direct=scene:park@5`);
  await say(page, 'Shall we?');
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'park');
  await expect(page.getByTestId('curtain')).toHaveCount(0);
  expect(await scale(page)).toBe(1);
});

test('another place comes through the dark, or as the story asks', async ({ page, open }) => {
  await open(`${reply('Come outside with me now.')}&direct=scene:park@5`);
  const curtain = comes(page, '[data-testid=curtain]');
  await say(page, 'Shall we?');
  await curtain;
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'park');
  await expect(page.getByTestId('curtain')).toHaveCount(0);
  await expect(page.locator('.depth').first().locator('img')).toHaveCount(1);
});

for (const [how, property] of [
  ['wipe', 'clipPath'],
  ['push', 'transform'],
  ['blinds', 'maskImage'],
] as const) {
  test(`another place comes by a ${how}, and the one before is gone then`, async ({ page, open }) => {
    await open(`${reply('Come outside with me now.')}&direct=transition:${how}@0&direct=scene:park@5`);
    // The page tells what moves in pictures, as soon as two are there.
    const moved = page.evaluate(
      (name) =>
        new Promise<boolean>((done) => {
          const look = () => {
            const images = Array.from(document.querySelectorAll('.depth:not(.near) img'));
            const frames = images.flatMap((image) =>
              image.getAnimations().flatMap((one) => (one.effect as KeyframeEffect).getKeyframes()),
            );
            if (images.length === 2) done(frames.some((frame) => frame[name] !== undefined));
            else requestAnimationFrame(look);
          };
          look();
        }),
      property,
    );
    await say(page, 'Shall we?');
    expect(await moved).toBe(true);
    await expect(page.locator('.depth:not(.near) img')).toHaveCount(1);
    await expect(page.getByTestId('curtain')).toHaveCount(0);
  });
}

test('squares are put together to the place that came, and leave nothing behind', async ({ page, open }) => {
  await open(`${reply('Come outside with me now.')}&direct=transition:pixellate@0&direct=scene:park@5`);
  const squares = comes(page, '.squares');
  await say(page, 'Shall we?');
  await squares;
  await expect(page.locator('.squares')).toHaveCount(0);
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'park');
});

test('she waves where the story says so, and takes the hand down again', async ({ page, open }) => {
  await open(`${reply('Good evening to you.')}&direct=gesture:waves@1`);
  const hand = page.locator('svg[data-layer="fore-R"]');
  await expect(hand).toHaveCSS('visibility', 'hidden');
  const raised = comes(page, RAISED);
  await say(page, 'Good evening.');
  await raised;
  await expect(hand).toHaveCSS('visibility', 'hidden');
});

test('what stands between asterisks is done as well, unless gestures are off', async ({ page, open }) => {
  await open(reply('*waves* Good evening to you.'));
  const hand = page.locator('svg[data-layer="fore-R"]');
  const waved = comes(page, RAISED);
  await say(page, 'Good evening.');
  await waved;
  await expect(hand).toHaveCSS('visibility', 'hidden');
  const settings = await openSettings(page, 'Stage');
  await settings.getByRole('checkbox', { name: 'Gestures' }).click();
  await page.keyboard.press('Escape');
  const raised = page.evaluate(
    (selector) =>
      new Promise<boolean>((done) => {
        const end = performance.now() + 2500;
        const look = () => {
          if (document.querySelector(selector)) done(true);
          else if (performance.now() > end) done(false);
          else requestAnimationFrame(look);
        };
        look();
      }),
    RAISED,
  );
  await say(page, 'Good evening again.');
  expect(await raised).toBe(false);
});

test('a text styles its own letters, and is no HTML', async ({ page, open, picture }) => {
  const text =
    'A {b}bold{/b} and {color=#c22}red{/color} {size=+11}large{/size} _leaning_ <b>word</b>, <img src=x onerror=alert(1)> {w=0.2}done.';
  await open(`still&text=${encodeURIComponent(text)}`);
  const words = page.locator('.text');
  await expect(words).toContainText('<img src=x onerror=alert(1)> done.');
  await expect(words.locator('img')).toHaveCount(0);
  await expect(words.locator('.bold').first()).toHaveText('bold');
  await expect(words.locator('.coloured')).toHaveText('red');
  const plain = await words
    .locator('.run')
    .first()
    .evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  const large = await words
    .getByText('large', { exact: true })
    .evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
  expect(large / plain).toBeCloseTo(1.5, 1);
  await picture('text-tags');
});

for (const [language, word, label] of [
  ['en', 'camera', 'Camera'],
  ['zh', '镜头', '镜头'],
  ['ja', 'カメラ', 'カメラ'],
] as const) {
  test(`the settings of the camera are found by a word and explain themselves (${language})`, async ({
    page,
    open,
  }) => {
    await open(`still&language=${language}`);
    await page.locator('.top nav button').nth(6).click();
    await page.getByRole('searchbox').fill(word);
    const one = page.getByRole('checkbox', { name: label });
    await expect(one).toBeVisible();
    await expect(one).toHaveAccessibleDescription(/.{12,}/);
  });
}

test('whoever goes back or skips is not held up by a curtain', async ({ page, open }) => {
  await open(`${reply('Come outside with me now.')}&direct=scene:park@5`);
  const stage = page.locator('.stage');
  const before = (await stage.getAttribute('data-scene')) ?? '';
  expect(before).not.toBe('park');
  await say(page, 'Shall we?');
  await expect(stage).toHaveAttribute('data-scene', 'park');
  await expect(page.getByTestId('curtain')).toHaveCount(0);
  // The page counts curtains from here on: one may be gone before anybody looks.
  const curtains = await page.evaluateHandle(() => {
    const seen = { count: 0 };
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node instanceof Element && node.matches('.curtain')) seen.count++;
    }).observe(document.body, { childList: true, subtree: true });
    return seen;
  });
  for (const way of ['PageUp', 'PageUp']) await page.keyboard.press(way);
  await expect(stage).toHaveAttribute('data-scene', before);
  await page.locator('#say').blur();
  await page.keyboard.press('>');
  await expect(stage).toHaveAttribute('data-scene', 'park');
  await expect(page.locator('.depth:not(.near) img')).toHaveCount(1);
  expect(await curtains.evaluate((seen) => seen.count)).toBe(0);
});

test('there is never a stage without a picture, however long the next one takes', async ({ page, open }) => {
  await page.route(/assets\/park/, async (route) => {
    await new Promise((then) => setTimeout(then, 600));
    await route.continue();
  });
  await open(`still&${reply('Come outside with me now.')}&direct=scene:park@5`);
  const bare = page.evaluate(
    () =>
      new Promise<number>((done) => {
        let empty = 0;
        const look = () => {
          const images = Array.from(document.querySelectorAll<HTMLImageElement>('.depth:not(.near) img'));
          if (!images.some((image) => image.complete && image.naturalWidth > 0)) empty++;
          const there = images.some((image) => image.src.includes('park') && image.complete);
          if (there) done(empty);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await say(page, 'Shall we?');
  expect(await bare).toBe(0);
});

test('a faint letter is as clear as any where more contrast is asked for', async ({ page, open }) => {
  const text = encodeURIComponent('Clear and {alpha=0.3}faint{/alpha}.');
  const faint = page.locator('.text .faint');
  await open(`still&text=${text}`);
  await expect(faint).toHaveCSS('opacity', '0.3');
  await page.emulateMedia({ contrast: 'more' });
  await expect(faint).toHaveCSS('opacity', '1');
});
