/** Panels: modal by a trap of the focus, one over another, under the notices. */

import { expect, test } from './harness';
import type { Page } from './harness';

/** Whether the focus is in the topmost panel. */
const inside = (page: Page) =>
  page.evaluate(() => Array.from(document.querySelectorAll('dialog[open]')).at(-1)?.contains(document.activeElement));

test('the focus goes round within a panel, and returns to where it was', async ({ page, open }) => {
  await open();
  const menu = page.locator('.top nav button').first();
  await menu.focus();
  await page.keyboard.press('s');
  const panel = page.getByRole('dialog');
  await expect(panel).toBeVisible();
  await expect(panel).toHaveAttribute('aria-modal', 'true');
  const ways = new Set<string>();
  for (const key of ['Tab', 'Shift+Tab'])
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press(key);
      expect(await inside(page)).toBe(true);
      ways.add(await page.evaluate(() => document.activeElement?.textContent.trim() ?? ''));
    }
  expect(ways.size).toBeGreaterThan(10);
  // Nothing behind it is read out, or takes the focus.
  await expect(page.locator('main > .stage')).toHaveAttribute('aria-hidden', 'true');
  await page.locator('#say').evaluate((field) => {
    field.focus();
  });
  expect(await inside(page)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(menu).toBeFocused();
  await expect(page.locator('main > .stage')).not.toHaveAttribute('aria-hidden', 'true');
});

