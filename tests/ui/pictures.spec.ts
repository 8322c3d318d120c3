/** Pictures of scenes: made, hung behind her, in the history, removed and brought back; a server only where it is switched on. */

import { AxeBuilder, expect, haltAt, openSettings, test, type Page } from './harness';

async function openPictures(page: Page, pictures = 'Pictures') {
  await page.getByRole('button', { name: 'History', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: pictures, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: pictures });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function sound(page: Page) {
  const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

test('a scene is pictured, hung behind her, found in the history, removed and brought back', async ({
  page,
  open,
  picture,
}) => {
  await open('scene=backlog');
  const room = page.locator('.stage .depth:not(.near) > img').last();
  const painted = await room.getAttribute('src');
  const dialog = await openPictures(page);
  await expect(dialog.getByText('No picture of this conversation yet.')).toBeVisible();
  await expect(dialog.getByText('composed on this machine')).toBeVisible();
  // One that is given up leaves nothing.
  const stopped = await haltAt(page, 'dialog button', 'Stop');
  await dialog.getByRole('button', { name: 'Picture this scene' }).click();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await stopped();
  await expect(dialog.getByRole('button', { name: 'Picture this scene' })).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  await expect(page.getByText('the picture was given up')).toHaveCount(0);

  const seen = await haltAt(page, 'dialog [role=status]', 'The scene is being pictured…');
  await dialog.getByRole('button', { name: 'Picture this scene' }).click();
  await expect(dialog.getByRole('status')).toHaveText('The scene is being pictured…');
  await seen();
  const one = dialog.getByRole('listitem');
  await expect(one.getByRole('img')).toHaveAttribute('alt', /rooftop/);
  await expect(one).toContainText('composed here');
  await one.getByRole('button', { name: 'Hang behind her' }).click();
  await expect(one.getByRole('button', { name: 'Take off' })).toBeVisible();
  await picture('pictures');
  await sound(page);
  await expect(room).toHaveAttribute('src', /^data:image/);
  await page.keyboard.press('Escape');
  await picture('pictures-stage');

  await page.getByRole('button', { name: 'History', exact: true }).first().click();
  const history = page.getByRole('dialog', { name: 'Backlog' });
  await expect(history.getByRole('img', { name: /rooftop/ })).toBeVisible();
  await picture('pictures-history');
  await history.getByRole('button', { name: 'Pictures', exact: true }).click();

  await dialog.getByRole('button', { name: 'Remove the picture' }).click();
  await expect(dialog.getByRole('status')).toContainText('Removed: a rooftop');
  await expect(room).toHaveAttribute('src', painted ?? '');
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
});

test('a server that draws is off, and named where it is on', async ({ page, open, picture }) => {
  await open('theme=light&fake=fast');
  const settings = await openSettings(page, 'Privacy');
  const draws = settings.getByRole('checkbox', { name: 'Scenes drawn by a server' });
  await expect(draws).not.toBeChecked();
  await draws.check();
  await settings.getByLabel('Kind of server').selectOption('comfyui');
  const address = settings.getByRole('region', { name: 'Scenes drawn by a server' }).getByLabel('Address');
  await expect(address).toHaveAttribute('placeholder', 'http://localhost:8188');
  await address.fill('http://painter.example:8188');
  await address.press('Tab');
  await picture('pictures-settings');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Scenes are drawn at painter.example:8188')).toBeVisible();
  const dialog = await openPictures(page);
  await expect(dialog.getByText('is sent to painter.example:8188')).toBeVisible();
  await dialog.getByRole('button', { name: 'Picture this scene' }).click();
  await expect(dialog.getByRole('listitem')).toContainText('drawn by dreamer-xl on painter.example');
});

test('a model on this machine is chosen, shows its steps, and is named under the picture', async ({
  page,
  open,
  picture,
}) => {
  await open('theme=light&fake=fast');
  const settings = await openSettings(page, 'Privacy');
  await settings.getByLabel('Scenes drawn by a model on this machine').selectOption('small-painter');
  await expect(settings.getByLabel('Steps', { exact: true })).toHaveValue('0');
  await expect(settings.getByLabel('Style')).toHaveValue(/anime/);
  await settings.getByLabel('Style').scrollIntoViewIfNeeded();
  await picture('pictures-painter');
  await sound(page);
  await page.keyboard.press('Escape');
  const dialog = await openPictures(page);
  await expect(dialog.getByText('small-painter draws it on this machine')).toBeVisible();
  const goOn = await haltAt(page, 'dialog small', ' of 10');
  await dialog.getByRole('button', { name: 'Picture this scene' }).click();
  await expect(dialog.getByText(/^Step \d+ of 10$/)).toBeVisible();
  await goOn();
  await expect(dialog.getByRole('listitem')).toContainText('drawn by small-painter on this machine');
});
