/** The library, imports, the editor, profiles and greetings. */

import { AxeBuilder, drop, expect, haltAt, spoken, test, type Page } from './harness';

const library = (page: Page) => page.getByRole('dialog', { name: 'Characters' });
const openLibrary = async (page: Page) => {
  await page.getByRole('button', { name: 'Characters', exact: true }).first().click();
  await expect(page.getByRole('listbox', { name: 'Characters' })).toBeVisible();
};
const cards = (page: Page) => page.locator('[role=option]');
const card = (page: Page, name: string) =>
  cards(page).filter({
    has: page.locator('.name').getByText(name, { exact: true }),
  });
const openEditor = async (page: Page, name: string) => {
  await openLibrary(page);
  await card(page, name).click();
  await page.getByRole('button', { name: /^(Edit|Look at the card) \(E\)$/ }).click();
  await expect(page.getByRole('tab', { name: 'Profile' })).toBeVisible();
};
const rules = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
  return violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
};

test('five thousand characters scroll, and only those in sight are drawn', async ({ page, open, picture }) => {
  await open('still&library=4997');
  await openLibrary(page);
  await expect(page.getByRole('status').filter({ hasText: '5000 characters' })).toBeVisible();
  const list = page.getByRole('listbox', { name: 'Characters' });
  await list.focus();
  await page.keyboard.press('End');
  await expect(page.locator('[role=option][aria-posinset="5000"]')).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('[role=option][aria-posinset="5000"]')).toBeInViewport();
  expect(await cards(page).count()).toBeLessThan(80);
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[role=option][aria-selected=true]')).toBeInViewport();
  await picture('library-5000');
});

test('characters are found by parts of words, tags and favourites', async ({ page, open, picture }) => {
  await open('still&library=200');
  await openLibrary(page);
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', {
    name: 'Search names, tags, texts',
  });
  await expect(search).toBeFocused();
  await page.keyboard.type('山あい');
  await expect(page.getByRole('status').filter({ hasText: 'of 203 characters' })).toBeVisible();
  await expect(cards(page).first()).toContainText('山あいの宿');
  await search.fill('nobody at all');
  await expect(page.getByText('Nobody like that is here.')).toBeVisible();
  await picture('library-nobody');
  await page.getByRole('button', { name: 'Show everybody' }).click();
  await page.getByRole('button', { name: /^mystery/ }).click();
  await expect(page.getByRole('button', { name: /^mystery/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('status').filter({ hasText: 'of 203 characters' })).toBeVisible();
  await page.getByRole('button', { name: /^mystery/ }).click();
  await page.getByRole('button', { name: 'Only favourites' }).click();
  await expect(page.getByRole('status').filter({ hasText: '12 of 203' })).toBeVisible();
});

test('a character is removed by key and brought back', async ({ page, open, picture }) => {
  await open('still');
  await openLibrary(page);
  await card(page, 'Mira').click();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: /No longer a favourite/ })).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(card(page, 'Mira')).toHaveCount(0);
  await expect(library(page).getByText('Mira was removed.')).toBeVisible();
  await picture('library-removed');
  await library(page).getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, 'Mira')).toBeVisible();
  await card(page, 'Koto').click();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Delete');
  await expect(card(page, 'Koto')).toBeVisible();
});

test('what a stranger wrote is words, and nothing is loaded', async ({ page, open, picture }) => {
  await open('still');
  await openLibrary(page);
  await card(page, 'Mira').click();
  const details = page.getByRole('region', { name: 'Mira' });
  await expect(details.getByText('guest')).toBeVisible();
  await expect(details.getByText('picture: her')).toBeVisible();
  await expect(details.locator('.notes').locator('script, img, a, iframe, style')).toHaveCount(0);
  await expect(details).not.toContainText('alert(');
  await picture('library-details');
});

