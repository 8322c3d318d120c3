/** The first start, what fits this machine, terms before a download, privacy, upkeep. */

import { AxeBuilder, expect, haltAt, say, spoken, test } from './harness';

/** The bar of a download, wherever it is shown. */
const FETCHING = 'progress[aria-label="Fetching A larger chat model"]';

test('the first start: a language, the microphone, one set that fits; it is fetched while one talks', async ({
  page,
  open,
  picture,
}) => {
  await open('welcome&fake=fast');
  const welcome = page.getByRole('region', {
    name: 'Which language shall we talk?',
  });
  await expect(welcome).toContainText('Koto is here already');
  // Nothing stands in the way: whoever wants to talk at once does.
  await say(page, 'Hello!');
  await expect(spoken(page)).toContainText('You came back');
  await picture('welcome-language');
  await welcome.getByRole('button', { name: 'Next' }).click();
  const microphone = page.getByRole('region', { name: 'Your microphone' });
  await microphone.getByLabel('Microphone').selectOption('Headset');
  await expect(microphone).toContainText('It can be tried out as soon as');
  await microphone.getByRole('button', { name: 'Next' }).click();
  const smarter = page.getByRole('region', { name: 'Make me smarter' });
  await expect(smarter).toContainText('A larger chat model');
  await expect(smarter).toContainText('to fetch');
  await expect(smarter).toContainText('at 50 Mbit/s');
  await picture('welcome-smarter');
  const goOn = await haltAt(page, FETCHING);
  await smarter.getByRole('button', { name: 'Fetch it while we talk' }).click();
  await expect(page.getByRole('progressbar', { name: 'Fetching A larger chat model' })).toBeVisible();
  await smarter.getByRole('button', { name: 'Begin' }).click();
  await expect(smarter).toBeHidden();
  await goOn();
  await say(page, 'And now?');
  await expect(page.getByRole('progressbar', { name: 'Fetching A larger chat model' })).toBeHidden();
});

test('whoever does not want the terms of one part of the set gets the rest', async ({ page, open, picture }) => {
  await open('welcome&terms&fake=fast');
  for (let step = 0; step < 2; step += 1) await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Fetch it while we talk' }).click();
  const terms = page.getByRole('dialog', { name: 'The terms of A natural voice' });
  await expect(terms).toContainText('MODEL_CARD');
  await picture('models-terms-of-one');
  await haltAt(page, FETCHING);
  await terms.getByRole('button', { name: 'Go on without it' }).click();
  await expect(page.getByRole('progressbar', { name: 'Fetching A larger chat model' })).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Fetching A natural voice' })).toHaveCount(0);
});

test('a download that the end of the app cut off waits on the stage, and says how long it takes', async ({
  page,
  open,
  picture,
}) => {
  await open('paused');
  const chip = page.locator('.chip', {
    hasText: 'Fetching A larger chat model',
  });
  await expect(chip).toContainText('400 MB of');
  await expect(chip).toContainText('paused');
  await expect(chip).not.toContainText('left');
  await picture('download-paused');
  await haltAt(page, '.chip', 'minute left');
  await chip.getByRole('button', { name: 'Go on' }).click();
  await expect(chip).toContainText('/s · about 1 minute left');
});

test('the language of the first start takes effect at once', async ({ page, open }) => {
  await open('welcome');
  await page.getByRole('button', { name: '日本語' }).click();
  await expect(page.getByRole('heading', { name: 'どの言葉で話しますか？' })).toBeVisible();
  await page.getByRole('button', { name: 'すべて飛ばす' }).click();
  await expect(page.locator('.welcome')).toBeHidden();
});

test('each model says whether it fits, and terms are shown before anything is fetched', async ({
  page,
  open,
  picture,
}) => {
  await open('small&gpu');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Library' }).click();
  await expect(page.getByRole('region', { name: 'For this computer' })).toContainText('3 GB of memory');
  await expect(page.locator('[data-model="chat-large"]')).toContainText(/to spare|does not fit/);
  await picture('models-small');
  const voice = page.locator('[data-model="voice-lea"]');
  await voice.getByRole('button', { name: 'Download' }).click();
  const terms = page.getByRole('dialog', {
    name: 'The terms of A natural voice',
  });
  await expect(terms).toContainText('MODEL_CARD');
  await picture('models-terms');
  await terms.getByRole('button', { name: 'Cancel' }).click();
  await expect(voice).toContainText('can be fetched');
  await voice.getByRole('button', { name: 'Download' }).click();
  await haltAt(page, '[data-model="voice-lea"]', 'being fetched');
  await terms.getByRole('button', { name: 'I have read them; fetch it' }).click();
  await expect(voice).toContainText('being fetched');
});

