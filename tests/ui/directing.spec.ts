/** What the character does to the stage, what is heard of it, and what can be answered. */

import { drop, expect, log, say, test, type Page } from './harness';

const stage = (page: Page) => page.locator('.stage');
const captions = (page: Page) => page.getByTestId('captions');
/** Everything that the page asked to be played, in order. */
const played = (page: Page) => page.evaluate(() => document.documentElement.dataset.heard ?? '');

test('a scene comes when the words have come to it, with its sounds, and goes when one goes back', async ({
  page,
  open,
}) => {
  const reply = 'Come, let us go outside before the rain begins again.';
  await open(
    `reply=${encodeURIComponent(reply)}&direct=scene:the%20park%20by%20day@20&direct=sound:thunder@40&direct=music:none@41`,
  );
  await expect(stage(page)).toHaveAttribute('data-scene', 'bookshop');
  await expect(captions(page)).toContainText('quiet piano');
  // What has been typed when the place changes: the page looks at that very moment.
  const typed = stage(page).evaluate(
    (stage) =>
      new Promise<string>((done) => {
        const observer = new MutationObserver(() => {
          if (stage.getAttribute('data-scene') !== 'park') return;
          observer.disconnect();
          const [all, rest] = ['.text', '.text .rest'].map((one) => document.querySelector(one)?.textContent ?? '');
          done((all ?? '').slice(0, (all ?? '').length - (rest ?? '').length));
        });
        observer.observe(stage, { attributes: true, attributeFilter: ['data-scene'] });
      }),
  );
  await say(page, 'Shall we?');
  expect(await typed, 'not before it is said').toMatch(/^Come, let us g/);
  await expect(stage(page)).toHaveAttribute('data-scene', 'park');
  await expect(captions(page)).toContainText('(thunder)');
  await expect(captions(page)).toContainText('the music ends');
  await expect.poll(() => played(page)).toMatch(/loops calm rain.*loops bright birds.*thunder.*loops - birds$/);
  await expect(log(page)).toContainText('again');
  await page.getByRole('textbox').blur();
  await page.keyboard.press('PageUp');
  await expect(stage(page)).toHaveAttribute('data-scene', 'bookshop');
  await page.keyboard.press('PageDown');
  await expect(stage(page)).toHaveAttribute('data-scene', 'park');
  expect((await played(page)).match(/thunder/g), 'a sound is heard once').toHaveLength(1);
});

test('a place that was pinned stays, and a place without a picture is named', async ({ page, open }) => {
  await open('place=station&direct=scene:park&still');
  await expect(stage(page)).toHaveAttribute('data-scene', 'station');
  await open('reply=Here%20we%20are.&direct=scene:a%20misty%20mill&still');
  await say(page, 'Where are we?');
  await expect(stage(page)).toHaveAttribute('data-scene', 'bookshop');
  await expect(captions(page)).toContainText('a misty mill');
});

