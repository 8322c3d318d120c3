/**
 * Every view of the page, for whoever looks at all of them: the pictures (`shots.mjs`) and the accessibility test (`tests/ui/access.spec.ts`).
 * Each is an address of the fake backend and what leads there from it, in no language: keys, places in lists, marks of the markup.
 *
 * `plain` views show what others show as well; they are photographed, and read by fewer themes.
 *
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {{ query?: string, enter?: (page: Page) => Promise<void>, plain?: true }} View
 */

/** @param {string} name */
const key = (name) => async (/** @type {Page} */ page) => page.keyboard.press(name);

/** A place of the game menu, through the panel of saves. @param {string} place @param {...string} clicks */
const menu =
  (place, ...clicks) =>
  async (/** @type {Page} */ page) => {
    await page.keyboard.press('s');
    await page.locator(`dialog [data-place=${place}]`).click();
    for (const one of clicks) await page.locator(one).first().click();
  };

/** A turn, to its end. @param {Page} page */
async function said(page) {
  await page.locator('#say').fill('Is there a map?');
  await page.keyboard.press('Enter');
  await page.locator('.answers').waitFor({ state: 'hidden' });
  await page.locator('.answers').waitFor();
}

/** A page of the settings, all of its folds open. @param {string} tab */
const settings = (tab) => async (/** @type {Page} */ page) => {
  await menu('settings', `[data-tab=${tab}]`)(page);
  for (const summary of await page.locator('dialog summary').all()) await summary.click();
  await page.evaluate(() => document.querySelectorAll('dialog *').forEach((part) => part.scrollTo(0, 0)));
};

/** Scrolls what is shown until this part is its beginning. @param {Page} page @param {string} part */
const atTop = (page, part) =>
  page
    .locator(part)
    .last()
    .evaluate((found) => found.scrollIntoView({ block: 'start' }));

/** A page of the editor of Mira's card. @param {string} tab */
const editor = (tab) => async (/** @type {Page} */ page) => {
  await menu('characters')(page);
  await page.getByRole('option', { name: 'Mira' }).click();
  await page.keyboard.press('e');
  await page.locator(`dialog [data-tab=${tab}]`).last().click();
};

/** A step of the studio's project. @param {string} step */
const studio = (step) => async (/** @type {Page} */ page) => {
  await menu('studio', 'dialog li button.strong, dialog li button')(page);
  await page.locator(`dialog [data-step=${step}]`).click();
};

/** Files of these names dropped on the window. @param {...string} names */
export const dropped =
  (...names) =>
  async (/** @type {Page} */ page) => {
    await page.evaluate((names) => {
      const dataTransfer = new DataTransfer();
      for (const name of names) dataTransfer.items.add(new File(['x'], name));
      for (const type of ['dragenter', 'drop'])
        window.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }, names);
    await page.locator('dialog[open]').first().waitFor();
  };