test('files are shown, decided on, imported and reported', async ({ page, open, picture }) => {
  await open('still&fake=fast');
  await drop(page, ['Mira.png', 'Ren.json', 'notes.txt']);
  const intake = page.getByRole('dialog', { name: 'Import 3 files' });
  await expect(intake.getByText('2 of 3 files will be imported.')).toBeVisible();
  await expect(intake.getByText('There is a Mira in the library already.')).toBeVisible();
  await expect(intake.getByText('neither a character card nor a model')).toBeVisible();
  await picture('import-preview');
  await intake.getByLabel('What to do with Mira').selectOption('Replace the old card');
  await intake.getByRole('button', { name: 'Import 2 files' }).click();
  const done = page.getByRole('dialog', { name: 'Import', exact: true });
  await expect(done.getByText('2 imported, 1 refused')).toBeVisible();
  await expect(done.getByText('tags: was a text, not a list.')).toBeVisible();
  await picture('import-done');
  await done.getByRole('button', { name: 'Show in the library' }).click();
  await expect(card(page, 'Ren')).toBeVisible();
  await expect(card(page, 'Mira')).toHaveCount(1);
});

test('an import can be stopped', async ({ page, open }) => {
  await open('still&fake=fast');
  await drop(page, ['A.png', 'B.png', 'C.png', 'D.png']);
  const intake = page.getByRole('dialog', { name: 'Import 4 files' });
  await expect(intake.getByText('4 of 4 files will be imported.')).toBeVisible();
  const goOn = await haltAt(page, 'dialog progress');
  await intake.getByRole('button', { name: 'Import 4 files' }).click();
  await intake.getByRole('button', { name: 'Cancel' }).first().click();
  await goOn();
  await expect(page.getByText(/Stopped\./)).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Import', exact: true })).toContainText('skipped');
});

test('a conversation of another program is taken over and opened', async ({ page, open, picture }) => {
  await open('still&fake=fast');
  await drop(page, ['chat.jsonl']);
  const intake = page.getByRole('dialog', { name: 'Import 1 file' });
  await expect(intake.getByText(/Conversation · 12 messages · 4 other answers · SillyTavern/)).toBeVisible();
  await intake.getByRole('button', { name: 'Import', exact: false }).last().click();
  const done = page.getByRole('dialog', { name: 'Import', exact: true });
  await expect(done.getByText('1 imported, 0 refused')).toBeVisible();
  await picture('import-conversation');
  await done.getByRole('button', { name: 'Open it' }).last().click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Your message' })).toBeVisible();
});

test('a conversation that is here already is opened, and one with nobody here is given to somebody', async ({
  page,
  open,
}) => {
  await open('still&fake=fast');
  await drop(page, ['known.jsonl', 'strangers.jsonl']);
  const intake = page.getByRole('dialog', { name: 'Import 2 files' });
  await expect(intake.getByText('1 of 2 files will be imported.')).toBeVisible();
  await expect(intake.getByText('This conversation with Mira is here already.')).toBeVisible();
  await expect(intake.getByRole('button', { name: 'Open it' })).toBeVisible();
  const whom = intake.getByLabel('Nobody here is called Zorg. With whom is this conversation?');
  await whom.selectOption('Haru');
  await expect(intake.getByLabel('What to do with Zorg')).toContainText('Import for Haru');
  expect(await rules(page)).toEqual([]);
});