test('choices of the character are chosen by number or by click, and are gone when answered', async ({
  page,
  open,
}) => {
  await open('fake=fast&still&choice=Tell%20me%20more.&choice=I%20should%20go.');
  const choices = page.getByRole('list', { name: 'What you can answer' });
  await expect(choices.getByRole('button')).toHaveCount(2);
  await page.keyboard.press('Control+1');
  await expect(choices.getByRole('button'), 'a number with Ctrl is another key').toHaveCount(2);
  await page.keyboard.press('2');
  await expect(choices).toBeHidden();
  await expect(log(page)).not.toContainText('thinks');
  // The next reply offers the same; this time by click.
  await expect(choices.getByRole('button')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Your message' }).fill('I have 2 questions');
  await expect(choices.getByRole('button'), 'a number that is typed chooses nothing').toHaveCount(2);
  await choices.getByRole('button', { name: 'Tell me more.' }).click();
  await expect(choices).toBeHidden();
  // With the keyboard: the focus goes on to where one speaks.
  await expect(choices.getByRole('button')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'Your message' }).fill('');
  await page.keyboard.press('Shift+Tab');
  await choices.getByRole('button', { name: 'Tell me more.' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your message' })).toBeFocused();
  await page.getByRole('button', { name: 'Back', exact: true }).focus();
  await page.keyboard.press('l');
  await expect(page.getByRole('dialog')).toContainText('I should go.');
  await expect(page.getByRole('dialog')).toContainText('Tell me more.');
});

test('a pack that is dropped becomes faces, and what is damaged is said', async ({ page, open, picture }) => {
  await open('character=card-mira&still');
  await expect(page.locator('[data-rung]')).toHaveAttribute('data-rung', 'card');
  await drop(page, 'sprites.zip');
  const dialog = page.getByRole('dialog', { name: 'Faces for Mira' });
  await expect(dialog).toContainText('4 pictures of feelings');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Joy' })).toContainText('shows “joy”');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Sleepiness' })).toContainText('none of its own');
  await picture('faces-offer');
  await dialog.getByRole('button', { name: 'Use these faces' }).click();
  await expect(dialog).toContainText(/love\.png”?\s*: It is cut off/);
  await dialog.locator('footer').getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('[data-rung]')).toHaveAttribute('data-rung', 'face');
});

test('a face that cannot be shown gives way to another, with a notice', async ({ page, open }) => {
  await open('character=card-mira&expressions&still&broken=neutral');
  await expect(page.locator('[data-rung]')).toHaveAttribute('data-rung', 'face');
  await expect(page.getByText('The picture “neutral” cannot be shown')).toBeVisible();
});

test('keys can be changed, and changed back', async ({ page, open, picture }) => {
  await open('still');
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard' });
  await dialog.getByRole('button', { name: 'Another key for “Backlog”' }).click();
  await expect(dialog).toContainText('Press a key…');
  await page.keyboard.press('h');
  await expect(dialog.getByRole('status')).toContainText('H is “Hide the text');
  await picture('keys-changed');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('h');
  await expect(page.getByRole('dialog', { name: 'Backlog' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'Back to the usual keys' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('h');
  await expect(page.locator('.bring-back')).toBeVisible();
});

test('the page says what has the focus, where that is wanted', async ({ page, open }) => {
  await open('still&voicing');
  await page.getByRole('button', { name: 'Settings', exact: true }).focus();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.said ?? '')).toContain('Settings');
});

test('a gamepad reads, goes back and walks through the menu', async ({ page, open }) => {
  await page.addInitScript(() => {
    const buttons = Array.from({ length: 17 }, () => ({ pressed: false, touched: false, value: 0 }));
    const pad = { connected: true, buttons, axes: [0, 0] };
    navigator.getGamepads = () => [pad as unknown as Gamepad];
    Object.assign(window, {
      press: async (index: number) => {
        const button = buttons[index];
        if (!button) return;
        button.pressed = true;
        await new Promise((done) => setTimeout(done, 160));
        button.pressed = false;
        await new Promise((done) => setTimeout(done, 160));
      },
    });
  });
  await open('still&scene=backlog');
  await page.evaluate(() => window.dispatchEvent(new Event('gamepadconnected')));
  const press = (button: number) =>
    page.evaluate((button) => (window as unknown as { press: (n: number) => Promise<void> }).press(button), button);
  await press(4);
  await expect(page.locator('.text')).toContainText('storms');
  await press(5);
  await press(8);
  await expect(page.getByRole('dialog', { name: 'Backlog' })).toBeVisible();
  await press(1);
  await expect(page.getByRole('dialog')).toBeHidden();
  await press(9);
  await expect(page.getByRole('dialog', { name: 'Save' })).toBeVisible();
  await press(13);
  await press(0);
  await expect(page.getByRole('dialog', { name: 'Load' })).toBeVisible();
});
