/** The memory page: seen, searched, put right, forgotten, taken back, by mouse and by keyboard. */

import { AxeBuilder, expect, test, type Page } from './harness';

async function openMemory(page: Page) {
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Memory' });
  await expect(dialog).toBeVisible();
  return dialog;
}

test('what she knows is there, and where it comes from is one click away', async ({ page, open, picture }) => {
  await open('theme=light');
  const memory = await openMemory(page);
  await expect(memory.getByRole('listitem').filter({ hasText: 'Leeds' })).toContainText('always remembered');
  await expect(memory.getByRole('heading', { name: 'Lena' })).toBeVisible();
  await expect(memory.getByRole('heading', { name: 'What Koto said of herself' })).toBeVisible();
  const birthday = memory.locator('[data-fact="5"]');
  await expect(birthday).toContainText('May');
  await expect(birthday).toContainText('before: March');
  const more = birthday.getByRole('button', {
    name: 'Where it comes from: Birthday: May',
  });
  await expect(more).toHaveAttribute('aria-expanded', 'false');
  await more.click();
  await expect(birthday).toContainText('No, wait, it’s in May');
  await expect(birthday).toContainText('March! I will remember that.');
  await picture('memory');
  await birthday.getByRole('button', { name: 'Go to this conversation' }).click();
  await expect(memory).toBeHidden();
});

test('it says how each thing is known, and who looks for facts beside the rules', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await expect(memory).toContainText('it has read 96 of 152 messages');
  const maps = memory.locator('[data-fact="7"]');
  await expect(maps).toContainText('read by qwen3-4b');
  await maps.getByRole('button', { name: /^Where it comes from/ }).click();
  await expect(maps).toContainText('Found in these words by qwen3-4b');
  const leeds = memory.locator('[data-fact="2"]');
  await expect(leeds).not.toContainText('read by');
  await leeds.getByRole('button', { name: /^Where it comes from/ }).click();
  await expect(leeds).toContainText('Found in these words by a rule');
});

for (const [kind, sentence] of [
  ['small', 'hanashi-mini was tried on made-up conversations'],
  ['off', 'switched off in the settings'],
  ['server', 'only if you allow it in the settings'],
  ['empty', 'When nobody has talked for a while, qwen3-4b'],
] as const) {
  test(`where the language model looks for no facts (${kind}), it says why`, async ({ page, open }) => {
    await open(`memory=${kind}`);
    await expect(await openMemory(page)).toContainText(sentence);
  });
}

test('a fact is put right, pinned and forgotten, and each is taken back', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  const status = memory.locator('.news');
  const undo = status.getByRole('button', { name: 'Undo' });
  const home = memory.locator('[data-fact="2"]');
  await home.getByRole('button', { name: 'Put right: Lives in: Leeds' }).click();
  const field = home.getByRole('textbox');
  await expect(field).toBeFocused();
  await field.fill('York');
  await page.keyboard.press('Enter');
  await expect(home).toContainText('York');
  await expect(home).toContainText('you corrected: Leeds');
  await undo.click();
  await expect(home).toContainText('Leeds');
  await expect(status).toContainText('as it was before');
  const name = memory.locator('[data-fact="1"]');
  await name.getByRole('button', { name: 'Always remember: Name: Mei' }).click();
  await expect(name.getByRole('button', { name: 'Not always remember: Name: Mei' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await name.getByRole('button', { name: 'Forget: Name: Mei' }).click();
  await expect(name).toBeHidden();
  await expect(status).toContainText('Forgotten: Name: Mei');
  await page.keyboard.press('Control+z');
  await expect(name).toBeVisible();
});

test('Escape ends the editing and not the page', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await memory
    .locator('[data-fact="2"]')
    .getByRole('button', { name: /^Put right/ })
    .click();
  await page.keyboard.press('Escape');
  await expect(memory).toBeVisible();
  await expect(memory.locator('[data-fact="2"]')).toContainText('Leeds');
  await page.keyboard.press('Escape');
  await expect(memory).toBeHidden();
});

test('it is searched, written into, imported and exported', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await memory.getByRole('searchbox').fill('march');
  await expect(memory.locator('[data-fact]')).toHaveCount(1);
  await memory.getByRole('searchbox').fill('nothing like it');
  await expect(memory.getByText('Nothing known has these words.')).toBeVisible();
  await memory.getByRole('searchbox').fill('');
  await memory.getByRole('button', { name: 'Write something down' }).click();
  await memory.getByLabel('About what').fill('allergic to');
  await memory.getByLabel('What is true').fill('walnuts');
  await page.keyboard.press('Enter');
  const noted = memory.locator('[data-fact]').filter({ hasText: 'walnuts' });
  await expect(noted).toContainText('Allergic to');
  await expect(noted).toContainText('written down by hand');
  await memory.getByRole('button', { name: 'Import' }).click();
  await expect(memory.locator('.news')).toContainText('1 memory taken over, 2 known already.');
  await memory.locator('.news').getByRole('button', { name: 'Undo' }).click();
  await expect(memory.locator('[data-fact]').filter({ hasText: 'translator' })).toHaveCount(0);
  await memory.getByRole('button', { name: 'Export' }).click();
  await expect(memory.locator('.news')).toContainText('written to the file');
});