/** @type {Record<string, View>} */
export const VIEWS = {
  // The stage and what is said there.
  stage: { query: 'scene=backlog' },
  read: { query: 'scene=backlog', enter: key('PageUp') },
  nvl: { query: 'scene=backlog&nvl' },
  marks: { query: `text=${encodeURIComponent('*She smiles.* (Oh no.) 灯台《とうだい》 **Really.**')}` },
  bare: { enter: key('h'), plain: true },
  choices: { query: 'choice=Tell%20me%20more.&choice=Let%20us%20go.&direct=scene:an%20old%20mill' },
  company: { query: 'fake=fast&with=haru&with=card-mira' },
  directed: { query: 'direct=scene:park', plain: true },
  park: { query: 'place=park&daylight=day', plain: true },
  rooftop: { query: 'place=rooftop&daylight=dusk', plain: true },
  classroom: { query: 'place=classroom&daylight=day&character=haru', plain: true },
  station: { query: 'place=station&daylight=night&character=haru', plain: true },
  own: { query: 'scenery&place=own:mill&daylight=dusk', plain: true },
  card: { query: 'character=card-mira', plain: true },
  faces: { query: 'character=card-mira&expressions', plain: true },
  colours: { query: 'character=haru&colours' },
  notices: { query: 'scene=notices' },
  ears: { query: 'scene=ears' },
  edit: { query: 'scene=backlog', enter: (page) => page.locator('.answers button').last().click() },
  welcome: { query: 'welcome' },
  welcomeTerms: {
    query: 'welcome&terms',
    enter: async (page) => {
      for (let step = 0; step < 3; step++) await page.locator('.welcome button.strong').first().click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  paused: { query: 'paused' },
  title: { query: 'title' },
  pet: { query: 'pet' },
  // Before it.
  unlock: { query: 'vault=on' },
  recover: { query: 'vault=lost' },
  trouble: { query: 'scene=error' },
  errand: { query: 'errand=restore&held' },
  errandStuck: { query: 'errand=restore&stuck', enter: async (page) => page.locator('.trouble').waitFor() },
  // The game menu.
  backlog: { query: 'scene=backlog', enter: key('l') },
  pictures: { query: 'scene=backlog', enter: menu('pictures') },
  save: { query: 'saves=6', enter: key('s') },
  load: { query: 'saves=16', enter: key('o') },
  branches: { query: 'scene=backlog', enter: key('t') },
  characters: { query: 'library=12', enter: menu('characters') },
  cast: { query: 'with=haru', enter: menu('cast') },
  conversations: { enter: menu('conversations') },
  removedTalks: {
    enter: async (page) => {
      await menu('conversations')(page);
      await page.locator('dialog li').nth(1).locator('button').last().click();
      await page.locator('dialog').last().locator('button').last().click();
      await page.locator('dialog #removed-talks').scrollIntoViewIfNeeded();
    },
  },
  profiles: { enter: menu('personas') },
  note: { enter: menu('note') },
  memory: { query: 'scene=backlog&memory', enter: menu('memory') },
  memoryTimeline: { query: 'scene=backlog&memory', enter: menu('memory', 'dialog [role=tab]:nth-of-type(2)') },
  memoryWords: { query: 'scene=backlog&memory', enter: menu('memory', 'dialog [role=tab]:nth-of-type(3)') },
  memorySource: {
    query: 'scene=backlog&memory',
    enter: async (page) => {
      await menu('memory')(page);
      await page.locator('dialog [data-fact="7"] button').first().click();
      await atTop(page, 'dialog [data-fact="7"]');
    },
  },
  memoryUnread: { query: 'memory=server', enter: menu('memory'), plain: true },
  documents: { query: 'scene=backlog&documents', enter: menu('documents') },
  why: {
    query: 'scene=backlog&fake=fast&documents&with=haru',
    enter: async (page) => {
      await said(page);
      await page.keyboard.press('F2');
    },
  },
  judge: { enter: menu('arena') },
  judgeSheet: { enter: menu('arena', '[data-tab=sheet]') },
  judgeMarks: { enter: menu('arena', '[data-tab=marks]') },
  judgeResults: { query: 'appraisals', enter: menu('arena', '[data-tab=results]') },
  judgeReport: { query: 'appraisals', enter: menu('arena', '[data-tab=report]') },
  judgeFailures: {
    query: 'appraisals',
    enter: async (page) => {
      await menu('arena', '[data-tab=report]', 'dialog .pick button:nth-of-type(2)')(page);
      await page.locator('dialog article summary').first().click();
      await atTop(page, 'dialog section:has(> article)');
    },
  },
  studio: { query: 'studio', enter: menu('studio') },
  studioPeople: { query: 'studio', enter: studio('who') },
  studioLines: { query: 'studio', enter: studio('lines') },
  studioRecipe: { query: 'studio', enter: studio('recipe') },
  studioTraining: { query: 'studio=done', enter: studio('training') },
  studioPaused: { query: 'studio=paused', enter: studio('training') },
  studioFailed: {
    query: 'studio=broken',
    enter: async (page) => {
      await studio('recipe')(page);
      await page.locator('dialog .do button.strong, dialog button.strong').last().click();
      await page.locator('dialog [role=tabpanel] [role=alert]').first().waitFor();
    },
  },
  studioTalk: { query: 'studio=done', enter: studio('talk') },
  puppet: { enter: menu('rig') },
  keys: { enter: key('?') },
  // Settings.
  general: { enter: settings('general') },
  reading: { enter: settings('reading') },
  stageSettings: { enter: settings('stage') },
  scenes: { query: 'scenery', enter: settings('scenes') },
  model: { enter: settings('model') },
  sampling: {
    enter: async (page) => {
      await settings('model')(page);
      await atTop(page, 'dialog details:has(textarea)');
    },
  },
  server: {
    enter: async (page) => {
      await settings('model')(page);
      await page.locator('dialog section input[type=checkbox]').last().click();
      await page.locator('dialog input[type=url]').waitFor();
      await atTop(page, 'dialog section:has(input[type=url])');
    },
  },
  fit: {
    query: 'small',
    enter: async (page) => {
      await settings('model')(page);
      await page.locator('dialog select:has(option[value="131072"])').selectOption('131072');
      await atTop(page, 'dialog .refused');
    },
  },
  voice: { enter: settings('voice') },
  hearing: { enter: settings('hearing') },
  micFailed: {
    query: 'mic=none',
    enter: async (page) => {
      await settings('hearing')(page);
      await page.locator('dialog .mic-test button').first().click();
      await page.locator('dialog .mic-test [role=alert]').waitFor();
    },
  },
  models: { enter: settings('library') },
  tight: { query: 'tight', enter: settings('library') },
  graphicsCards: { query: 'card&gpu=server,shared,no-driver,other-build,setting', enter: settings('library') },
  repository: {
    enter: async (page) => {
      await settings('library')(page);
      await page.locator('dialog input[placeholder="owner/name"]').fill('tiny/talker');
      await page.keyboard.press('Enter');
      await page.locator('dialog [data-file=folder]').waitFor();
      await atTop(page, 'dialog section:has([data-file])');
    },
  },
  privacy: { query: 'accesses', enter: settings('privacy') },
  upkeep: { query: 'update=newer', enter: settings('upkeep') },
  setAside: {
    query: 'aside',
    enter: async (page) => {
      await settings('upkeep')(page);
      await page.locator('dialog section:has([data-aside])').scrollIntoViewIfNeeded();
    },
  },
  wholeFolder: {
    query: 'damaged',
    enter: async (page) => {
      await settings('upkeep')(page);
      await page.locator('dialog section:has(table) .deeds button').nth(1).click();
      await page.locator('dialog .wanted').scrollIntoViewIfNeeded();
    },
  },
  searched: {
    enter: async (page) => {
      await menu('settings')(page);
      await page.locator('dialog input[type=search]').fill('e');
    },
    plain: true,
  },
  // The library, and what comes in.
  newCharacter: { enter: menu('characters', 'dialog .bar > button:nth-last-of-type(2)') },
  books: { enter: menu('characters', 'dialog .bar > button:nth-last-of-type(3)') },
  trash: { enter: menu('characters', 'dialog .bar > button:nth-last-of-type(4)') },
  editorProfile: { query: 'character=card-mira', enter: editor('profile') },
  editorStory: { query: 'character=card-mira', enter: editor('story') },
  editorGreetings: { query: 'character=card-mira', enter: editor('greetings') },
  editorAttributes: { query: 'character=card-mira', enter: editor('attributes') },
  editorNeverSays: {
    query: 'character=card-mira',
    enter: async (page) => {
      await editor('attributes')(page);
      await atTop(page, 'dialog h3');
    },
  },
  editorPrompts: { query: 'character=card-mira', enter: editor('prompts') },
  editorLore: { query: 'character=card-mira', enter: editor('lore') },
  editorNotes: { query: 'character=card-mira', enter: editor('notes') },
  editorAssets: { query: 'character=card-mira', enter: editor('assets') },
  editorFaces: { query: 'character=card-mira&expressions', enter: editor('faces') },
  intake: { enter: dropped('Ada.png', 'notes.txt', 'world.json', 'bg mill.png', 'park-night.jpg', 'theme.ogg') },
  facesOffer: { query: 'character=card-mira', enter: dropped('sprites.zip') },
  figureOffer: { query: 'character=card-mira', enter: dropped('mika.model3.json') },
  dropZone: {
    enter: async (page) => {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'Ada.png'));
        window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
      });
    },
    plain: true,
  },
};
