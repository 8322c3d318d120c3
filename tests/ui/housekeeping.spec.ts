/** What fits before it is chosen, repositories by their name, and the whole data folder: backup, everything back, to another disk, repair. */

import { AxeBuilder, expect, goOn, haltAt, openSettings, test, type Page } from './harness';

const settle = (page: Page) => expect(page.locator('.entered').first()).toBeAttached();

test('a repository is listed with what fits; nothing is fetched before its terms are agreed to', async ({
  page,
  open,
  picture,
}) => {
  await open('fake=rush');
  await openSettings(page, 'Library');
  const part = page.getByRole('region', { name: 'Any other model' });
  await expect(part.getByRole('button', { name: 'List its files' })).toBeDisabled();
  await part.getByLabel('Repository', { exact: true }).fill('tiny/talker');
  await page.keyboard.press('Enter');
  await expect(part).toContainText('tiny/talker, commit 0a1b2c3d4e');
  await expect(part).toContainText('Licence, as the hub names it: apache-2.0');
  const fits = part.locator('[data-file="talker-Q4_K_M.gguf"]');
  await expect(fits).toContainText('2.5 GB · Q4_K_M: four bits a weight: the usual compromise');
  await expect(fits).toContainText('fits, 2 GB to spare');
  await expect(part.locator('[data-file="talker-F16.gguf"]')).toContainText('does not fit: 6 GB of memory are missing');
  await expect(part.locator('[data-file="talker-F16.gguf"]')).toContainText('no checksum');
  await expect(part.locator('[data-file="folder"]')).toContainText('brought into Q8');
  const download = fits.getByRole('button', {
    name: 'Download: talker-Q4_K_M.gguf',
  });
  await expect(download).toBeDisabled();
  await part.getByLabel('I have read the terms of tiny/talker').check();
  await part.scrollIntoViewIfNeeded();
  await picture('repository');
  const results = await new AxeBuilder({ page }).include('dialog[open]').analyze();
  expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  await download.click();
  await expect(fits).toContainText('is here already');
  await expect(page.locator('[data-model="talker-q4_k_m"]')).toContainText('installed');
});

test('a repository that may not be asked for, is closed, or holds nothing says so', async ({ page, open }) => {
  const look = async (query: string, name: string) => {
    await open(query);
    await openSettings(page, 'Library');
    const part = page.getByRole('region', { name: 'Any other model' });
    await part.getByLabel('Repository', { exact: true }).fill(name);
    await part.getByRole('button', { name: 'List its files' }).click();
    return part;
  };
  const refused = await look('consent=none', 'tiny/talker');
  await expect(refused.getByRole('alert')).toContainText('Downloads are switched off');
  await expect(refused.getByRole('alert')).toContainText('or import a file');
  await expect((await look('', 'no name')).getByRole('alert')).toContainText('is no name of a repository');
  const closed = await look('', 'tiny/closed');
  await expect(closed).toContainText('let only those in who have asked them');
  await expect(closed).toContainText('The hub names no licence');
  await expect(closed.getByRole('button', { name: /Download/ })).toHaveCount(0);
  await expect(await look('', 'tiny/empty')).toContainText('None of its 14 files can be used');
});

test('a context that does not fit is refused before it is taken, with what does fit', async ({
  page,
  open,
  picture,
}) => {
  await open('small');
  await openSettings(page, 'Model');
  await page.getByText('How the model is loaded').click();
  const context = page.getByLabel('Context', { exact: true });
  await context.selectOption('131072');
  const box = page.getByRole('region', { name: 'With this choice' });
  await expect(box).toContainText('This does not fit');
  await expect(box).toContainText('It is not loaded.');
  await expect(box.getByRole('button', { name: 'Use it so' })).toHaveCount(0);
  await picture('fit-refused');
  const results = await new AxeBuilder({ page }).include('dialog[open]').analyze();
  expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  // Nothing has changed, and what would help is one press away.
  await box.getByRole('button', { name: 'Leave it as it is' }).click();
  await expect(context).toHaveValue('0');
  await context.selectOption('131072');
  await box.getByRole('button', { name: /It fits with a context of/ }).click();
  await expect(box).toContainText('that Hanashi may use.');
  await expect(context).toHaveValue('8192');
  await box.getByRole('button', { name: 'Use it so' }).click();
  await expect(box).toHaveCount(0);
  await expect(context).toHaveValue('8192');
});