test('what would come to mind is shown with its reasons', async ({ page, open, picture }) => {
  await open('theme=dusk');
  const memory = await openMemory(page);
  await memory.getByRole('tab', { name: 'What she knows' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(memory.getByRole('tab', { name: 'If you ask her' })).toBeFocused();
  await memory.getByRole('textbox', { name: 'Ask as you would in the talk' }).fill('Where does Lena live?');
  await page.keyboard.press('Enter');
  const found = memory.getByRole('listitem').filter({ hasText: 'Porto', hasNotText: 'In short' });
  await expect(found).toContainText('because of: lena');
  await expect(memory.getByRole('listitem').filter({ hasText: 'Leeds' })).toContainText('always remembered');
  await picture('memory-asked');
  await found.getByRole('button', { name: /^Forget/ }).click();
  await expect(found).toHaveCount(0);
});

test('talks stand on a time line', async ({ page, open, picture }) => {
  await open('theme=dark&language=ja');
  await page.keyboard.press('m');
  const memory = page.getByRole('dialog', { name: '記憶' });
  await memory.getByRole('tab', { name: '年表' }).click();
  await expect(memory.getByRole('listitem').first()).toContainText('14件のメッセージ');
  await expect(memory.getByRole('region', { name: '2026年11月' })).toContainText('話題：Porto, rain, birthday');
  await expect(memory.getByRole('listitem').nth(1)).toContainText('Qwen3-4Bによるまとめ');
  await picture('memory-times-ja');
});

test('who is not known yet is told how to begin', async ({ page, open, picture }) => {
  await open('memory=empty&language=zh&theme=light');
  await page.keyboard.press('m');
  const memory = page.getByRole('dialog', { name: '记忆' });
  await expect(memory.getByText('Koto还不了解你')).toBeVisible();
  await expect(memory.getByRole('button', { name: '导出' })).toBeDisabled();
  await picture('memory-empty-zh');
});

test('the reasons of an answer say what came to mind', async ({ page, open, picture }) => {
  await open('scene=speaking&fake=fast');
  await page.waitForTimeout(1500);
  await page.keyboard.press('F2');
  const why = page.getByRole('dialog');
  await expect(why.getByRole('heading', { name: 'What came to mind' })).toBeVisible();
  await expect(why.getByRole('listitem').filter({ hasText: 'Lena moved to Porto' })).toContainText(
    'because of: lena, porto',
  );
  await picture('why-recalled');
});

test('how well they know each other stands on the page', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await expect(memory.getByText('talked on 12 days')).toContainText('you call her Kiki');
});

test('what is to be forgotten in the talk is told with a way back', async ({ page, open, picture }) => {
  await open('theme=dusk&fake=fast');
  const field = page.getByRole('textbox', { name: 'Your message' });
  await field.fill('No, forget everything about Lena.');
  await field.press('Enter');
  const notice = page.locator('.notices').getByText('Forgotten: Lena (2 messages)');
  await expect(notice).toBeVisible();
  await picture('forgotten-in-talk');
  await page.locator('.notices').getByRole('button', { name: 'Undo' }).click();
  await expect(notice).toBeHidden();
  await expect(page.locator('.notices')).toContainText('as it was before');
});

test('memories are found by their meaning once there is an encoder', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await memory.getByRole('tab', { name: 'If you ask her' }).click();
  await expect(memory.getByText('Memories are found by their words.')).toBeVisible();
  await memory.getByRole('button', { name: 'Choose an encoder…' }).click();
  await expect(memory.getByText('by what they mean (multilingual-e5-small)')).toBeVisible();
  await memory.getByRole('button', { name: 'By words alone' }).click();
  await expect(memory.getByText('Memories are found by their words.')).toBeVisible();
});

