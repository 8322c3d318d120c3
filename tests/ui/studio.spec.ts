/** The studio: from files to the stage, by mouse and by keyboard, in three languages and without a broken accessibility rule. */

import { AxeBuilder, drop, expect, haltAt, test, type Page } from './harness';

async function openStudio(page: Page, name: string) {
  await page.keyboard.press('F2');
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog', { name });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function sound(page: Page) {
  const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

test('files become speakers, lines, a recipe, a training, a talk, and a character on stage', async ({
  page,
  open,
  picture,
}) => {
  await open('fake=fast&still');
  const dialog = await openStudio(page, 'Studio');
  await expect(dialog.getByText('What should be learnt from?')).toBeVisible();
  await sound(page);
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click();

  // Who: choosing a person joins the names that are suggested to be theirs.
  const sylvie = dialog.getByRole('radio', { name: 'Sylvie' });
  await expect(dialog.getByText('Choose one person.')).toBeVisible();
  await expect(dialog.getByRole('tab', { name: 'Lines' })).toBeDisabled();
  await sylvie.check();
  const alias = dialog.getByRole('button', { name: '??? (12)' });
  await expect(alias).toHaveAttribute('aria-pressed', 'true');
  await alias.click();
  await expect(dialog.getByRole('button', { name: 'Make conversations of 96 lines' })).toBeVisible();
  await alias.click();
  await dialog.getByLabel('Names and terms of the story').selectOption('replace');
  await dialog.getByLabel('Terms, one a row').fill('Old Bell\n Tidehaven, Anna,');
  await dialog.getByLabel('Questions from a card').selectOption({ label: 'Koto' });
  await picture('studio-who');
  await sound(page);
  await dialog.getByRole('button', { name: 'Make conversations of 108 lines' }).click();

  // Lines: warnings, a search, an edit, one taken out and put back.
  await expect(dialog.getByRole('tab', { name: 'Lines' })).toHaveAttribute('aria-selected', 'true');
  const rows = dialog.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Change this line' }) });
  await expect(rows).toHaveCount(24);
  await picture('studio-lines');
  await sound(page);
  await dialog.getByLabel('Search the lines').fill('walk together');
  await expect(rows).toHaveCount(4);
  await rows.first().getByRole('button', { name: 'Take this line out' }).click();
  await expect(dialog.getByText('taken out', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Put back' }).click();
  await expect(dialog.getByText('taken out', { exact: true })).toHaveCount(0);
  await rows.first().getByRole('button', { name: 'Change this line' }).click();
  await dialog.getByLabel('What Sylvie answers').fill('Yes. Let us walk.');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog.getByText('Yes. Let us walk.')).toBeVisible();
  await dialog.getByLabel('Search the lines').fill('');
  await dialog.getByLabel('Show').selectOption('touched');
  await expect(rows).toHaveCount(1);
  await dialog.getByRole('button', { name: 'As it was' }).click();
  await expect(dialog.getByText('There is no such line.')).toBeVisible();
  await dialog.getByLabel('Show').selectOption('all');
  await dialog.getByRole('button', { name: 'Take them out' }).click();
  await expect(dialog.getByText('hold signs of the script')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'On to the recipe' }).click();

  // Recipe: advice, what does not fit, the numbers.
  await expect(dialog.getByText(/Probably between 80 seconds and 4 minutes/)).toBeVisible();
  await picture('studio-recipe');
  await sound(page);
  await dialog.getByLabel('Which model learns').selectOption('qwen3-8b');
  await expect(dialog.getByRole('alert')).toContainText(/does not fit/i);
  await expect(dialog.getByRole('button', { name: 'Begin the training' })).toBeDisabled();
  await dialog.getByLabel('Which model learns').selectOption('');
  await dialog.getByText('The numbers behind it').click();
  await dialog.getByLabel('Learning rate').fill('0.05');
  await page.keyboard.press('Tab');
  await expect(dialog.getByText('far above what is advised')).toBeVisible();
  await sound(page);
  await dialog.getByLabel('Learning rate').fill('');
  await page.keyboard.press('Tab');
  const goOn = await haltAt(page, 'dialog .samples');
  await dialog.getByRole('button', { name: 'Begin the training' }).click();

  // Training: curves and answers come, it is paused, and goes on; the page may be closed meanwhile.
  await expect(dialog.getByRole('img', { name: /^Loss/ })).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'What it answers meanwhile' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await goOn();
  await expect(dialog.getByRole('status').filter({ hasText: 'Paused' })).toBeVisible();
  await picture('studio-paused');
  await sound(page);
  await dialog.getByRole('tab', { name: 'Lines' }).click();
  await expect(dialog.getByRole('button', { name: 'Change this line' })).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await dialog.getByRole('button', { name: /Go on after step/ }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.waitForTimeout(500);
  const again = await openStudio(page, 'Studio');
  await expect(again.getByRole('button', { name: 'Talk to it' })).toBeVisible();
  await picture('studio-trained');
  await sound(page);
  await again.getByRole('button', { name: 'Talk to it' }).click();

  // Talk: blind until the vote; then on stage, and back.
  await again.getByLabel('Say something to Sylvie').fill('Will you help me?');
  await page.keyboard.press('Enter');
  await expect(again.getByRole('region', { name: 'Left reply' })).toBeVisible();
  await expect(again.getByText('With what was learnt')).toHaveCount(0);
  await page.keyboard.press('ArrowLeft');
  await expect(again.getByText('The left one had learnt.')).toBeVisible();
  await expect(again.getByText(/with what was learnt 1, before 0/)).toBeVisible();
  await picture('studio-talk');
  await sound(page);
  await again.getByRole('button', { name: 'Use on stage' }).click();
  await expect(again).toHaveCount(0);
  const back = await openStudio(page, 'Studio');
  await back.getByRole('tab', { name: 'Talk' }).click();
  await back.getByRole('button', { name: 'Take it back' }).click();
  await expect(back.getByRole('button', { name: 'Use on stage' })).toBeVisible();
});

test('what is dropped is read, what is no script is refused, and a project comes back', async ({ page, open }) => {
  await open('fake=fast&still&studio');
  const dialog = await openStudio(page, 'Studio');
  await drop(page, 'portrait.png');
  await expect(page.getByText('nobody speaks in what was chosen')).toBeVisible();
  await drop(page, 'game.zip');
  await expect(dialog.getByRole('radio', { name: 'Sylvie' })).toBeVisible();
  await dialog.getByRole('button', { name: 'All projects' }).click();
  await dialog.getByRole('button', { name: 'Take Sylvie away' }).click();
  await expect(dialog.getByRole('button', { name: 'Open Sylvie' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByRole('button', { name: 'Open Sylvie' })).toBeVisible();
});

test('a model makes up what was said before lines that answer nobody, and it can be stopped and undone', async ({
  page,
  open,
  picture,
}) => {
  await open('fake=fast&still&studio=talking');
  const busy = await openStudio(page, 'Studio');
  await busy.getByRole('button', { name: 'Open Sylvie' }).click();
  await busy.getByRole('tab', { name: 'Who' }).click();
  await busy.getByLabel('Have a model make up').check();
  await busy.getByRole('button', { name: 'Make conversations of 108 lines' }).click();
  await expect(busy.getByText('Waiting while somebody talks')).toBeVisible();
  // What was made before is still there, and cannot be changed meanwhile; the studio may be closed.
  await busy.getByRole('tab', { name: 'Lines' }).click();
  await expect(busy.getByText('the lines stay as they are')).toBeVisible();
  await expect(busy.getByRole('button', { name: 'Change this line' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(busy).toHaveCount(0);
  const back = await openStudio(page, 'Studio');
  await back.getByRole('tab', { name: 'Who' }).click();
  const asking = back.getByRole('group', { name: 'Instructions are being made up' });
  await expect(asking).toBeVisible();
  // Nor is it worked out what a training takes, before the model has been stopped.
  await back.getByRole('tab', { name: 'Recipe' }).click();
  await expect(back.getByText('as soon as they are made')).toBeVisible();
  await expect(back.getByRole('button', { name: 'Begin the training' })).toHaveCount(0);
  await sound(page);
  await picture('studio-recipe-later');
  await asking.getByRole('button').click();
  await expect(asking).toHaveCount(0);
  await expect(back.getByRole('button', { name: 'Begin the training' })).toBeEnabled();
  await back.getByRole('tab', { name: 'Lines' }).click();
  await expect(back.getByRole('button', { name: 'Change this line' })).toHaveCount(24);
  await expect(back.getByText('that answer nobody')).toHaveCount(0);

  await open('fake=fast&still&studio');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Who' }).click();
  await dialog.getByRole('radio', { name: 'Teacher' }).check();
  await expect(dialog.getByText('Every line answers somebody here')).toBeVisible();
  await dialog.getByRole('radio', { name: 'Sylvie' }).check();
  await expect(dialog.getByText('4 lines answer nobody.')).toBeVisible();
  const makeUp = dialog.getByLabel('Have a model make up');
  await makeUp.check();
  const goOn = await haltAt(page, 'dialog', 'of 4 lines asked about');
  await dialog.getByRole('button', { name: 'Make conversations of 108 lines' }).click();
  await expect(dialog.getByText(/of 4 lines asked about/)).toBeVisible();
  await expect(dialog.getByText('4 lines answer nobody.')).toBeVisible();
  await picture('studio-made-up');
  await sound(page);
  await goOn();
  const rows = dialog.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Change this line' }) });
  await expect(dialog.getByText('Hanashi Mini was asked about 4 lines that answer nobody; 3 are here')).toBeVisible();
  await expect(dialog.getByText('Not taken: 1 the line itself.')).toBeVisible();
  await dialog.getByLabel('Show').selectOption('madeUp');
  await expect(rows).toHaveCount(3);
  await expect(rows.getByText('made up by a model')).toHaveCount(3);
  await rows.first().getByRole('button', { name: 'Take this line out' }).click();
  await expect(rows).toHaveCount(2);
  await sound(page);
  await dialog.getByRole('tab', { name: 'Who' }).click();
  await makeUp.uncheck();
  await dialog.getByRole('button', { name: 'Make conversations of 108 lines' }).click();
  await expect(rows).toHaveCount(24);
  await expect(dialog.getByText('that answer nobody')).toHaveCount(0);
});

test('what was chosen stays while a model is asked about it, and the lines that answer nobody stay counted', async ({
  page,
  open,
}) => {
  await open('fake=fast&still&studio=talking');
  let dialog = await openStudio(page, 'Studio');
  const sylvie = () => dialog.getByRole('radio', { name: 'Sylvie' });
  const makeUp = () => dialog.getByLabel('Have a model make up');
  const counted = () => dialog.getByText('4 lines answer nobody.');
  const make = () => dialog.getByRole('button', { name: 'Make conversations of 108 lines' });
  const asking = () => dialog.getByRole('group', { name: 'Instructions are being made up' });
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
  await sylvie().check();
  await makeUp().check();
  // What will say that it waits is there before it does.
  await page.evaluate(() =>
    new MutationObserver((_, observer) => {
      const status = document.querySelector('[role=tabpanel] [role=group] [role=status]');
      if (!status) return;
      observer.disconnect();
      Object.assign(window, { beforehand: [status.textContent, getComputedStyle(status).display] });
    }).observe(document.body, { subtree: true, childList: true }),
  );
  await make().click();
  await expect(asking().getByRole('status')).toHaveText(/Waiting while somebody talks/);
  expect(await page.evaluate(() => (window as unknown as { beforehand: unknown }).beforehand)).toEqual(['', 'block']);

  // Nothing was made yet: who was chosen is known all the same, after the studio was closed and after it was stopped.
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  dialog = await openStudio(page, 'Studio');
  await expect(asking()).toBeVisible();
  await expect(sylvie()).toBeChecked();
  await expect(makeUp()).toBeChecked();
  await expect(counted()).toBeVisible();
  await asking().getByRole('button').click();
  await expect(asking()).toHaveCount(0);
  await expect(sylvie()).toBeChecked();
  await expect(counted()).toBeVisible();
  await expect(make()).toBeEnabled();

  // With lines from before, as in this project, the page shows what is being done and not how they were made.
  await dialog.getByRole('button', { name: 'All projects' }).click();
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Who' }).click();
  await makeUp().check();
  await make().click();
  await expect(asking()).toBeVisible();
  await dialog.getByRole('tab', { name: 'Lines' }).click();
  await dialog.getByRole('tab', { name: 'Who' }).click();
  await expect(makeUp()).toBeChecked();
  await expect(counted()).toBeVisible();
  await asking().getByRole('button').click();
  await expect(make()).toBeEnabled();
  await expect(makeUp()).toBeChecked();
  await expect(counted()).toBeVisible();

  // With other files somebody is chosen anew, and the lines are counted anew.
  await dialog.getByRole('button', { name: 'Add a folder…' }).click();
  await expect(dialog.getByText('Choose one person.')).toBeVisible();
  await expect(sylvie()).not.toBeChecked();
  await sylvie().check();
  await expect(dialog.getByText('5 lines answer nobody.')).toBeVisible();
});

test('while a training is paused no files are taken, and once it has ended the recipe is worked out', async ({
  page,
  open,
}) => {
  await open('fake=fast&still&studio=paused');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'more.zip'));
    window.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(page.getByText('Files cannot be added now')).toBeVisible();
  await drop(page, 'more.zip');
  await expect(page.getByText('a training of this dataset is paused')).toBeVisible();
  await expect(dialog.getByRole('tab', { name: 'Training' })).toHaveAttribute('aria-selected', 'true');

  await dialog.getByRole('button', { name: /Go on after step/ }).click();
  await dialog.getByRole('tab', { name: 'Recipe' }).click();
  await expect(dialog.getByText('While a training runs or is paused')).toBeVisible();
  await expect(dialog.getByText(/Probably between/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Train again' })).toBeEnabled();
});

test('a training that waits says so, one that goes wrong says what to do, and one can be given up', async ({
  page,
  open,
}) => {
  await open('fake=fast&still&studio=broken');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Recipe' }).click();
  await dialog.getByRole('button', { name: 'Begin the training' }).click();
  await expect(dialog.getByRole('alert')).toContainText(/not a number any more/i);
  await expect(dialog.getByRole('alert')).toContainText('a tenth of the learning rate');
  await sound(page);
  await dialog.getByRole('button', { name: 'Give up' }).click();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await dialog.getByRole('button', { name: 'Give up' }).click();
  await dialog.getByRole('alert').getByRole('button', { name: 'Give up' }).click();
  await expect(dialog.getByRole('button', { name: 'Begin the training' })).toBeVisible();

  await open('fake=fast&still&studio=waiting');
  const other = await openStudio(page, 'Studio');
  await other.getByRole('button', { name: 'Open Sylvie' }).click();
  await other.getByRole('tab', { name: 'Recipe' }).click();
  await other.getByRole('button', { name: 'Begin the training' }).click();
  await expect(other.getByText('It goes on by itself when the talk is over.')).toBeVisible();
});

test('what was swiped away and compared teaches, too', async ({ page, open }) => {
  await open('fake=fast&still&studio=own');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Recipe' }).click();
  await dialog.getByLabel('What to learn').selectOption('prefer');
  await expect(dialog.getByText('From 9 pairs')).toBeVisible();
  await sound(page);
});

test('a judge is trained from pairs, and the model practises with it', async ({ page, open, picture }) => {
  await open('fake=fast&still&studio=own');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Recipe' }).click();
  const method = dialog.getByLabel('What to learn');
  await expect(dialog.getByText('To practise, a judge is needed first')).toBeVisible();
  await expect(method.locator('option')).toHaveCount(3);
  await method.selectOption('reward');
  await expect(dialog.getByText('The judge speaks with nobody')).toBeVisible();
  await sound(page);
  await dialog.getByRole('button', { name: 'Begin the training' }).click();
  await expect(dialog.getByRole('img', { name: /^Pairs told apart/ })).toBeVisible();
  await expect(dialog.getByText('The judge is ready.')).toBeVisible();
  // A judge speaks with nobody.
  await expect(dialog.getByRole('tab', { name: 'Talk' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'On to practice' }).click();
  await expect(method).toHaveValue('ppo');
  await expect(dialog.getByText('learns from what the judge says')).toBeVisible();
  await picture('studio-practice');
  await sound(page);
  const goOn = await haltAt(page, '[role=img][aria-label^="How far it strays"]');
  await dialog.getByRole('button', { name: 'Begin the training' }).click();
  await expect(dialog.getByRole('img', { name: /^What the judge says/ })).toBeVisible();
  await expect(dialog.getByRole('img', { name: /^How far it strays/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await goOn();
  await dialog.getByRole('button', { name: /Go on after step/ }).click();
  await expect(dialog.getByRole('button', { name: 'Talk to it' })).toBeVisible();
  await sound(page);
});

test('a training goes to a card that is there, and says why it does not', async ({ page, open }) => {
  await open('fake=fast&still&studio&card');
  const dialog = await openStudio(page, 'Studio');
  await dialog.getByRole('button', { name: 'Open Sylvie' }).click();
  await dialog.getByRole('tab', { name: 'Recipe' }).click();
  await expect(dialog.getByText(/Takes .* of memory\./)).toBeVisible();
  await dialog.getByLabel('Which model learns').selectOption('smollm2-360m');
  await expect(dialog.getByText('of the memory of A graphics card')).toBeVisible();
  const where = dialog.getByLabel('Where it computes');
  await where.selectOption('cpu');
  await expect(dialog.getByText(/Takes .* of memory\./)).toBeVisible();
  await where.selectOption('cuda:0');
  await expect(dialog.getByText('of the memory of A graphics card')).toBeVisible();
  await sound(page);
  await dialog.getByRole('button', { name: 'Begin the training' }).click();
  await expect(dialog.getByText('on A graphics card')).toBeVisible();
});

for (const [language, name, begin, talk] of [
  ['zh', '工作室', '选择文件夹…', '对话'],
  ['ja', 'スタジオ', 'フォルダーを選ぶ…', '会話する'],
] as const) {
  test(`the studio in ${language}`, async ({ page, open, picture }) => {
    await open(`language=${language}&theme=dark&still&studio=done`);
    const dialog = await openStudio(page, name);
    await expect(dialog.getByRole('button', { name: begin })).toBeVisible();
    await sound(page);
    await dialog.getByRole('button', { name: 'Sylvie' }).first().click();
    await dialog.getByRole('tab', { name: talk }).click();
    await picture(`studio-${language}`);
    await sound(page);
  });
}
