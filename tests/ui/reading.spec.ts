/** Reading: pages, going back and forward, auto, skip, the page form, marks in the text, the keys and the mouse. */

import { expect, puppet, say, spoken, test, type Page } from './harness';

const LONG =
  'This is the first sentence of a story that is long enough for more than one page of the box. ' +
  'Here is the second one, which says that the rain has stopped. And a third, so that the page is full and has to turn. ' +
  '*She closes the book.* That was all.';
const seen = (page: Page) => page.locator('.words .page');
const plate = (page: Page) => page.locator('.plate');

test('a written reply waits to be read, page by page', async ({ page, open, picture }) => {
  await open(`mute&fake=fast&reply=${encodeURIComponent(LONG)}`);
  await say(page, 'Tell me');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await expect(seen(page)).toContainText('This is the first sentence');
  await expect(page.locator('.mark.more')).toBeVisible();
  await expect(seen(page)).not.toContainText('She closes the book');
  await picture('more-to-read');
  // Skipping what was read stops here: nobody has read on.
  await page.getByRole('button', { name: 'Skip', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Skip', exact: true })).toHaveAttribute('aria-pressed', 'false');
  await expect(seen(page)).toContainText('This is the first sentence');
  await page.locator('.words').click();
  await expect(seen(page)).not.toContainText('This is the first sentence');
  for (let i = 0; i < 6; i++) await page.locator('.words').click();
  await expect(seen(page)).toContainText('That was all.');
  await expect(page.locator('.mark.yours')).toBeVisible();
});

test('pages turn back and forward by wheel, keys and menu', async ({ page, open, picture }) => {
  await open('scene=backlog');
  await expect(seen(page)).toContainText('So do I. From inside');
  await page.mouse.move(640, 200);
  await page.mouse.wheel(0, -120);
  await expect(plate(page)).toHaveText('You');
  await expect(seen(page)).toContainText('I like storms');
  await expect(page.getByText('what you say now begins another branch')).toBeVisible();
  await page.keyboard.press('PageUp');
  await expect(seen(page)).toContainText('counted the ships');
  await expect(puppet(page)).toHaveAttribute('data-emotion', 'thinking');
  await picture('rollback');
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(seen(page)).toContainText('Please do.');
  await page.keyboard.press('PageDown');
  await page.mouse.wheel(0, 120);
  await expect(seen(page)).toContainText('I like storms');
  // What is long scrolls under the pointer, and turns no page.
  const field = page.locator('#say');
  await field.fill('x\n'.repeat(30));
  await field.evaluate((one) => (one.scrollTop = one.scrollHeight));
  await field.hover();
  await page.mouse.wheel(0, -60);
  await expect
    .poll(() => field.evaluate((one) => one.scrollHeight - one.clientHeight - one.scrollTop))
    .toBeGreaterThan(30);
  await expect(seen(page)).toContainText('I like storms');
  await field.fill('');
  // A click turns the page as well.
  await page.mouse.click(300, 200);
  await expect(seen(page)).toContainText('So do I. From inside');
  await expect(puppet(page)).toHaveAttribute('data-emotion', 'shy');
});

test('what is said from an earlier line begins a branch, and nothing is lost', async ({ page, open, picture }) => {
  await open('scene=backlog&fake=fast');
  for (let i = 0; i < 2; i++) await page.keyboard.press('PageUp');
  await expect(seen(page)).toContainText('counted the ships');
  await say(page, 'And the false ones?');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await expect(page.locator('.answers')).toBeVisible();
  // The line before has two continuations now.
  await page.keyboard.press('PageDown');
  await expect(plate(page)).toHaveText('You');
  await expect(page.getByText('2 / 2')).toBeVisible();
  await page.locator('body').click({ position: { x: 300, y: 200 } });
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('t');
  const map = page.getByRole('dialog', { name: 'Branches' });
  await expect(map.locator('[data-node]')).toHaveCount(9);
  await picture('branches');
  await map.locator('[data-node]', { hasText: 'So do I. From inside' }).click();
  await map.getByRole('button', { name: 'Show this branch' }).click();
  await expect(seen(page)).toContainText('So do I. From inside');
});

test('auto turns the pages, skip rushes through what was read', async ({ page, open }) => {
  await open(`scene=backlog`);
  for (let i = 0; i < 6; i++) await page.keyboard.press('PageUp');
  await expect(seen(page)).toContainText('Oh, come in out of the rain');
  await page.keyboard.press('>');
  await expect(seen(page)).toContainText('So do I. From inside');
  await expect(page.getByRole('button', { name: 'Skip', exact: true })).toBeDisabled();
  for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
  await expect(seen(page)).toContainText('Please do.');
  await page.getByRole('button', { name: 'Auto', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Auto', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(seen(page)).toContainText('counted the ships');
});

test('a long text is cut into pages, and its marks are shown, not read', async ({ page, open, picture }) => {
  await open(`mute&text=${encodeURIComponent(LONG)}`);
  await expect(seen(page)).toContainText('That was all.');
  await expect(seen(page).locator('.action')).toHaveText('She closes the book.');
  await expect(spoken(page)).not.toContainText('*');
  await page.keyboard.press('PageUp');
  await expect(seen(page)).toContainText('This is the first sentence');
  await expect(seen(page)).not.toContainText('That was all');
  const box = page.locator('.text');
  expect(await box.evaluate((e) => e.scrollHeight <= e.clientHeight + 2)).toBe(true);
  await open(
    `mute&language=ja&text=${encodeURIComponent('（困ったな…）灯台《とうだい》へ｜行《い》きましょう。*微笑む*')}`,
  );
  await expect(seen(page).locator('ruby')).toHaveCount(2);
  await expect(seen(page).locator('ruby rt').first()).toHaveText('とうだい');
  await expect(seen(page).locator('.thought')).toHaveText('（困ったな…）');
  await picture('ruby');
});

test('the whole window can be a page', async ({ page, open, picture }) => {
  await open('scene=backlog&fake=fast');
  await page.keyboard.press('n');
  const sheet = page.locator('.sheet .rows');
  await expect(sheet.locator('p')).toHaveCount(7);
  await expect(sheet.locator('p.now')).toContainText('So do I. From inside');
  await expect(sheet.locator('p.now')).toBeInViewport({ ratio: 1 });
  await picture('nvl');
  await say(page, 'Hello');
  await expect(sheet).toContainText('I kept the blue one');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('n');
  await expect(page.locator('.words')).toBeVisible();
});

test('the mouse hides the text with its middle button and opens the menu with its right', async ({ page, open }) => {
  await open();
  await page.mouse.click(300, 200, { button: 'middle' });
  await expect(page.getByRole('region', { name: 'Dialogue' })).toHaveCount(0);
  await page.mouse.click(300, 200, { button: 'middle' });
  await expect(page.getByRole('region', { name: 'Dialogue' })).toBeVisible();
  await page.mouse.click(300, 200, { button: 'right' });
  await expect(page.getByRole('dialog', { name: 'Save' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('text that is typed shifts nothing', async ({ page, open }) => {
  await open();
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift' });
  });
  await say(page, 'Hello');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.splice(0));
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible({ timeout: 20_000 });
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((a, b) => a + b, 0)).toBeLessThan(0.01);
});

test('a text waits at {w} until the person goes on', async ({ page, open }) => {
  await open(`mute&still&reply=${encodeURIComponent('One,{w} two,{w} three.')}`);
  await say(page, 'Count.');
  const rest = page.locator('.text .rest');
  await expect(rest).toHaveText(' two, three.');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('Space');
  await expect(rest).toHaveText(' three.');
  await page.locator('.text').click();
  await expect(rest).toBeEmpty();
});