test('another model and another voice are planned before they are taken', async ({ page, open, picture }) => {
  await open('fake=rush');
  await openSettings(page, 'Library');
  const large = page.locator('[data-model="chat-large"]');
  await large.getByRole('button', { name: 'Download' }).click();
  await large.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(large).toContainText('With this choice:');
  await picture('fit-use');
  await expect(page.locator('[data-model="hanashi-mini"]')).toContainText('in use');
  await large.getByRole('button', { name: 'Use it so' }).click();
  await expect(large).toContainText('in use');
  // What finds by meaning is one of the models, and what tells speech from noise is a part of the program.
  const encoder = page.locator('[data-model="meaning-small"]');
  await encoder.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(encoder).toContainText('in use');
  const vad = page.locator('[data-model="silero-vad"]');
  await expect(vad).toContainText('part of the app');
  await expect(vad.getByRole('button')).toHaveCount(0);

  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  const model = page.getByLabel('Language model', { exact: true });
  await model.selectOption('hanashi-mini');
  const box = page.getByRole('region', { name: 'With this choice' });
  await expect(box).toContainText('Hanashi mini');
  await expect(box).toContainText('Hanashi and its window');
  await box.getByRole('button', { name: 'Leave it as it is' }).click();
  await expect(model).toHaveValue('chat-large');
});