test('a graphics card is named where the model computes on it, and what cannot be used says why', async ({
  page,
  open,
  picture,
}) => {
  await open('card');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Model' }).click();
  await page.getByText('How the model is loaded').click();
  const where = page.getByLabel('Where it computes');
  await expect(where).toHaveValue('auto');
  await expect(page.getByText('Now on A graphics card')).toContainText('5.4 GB');
  await picture('models-device');
  await where.selectOption('cpu');
  await expect(page.getByText('Now on the processor.')).toBeVisible();
  await where.selectOption({ label: 'on A graphics card (11 GB free)' });
  await expect(page.getByText('Now on A graphics card')).toBeVisible();
});

test('a build without cards says so', async ({ page, open }) => {
  await open('');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Model' }).click();
  await page.getByText('How the model is loaded').click();
  await expect(page.getByText('This build knows the processor only.')).toBeVisible();
});

test('privacy: one switch, and a list of everything that ever left', async ({ page, open, picture }) => {
  await open('accesses');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Privacy' }).click();
  const rows = page.getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('refused');
  await expect(rows.nth(2)).toContainText('639 MB');
  // How downloads go is kept, and goes away with the permission.
  await page.getByText('Connections, speed, mirrors, proxy').click();
  await page.getByLabel('At most (MB a second)').fill('2.5');
  await page.getByLabel('Proxy').fill('none');
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  await page.getByRole('tab', { name: 'Privacy' }).click();
  await page.getByText('Connections, speed, mirrors, proxy').click();
  await expect(page.getByLabel('At most (MB a second)')).toHaveValue('2.5');
  await expect(page.getByLabel('Proxy')).toHaveValue('none');
  await page.getByLabel('Models and voices may be downloaded').uncheck();
  await expect(page.getByText('Connections, speed, mirrors, proxy')).toBeHidden();
  await page.getByLabel('Never connect to other computers').check();
  await expect(page.getByLabel('Never connect to other computers')).toBeChecked();
  await picture('privacy');
});

