/** Every view passes the automatic accessibility rules, in all themes. */

import { AxeBuilder, drop, expect, test, type Page } from './harness';

const openBy = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
};
const pressFor = (key: string) => async (page: Page) => {
  await page.keyboard.press(key);
  await expect(page.getByRole('dialog')).toBeVisible();
};
const pressThen = (key: string, name: string) => async (page: Page) => {
  await pressFor(key)(page);
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog', { name })).toBeVisible();
};
const settingsAt = (tab: string) => async (page: Page) => {
  await openBy('Settings')(page);
  await page.getByRole('tab', { name: tab }).click();
  for (const summary of await page.locator('dialog summary').all()) await summary.click();
};
async function choices(page: Page) {
  await page.getByRole('button', { name: 'Ideas for what to say' }).click();
  await expect(page.getByRole('list', { name: 'What you might say' })).toBeVisible();
}
async function faces(page: Page) {
  await openBy('Characters')(page);
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.getByRole('button', { name: 'Edit (E)' }).click();
  await page.getByRole('tab', { name: 'Faces' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('shows “amusement”');
}
async function dropped(page: Page) {
  await drop(page, 'sprites.zip');
  await expect(page.getByRole('dialog', { name: 'Faces for Mira' })).toBeVisible();
}
const views: [string, string, ((page: Page) => Promise<void>)?][] = [
  ['stage', 'scene=backlog'],
  ['loading and notices', 'scene=notices'],
  ['backlog', 'scene=backlog', openBy('Backlog')],
  ['characters', '', openBy('Characters')],
  ['conversations', '', openBy('Conversations')],
  ['settings', '', openBy('Settings')],
  ['reading back', 'scene=backlog', (page) => page.keyboard.press('PageUp')],
  ['whole page', 'scene=backlog&nvl'],
  ['marks', `text=${encodeURIComponent('*She smiles.* (Oh no.) 灯台《とうだい》 **Really.**')}`],
  ['title', 'title'],
  ['save', 'saves=4', openBy('Save')],
  ['branches', 'scene=backlog', pressFor('t')],
  ['keys', '', pressFor('?')],
  ['why', 'scene=backlog', pressFor('F2')],
  ['puppet', 'scene=backlog', pressThen('F2', 'Puppet')],
  ['memory', 'scene=backlog&memory', pressThen('s', 'Memory')],
  ['documents', 'scene=backlog&documents', pressThen('s', 'Documents')],
  ['note', '', pressThen('s', 'Note to the model')],
  ['judge', '', pressThen('s', 'Judge')],
  ['studio', 'studio', pressThen('s', 'Studio')],
  ['settings of the model', '', settingsAt('Model')],
  ['privacy', 'accesses', settingsAt('Privacy')],
  ['upkeep', '', settingsAt('Upkeep')],
  ['first start', 'welcome'],
  ['suggestions', 'fake=fast', choices],
  ['choices and captions', 'choice=Tell%20me%20more.&choice=Let%20us%20go.&direct=scene:an%20old%20mill'],
  ['colours of the card', 'colours'],
  ['faces', 'character=card-mira&expressions', faces],
  ['faces that were dropped', 'character=card-mira', dropped],
  ['ears', 'scene=ears'],
  ['error', 'scene=error'],
];

for (const look of ['theme=light', 'theme=dusk', 'theme=dark', 'theme=light&contrast']) {
  test(`no rule is broken with ${look}`, async ({ page, open }) => {
    // Thirty views, each read whole: minutes on a machine that is busy with other things.
    test.setTimeout(600_000);
    for (const [name, query, enter] of views) {
      await open(`still&${look}&${query}`);
      await enter?.(page);
      await page.waitForTimeout(150);
      const { violations } = await new AxeBuilder({ page })
        // The figures' thousands of shapes are hidden from assistive technology and carry no text.
        .exclude('svg[data-layer]')
        .setLegacyMode()
        .analyze();
      expect(violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual(
        [],
      );
    }
  });
}
