/** Search engines: off, switched on, and seen at work. */

import { expect, haltAt, openSettings, test } from './harness';

test('a search engine is off, says where questions go once it is on, and when one goes', async ({
  page,
  open,
  picture,
}) => {
  await open('theme=light&fake=fast');
  const settings = await openSettings(page, 'Privacy');
  const look = settings.getByRole('checkbox', { name: 'Look up questions on the internet' });
  await expect(look).not.toBeChecked();
  await look.check();
  await settings.getByLabel('Address of the SearXNG instance').fill('http://search.example:8888');
  await settings.getByLabel('Address of the SearXNG instance').press('Tab');
  await picture('search-settings');
  await settings.getByLabel('Search engine').selectOption('brave');
  await expect(settings.getByLabel('Key to Brave’s search')).toBeVisible();
  await settings.getByLabel('Search engine').selectOption('searxng');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Questions may be looked up at search.example:8888')).toBeVisible();
  const field = page.getByRole('textbox', { name: 'Your message' });
  await field.fill('When was the lamp of Noss lit?');
  const goOn = await haltAt(page, 'body', 'Looking it up at search.example…');
  await field.press('Enter');
  await expect(page.getByText('Looking it up at search.example…')).toBeVisible();
  await goOn();
  await expect(page.getByText('Questions may be looked up at search.example:8888')).toBeVisible();
});
