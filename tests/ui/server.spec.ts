/** A server that writes the answers: only where it is allowed, and the stage says so. */

import { expect, test } from './harness';

test('a server writes only after it was allowed, and the stage says so until it no longer does', async ({
  page,
  open,
  picture,
}) => {
  await open();
  await expect(page.getByText('what you say is sent there')).toHaveCount(0);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  const server = page.getByRole('region', { name: 'A server writes the answers' });
  await expect(server.getByLabel('Address of the server')).toHaveCount(0);
  await server.getByRole('checkbox').check();
  await expect(server.getByRole('button', { name: 'Let it write the answers' })).toBeDisabled();
  await server.getByLabel('Address of the server').fill('http://localhost:8080/v1');
  await server.getByLabel('Address of the server').blur();
  await server.getByRole('button', { name: 'Ask for the list' }).click();
  await expect(server.getByText('2 models found.')).toBeVisible();
  await server.getByRole('button', { name: 'Let it write the answers' }).click();
  await expect(server.getByRole('button', { name: 'Back to this machine' })).toBeVisible();
  await picture('server');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Answers are written by localhost:8080: what you say is sent there')).toBeVisible();
  await picture('server-stage');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  await server.getByRole('button', { name: 'Back to this machine' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByText('what you say is sent there')).toHaveCount(0);
});

test('a setting of the sampler is found by its name', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('searchbox').fill('mirostat');
  await expect(page.getByRole('slider', { name: 'Even surprise (mirostat)' })).toBeVisible();
});

test('what says more about the sampler is found, and words can be given a bias', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('searchbox').fill('dynamic temperature');
  await expect(page.getByRole('slider', { name: 'Liveliness that moves (dynamic temperature)' })).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('tab', { name: 'Model', exact: true }).click();
  await page.getByText('More about how words are chosen').click();
  await page.getByRole('combobox', { name: 'Order of the choices' }).selectOption('llama_cpp');
  const words = page.getByRole('textbox', { name: 'Words that come more often or less' });
  await words.fill('lantern = -5\n\n  [7] = 2 ');
  await words.blur();
  await expect(words).toHaveValue('lantern = -5\n[7] = 2');
  await expect(page.getByRole('combobox', { name: 'Order of the choices' })).toHaveValue('llama_cpp');
});
