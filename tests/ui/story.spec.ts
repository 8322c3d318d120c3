/** Saves, versions of a message, suggestions, the title screen, and the other pages of the game menu. */

import { expect, say, spoken, test, type Page } from './harness';

const unfocus = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

test('a moment is saved into a slot and found again', async ({ page, open, picture }) => {
  await open('fake=fast&scene=backlog&saves=8');
  for (let i = 0; i < 2; i++) await page.keyboard.press('PageUp');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const save = page.getByRole('dialog', { name: 'Save' });
  await save.getByRole('group', { name: 'Pages of slots' }).getByRole('button', { name: '12', exact: true }).click();
  await save.getByRole('button', { name: 'Slot 108 empty' }).click();
  await expect(save.getByRole('button', { name: /Slot 108: Koto .*counted the ships/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await say(page, 'Something else');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await unfocus(page);
  await page.keyboard.press('o');
  const load = page.getByRole('dialog', { name: 'Load' });
  await expect(load.locator('.thumb .face').first()).toBeVisible();
  await picture('load');
  await load.getByRole('button', { name: /Slot 108/ }).click();
  await expect(spoken(page)).toContainText('counted the ships');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a slot that is taken is not written over without a question', async ({ page, open, picture }) => {
  await open('saves=4');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Slot 1:/ }).click();
  const ask = page.getByRole('dialog', { name: 'Slot 1' });
  await expect(ask).toContainText('the conversation it pointed to stays');
  await picture('save-replace');
  await ask.getByRole('button', { name: 'Save here' }).click();
  await expect(ask).toHaveCount(0);
  await page.getByRole('button', { name: 'Empty slot 1' }).click();
  await expect(page.getByRole('button', { name: 'Slot 1 empty' })).toBeVisible();
});

test('quick save and quick load', async ({ page, open }) => {
  await open('fake=fast');
  await page.keyboard.press('F9');
  await expect(page.getByText('There is no quick save yet.')).toBeVisible();
  await page.keyboard.press('F5');
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await say(page, 'Hello');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await page.getByRole('button', { name: 'Q.Load' }).click();
  await expect(spoken(page)).toContainText('come in out of the rain');
});

test('a message gets another text, and the old one stays beside it', async ({ page, open, picture }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit' });
  await expect(edit.getByRole('textbox')).toBeFocused();
  await edit.getByRole('textbox').fill('Good evening, reader.');
  await picture('edit');
  await edit.getByRole('button', { name: 'Keep this version' }).click();
  await expect(spoken(page)).toContainText('Good evening, reader.');
  await expect(page.getByText('2 / 2')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(spoken(page)).toContainText('come in out of the rain');
});

test('she goes on, and says a line again', async ({ page, open }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(spoken(page)).toContainText('I kept the blue one');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog', { name: 'Backlog' }).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('dialog').getByRole('button', { name: 'Say it again' }).first().click();
  await page.keyboard.press('Escape');
  await expect(spoken(page)).toContainText('come in out of the rain');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await unfocus(page);
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog', { name: 'Backlog' }).getByRole('listitem')).toHaveCount(2);
});

test('the model is asked what one might say', async ({ page, open, picture }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Ideas for what to say' }).click();
  const choices = page.getByRole('list', { name: 'What you might say' });
  await expect(choices.getByRole('button')).toHaveCount(3);
  await picture('choices');
  await choices.getByRole('button', { name: /about your day/ }).click();
  await expect(choices).toHaveCount(0);
  await expect(spoken(page)).toContainText('I kept the blue one');
});

test('the backlog finds what was said, and leads back to it', async ({ page, open }) => {
  await open('scene=backlog');
  await page.keyboard.press('l');
  const log = page.getByRole('dialog', { name: 'Backlog' });
  await log.getByRole('searchbox').fill('storm');
  await expect(log.getByRole('listitem')).toHaveCount(2);
  await log.getByRole('listitem').first().getByRole('button', { name: 'Go back to this line' }).click();
  await expect(log).toHaveCount(0);
  await expect(spoken(page)).toContainText('counted the ships');
});

test('of twenty thousand lines those in sight are there, each in its place', async ({ page, open }) => {
  await open('still&scene=backlog&lines=20000');
  await page.keyboard.press('l');
  const items = page.getByRole('dialog', { name: 'Backlog' }).getByRole('listitem');
  await expect(items.last()).toHaveAttribute('aria-posinset', '20000');
  expect(await items.count()).toBeLessThan(60);
  await page.getByTestId('backlog').evaluate(async (list) => {
    for (let i = 0; i < 120; i++) {
      list.scrollBy(0, -100);
      await new Promise(requestAnimationFrame);
    }
  });
  await expect(items.first()).not.toHaveAttribute('aria-posinset', '1');
  // Rows that changed their text stand where they belong: none over another, none with a gap.
  const gaps = await items.evaluateAll((rows) => {
    const boxes = rows.map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top);
    return boxes.slice(1).map((box, i) => Math.abs(box.top - (boxes[i]?.bottom ?? 0)));
  });
  expect(Math.max(...gaps)).toBeLessThan(1.5);
  await page.getByTestId('backlog').evaluate((list) => list.scrollTo({ top: 0 }));
  await expect(items.first()).toHaveAttribute('aria-posinset', '1');
});

test('the title screen', async ({ page, open, picture }) => {
  await open('title&scene=backlog');
  const menu = page.getByRole('navigation', { name: 'Title screen' });
  await expect(menu.getByRole('button', { name: /Continue/ })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Dialogue' })).toHaveCount(0);
  await picture('title');
  await page.keyboard.press('ArrowDown');
  await expect(menu.getByRole('button', { name: 'New conversation' })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Dialogue' })).toBeVisible();
});

test('the pages of the game menu', async ({ page, open, picture }) => {
  await open('fake=fast&theme=dusk');
  await say(page, 'Hello');
  await expect(spoken(page)).toContainText('I kept the blue one');
  await page.keyboard.press('F2');
  const why = page.getByRole('dialog', { name: 'Why she said that' });
  await expect(why.getByText('Instructions')).toBeVisible();
  await expect(why.getByText('642 tokens')).toBeVisible();
  await picture('why');
  await why.getByRole('button', { name: 'Puppet' }).click();
  const rig = page.getByRole('dialog', { name: 'Puppet' });
  await expect(rig.locator('svg[data-layer=face]')).toBeVisible();
  await rig.getByRole('button', { name: 'Surprise', exact: true }).click();
  await picture('rig');
  await rig.getByRole('button', { name: 'Keyboard' }).click();
  const keys = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(keys.getByText('Back a page').first()).toBeVisible();
  await picture('keys');
});

test('settings are found by a word of their explanation', async ({ page, open, picture }) => {
  await open();
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('searchbox').fill('tints');
  await expect(dialog.getByLabel('High contrast')).toBeVisible();
  await expect(dialog.getByLabel('Language', { exact: true })).toBeHidden();
  await picture('settings-search');
  await dialog.getByLabel('High contrast').check();
  await expect(page.locator('html')).toHaveAttribute('data-contrast', 'more');
  await dialog.getByRole('searchbox').fill('no such thing');
  await expect(dialog.getByText('No setting is called that.')).toBeVisible();
  await dialog.getByRole('searchbox').fill('');
  for (const tab of ['Reading', 'Stage']) {
    await dialog.getByRole('tab', { name: tab }).click();
    await picture(`settings-${tab.toLowerCase()}`);
  }
  await dialog.getByLabel('Place', { exact: true }).selectOption('park');
  await dialog.getByLabel('Time of day').selectOption('night');
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-scene=park]')).toBeVisible();
  await expect(page.locator('.weather.fireflies i').first()).toBeAttached();
  await picture('park-night');
});

test('a character without a puppet shows feelings by pictures', async ({ page, open, picture }) => {
  await open('character=card-mira&expressions');
  const sprite = page.getByRole('img', { name: 'Mira' }).locator('visible=true');
  await expect(sprite.locator('img')).toHaveCount(1);
  await picture('sprite');
  await open('character=card-mira');
  await expect(page.locator('.sprite.card img')).toBeVisible();
  await picture('card');
});
