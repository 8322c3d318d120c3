/** Several characters in one conversation: invited, named, chosen, muted, sent away. */

import { AxeBuilder, expect, log, say, test, type Page } from './harness';

const row = (page: Page) => page.getByRole('group', { name: 'Characters in this conversation' });
const plate = (page: Page) => page.locator('.plate');
const guests = (page: Page) => page.getByTestId('another');

async function panel(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Menu', exact: true })
    .getByRole('button', { name: 'Who is here' })
    .click();
}

test('a second character is invited, and each line has its speaker, its figure and its reason', async ({
  page,
  open,
  picture,
}) => {
  await open('fake=fast&still');
  await expect(row(page), 'one character needs no row').toHaveCount(0);
  await panel(page);
  await page.getByRole('button', { name: 'Invite: Haru' }).click();
  await expect(page.getByTestId('member')).toHaveCount(2);
  await picture('cast-panel');
  await page.keyboard.press('Escape');
  await expect(guests(page)).toHaveCount(1);
  await expect(guests(page).first()).toHaveClass(/entered/);

  await say(page, 'Haru, how was the sea today?');
  await expect(plate(page)).toHaveText('Haru');
  await expect(guests(page).first(), 'the speaker stands in the light').toHaveClass(/lit/);
  await picture('cast-two');
  await expect(log(page)).toContainText('Haru:');
  await expect(page.locator('.mark.yours')).toBeAttached();

  await say(page, 'And what do you think?');
  await expect(plate(page), 'who has been silent longest').toHaveText('Koto');
  await expect(guests(page).first()).not.toHaveClass(/lit/);
  await expect(page.locator('.mark.yours')).toBeAttached();
});

test('who is clicked speaks, by mouse and by key, and the panel says why', async ({ page, open }) => {
  await open('fake=rush&still&mute&with=haru');
  await row(page).getByRole('button', { name: 'Let Haru speak' }).click();
  await expect(plate(page)).toHaveText('Haru');
  await expect(page.locator('.mark.yours')).toBeAttached();
  await page.getByRole('textbox').blur();
  await page.keyboard.press('Shift+Digit1');
  await expect(plate(page)).toHaveText('Koto');
  await expect(page.locator('.mark.yours')).toBeAttached();
  await page.keyboard.press('F2');
  await expect(page.getByTestId('because')).toHaveText('You chose Koto to speak.');
});

test('a muted one waits, a guest is sent away, and nothing serious stands in the way of anybody', async ({
  page,
  open,
}) => {
  await open('fake=rush&still&mute&with=haru');
  await panel(page);
  await page.getByLabel('Haru speaks only when you choose').check();
  await page.getByRole('radio', { name: 'They talk among themselves' }).check();
  await expect(page.getByText('up to 3 lines')).toBeVisible();
  const report = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(report.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')).toEqual([]);
  await page.keyboard.press('Escape');
  await say(page, 'Haru, are you there?');
  await expect(plate(page)).toHaveText('Koto');
  await expect(page.locator('.mark.yours')).toBeAttached();
  await panel(page);
  await page.getByRole('button', { name: 'Send away' }).click();
  await expect(page.getByTestId('member')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(row(page)).toHaveCount(0);
  await expect(guests(page)).toHaveCount(0);
});

test('three share the stage without hiding each other', async ({ page, open, picture }) => {
  await open('fake=fast&with=haru&with=card-mira&reply=It%20is%20a%20fine%20evening%20for%20three.');
  await expect(guests(page)).toHaveCount(2);
  await say(page, 'Haru?');
  await expect(plate(page)).toHaveText('Haru');
  await picture('cast-three');
});

for (const language of ['zh', 'ja'])
  test(`in a narrow window, in ${language}`, async ({ page, open, picture }) => {
    await page.setViewportSize({ width: 420, height: 800 });
    await open(`fake=fast&still&with=haru&language=${language}`);
    await expect(guests(page).first()).toHaveClass(/entered/);
    await expect(page.locator('.company')).toBeInViewport();
    await picture(`cast-narrow-${language}`);
  });