for (const language of ['en', 'zh', 'ja'] as const) {
  test(`upkeep in ${language}`, async ({ page, open, picture }) => {
    await open(`language=${language}&theme=${language === 'zh' ? 'dark' : 'light'}`);
    await page
      .getByRole('button', {
        name: { en: 'Settings', zh: '设置', ja: '設定' }[language],
        exact: true,
      })
      .click();
    await page.locator('[data-tab="upkeep"]').click();
    await expect(page.getByText('/home/reader/.local/share/hanashi')).toBeVisible();
    await picture(`upkeep-${language}`);
    const results = await new AxeBuilder({ page }).include('dialog[open]').analyze();
    expect(results.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  });
}

test('upkeep: room is freed, databases are checked, everything is backed up', async ({ page, open }) => {
  await open('damaged');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Upkeep' }).click();
  await page.getByRole('button', { name: 'Check the databases' }).click();
  await expect(page.getByText('memory.sqlite: database disk image is malformed')).toBeVisible();
  await page.getByRole('button', { name: 'Throw away what is made again' }).click();
  await expect(page.getByText('212 MB are free again.')).toBeVisible();
  await page.getByRole('button', { name: 'Back up everything…' }).click();
  await expect(page.getByText('The backup is complete: 662 MB.')).toBeVisible();
});

test('a folder of weights says what it is, its terms come first; what no program can fetch says where it is', async ({
  page,
  open,
  picture,
}) => {
  await open();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Library' }).click();
  const folder = page.locator('[data-model="folder-glm"]');
  await expect(folder).toContainText('read without running anything');
  await expect(folder).toContainText('Chinese, English');
  await folder.getByRole('button', { name: 'Download' }).click();
  const terms = page.getByRole('dialog', {
    name: 'The terms of A folder of weights',
  });
  await expect(terms).toContainText('non-commercial research only');
  await haltAt(page, '[data-model="folder-glm"]', 'being fetched');
  await terms.getByRole('button', { name: 'I have read them; fetch it' }).click();
  await expect(folder).toContainText('being fetched');
  const byHand = page.locator('[data-model="by-hand"]');
  await expect(byHand).toContainText('to be fetched by hand');
  await expect(byHand).toContainText('https://models.example/talk');
  await expect(byHand.getByRole('button')).toHaveCount(0);
  await byHand.scrollIntoViewIfNeeded();
  await picture('models-folder');
});

test('newer versions: off, then asked for, fetched and shown; a wrong signature is refused', async ({
  page,
  open,
  picture,
}) => {
  const upkeep = async (query: string, allowed?: RegExp) => {
    await open(query, allowed);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('tab', { name: 'Upkeep' }).click();
    const part = page.getByRole('region', { name: 'Newer versions' });
    await expect(part.getByRole('button')).toHaveCount(0);
    await part.getByLabel('It may be asked whether there is a newer version').check();
    await part.getByRole('button', { name: 'Look for a newer version' }).click();
    return part;
  };
  await expect(await upkeep('')).toContainText('No update address is configured in this build');
  await expect(await upkeep('update=none')).toContainText('This is the newest version.');
  const part = await upkeep('update');
  await expect(part).toContainText('There is a newer version: 0.2.0');
  await expect(part).toContainText('The lamp burns brighter.');
  const goOn = await haltAt(page, 'dialog progress');
  await part.getByRole('button', { name: 'Fetch it and check its signature' }).click();
  await expect(part.getByRole('progressbar')).toBeVisible();
  await goOn();
  await expect(part).toContainText(
    "sudo apt install '/home/reader/.local/share/hanashi/updates/Hanashi_0.2.0_amd64.deb'",
  );
  // What will happen is said first, and nothing happens before somebody agrees.
  await part.getByRole('button', { name: 'Install it …' }).click();
  await expect(part).toContainText('Hanashi itself installs nothing.');
  await picture('update-ready');
  await part.getByRole('button', { name: 'Not now' }).click();
  await expect(part).not.toContainText('Hanashi itself installs nothing.');
  await part.getByRole('button', { name: 'Install it …' }).click();
  await part.getByRole('button', { name: 'Install version 0.2.0 now' }).click();
  await expect(part).toContainText('The system’s installer has it.');

  const appimage = await upkeep('update&appimage');
  await appimage.getByRole('button', { name: 'Fetch it and check its signature' }).click();
  await appimage.getByRole('button', { name: 'Install it …' }).click();
  await expect(appimage).toContainText('the old one is put back by itself');
  await appimage.getByRole('button', { name: 'Install version 0.2.0 now' }).click();
  await expect(appimage).toContainText('Hanashi closes now');
  const busy = await upkeep('update=busy');
  await busy.getByRole('button', { name: 'Fetch it and check its signature' }).click();
  await busy.getByRole('button', { name: 'Install it …' }).click();
  await busy.getByRole('button', { name: 'Install version 0.2.0 now' }).click();
  await expect(page.getByText('a training runs')).toBeVisible();
  const refused = await upkeep('update=unsigned');
  await refused.getByRole('button', { name: 'Fetch it and check its signature' }).click();
  await expect(page.getByText('another key has signed it')).toBeVisible();
  await expect(refused).not.toContainText('.deb');
});

test('versions before and after: a way back, one that did not start, and Flatpak’s own way', async ({ page, open }) => {
  const upkeep = async (query: string) => {
    await open(query);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('tab', { name: 'Upkeep' }).click();
    return page.getByRole('region', { name: 'Newer versions' });
  };
  const installed = await upkeep('update=installed');
  await expect(installed).toContainText('The version before, 0.0.9, still lies beside this one.');
  await installed.getByRole('button', { name: 'Keep this one and remove the old file' }).click();
  await expect(installed.getByRole('button')).toHaveCount(0);
  const back = await upkeep('update=installed');
  await back.getByRole('button', { name: 'Go back to 0.0.9' }).click();
  await expect(back).toContainText('Hanashi closes now');
  const failed = await upkeep('update=failed');
  await expect(failed).toContainText('Version 0.2.0 did not start.');
  await failed.getByRole('button', { name: 'I understand' }).click();
  await expect(failed).not.toContainText('did not start');
  const flatpak = await upkeep('flatpak');
  await expect(flatpak).toContainText('flatpak update app.hanashi.desktop');
  await expect(flatpak.getByRole('switch')).toHaveCount(0);
});
