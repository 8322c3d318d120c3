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
  expect(await inside(page)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(1);
  expect(await inside(page)).toBe(true);
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
  const notice = page.locator('.notice').first();
  await expect(notice).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog')).toBeVisible();
  const notices = await page.locator('.notice').count();
  await expect(page.locator('.notices')).not.toHaveAttribute('aria-hidden', 'true');
  await notice.getByRole('button').last().click();
  await expect(page.locator('.notice')).toHaveCount(notices - 1);
  await expect(page.getByRole('dialog')).toBeVisible();
});
