/** The stage: talking, lips, faces, stopping, other answers, keys. */

import { expect, goOn, haltAt, hold, log, puppet, say, spoken, test, watch } from './harness';

test('a typed line is answered', async ({ page, open, picture }) => {
  await open('fake=fast');
  await say(page, 'Do you remember me?');
  await expect(spoken(page)).toContainText('I kept the blue one behind the counter');
  await expect(log(page)).toContainText('Koto:');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Your message' })).toHaveValue('');
  await picture('stage');
});

test('the lips move with the words and close after them', async ({ page, open, picture }) => {
  await open();
  await expect(puppet(page)).toHaveAttribute('data-mouth', 'closed');
  const shapes = await watch(page, '[data-testid=puppet]', 'data-mouth');
  const outlines = await watch(page, '[data-layer=mouth] [id$=mouth-line]', 'd');
  await say(page, 'Hello');
  await expect(spoken(page)).toContainText('You came back');
  await picture('stage-speaking');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  const seen = new Set(await shapes());
  expect(seen.size, [...seen].join()).toBeGreaterThanOrEqual(4);
  expect(new Set(await outlines()).size).toBeGreaterThan(8);
  await expect(puppet(page)).toHaveAttribute('data-mouth', 'closed');
});

test('the face follows the feelings of the lines', async ({ page, open }) => {
  await open();
  const feelings = await watch(page, '[data-testid=puppet]', 'data-emotion');
  await hold(page);
  await say(page, 'Hello');
  await expect(puppet(page)).toHaveAttribute('data-emotion', 'thinking');
  await goOn(page);
  await expect(spoken(page)).toContainText('I kept the blue one');
  await expect(puppet(page)).toHaveAttribute('data-emotion', 'joy');
  const order = (await feelings()).filter((f, i, all) => f !== all[i - 1]);
  expect(order.slice(-3)).toEqual(['thinking', 'surprised', 'joy']);
});

test('a click shows the rest of the line at once', async ({ page, open }) => {
  await open();
  const rest = page.locator('.text .rest');
  await haltAt(page, '.text .rest', 'came back');
  await say(page, 'Hello');
  await expect(rest).not.toBeEmpty();
  await page.locator('.text').click();
  await expect(rest).toBeEmpty();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
});

test('Escape stops the reply; what was heard stays', async ({ page, open }) => {
  await open();
  const released = await haltAt(page, '.text', 'Oh!');
  await say(page, 'Hello');
  await expect(page.locator('.text').getByText('Oh!')).toBeVisible();
  await page.keyboard.press('Escape');
  await released();
  await expect(page.getByText('interrupted')).toBeVisible();
  await expect(spoken(page)).not.toContainText('I kept the blue one');
});

test('another answer can be asked for, and the first one is kept', async ({ page, open, picture }) => {
  await open('fake=fast');
  await say(page, 'What shall I read?');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await page.getByRole('button', { name: 'Answer again' }).click();
  await expect(spoken(page)).toContainText('begin with the last chapter');
  await expect(page.getByText('2 / 2')).toBeVisible();
  await picture('stage-answers');
  await page.getByRole('button', { name: 'Previous answer' }).click();
  await expect(spoken(page)).toContainText('I kept the blue one');
  await expect(page.getByRole('button', { name: 'Previous answer' })).toBeDisabled();
});

test('Enter belongs to the input method while a word is composed', async ({ page, open }) => {
  await open('fake=fast');
  const input = page.getByRole('textbox', { name: 'Your message' });
  await input.fill('こんにちは');
  const enter = {
    key: 'Enter',
    code: 'Enter',
    bubbles: true,
    cancelable: true,
  };
  await input.dispatchEvent('keydown', { ...enter, isComposing: true });
  await input.dispatchEvent('keydown', { ...enter, keyCode: 229 });
  await input.dispatchEvent('keydown', { ...enter, key: 'Escape', code: 'Escape', keyCode: 229 });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(input).toHaveValue('こんにちは');
  await page.keyboard.press('Enter');
  await expect(input).toHaveValue('');
});

test('H hides the text and brings it back', async ({ page, open, picture }) => {
  await open();
  await expect(page.getByRole('region', { name: 'Dialogue' })).toBeVisible();
  await page.keyboard.press('h');
  await expect(page.getByRole('region', { name: 'Dialogue' })).toHaveCount(0);
  await expect(puppet(page)).toBeVisible();
  await picture('stage-bare');
  await page.keyboard.press('h');
  await expect(page.getByRole('region', { name: 'Dialogue' })).toBeVisible();
  // By its button: the focus goes to what brings it back, and from there to the button.
  const hide = page.getByRole('button', { name: 'Hide the text' });
  await hide.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.bring-back')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(hide).toBeFocused();
});

test('the puppet breathes, and holds still where less motion is wanted', async ({ page, open }) => {
  const moves = async () => {
    const seen = await watch(page, '[data-layer=face]', 'style');
    return async () => new Set(await seen()).size;
  };
  await open();
  await expect(page.locator('[data-layer=face]')).toBeAttached();
  await expect.poll(await moves()).toBeGreaterThan(4);
  await open('still');
  await expect(page.locator('[data-layer=face]')).toBeAttached();
  await page.waitForTimeout(600);
  const still = await moves();
  await page.waitForTimeout(1500);
  expect(await still()).toBe(1);
});

test('talking works with the keyboard alone', async ({ page, open }) => {
  await open('fake=fast');
  await page.keyboard.press('Space');
  await expect(page.getByRole('textbox', { name: 'Your message' })).toBeFocused();
  await page.keyboard.type('Good evening');
  await page.keyboard.press('Enter');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Your message' }).press('Shift+Tab');
  for (let i = 0; i < 12; i++) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === 'Backlog') break;
    await page.keyboard.press('Shift+Tab');
  }
  await expect(page.getByRole('button', { name: 'Backlog' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Backlog' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Good evening' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Backlog' })).toBeFocused();
});
