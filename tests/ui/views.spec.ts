/** The views over the stage, each with a picture. */

import { expect, haltAt, puppet, say, spoken, test } from './harness';

for (const [language, title, name, theme] of [
  ['en', 'Settings', 'Your name', 'Appearance'],
  ['zh', '设置', '你的名字', '外观'],
  ['ja', '設定', 'あなたの名前', '外観'],
] as const) {
  test(`settings in ${language}`, async ({ page, open, picture }) => {
    await open(`language=${language}&theme=${language === 'zh' ? 'dark' : 'light'}`);
    await page.getByRole('button', { name: title, exact: true }).click();
    const dialog = page.getByRole('dialog', { name: title });
    await expect(dialog.getByLabel(name)).toBeVisible();
    await expect(dialog.getByLabel(theme)).toHaveValue(language === 'zh' ? 'dark' : 'light');
    await expect(page.locator('html')).toHaveAttribute('lang', { en: 'en', zh: 'zh-Hans', ja: 'ja' }[language]);
    await picture(`settings-${language}`);
    for (const tab of await dialog.getByRole('tab').all()) {
      await tab.click();
      await expect(tab).toHaveAttribute('aria-selected', 'true');
    }
    await dialog.locator('[data-tab=library]').click();
    await expect(dialog.locator('[data-model="whisper-base"]')).toBeVisible();
    await picture(`settings-library-${language}`);
  });
}

test('settings take effect at once', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Appearance').selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByLabel('Your name').fill('Mei');
  await page.getByLabel('Language').selectOption('ja');
  await expect(page.getByRole('dialog', { name: '設定' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.locator('#say').fill('hello');
  await page.keyboard.press('Enter');
  await expect(page.locator('.plate', { hasText: 'Mei' })).toBeVisible();
});

test('the search through the settings names pages, and leads to those that hold other things', async ({
  page,
  open,
}) => {
  await open();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'Settings' });
  const search = panel.getByRole('searchbox');
  await search.fill('typeface');
  await expect(panel.getByRole('heading', { name: 'Reading' })).toBeVisible();
  await expect(panel.getByRole('heading', { name: 'Voice' })).toBeHidden();
  await search.fill('backup');
  await panel.getByRole('button', { name: 'Upkeep' }).click();
  await expect(panel.getByRole('tab', { name: 'Upkeep' })).toBeFocused();
  await expect(panel.getByRole('heading', { name: 'Backup' })).toBeVisible();
  // Pages and search stay in reach while a page is scrolled.
  await panel.getByRole('heading', { name: 'Log' }).scrollIntoViewIfNeeded();
  await expect(search).toBeInViewport({ ratio: 1 });
  await expect(panel.getByRole('tab', { name: 'General' })).toBeInViewport({ ratio: 1 });
});

