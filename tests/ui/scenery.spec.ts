/** Places and music of one's own: dropped, listed, described, chosen by the character, heard, taken away and brought back. */

import { AxeBuilder, drop, expect, openSettings, say, test } from './harness';

test('what is dropped becomes places and music, and what is broken says why', async ({ page, open, picture }) => {
  await open('fake=fast&still');
  await drop(page, ['bg mill.png', 'park-night.jpg', 'theme.ogg', 'forest.flac', 'bg broken.png']);
  const report = page.getByRole('dialog');
  await expect(report.getByText('cannot be a place')).toBeVisible();
  await expect(report.getByText('Place', { exact: false }).first()).toBeVisible();
  await picture('scenery-import');
  await report.getByRole('button', { name: /^Import/ }).click();
  await report.getByRole('button', { name: 'Show places and music' }).click();
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await expect(settings.getByRole('tab', { name: 'Scenes' })).toHaveAttribute('aria-selected', 'true');
  await expect(settings.getByTestId('own-places').getByRole('listitem')).toHaveCount(2);
  await expect(settings.getByTestId('own-sounds').getByRole('listitem')).toHaveCount(2);
});

test('a place is described, pinned, given music, removed and brought back', async ({ page, open, picture }) => {
  await open('scenery&fake=fast&still');
  const settings = await openSettings(page, 'Scenes');
  const mill = settings.getByTestId('own-places').getByRole('listitem').first();
  await expect(mill.getByLabel('What it is')).toHaveValue('a water mill by the river');
  await mill.getByLabel('Name').fill('the weir');
  await mill.getByLabel('Name').press('Enter');
  await expect(mill.getByRole('button', { name: 'Remove the weir' })).toBeVisible();
  await settings.getByLabel('Music here: the weir').selectOption({ label: 'waltz' });
  await mill.getByRole('button', { name: 'Show it' }).click();
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'own:mill');
  await expect(page.getByTestId('captions')).toContainText('waltz');
  await picture('scenery-page');
  expect((await new AxeBuilder({ page }).include('dialog').analyze()).violations).toEqual([]);
  await mill.getByRole('button', { name: 'Remove the weir' }).click();
  await expect(settings.getByText('Removed: the weir')).toBeVisible();
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'bookshop');
  await settings.getByRole('button', { name: 'Undo' }).click();
  await expect(settings.getByTestId('own-places').getByRole('listitem')).toHaveCount(2);
});

test('a name that is emptied stays what it was', async ({ page, open }) => {
  await open('scenery&fake=fast&still');
  const settings = await openSettings(page, 'Scenes');
  const name = settings.getByTestId('own-sounds').getByLabel('Name').first();
  await name.fill('  ');
  await name.press('Tab');
  await expect(name).toHaveValue('waltz');
});

test('the character goes to a place by its name', async ({ page, open, picture }) => {
  await open('scenery&fake=fast&still&reply=Here%20we%20are.&direct=scene:the%20old%20mill%20at%20night');
  await say(page, 'Where are we?');
  await expect(page.locator('.stage')).toHaveAttribute('data-scene', 'own:mill');
  await expect(page.locator('.stage .depth img[src^="data:image/svg"]').first()).toBeAttached();
  await picture('scenery-stage');
});

test('an effect of one’s own is heard where a line or a tag asks for it', async ({ page, open }) => {
  const heard = () => page.evaluate(() => document.documentElement.dataset.heard ?? '');
  await open(`scenery&fake=fast&still&mute&reply=${encodeURIComponent('Listen. {sound=temple gong} There.')}`);
  await say(page, 'What was that?');
  await expect(page.getByTestId('captions')).toContainText('temple gong');
  expect(await heard()).toContain('own:gong');
  await expect(page.locator('.text')).toHaveText('Listen.  There.');
  const settings = await openSettings(page, 'Scenes');
  const before = (await heard()).split('own:gong').length;
  await settings.getByRole('button', { name: 'Hear temple gong' }).click();
  await expect.poll(async () => (await heard()).split('own:gong').length).toBe(before + 1);
});

for (const [language, tab, add] of [
  ['zh', '场景', '添加…'],
  ['ja', '場面', '追加…'],
] as const) {
  test(`the page of scenes in ${language}`, async ({ page, open, picture }) => {
    await open(`scenery&still&language=${language}`);
    await page.locator('.top nav button').nth(6).click();
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('button', { name: add })).toBeVisible();
    await picture(`scenery-${language}`);
  });
}

test('the panel says which lorebook entries fired, by which word, and which were left out', async ({
  page,
  open,
  picture,
}) => {
  await open('scene=backlog&fake=fast&still');
  await page.locator('#say').fill('Is there a map?');
  await page.keyboard.press('Enter');
  await expect(page.locator('.answers')).toBeVisible();
  await page.keyboard.press('F2');
  const lore = page.getByTestId('lore').getByRole('listitem');
  await expect(lore).toHaveCount(3);
  await expect(lore.nth(0)).toContainText('The torn map');
  await expect(lore.nth(0)).toContainText('“map” in the newest message · together with lighthouse');
  await expect(lore.nth(1)).toContainText('always there');
  await expect(lore.nth(2)).toContainText('“torn out” in the entry “The torn map”');
  await expect(lore.nth(2)).toContainText('the model did not read it');
  await lore.nth(0).locator('summary').press('Enter');
  await expect(lore.nth(0)).toContainText('The coast · the character’s book · 18 tokens');
  await expect(lore.nth(0)).toContainText('Keys: map, chart, 地図');
  await picture('why-lore');
});
