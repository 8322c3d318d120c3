/** Every view passes the automatic accessibility rules, in both themes. */

import { AxeBuilder, expect, test, type Page } from './harness';

const openBy = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
};
const views: [string, string, ((page: Page) => Promise<void>)?][] = [
  ['stage', 'scene=backlog'],
  ['loading and notices', 'scene=notices'],
  ['backlog', 'scene=backlog', openBy('Backlog')],
  ['characters', '', openBy('Characters')],
  ['conversations', '', openBy('Conversations')],
  ['settings', '', openBy('Settings')],
  ['ears', 'scene=ears'],
  ['error', 'scene=error'],
];

for (const theme of ['light', 'dark']) {
  test(`no rule is broken in ${theme}`, async ({ page, open }) => {
    // Eight views, each read whole: minutes on a machine that is busy with other things.
    test.setTimeout(300_000);
    for (const [name, query, enter] of views) {
      await open(`still&theme=${theme}&${query}`);
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