test('Escape closes the panel on top alone, and what is behind it stays shut off', async ({ page, open }) => {
  await open();
  await page.keyboard.press('s');
  await page.locator('dialog [data-place=characters]').click();
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.keyboard.press('e');
  await expect(page.locator('dialog[open]')).toHaveCount(2);
  await expect.poll(() => inside(page)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(1);
  await expect.poll(() => inside(page)).toBe(true);
  await expect(page.locator('main > .stage')).toHaveAttribute('aria-hidden', 'true');
  await expect(page.locator('.veil')).not.toHaveAttribute('aria-hidden', 'true');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
});

test('a click beside a panel closes it; what is dragged out of it does not', async ({ page, open }) => {
  await open();
  await page.keyboard.press('s');
  const panel = page.getByRole('dialog');
  const heading = (await panel.getByRole('heading').first().boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(heading.x + 5, heading.y + 5);
  await page.mouse.down();
  await page.mouse.move(4, 4);
  await page.mouse.up();
  await expect(panel).toBeVisible();
  await page.mouse.click(4, 4);
  await expect(panel).toHaveCount(0);
});

test('a notice lies over a panel and can be dismissed there', async ({ page, open }) => {
  await open('scene=notices');
  const notice = page.locator('.notice').last();
  await expect(notice).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog')).toBeVisible();
  const notices = await page.locator('.notice').count();
  await expect(page.locator('.notices')).not.toHaveAttribute('aria-hidden', 'true');
  await notice.getByRole('button').last().click();
  await expect(page.locator('.notice')).toHaveCount(notices - 1);
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('what had the focus in a panel may go: the focus stays in the page that is read, and not in the menu', async ({
  page,
  open,
}) => {
  await open('fake=fast&still&studio=talking');
  await page.keyboard.press('s');
  await page.locator('dialog [data-place=studio]').click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Choose a folder…' }).focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('heading', { name: 'Studio' })).toBeFocused();
  await panel.getByRole('radio', { name: 'Sylvie' }).check();
  await panel.getByRole('button', { name: 'Make conversations' }).focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('tabpanel', { name: 'Lines' })).toBeFocused();
  await panel.getByRole('button', { name: 'On to the recipe' }).focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('tabpanel', { name: 'Recipe' })).toBeFocused();
});

test('what is left unsaved in the editor goes with it, and the focus returns to the card', async ({ page, open }) => {
  await open();
  await page.keyboard.press('s');
  await page.locator('dialog [data-place=characters]').click();
  const card = page.getByRole('option', { name: 'Mira' });
  await card.click();
  await page.keyboard.press('e');
  const editor = page.getByRole('dialog', { name: 'Mira' });
  // What is typed below belongs to the panel on top.
  const taken = await editor.evaluate(
    (one) => !one.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true })),
  );
  expect(taken).toBe(false);
  await editor.getByLabel('Name', { exact: true }).fill('Mi');
  await page.keyboard.press('Escape');
  // The answer that loses nothing comes first.
  await expect(page.getByRole('button', { name: 'Go on editing' })).toBeFocused();
  await page.getByRole('button', { name: 'Discard' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog[open]')).toHaveCount(1);
  await expect(card).toBeFocused();
});

test('Escape that is held down closes one panel, and one that ends a composition none', async ({ page, open }) => {
  await open();
  await page.keyboard.press('s');
  await page.locator('dialog [data-place=characters]').click();
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.keyboard.press('e');
  const panels = page.locator('dialog[open]');
  await expect(panels).toHaveCount(2);
  await page
    .locator('dialog[open] input')
    .first()
    .dispatchEvent('keydown', { key: 'Escape', keyCode: 229, bubbles: true, cancelable: true });
  await expect(panels).toHaveCount(2);
  await page.keyboard.down('Escape');
  await page.keyboard.down('Escape');
  await page.keyboard.down('Escape');
  await page.keyboard.up('Escape');
  await expect(panels).toHaveCount(1);
});

test('over a panel the newest notice is seen, the others on request, and the focus goes from one to the next', async ({
  page,
  open,
}) => {
  await open('scene=notices');
  await expect(page.locator('.notice')).toHaveCount(3);
  await page.keyboard.press('s');
  const seen = page.locator('.notice:visible');
  await expect(seen).toHaveCount(1);
  await expect(seen).toContainText('The voice failed');
  await page.locator('.slot').first().focus();
  await page.getByRole('button', { name: 'and 2 more' }).click();
  await expect(seen).toHaveCount(3);
  await seen.first().getByRole('button', { name: 'Dismiss' }).focus();
  await page.keyboard.press('Enter');
  await expect(seen.first().getByRole('button', { name: 'Dismiss' })).toBeFocused();
  await expect(seen).toHaveCount(2);
  while ((await page.locator('.notice').count()) > 0) {
    const left = await page.locator('.notice').count();
    await page.keyboard.press('Enter');
    await expect(page.locator('.notice')).toHaveCount(left - 1);
  }
  await expect.poll(() => inside(page)).toBe(true);
  await expect(page.locator('dialog nav :focus')).toHaveCount(0);
});

test('in a narrow window a panel ends above the notices', async ({ page, open }) => {
  await page.setViewportSize({ width: 420, height: 800 });
  await open('scene=notices');
  await expect(page.locator('.notice')).toHaveCount(3);
  await page.locator('main').press('s');
  const panel = page.getByRole('dialog');
  const apart = async () => {
    const [above, below] = [await panel.boundingBox(), await page.locator('.notices').boundingBox()];
    return above && below && above.y + above.height <= below.y;
  };
  await expect.poll(apart).toBe(true);
  // Nothing of it is covered: it can be left, and gone on from.
  await page.locator('dialog [data-place=load]').click();
  await expect(page.getByRole('dialog', { name: 'Load' })).toBeVisible();
  await page.getByRole('button', { name: 'and 2 more' }).click();
  await expect.poll(apart).toBe(true);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(panel).toHaveCount(0);
});

test('a panel that was opened on the title screen leads back to it', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Title screen' }).click();
  const settings = page.getByRole('button', { name: 'Settings', exact: true });
  await settings.focus();
  await page.keyboard.press('Enter');
  await page.locator('dialog [data-place=conversations]').click();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(page.locator('.title')).toBeVisible();
  await expect(settings).toBeFocused();
  // What is opened there goes on on the stage.
  await page.getByRole('button', { name: 'Characters', exact: true }).click();
  await page.getByRole('option', { name: 'Koto' }).dblclick();
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Dialogue' })).toBeVisible();
});

test('a key that would load the page again is kept from the webview everywhere', async ({ page, open }) => {
  await open();
  const kept = (key: string, more: object = {}) =>
    page.evaluate(
      ([key, more]) =>
        !(document.activeElement ?? document.body).dispatchEvent(
          new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more }),
        ),
      [key, more] as const,
    );
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  for (const key of ['F1', 'F5', 'F9', 'F11']) expect(await kept(key), key).toBe(true);
  expect(await kept('r', { ctrlKey: true })).toBe(true);
  expect(await kept('F6')).toBe(false);
  expect(await kept('r')).toBe(false);
  await page.locator('dialog [data-place=title]').click();
  await expect(page.locator('.title')).toBeVisible();
  expect(await kept('F5')).toBe(true);
});
