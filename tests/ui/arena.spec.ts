/** Judging: comparisons by keyboard, scores, marks, results, in three languages and without a broken accessibility rule. */

import { AxeBuilder, expect, haltAt, test, type Page } from './harness';

async function openArena(page: Page, why: string, judge: string) {
  await page.keyboard.press('F2');
  await page.getByRole('dialog', { name: why }).getByRole('button', { name: judge, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: judge });
  await expect(dialog).toBeVisible();
  return dialog;
}

async function sound(page: Page) {
  const { violations } = await new AxeBuilder({ page }).exclude('svg[data-layer]').setLegacyMode().analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

test('replies are compared blind, by keyboard, and counted', async ({ page, open, picture }) => {
  await open('scene=backlog&fake=fast');
  const dialog = await openArena(page, 'Why she said that', 'Judge');
  await dialog.getByLabel('What you say').fill('Any news?');
  await dialog.getByLabel('What it is about').selectOption('interview');
  await picture('arena-begin');
  await sound(page);
  await dialog.getByRole('button', { name: 'Have both answer' }).click();
  await expect(dialog.getByRole('region', { name: 'Left reply' })).toBeVisible();
  await expect(dialog.getByText('temperature')).toHaveCount(0);
  await picture('arena-round');
  await page.keyboard.press('ArrowRight');
  await expect(dialog.getByRole('status')).toContainText('Left was Hanashi Mini, temperature 0.8');
  await dialog.getByRole('button', { name: 'Another one' }).click();
  await page.getByRole('button', { name: 'No difference' }).click();
  await expect(dialog.getByRole('status')).toContainText('Right was');
  await sound(page);

  await dialog.getByRole('tab', { name: 'Scores' }).click();
  const keep = dialog.getByRole('button', { name: 'Keep the scores' });
  await expect(keep).toBeDisabled();
  await dialog.getByRole('group', { name: 'Engagement' }).getByLabel('4').check();
  await keep.click();
  await expect(dialog.getByRole('status')).toHaveText('The scores were kept.');
  await sound(page);

  await dialog.getByRole('tab', { name: 'Marks' }).click();
  const first = dialog.getByRole('group', { name: 'Marks of reply' }).first();
  await first.getByRole('button', { name: 'Repetition' }).click();
  await first.getByRole('button', { name: 'Leads on' }).click();
  await expect(first.getByRole('button', { name: 'Repetition' })).toHaveAttribute('aria-pressed', 'true');
  await sound(page);

  await dialog.getByRole('tab', { name: 'Results' }).click();
  // All votes, and those of the topic.
  await expect(dialog.getByText('Wins 0 · Ties 1 · Losses 1')).toHaveCount(2);
  await expect(dialog.getByRole('cell', { name: '4.00' })).toBeVisible();
  await expect(dialog.getByRole('cell', { name: '100.0' })).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Export tables and preferences' }).click();
  await expect(dialog.getByRole('status')).toContainText('arena-preferences.json');
  await picture('arena-results');
  await sound(page);
});

for (const [language, why, judge, begin] of [
  ['zh', '为什么这样说', '评判', '让双方回答'],
  ['ja', '返事の理由', '審査', '両方に答えてもらう'],
] as const) {
  test(`judging in ${language}`, async ({ page, open, picture }) => {
    await open(`language=${language}&scene=backlog&theme=dark`);
    const dialog = await openArena(page, why, judge);
    await expect(dialog.getByRole('button', { name: begin })).toBeVisible();
    await picture(`arena-${language}`);
    await sound(page);
  });
}

test('nothing judged yet is said, and what fails is told', async ({ page, open }) => {
  await open('scene=backlog&fake=fast');
  const dialog = await openArena(page, 'Why she said that', 'Judge');
  await dialog.getByRole('tab', { name: 'Results' }).click();
  await expect(dialog.getByText('Nothing was judged yet.')).toBeVisible();
});

test('a side may speak with an adapter, and the label says so after the vote', async ({ page, open }) => {
  await open('scene=backlog&fake=fast');
  const dialog = await openArena(page, 'Why she said that', 'Judge');
  await dialog.getByLabel('What you say').fill('Any news?');
  await dialog.getByRole('group', { name: 'Side A' }).getByLabel('Adapter').selectOption('studio:p1');
  await dialog.getByRole('group', { name: 'Side B' }).getByLabel('Adapter').selectOption('');
  await dialog.getByRole('button', { name: 'Have both answer' }).click();
  await expect(dialog.getByRole('region', { name: 'Left reply' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(dialog.getByRole('status')).toContainText('adapter Sylvie');
});

test('she is interviewed, and two interviews are compared', async ({ page, open, picture }) => {
  await open('scene=backlog&fake=fast');
  const dialog = await openArena(page, 'Why she said that', 'Judge');
  await dialog.getByRole('tab', { name: 'Before and after' }).click();
  await expect(dialog.getByText('No interview yet.')).toBeVisible();
  const goOn = await haltAt(page, 'dialog [role=status]', 'of 96 replies');
  await dialog.getByRole('button', { name: 'Interview Koto' }).click();
  await expect(dialog.getByRole('status')).toContainText('of 96 replies');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await goOn();
  await expect(dialog.getByRole('button', { name: 'Interview Koto' })).toBeVisible();
  await expect(dialog.getByText('No interview yet.')).toBeVisible();

  await open('scene=backlog&fake=fast&appraisals');
  const again = await openArena(page, 'Why she said that', 'Judge');
  await again.getByRole('tab', { name: 'Before and after' }).click();
  await again.getByRole('button', { name: 'Compare', exact: true }).click();
  const sure = again.getByRole('region', { name: 'Better or worse for sure' });
  await expect(sure.getByRole('row', { name: /Facts about her/ })).toContainText('better');
  await expect(sure.getByRole('row', { name: /Repeats herself/ })).toContainText('worse');
  await expect(again.getByText('Green tea, always.')).toBeVisible();
  await again.getByRole('button', { name: 'Keep as a page' }).click();
  await expect(again.getByRole('status')).toContainText('.html');
  await picture('arena-report');
  await sound(page);
});

test('what went wrong says whether the prompt held it', async ({ page, open, picture }) => {
  await open('scene=backlog&fake=fast&appraisals');
  const dialog = await openArena(page, 'Why she said that', 'Judge');
  await dialog.getByRole('tab', { name: 'Before and after' }).click();
  await dialog.getByRole('button', { name: 'Show what went wrong' }).click();
  const failures = dialog.getByRole('region', {
    name: 'What went wrong, and why',
  });
  await expect(failures.getByText('twenty-seven or 27')).toBeVisible();
  await expect(failures.getByText('It was in the prompt (The character), and the reply did not use it.')).toBeVisible();
  await expect(failures.getByText('The fact was not in the prompt.')).toBeVisible();
  await failures.getByRole('combobox', { name: 'Figure' }).selectOption('Remembers after 50 turns');
  await expect(failures.getByText('Where did I say I grew up?')).toBeVisible();
  await expect(failures.getByText('What is your age?')).toHaveCount(0);
  await failures.getByText('2 blocks in the prompt').click();
  await expect(failures.getByRole('row', { name: /What was said/ })).toContainText('31 messages left out');
  await picture('arena-failures');
  await sound(page);
});