test('a backup shows how far it is; everything comes back after a restart, and says where the rest lies', async ({
  page,
  open,
  picture,
}) => {
  await open('held');
  await openSettings(page, 'Upkeep');
  await haltAt(page, 'progress');
  await page.getByRole('button', { name: 'Back up everything…' }).click();
  await expect(page.getByRole('progressbar', { name: 'The backup is being made' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Backup' }).getByRole('button', { name: 'Stop' })).toBeVisible();
  await goOn(page);
  await expect(page.getByText('The backup is complete: 662 MB.')).toBeVisible();

  await page.getByRole('button', { name: 'Choose a backup…' }).click();
  const sure = page.getByRole('dialog', { name: 'Bring everything back' });
  await expect(sure).toContainText('31 files, 400 MB');
  await expect(sure).toContainText('those that are here stay');
  await expect(sure).toContainText('Hanashi closes, comes back');
  await picture('restore-sure');
  await sure.getByRole('button', { name: 'Cancel' }).click();
  await expect(sure).toBeHidden();
  await page.getByRole('button', { name: 'Choose a backup…' }).click();
  await sure.getByRole('button', { name: 'Restart and bring it back' }).click();

  const before = page.getByRole('main');
  await expect(before.getByRole('heading', { name: 'Everything comes back' })).toBeVisible();
  await expect(before).toContainText('From /backups/november.zip');
  await expect(before.getByRole('progressbar')).toBeVisible();
  await picture('errand');
  await goOn(page);
  await expect(before).toContainText('Everything is back: 400 MB.');
  await expect(before).toContainText('before-restore-2026-11-26');
  const results = await new AxeBuilder({ page }).analyze();
  expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  await before.getByRole('button', { name: 'Start Hanashi' }).click();
  await settle(page);
});

test('what cannot be restored or moved is said before anything restarts', async ({ page, open }) => {
  await open('backup=bad&place=full');
  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Choose a backup…' }).click();
  await expect(page.getByText('is a ZIP, but no backup of Hanashi')).toBeVisible();
  await page.getByRole('button', { name: 'Choose a folder…' }).click();
  await expect(page.getByText('free another 320 MB there')).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Move to another disk' })).toHaveCount(0);

  await open('backup=encrypted');
  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Choose a backup…' }).click();
  await expect(page.getByRole('dialog', { name: 'Bring everything back' })).toContainText(
    'passphrase or the recovery code',
  );
});

test('everything moves to another disk, and damaged databases are repaired', async ({ page, open }) => {
  await open('damaged');
  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Check the databases' }).click();
  await expect(page.getByText('Repair them below')).toBeVisible();
  await page.getByRole('button', { name: 'Repair…' }).click();
  await page.getByRole('button', { name: 'Restart and repair' }).click();
  const before = page.getByRole('main');
  await expect(before).toContainText('hanashi.sqlite: was damaged; it came back from a copy');
  await expect(before).toContainText('memory.sqlite: was damaged; it is made again');
  await before.getByRole('button', { name: 'Start Hanashi' }).click();
  await settle(page);

  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Choose a folder…' }).click();
  const sure = page.getByRole('dialog', { name: 'Move to another disk' });
  await expect(sure).toContainText('900 MB go to /media/disk/hanashi.');
  await sure.getByRole('button', { name: 'Restart and move' }).click();
  await expect(before).toContainText('Everything is in /media/disk/hanashi now.');
});

test('what a restore has set aside is listed, brought back, and deleted when nothing is missed', async ({
  page,
  open,
  picture,
}) => {
  await open('aside');
  await openSettings(page, 'Upkeep');
  const part = page.getByRole('region', { name: 'Set aside' });
  const older = part.locator('[data-aside="before-restore-2026-10-02T09-30-00Z"]');
  await expect(part.getByRole('listitem')).toHaveCount(2);
  await expect(older).toContainText('650 MB');
  await part.scrollIntoViewIfNeeded();
  await picture('set-aside');
  const results = await new AxeBuilder({ page }).include('dialog[open]').analyze();
  expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  await older.getByRole('button', { name: 'Delete…' }).click();
  const sure = page.getByRole('dialog', { name: 'Set aside' });
  await expect(sure).toContainText('is deleted for good: 650 MB');
  await sure.getByRole('button', { name: 'Cancel' }).click();
  await expect(older).toBeVisible();
  await older.getByRole('button', { name: 'Delete…' }).click();
  await sure.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('650 MB are free again.')).toBeVisible();
  await expect(part.getByRole('listitem')).toHaveCount(1);

  await part.getByRole('button', { name: 'Bring it back…' }).click();
  await expect(sure).toContainText('31 MB. What is here now is set aside in its place');
  await sure.getByRole('button', { name: 'Restart and bring it back' }).click();
  await expect(page.getByRole('heading', { name: 'Everything comes back' })).toBeVisible();

  // Without anything set aside nothing is said about it.
  await open('');
  await openSettings(page, 'Upkeep');
  await expect(page.getByRole('region', { name: 'In the terminal' })).toBeVisible();
  await expect(part).toHaveCount(0);
});

test('what is set aside says how it opens', async ({ page, open }) => {
  await open('aside');
  await openSettings(page, 'Upkeep');
  const older = page.locator('[data-aside="before-restore-2026-10-02T09-30-00Z"]');
  await older.getByRole('button', { name: 'Bring it back…' }).click();
  await expect(page.getByRole('dialog', { name: 'Set aside' })).toContainText(
    'passphrase or the recovery code of then',
  );
});

test('a graphics card that nothing computes on is named with what would use it', async ({ page, open }) => {
  await open('gpu=server,shared,software&card');
  await openSettings(page, 'Library');
  const advice = page.getByRole('region', { name: 'For this computer' });
  await expect(advice).toContainText('models that fit in its memory compute there');
  await expect(advice).toContainText("A server on this computer can (llama.cpp's, built for Vulkan)");
  await expect(advice).toContainText("shares the computer's memory (16 GB of it)");
  await expect(advice).not.toContainText('llvmpipe');
});

test('models are compared with what they were, and one that changed says what to do', async ({ page, open }) => {
  await open('damaged');
  await openSettings(page, 'Upkeep');
  await haltAt(page, 'progress');
  await page.getByRole('button', { name: 'Check the models' }).click();
  await expect(page.getByRole('progressbar', { name: 'The models are being read' })).toBeVisible();
  await goOn(page);
  await expect(page.getByText('A larger chat model is not what it was')).toContainText('Remove it and fetch it again.');
  await open('');
  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Check the models' }).click();
  await expect(page.getByText('Every model with a checksum is what it was.')).toBeVisible();
  // What could not be compared is not called sound.
  await open('unpinned');
  await openSettings(page, 'Upkeep');
  await page.getByRole('button', { name: 'Check the models' }).click();
  await expect(page.getByText('Without a checksum, and not compared: 1.')).toBeVisible();
  await expect(page.getByText('is what it was')).toHaveCount(0);
});

test('what is stopped or fails changes nothing, and one can go on without it', async ({ page }) => {
  await page.goto('/?errand=move&held');
  const before = page.getByRole('main');
  await before.getByRole('button', { name: 'Stop' }).click();
  await goOn(page);
  await expect(before.getByRole('alert')).toContainText('It was stopped; nothing has changed');
  await haltAt(page, 'progress');
  await before.getByRole('button', { name: 'Try again' }).click();
  await expect(before.getByRole('progressbar')).toBeVisible();

  await page.goto('/?errand=restore&stuck');
  await expect(before.getByRole('alert')).toContainText('is not what was packed');
  await expect(before.getByRole('alert')).toContainText('Take another backup');
  await before.getByRole('button', { name: 'Not now: start without it' }).click();
  await settle(page);
});

test('repair waits for the passphrase of an encrypted folder, a move does not', async ({ page }) => {
  await page.goto('/?errand=mend&vault=on');
  await expect(page.getByRole('heading', { name: 'Everything is looked through' })).toHaveCount(0);
  await page.getByLabel('Passphrase', { exact: true }).fill('correct horse');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Everything is looked through' })).toBeVisible();
  await page.goto('/?errand=move&vault=on');
  await expect(page.getByRole('heading', { name: 'Everything moves' })).toBeVisible();
});

test('the terminal program is put where a terminal looks', async ({ page, open }) => {
  const field = async (query: string) => {
    await open(query);
    await openSettings(page, 'Upkeep');
    return page.getByRole('region', { name: 'In the terminal' });
  };
  const ready = await field('');
  await expect(ready).toContainText('It can be put at /usr/local/bin/hanashi');
  await ready.getByRole('button', { name: 'Put it there' }).click();
  await expect(ready).toContainText('A terminal finds “hanashi” at /usr/local/bin/hanashi.');
  await expect(ready.getByRole('button')).toHaveCount(0);
  await expect(await field('command=absent')).toContainText('This copy brings no terminal program.');
  await expect(await field('command=elsewhere')).toContainText('finds another “hanashi”');
});

for (const language of ['zh', 'ja'] as const) {
  test(`the new controls in ${language}`, async ({ page, open, picture }) => {
    await open(`language=${language}&small`);
    await page
      .getByRole('button', {
        name: { zh: '设置', ja: '設定' }[language],
        exact: true,
      })
      .click();
    await page.locator('[data-tab="upkeep"]').click();
    await page
      .getByRole('region', {
        name: { zh: '移到另一块磁盘', ja: '別のディスクへ移す' }[language],
      })
      .scrollIntoViewIfNeeded();
    await picture(`housekeeping-${language}`);
    await page.locator('[data-tab="library"]').click();
    await expect(
      page.getByRole('region', {
        name: { zh: '其他任何模型', ja: 'ほかのモデル' }[language],
      }),
    ).toBeVisible();
    const results = await new AxeBuilder({ page }).include('dialog[open]').analyze();
    expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  });
}
