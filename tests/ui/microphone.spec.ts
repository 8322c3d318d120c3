/** The guided test of the microphone (good, bad and absent), and the voice console. */

import { AxeBuilder, expect, haltAt, say, spoken, test } from './harness';

async function hearingPage(page: import('./harness').Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Hearing' }).click();
}

test('microphone test: guides through every step and says that all is well', async ({ page, open, picture }) => {
  await open();
  await hearingPage(page);
  // Each step lasts half a second, which a busy machine may not look at: the page itself keeps what it showed.
  await page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    const look = () =>
      shown.push(`${document.body.textContent} ${document.querySelector('meter, [role=meter]') ? 'a meter' : ''}`);
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await page.getByRole('button', { name: 'Test the microphone' }).click();
  await expect(page.getByText('Nothing is wrong: she will hear you well.')).toBeVisible();
  await expect(page.getByText('Understood: “Is it still raining?”')).toBeVisible();
  const shown = await page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  const steps = [
    'Please be quiet for a moment…',
    'Now speak: a sentence or two',
    'a meter',
    'Now she speaks. Please be quiet…',
  ];
  for (const step of steps)
    expect(
      shown.some((text) => text.includes(step)),
      step,
    ).toBe(true);
  await picture('microphone-test');
});

test('microphone test: names what is wrong with its remedy, and can be stopped', async ({ page, open, picture }) => {
  await open('mic=bad');
  await hearingPage(page);
  const goOn = await haltAt(page, '.mic-test button', 'Stop the test');
  await page.getByRole('button', { name: 'Test the microphone' }).click();
  await page.getByRole('button', { name: 'Stop the test' }).click();
  await goOn();
  await expect(page.getByText('The test was stopped.')).toBeVisible();
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByText('Your voice is too quiet.')).toBeVisible();
  await expect(page.getByText('Turn the input level up')).toBeVisible();
  await expect(page.getByText('she may take her own voice for yours')).toBeVisible();
  const results = await new AxeBuilder({ page }).include('.mic-test').analyze();
  expect(results.violations).toEqual([]);
  await picture('microphone-test-bad');
});

test('microphone test: without a device it says so and what helps', async ({ page, open }) => {
  await open('mic=none');
  await hearingPage(page);
  await page.getByRole('button', { name: 'Test the microphone' }).click();
  await expect(page.getByRole('alert')).toContainText(/no microphone can be used/i);
  await expect(page.getByRole('alert')).toContainText(/connect a microphone/i);
});

test('voice console: the last turn beside the session, and why it was taken for finished', async ({
  page,
  open,
  picture,
}) => {
  await open('ears&fake=fast');
  await say(page, 'Hello!');
  await expect(spoken(page)).toContainText('You came back');
  const mic = page.getByRole('button', { name: 'Hold to talk' });
  await mic.focus();
  // A tap opens it, the next one closes it.
  await page.keyboard.press('Enter');
  await expect(page.getByText('I hear you')).toBeVisible();
  await expect(mic).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Enter');
  await expect(mic).toHaveAttribute('aria-pressed', 'false');
  await expect(spoken(page)).toContainText('Nobody will know but us.');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('F2');
  const why = page.getByRole('dialog');
  await expect(why.getByRole('columnheader', { name: 'Median of 2' })).toBeVisible();
  await expect(why.getByRole('row', { name: /written down/ })).toContainText('130 ms');
  await expect(why.getByRole('row', { name: /first clause/ })).toContainText('145 ms');
  await expect(why).toContainText('You let go of the button');
  await picture('voice-console');
});

test('words appear while they are said, and those that may still change are fainter', async ({
  page,
  open,
  picture,
}) => {
  await open('ears');
  const mic = page.getByRole('button', { name: 'Hold to talk' });
  await mic.focus();
  await page.keyboard.down('Enter');
  const words = page.locator('.understood');
  await expect(words).toHaveText('Is it still raining?');
  await expect(words.locator('.tentative')).toHaveText('raining?');
  await picture('words-while-spoken');
  await page.keyboard.up('Enter');
  await expect(words).toBeHidden();
});
