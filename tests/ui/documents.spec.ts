/** The page of documents: adding, watching, trying a question, taking out and putting back. */

import { AxeBuilder, drop, expect, say, test, type Page } from './harness';

async function openPage(page: Page) {
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('button', { name: 'Documents', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Documents' });
  await expect(dialog).toBeVisible();
  return dialog;
}

test('an empty shelf says what can be read', async ({ page, open, picture }) => {
  await open('still');
  const dialog = await openPage(page);
  await expect(dialog.getByText('Nothing to read yet.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Look for changes' })).toBeDisabled();
  await picture('documents-empty');
});

test('documents are listed, tried, taken out and put back', async ({ page, open, picture }) => {
  await open('still&documents');
  const dialog = await openPage(page);
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
  await expect(dialog.getByText('It holds pictures of pages and no text.', { exact: false })).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Try a question' }).fill('When was the lighthouse built?');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('noss-lighthouse.pdf · page 3 · The Building')).toBeVisible();
  await picture('documents');
  await dialog.getByRole('button', { name: 'Take out green-tea.epub' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
});

test('files that are added are watched, can be stopped, and say what is wrong with them', async ({ page, open }) => {
  await open('still&fake=fast');
  const dialog = await openPage(page);
  await drop(page, ['a.txt', 'locked.pdf', 'b.txt']);
  await expect(dialog.getByRole('status').getByText('3 files were looked at.')).toBeVisible();
  await expect(dialog.getByText('1 file could not be read.')).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
  await expect(dialog.getByText('It is protected by a password or a licence.', { exact: false })).toBeVisible();
});

test('the page breaks no rule of accessibility, in three languages', async ({ page, open, picture }) => {
  for (const [language, name] of [
    ['en', 'Documents'],
    ['zh', '文件'],
    ['ja', '文書'],
  ] as const) {
    for (const theme of ['light', 'dark']) {
      await open(`still&documents&language=${language}&theme=${theme}`);
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
      await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(3);
      await page.waitForTimeout(150);
      const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
      expect(violations.map((v) => `${language} ${theme}: ${v.id}`)).toEqual([]);
      await picture(`documents-${language}-${theme}`);
    }
  }
});

test('a reply shows which passage it leans on', async ({ page, open, picture }) => {
  await open('fake=fast&documents');
  await say(page, 'When was the lighthouse built?');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('What was looked up')).toBeVisible();
  await expect(dialog.getByText('The reply leans on this (88 %)')).toBeVisible();
  await picture('why-documents');
});

test('a passage that is found by its meaning says so, and how far the encoder is', async ({ page, open, picture }) => {
  await open('still&documents=meaning');
  const dialog = await openPage(page);
  await expect(dialog.getByText('multilingual-e5-small is reading your documents', { exact: false })).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Try a question' }).fill('How old is the tower?');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('found by what it means')).toBeVisible();
  await picture('documents-meaning');
});
