/** Opens the page with the fake backend, and fails any test during which the page complained. */

import { expect, test as base, type Locator, type Page } from '../../ui/testing';

export { AxeBuilder, expect, type Locator, type Page } from '../../ui/testing';

interface Fixtures {
  /** Opens `/?query` and waits until someone is on stage or an alert is there. What the test provokes may be complained of: `allowed`. */
  open: (query?: string, allowed?: RegExp) => Promise<void>;
  /** Keeps a picture of the view for people to look at; nothing compares it. */
  picture: (name: string) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  open: async ({ page }, use) => {
    const complaints: string[] = [];
    let provoked: RegExp | null = null;
    page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') complaints.push(m.text());
    });
    page.on('pageerror', (e) => complaints.push(e.message));
    page.on('request', (r) => {
      if (!/^(http:\/\/localhost:|data:|blob:)/.test(r.url())) complaints.push(`asked for ${r.url()}`);
    });
    await use(async (query = '', allowed) => {
      provoked = allowed ?? null;
      // No test but those of drawing waits for the renderers to be tried in front of it.
      await page.addInitScript(() => {
        // A closed frame has no storage.
        if (window !== window.top) return;
        if (localStorage.getItem('hanashi.drawing') === null) localStorage.setItem('hanashi.drawing', '{"wish":"svg"}');
      });
      await page.goto(`/?${query}`);
      // The figure has come on stage, an alert says why there is none, or the door before it is closed.
      await expect(page.locator('.entered, [role=alert], main:not(:has(.stage)) h1').first()).toBeAttached({
        // A conversation of 20,000 lines takes a busy machine long.
        timeout: 60_000,
      });
    });
    const own = complaints.filter((text) => !provoked?.test(text));
    expect(own, 'the page complained').toEqual([]);
  },
  picture: async ({ page }, use) => {
    await use(async (name) => {
      await page.waitForFunction(() =>
        Array.from(document.querySelectorAll('.entered')).every((e) => getComputedStyle(e).opacity === '1'),
      );
      await page.screenshot({
        path: `../tests/ui/test-results/views/${name}.png`,
        animations: 'allow',
      });
    });
  },
});

/** The reply as assistive technology hears it. */
export const log = (page: Page) => page.getByRole('log');
/** The text in the box, as far as it has been typed. */
export const spoken = (page: Page) => page.locator('.text');
export const puppet = (page: Page) => page.getByTestId('puppet');

/** Opens a page of the settings, and gives the dialog. */
export async function openSettings(page: Page, tab: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: tab }).click();
  return page.getByRole('dialog');
}

/** Drops files of these names on the window. */
export async function drop(page: Page, names: string | string[]): Promise<void> {
  await page.evaluate((names) => {
    const dataTransfer = new DataTransfer();
    for (const name of names) dataTransfer.items.add(new File(['x'], name));
    for (const type of ['dragenter', 'drop'])
      window.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, [names].flat());
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your message' }).fill(text);
  await page.keyboard.press('Enter');
}

/**
 * Stops the time of the fake backend as soon as the page shows a text within what the selector finds, and gives what lets it go on. Begun before
 * what leads there, it cannot come too late; a test that looks from outside does, on a busy machine.
 */
export async function haltAt(page: Page, selector: string, text = ''): Promise<() => Promise<void>> {
  await page.evaluate(
    ([selector, text]) => {
      const root = document.documentElement;
      const look = () => {
        if (!Array.from(document.querySelectorAll(selector)).some((one) => one.textContent.includes(text))) return;
        observer.disconnect();
        root.dataset.held = '';
      };
      const observer = new MutationObserver(look);
      observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    },
    [selector, text] as const,
  );
  return () => goOn(page);
}
/** Stops the time of the fake backend where it is. */
export const hold = (page: Page) => page.evaluate(() => void (document.documentElement.dataset.held = ''));
/** Lets it go on. */
export const goOn = (page: Page) => page.evaluate(() => void delete document.documentElement.dataset.held);

/** Comes true once the page has shown what the selector finds, for however few frames. Begun before what leads there. */
export const comes = (page: Page, selector: string) =>
  page.waitForFunction((selector) => document.querySelector(selector) !== null, selector);

/** Collects the values an attribute takes from now on. */
export async function watch(page: Page, selector: string, attribute: string): Promise<() => Promise<string[]>> {
  const key = `seen-${selector}-${attribute}`;
  await page.evaluate(
    ([selector, attribute, key]) => {
      const element = document.querySelector(selector);
      if (!element) throw new Error(`nothing matches ${selector}`);
      const seen: string[] = [element.getAttribute(attribute) ?? ''];
      Object.assign(window, { [key]: seen });
      new MutationObserver(() => seen.push(element.getAttribute(attribute) ?? '')).observe(element, {
        attributes: true,
        attributeFilter: [attribute],
      });
    },
    [selector, attribute, key] as const,
  );
  return () => page.evaluate((key) => (window as unknown as Record<string, string[]>)[key] ?? [], key);
}