test('a card is edited, undone, guarded and saved', async ({ page, open, picture }) => {
  await open('still');
  await openEditor(page, 'Mira');
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('Mira Vale');
  const save = page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeEnabled();
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(name).toHaveValue('Mira');
  await expect(save).toBeDisabled();
  await page.keyboard.press('Control+Shift+z');
  await expect(name).toHaveValue('Mira Vale');
  await name.fill('');
  await expect(page.getByText('A character needs a name.')).toBeVisible();
  await expect(save).toBeDisabled();
  await name.fill('Mira Vale');
  await page.getByRole('tab', { name: 'Character' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('She draws maps of places that moved.');
  await expect(page.getByText('10 tokens')).toBeVisible();
  await picture('editor-character');
  await page.keyboard.press('Escape');
  const guard = page.getByRole('dialog', { name: 'Save the changes?' });
  await expect(guard).toContainText('Mira Vale');
  await guard.getByRole('button', { name: 'Go on editing' }).click();
  await page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tab', { name: 'Profile' })).toHaveCount(0);
  await expect(card(page, 'Mira Vale')).toBeVisible();
});

test('what a character never says is kept with the card', async ({ page, open, picture }) => {
  await open('still');
  await openEditor(page, 'Mira');
  await page.getByRole('tab', { name: 'Attributes' }).click();
  const never = page.getByRole('textbox', { name: 'Never says' });
  await never.fill('as I said before, dear');
  await never.press('Enter');
  const outside = page.getByRole('textbox', { name: 'Cannot know of' });
  await outside.fill('smartphone, Wi-Fi');
  await outside.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove as I said before, dear' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove Wi-Fi' })).toBeVisible();
  await picture('editor-never-says');
  expect(await rules(page)).toEqual([]);
  const save = page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true });
  await save.click();
  await expect(save).toBeDisabled();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Edit \(E\)$/ }).click();
  await page.getByRole('tab', { name: 'Attributes' }).click();
  await expect(page.getByRole('button', { name: 'Remove smartphone' })).toBeVisible();
});

test('lorebook entries are added, changed and explained', async ({ page, open, picture }) => {
  await open('still');
  await openEditor(page, 'Mira');
  await page.getByRole('tab', { name: 'Lorebook' }).click();
  await page.getByRole('button', { name: 'Add an entry' }).click();
  await expect(page.getByText('Without a key it never fires.')).toBeVisible();
  const keys = page.getByRole('textbox', { name: 'Keys', exact: true });
  await keys.fill('lamp, 灯');
  await keys.press('Enter');
  await expect(page.getByText('Without a key it never fires.')).toHaveCount(0);
  await page.getByLabel('Position').selectOption('between the messages');
  await page.getByRole('spinbutton', { name: 'Messages from the end' }).fill('2');
  await page.getByText('More rules').click();
  await page.getByRole('spinbutton', { name: 'Chance in percent' }).fill('40');
  await page.getByRole('textbox', { name: 'Content' }).fill('The lamp is never out.');
  await picture('editor-lore');
  await page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: /lamp/ }).first()).toBeVisible();
});

