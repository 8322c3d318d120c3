/** The guided test of the microphone: at the first start and in the settings, good, bad and absent. */

import { AxeBuilder, expect, test } from './harness';

async function hearingPage(page: import('./harness').Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Hearing' }).click();
}

test('microphone test: guides through every step and says that all is well', async ({ page, open, picture }) => {
  await open();
  await hearingPage(page);
  await page.getByRole('button', { name: 'Test the microphone' }).click();
  await expect(page.getByText('Please be quiet for a moment…')).toBeVisible();
  await expect(page.getByText('Now speak: a sentence or two')).toBeVisible();
  await expect(page.getByRole('meter', { name: 'Loudness' })).toBeVisible();
  await expect(page.getByText('Now she speaks. Please be quiet…')).toBeVisible();
  await expect(page.getByText('Nothing is wrong: she will hear you well.')).toBeVisible();
  await expect(page.getByText('Understood: “Is it still raining?”')).toBeVisible();
  await picture('microphone-test');
});

test('microphone test: names what is wrong with its remedy, and can be stopped', async ({ page, open, picture }) => {
  await open('mic=bad');
  await hearingPage(page);
  await page.getByRole('button', { name: 'Test the microphone' }).click();
  await page.getByRole('button', { name: 'Stop the test' }).click();
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
  await expect(page.getByRole('alert')).toContainText('no microphone can be used');
  await expect(page.getByRole('alert')).toContainText('connect a microphone');
});
