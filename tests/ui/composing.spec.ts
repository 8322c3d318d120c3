/** Words that an input method composes: keys that belong to it do nothing in any of the fields that act on keys. */

import { expect, test, type Page } from './harness';

/** Presses a key as it comes while a word is composed: marked so, or only by the number that WebKit gives it. */
async function composed(page: Page, key: string, more: object = {}): Promise<void> {
  await page.evaluate(
    ([key, more]) => {
      for (const mark of [{ isComposing: true }, { keyCode: 229 }])
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...mark, ...more }),
        );
    },
    [key, more] as const,
  );
}
async function place(page: Page, name: string): Promise<void> {
  await page.keyboard.press('s');
  await page.locator(`dialog [data-place=${name}]`).click();
}

test('in the studio half a word is not said', async ({ page, open }) => {
  await open('fake=fast&still&studio=done');
  await place(page, 'studio');
  await page.getByRole('button', { name: 'Open Sylvie' }).click();
  await page.getByRole('tab', { name: 'Talk' }).click();
  const field = page.getByLabel('Say something to Sylvie');
  await field.fill('こんばん');
  await composed(page, 'Enter');
  await expect(field).toHaveValue('こんばん');
  await expect(page.getByRole('region', { name: 'Left reply' })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Left reply' })).toBeVisible();
});

test('in a list of words half a word is none of them, and taking its letters back takes no other away', async ({
  page,
  open,
}) => {
  await open('still');
  await place(page, 'characters');
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.keyboard.press('e');
  await page.getByRole('tab', { name: 'Attributes' }).click();
  const never = page.getByRole('textbox', { name: 'Never says' });
  await never.fill('ごめん');
  await composed(page, 'Enter');
  await expect(never).toHaveValue('ごめん');
  await expect(page.getByRole('button', { name: 'Remove ごめん' })).toHaveCount(0);
  await page.keyboard.press('Enter');
  const word = page.getByRole('button', { name: 'Remove ごめん' });
  await expect(word).toBeVisible();
  await composed(page, 'Backspace');
  await expect(word).toBeVisible();
});

test('in the editor nothing is undone by a key of the input method', async ({ page, open }) => {
  await open('still');
  await place(page, 'characters');
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.keyboard.press('e');
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('ミラ');
  await composed(page, 'z', { ctrlKey: true });
  await expect(name).toHaveValue('ミラ');
  await page.keyboard.press('Control+z');
  await expect(name).toHaveValue('Mira');
});

test('a key that an input method takes is not chosen for anything', async ({ page, open }) => {
  await open('still');
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keyboard' });
  await keys.getByRole('button', { name: 'Another key for “Backlog”' }).click();
  await composed(page, 'h');
  await expect(keys).toContainText('Press a key…');
  await page.keyboard.press('h');
  await expect(keys.getByRole('status')).toContainText('H is “Hide the text');
});

test('votes by arrows are those of the panel on top', async ({ page, open }) => {
  await open('scene=backlog&fake=fast');
  await place(page, 'arena');
  const arena = page.getByRole('dialog', { name: 'Judge' });
  await arena.getByLabel('What you say').fill('Any news?');
  await arena.getByRole('button', { name: 'Have both answer' }).click();
  await expect(arena.getByRole('region', { name: 'Left reply' })).toBeVisible();
  // Another panel lies over it: its arrows are its own.
  await page.evaluate(() => {
    const over = document.createElement('dialog');
    over.id = 'over';
    document.body.append(over);
    over.show();
  });
  await page.keyboard.press('ArrowRight');
  await expect(arena.getByRole('status')).toHaveCount(0);
  await page.evaluate(() => document.getElementById('over')?.remove());
  await page.keyboard.press('ArrowRight');
  await expect(arena.getByRole('status')).toContainText('Left was');
});