test('a shipped card can be looked at and copied, not changed', async ({ page, open }) => {
  await open('still');
  await openEditor(page, 'Haru');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveAttribute('readonly', '');
  await expect(page.getByRole('dialog').last().getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Edit a copy' }).click();
  await expect(page.getByRole('dialog', { name: 'Haru (copy)' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).not.toHaveAttribute('readonly', '');
});

test('a first conversation begins with the greeting that is chosen', async ({ page, open, picture }) => {
  await open('still&fake=fast');
  await openLibrary(page);
  await card(page, 'Mira').click();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Enter');
  const begin = page.getByRole('dialog', { name: 'Begin with Mira' });
  await expect(begin.getByRole('region', { name: 'Greeting 1 of 3' })).toBeVisible();
  await begin.getByRole('button', { name: 'Next greeting' }).click();
  await expect(begin.getByRole('region', { name: 'Greeting 2 of 3' })).toContainText('She looks up from the map.');
  await picture('beginning');
  await begin.getByRole('button', { name: 'Begin' }).click();
  await expect(spoken(page)).toContainText('You found me after all');
});

test('the person can be somebody else', async ({ page, open, picture }) => {
  await open('still');
  await page.getByRole('button', { name: 'Your profiles' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your profiles' });
  await dialog.getByRole('button', { name: 'New profile' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Captain');
  await dialog.getByRole('textbox', { name: 'About you' }).fill('Sails between the islands.');
  await dialog.locator('form').getByRole('button', { name: 'Save' }).click();
  await dialog.getByLabel('With Koto').selectOption('Captain');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Captain' })).toContainText('in use now');
  await picture('personas');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Your message' }).fill('Ahoy');
  await page.keyboard.press('Enter');
  await expect(page.locator('.plate', { hasText: 'Captain' })).toBeVisible();
});

test('files that are no single card are taken in as what they are', async ({ page, open, picture }) => {
  await open('fake=fast&still');
  await drop(page, ['pack.zip', 'world.json', 'chat.jsonl', 'faces.zip']);
  const panel = page.getByRole('dialog', { name: 'Import 5 files' });
  await expect(panel.getByText('5 of 5 files will be imported.')).toBeVisible();
  await expect(panel.getByText('Ann', { exact: true })).toBeVisible();
  await expect(panel.getByText('Ben', { exact: true })).toBeVisible();
  await expect(panel.getByText(/Conversation · 12 messages/)).toBeVisible();
  await panel.getByRole('combobox', { name: 'What to do with World' }).selectOption('Only with Mira');
  await picture('import-others');
  await panel.getByRole('button', { name: 'Import 5 files' }).click();
  const done = page.getByRole('dialog', { name: 'Imported' }).or(page.getByRole('dialog')).last();
  await expect(done.getByText('5 imported, 0 refused')).toBeVisible();
  await done.getByRole('button', { name: 'Close' }).last().click();
  await openLibrary(page);
  await page.getByRole('button', { name: 'Lorebooks' }).click();
  const books = page.getByRole('dialog', { name: 'Lorebooks' });
  await expect(books.getByText('3 lorebook entries')).toBeVisible();
  await books.getByRole('button', { name: 'Remove: World' }).click();
  await expect(books.getByText('There are none yet.')).toBeVisible();
  await books.getByRole('button', { name: 'Undo' }).click();
  await expect(books.getByText('3 lorebook entries')).toBeVisible();
});

test('the trash gives back, and deletes for good only when asked twice', async ({ page, open, picture }) => {
  await open('fake=fast&still');
  await openLibrary(page);
  await card(page, 'Mira').click();
  await page.getByRole('button', { name: 'Remove (Delete)' }).click();
  await expect(card(page, 'Mira')).toHaveCount(0);
  await page.getByRole('button', { name: 'Trash', exact: true }).click();
  const trash = page.getByRole('dialog', { name: 'Trash' });
  await trash.getByRole('button', { name: 'Delete for good: Mira' }).click();
  await picture('trash');
  await trash.getByRole('button', { name: 'Cancel' }).click();
  await trash.getByRole('button', { name: 'Restore' }).click();
  await expect(trash.getByText('Nothing has been removed.')).toBeVisible();
  await trash.getByRole('button', { name: 'Close' }).last().click();
  await expect(card(page, 'Mira')).toHaveCount(1);
});

test('the files of a card are seen, given a meaning, and every step is undone', async ({ page, open, picture }) => {
  await open('fake=fast&still');
  await openEditor(page, 'Mira');
  await page.getByRole('tab', { name: 'Files' }).click();
  await expect(page.getByText('feeling · in the card · PNG · 48.2 kB')).toBeVisible();
  await page.getByRole('button', { name: 'Use as portrait' }).first().click();
  await expect(page.getByText('shown as the portrait · icon · in the card · PNG · 48.2 kB')).toBeVisible();
  await picture('editor-files');
  await page.getByRole('button', { name: 'Remove: 灯台' }).click();
  await expect(page.getByText('on the network, not loaded')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(page.getByText(/on the network, not loaded/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('feeling · in the card · PNG · 48.2 kB')).toBeVisible();
});

test('pictures on the network come only after they were allowed', async ({ page, open }) => {
  await open('fake=fast&still');
  await openLibrary(page);
  await card(page, 'Mira').click();
  await expect(page.getByText('picture: her')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Load its picture from the network' }).check();
  await expect(page.getByRole('img', { name: 'her' })).toHaveAttribute('src', /^data:image/);
  await page.getByRole('checkbox', { name: 'Load its picture from the network' }).uncheck();
  await expect(page.getByText('picture: her')).toBeVisible();
});

test('a note to the model is kept for the conversation or for the character', async ({ page, open, picture }) => {
  await open('fake=fast&still');
  await openLibrary(page);
  await page.getByRole('button', { name: 'Note to the model' }).click();
  const panel = page.getByRole('dialog', { name: 'Note to the model' });
  await panel.getByRole('textbox', { name: 'Note' }).fill('Short sentences. It rains.');
  await panel.getByRole('spinbutton', { name: 'Messages from the end' }).fill('0');
  await panel.locator('footer').getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByRole('radio', { name: 'In this conversation ✓' })).toBeChecked();
  await panel.getByRole('radio', { name: 'With Koto' }).check();
  await expect(panel.getByRole('textbox', { name: 'Note' })).toHaveValue('');
  await panel.getByRole('radio', { name: /In this conversation/ }).check();
  await expect(panel.getByRole('textbox', { name: 'Note' })).toHaveValue('Short sentences. It rains.');
  await picture('author-note');
});

for (const theme of ['light', 'dark'] as const) {
  test(`the rules of accessibility hold in ${theme}`, async ({ page, open }) => {
    test.setTimeout(300_000);
    await open(`still&fake=fast&theme=${theme}&library=4`);
    await openLibrary(page);
    await card(page, 'Mira').click();
    await expect(page.getByRole('region', { name: 'Mira' }).getByText('guest')).toBeVisible();
    expect(await rules(page), 'library').toEqual([]);
    await page.getByRole('button', { name: 'Edit (E)' }).click();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await rules(page), (await tab.textContent()) ?? '').toEqual([]);
    }
    await open(`still&fake=fast&theme=${theme}`);
    await page.getByRole('button', { name: 'Your profiles' }).click();
    expect(await rules(page), 'profiles').toEqual([]);
    await open(`still&fake=fast&theme=${theme}`);
    await drop(page, ['Mira.png', 'notes.txt']);
    await expect(page.getByText('1 of 2 files will be imported.')).toBeVisible();
    expect(await rules(page), 'import').toEqual([]);
  });
}

for (const [language, title, edit] of [
  ['zh', '角色', '编辑（E）'],
  ['ja', 'キャラクター', '編集（E）'],
] as const) {
  test(`the library and the editor in ${language} fit into a small window`, async ({ page, open, picture }) => {
    await page.setViewportSize({ width: 900, height: 600 });
    await open(`still&language=${language}&library=3&theme=${language === 'zh' ? 'dark' : 'light'}`);
    await page.getByRole('button', { name: title, exact: true }).first().click();
    await page.getByRole('searchbox').fill('Mira');
    await card(page, 'Mira').click();
    await picture(`library-${language}`);
    await page.getByRole('button', { name: edit }).click();
    await expect(page.getByRole('tab').first()).toBeInViewport();
    for (const button of await page.getByRole('dialog').last().locator('footer button').all())
      await expect(button).toBeInViewport({ ratio: 1 });
    await picture(`editor-${language}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });
}

test('a face stays in the middle of its tile when the tiles change their width', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Characters' }).first().click();
  const tile = page.locator('.tile .portrait').first();
  await expect(tile.locator('.inner svg').first()).toBeAttached();
  const off = () =>
    tile.evaluate((frame) => {
      const eyes =
        frame.querySelector('[data-layer=eyes], [data-layer=face]') ?? frame.querySelector('svg[data-layer]');
      const [outer, inner] = [frame.getBoundingClientRect(), (eyes ?? frame).getBoundingClientRect()];
      return Math.abs(outer.x + outer.width / 2 - inner.x - inner.width / 2) / outer.width;
    });
  for (const width of [1280, 760, 1500]) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(off).toBeLessThan(0.12);
  }
});