test('in a panel the arrows lead to the nearest control', async ({ page, open }) => {
  await open();
  await page.keyboard.press('s');
  const focused = page.locator(':focus');
  await expect(focused).toHaveAttribute('data-place', 'save');
  await page.keyboard.press('ArrowDown');
  await expect(focused).toHaveAttribute('data-place', 'load');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('dialog .frame :focus')).toBeVisible();
  for (let i = 0; i < 3 && !(await page.locator('.slot:focus').isVisible()); i++)
    await page.keyboard.press('ArrowDown');
  await expect(page.locator('.slot:focus')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.slot').nth(1)).toBeFocused();
  // Where the arrows mean something already, they go on to mean it.
  await page.locator('dialog [data-place=settings]').click();
  await page.getByRole('tab', { name: 'General' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('tab', { name: 'Reading' })).toHaveAttribute('aria-selected', 'true');
});

test('the backlog lists who said what', async ({ page, open, picture }) => {
  await open('scene=backlog&theme=dark');
  await page.keyboard.press('b');
  const items = page.getByRole('dialog', { name: 'Backlog' }).getByRole('listitem');
  await expect(items).toHaveCount(7);
  await expect(items.last()).toContainText('Koto');
  await expect(items.last()).toContainText('So do I. From inside');
  await expect(items.last()).toBeInViewport();
  await picture('backlog');
});

test('the microphone offers ears; typed talk goes on while they are fetched', async ({ page, open, picture }) => {
  await open('fake=fast');
  const mic = page.getByRole('button', { name: /Hold to talk/ });
  await mic.dispatchEvent('pointerdown', { button: 0, pointerId: 1 });
  const offer = page.getByRole('dialog', {
    name: 'Shall I learn to hear you?',
  });
  // Behind the offer it is hidden from assistive technology, and from `mic`.
  await page
    .getByRole('button', { name: /Hold to talk/, includeHidden: true })
    .dispatchEvent('pointerup', { button: 0, pointerId: 1 });
  await expect(offer).toContainText('148 MB');
  await expect(offer).toContainText('MIT');
  await expect(offer.getByText('not pinned').first()).toBeVisible();
  await picture('ears-offer');
  const goOn = await haltAt(page, 'progress[aria-label="Fetching Whisper base"]');
  await offer.getByRole('button', { name: 'Fetch Whisper base' }).click();
  await expect(page.getByRole('progressbar', { name: 'Fetching Whisper base' })).toBeVisible();
  await goOn();
  await say(page, 'Meanwhile');
  await expect(spoken(page)).toContainText('You came back');
  await picture('ears-downloading');
  await expect(page.getByText('The ears are ready.')).toBeVisible();
  await page.keyboard.down('ControlRight');
  await expect(page.getByText('I hear you')).toBeVisible();
  await page.keyboard.up('ControlRight');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await page.getByRole('button', { name: 'Backlog' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Is it still raining?' })).toBeVisible();
});

test('files over the window are welcomed, read and reported', async ({ page, open, picture }) => {
  await open('fake=fast');
  const drop = (type: string, names: string[]) =>
    page.evaluate(
      ([type, names]) => {
        const data = new DataTransfer();
        for (const name of names) data.items.add(new File(['x'], name));
        window.dispatchEvent(
          new DragEvent(type, {
            dataTransfer: data,
            bubbles: true,
            cancelable: true,
          }),
        );
      },
      [type, names] as const,
    );
  await drop('dragenter', ['Mira.png']);
  await expect(page.getByText('Drop it here')).toBeVisible();
  await picture('drop');
  await drop('drop', ['Ada.png', 'notes.txt']);
  const report = page.getByRole('dialog', { name: 'Import' });
  await expect(report.getByText('neither a character card nor a model')).toBeVisible();
  await report.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(report.getByText('Character: Ada')).toBeVisible();
  await picture('import-report');
  await report.getByRole('button', { name: 'Talk to Ada' }).first().click();
  await page.getByRole('dialog', { name: 'Begin with Ada' }).getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('img', { name: 'Ada' }).locator('visible=true').last()).toBeVisible();
  await expect(page.locator('[data-scene=evening]')).toBeVisible();
});

test('another character comes on stage', async ({ page, open, picture }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Characters' }).click();
  const dialog = page.getByRole('dialog', { name: 'Characters' });
  await expect(dialog.locator('[role=option]')).toHaveCount(3);
  // In the tiles: whoever is on stage is shown once more beside them.
  await expect(dialog.locator('[role=option] svg[data-layer=face]')).toHaveCount(2);
  await picture('characters');
  await dialog.locator('[role=option]').filter({ hasText: 'Haru' }).dblclick();
  await expect(puppet(page)).toHaveAttribute('aria-label', 'Haru');
  await expect(page.locator('[data-scene=lighthouse]')).toBeVisible();
  await expect(page.locator('[data-layer=glasses]')).toBeAttached();
  await expect(page.locator('.plate')).toHaveText('Haru');
  await page.waitForTimeout(500);
  await picture('stage-haru');
});

test('conversations can be opened and begun', async ({ page, open, picture }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Conversations' }).click();
  const dialog = page.getByRole('dialog', { name: 'Conversations' });
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
  await picture('conversations');
  await dialog.getByRole('button', { name: /^The map that was torn out/ }).click();
  await expect(spoken(page)).toContainText('So do I. From inside');
  await page.getByRole('button', { name: 'Conversations' }).click();
  await page.getByRole('button', { name: 'New conversation' }).click();
  await expect(spoken(page)).toContainText('come in out of the rain');
});

test('a conversation is deleted after asking, taken back, and deleted for good', async ({ page, open, picture }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Conversations' }).click();
  const dialog = page.getByRole('dialog', { name: 'Conversations' });
  const list = dialog.getByRole('list').first();
  const map = 'The map that was torn out';
  await dialog.getByRole('button', { name: `Delete: ${map}` }).click();
  const ask = page.getByRole('dialog', { name: 'Delete this conversation?' });
  await expect(ask).toContainText('2 saves point into it');
  await expect(ask.getByRole('checkbox', { name: /Also forget/ })).not.toBeChecked();
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await dialog.getByRole('button', { name: `Delete: ${map}` }).click();
  await ask.getByRole('checkbox', { name: /Also forget/ }).check();
  await ask.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText(`“${map}” is in the trash.`);
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await expect(dialog.getByText('Deleted conversations')).toHaveCount(0);

  // The one on stage makes room for another, by keyboard alone.
  await dialog.getByRole('button', { name: 'Delete: Rain, and a blue book' }).focus();
  await page.keyboard.press('Enter');
  await ask.getByRole('button', { name: 'Delete', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Deleted conversations')).toBeVisible();
  await picture('conversations-deleted');
  await dialog.getByRole('button', { name: 'Delete for good: Rain, and a blue book' }).click();
  await dialog.getByRole('button', { name: 'Delete for good', exact: true }).click();
  await expect(dialog.getByText('Deleted conversations')).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(page.getByText('One conversation is deleted for good.')).toBeVisible();
});

test('models can be fetched, paused and removed', async ({ page, open }) => {
  await open('fake=fast');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Library' }).click();
  const row = page.locator('[data-model="whisper-tiny"]');
  const goOn = await haltAt(page, '[data-model="whisper-tiny"] progress');
  await row.getByRole('button', { name: 'Download' }).click();
  await row.getByRole('button', { name: 'Pause' }).click();
  await goOn();
  await expect(row.getByText('paused')).toBeVisible();
  await row.getByRole('button', { name: 'Go on' }).click();
  await expect(row.getByText('in use')).toBeVisible();
  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog', { name: 'Remove' }).getByRole('button', { name: 'Remove' }).click();
  await expect(row.getByRole('button', { name: 'Download' })).toBeVisible();
});

test('the window is usable while the model loads', async ({ page, open, picture }) => {
  await open('scene=loading');
  await expect(page.getByRole('progressbar', { name: 'Language model' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Your message' })).toBeEditable();
  await picture('loading');
});

test('an empty conversation invites to speak', async ({ page, open, picture }) => {
  await open('scene=empty');
  await expect(page.getByText('Nothing has been said yet')).toBeVisible();
  await picture('empty');
});

test('a start that failed says why and what to do', async ({ page, open, picture }) => {
  await open('scene=error');
  await expect(page.getByRole('alert')).toContainText(/disk is full/);
  await expect(page.getByRole('alert')).toContainText('Free some space');
  await picture('error');
});

test('notices say what happened and what to do, and can be dismissed', async ({ page, open, picture }) => {
  await open('scene=notices');
  await expect(page.getByText('No speakers can be used (none is connected).')).toBeVisible();
  await expect(page.getByText('Choose another voice.')).toBeVisible();
  await picture('notices');
  await page.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(page.getByText('No speakers can be used (none is connected).')).toHaveCount(0);
});

for (const [width, height] of [
  [960, 600],
  [420, 800],
] as const) {
  test(`everything fits into ${width} x ${height}`, async ({ page, open, picture }) => {
    await page.setViewportSize({ width, height });
    await open('fake=fast');
    await expect(page.getByRole('button', { name: 'Send' })).toBeInViewport({
      ratio: 1,
    });
    await expect(page.getByRole('button', { name: 'Hide the text' })).toBeInViewport({ ratio: 1 });
    const face = await page.locator('[data-layer=face]').boundingBox();
    const box = await page.getByRole('region', { name: 'Dialogue' }).boundingBox();
    expect(face && box && face.y + face.height < box.y + 40 && face.x > 0 && face.x + face.width < width).toBe(true);
    await picture(`stage-${width}`);
    await page.getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('button', { name: 'Close' })).toBeInViewport({
      ratio: 1,
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await picture(`settings-${width}`);
    for (const place of ['Memory', 'Documents', 'Judge', 'Note to the model', 'Backlog']) {
      const there = page.getByRole('navigation', { name: 'Game menu' }).getByRole('button', { name: place });
      await there.click();
      await expect(page.getByRole('dialog', { name: place })).toBeVisible();
      // The menu shows where one is, however narrow or low it is.
      await expect(there).toBeInViewport({ ratio: 1 });
      expect(await page.locator('dialog .body').evaluate((body) => body.scrollWidth <= body.clientWidth)).toBe(true);
    }
    await page.keyboard.press('Escape');
    const [paper, send] = [
      await page.getByRole('region', { name: 'Dialogue' }).boundingBox(),
      await page.getByRole('button', { name: 'Send' }).boundingBox(),
    ];
    expect(paper && send && send.x + send.width < paper.x + paper.width).toBe(true);
  });
}