for (const look of ['theme=light', 'theme=dusk', 'theme=dark', 'theme=light&contrast']) {
  test(`no rule of accessibility is broken with ${look}`, async ({ page, open }) => {
    await open(`still&memory=small&${look}`);
    const memory = await openMemory(page);
    for (const tab of ['What she knows', 'If you ask her', 'Time line']) {
      await memory.getByRole('tab', { name: tab }).click();
      if (tab === 'What she knows') await memory.getByRole('button', { name: /Where it comes from: Birthday/ }).click();
      if (tab === 'If you ask her') {
        await memory.getByRole('textbox').fill('Where does Lena live?');
        await page.keyboard.press('Enter');
        await expect(memory.getByRole('listitem').first()).toBeVisible();
      }
      const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
      expect(violations.map((v) => `${tab}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
    }
  });
}

test('what is written about a talk is put right and taken away, and both are taken back', async ({
  page,
  open,
  picture,
}) => {
  await open('theme=light');
  const memory = await openMemory(page);
  await memory.getByRole('tab', { name: 'Time line' }).click();
  const scene = memory.getByRole('listitem').filter({ hasText: 'Lena has moved to Porto' });
  await expect(scene).toContainText('summed up by Qwen3-4B');
  await scene.getByRole('button', { name: /^Put right what is written about/ }).click();
  const field = memory.getByRole('textbox', { name: /^Put right/ });
  await expect(field).toBeFocused();
  await field.fill('Lena has moved to Lisbon.');
  await picture('memory-summary');
  await memory.getByRole('region', { name: 'November' }).getByRole('button', { name: 'Save' }).click();
  const mine = memory.getByRole('listitem').filter({ hasText: 'Lisbon' });
  await expect(mine).toContainText('in your words');
  await mine.getByRole('button', { name: /^Take away what is written about/ }).click();
  await expect(mine).toHaveCount(0);
  const undo = memory.locator('.news').getByRole('button', { name: 'Undo' });
  await undo.click();
  await expect(mine).toHaveCount(1);
});

test('a summary that comes to mind says so, and shows where it was said', async ({ page, open }) => {
  await open();
  const memory = await openMemory(page);
  await memory.getByRole('tab', { name: 'If you ask her' }).click();
  await memory.getByRole('textbox').fill('Where is Porto?');
  await page.keyboard.press('Enter');
  const summary = memory.getByRole('listitem').filter({ hasText: 'misses her' });
  await expect(summary).toContainText('In short');
  await summary.getByRole('button', { name: /^Where it comes from/ }).click();
  await expect(summary.getByRole('button', { name: 'Go to this conversation' })).toBeVisible();
});
