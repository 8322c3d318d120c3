/** Every view passes the automatic accessibility rules, and has its picture taken; views that show what others show as well in fewer themes. */

import { VIEWS } from '../../ui/tools/views.mjs';
import { AxeBuilder, expect, test, type Page } from './harness';

/** Views a test; more would take longer than a test may. */
const PART = 20;
const every = Object.entries(VIEWS);
const parts = Array.from({ length: Math.ceil(every.length / PART) }, (_, i) => every.slice(i * PART, (i + 1) * PART));

async function breaches(page: Page, name: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // The figures' thousands of shapes are hidden from assistive technology and carry no text.
    .exclude('svg[data-layer]')
    .setLegacyMode()
    .analyze();
  return violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

for (const look of ['theme=light', 'theme=dusk', 'theme=dark', 'theme=light&contrast']) {
  for (const [at, part] of parts.entries()) {
    test(`no rule is broken with ${look}, part ${at + 1}`, async ({ page, open, picture }) => {
      // Twenty views, each read whole: minutes on a machine that is busy with other things.
      test.setTimeout(600_000);
      const found: string[] = [];
      for (const [name, { query = '', enter, plain }] of part) {
        if (plain && look !== 'theme=light') continue;
        await open(`still&${look}&${query}`);
        await enter?.(page);
        await page.waitForTimeout(150);
        if (look === 'theme=light') await picture(`view-${name}`);
        found.push(...(await breaches(page, name)));
      }
      expect(found).toEqual([]);
    });
  }
}
