/** Encryption: the passphrase before the stage, and the section on the privacy page. */

import { AxeBuilder, expect, haltAt, test, type Page } from './harness';

const figure = (page: Page) => page.locator('.entered').first();

test('a locked folder asks before anything private is there, and opens by keyboard alone', async ({ page }) => {
  await page.goto('/?theme=light&fake=fast&vault=on');
  const field = page.getByLabel('Passphrase', { exact: true });
  await expect(field).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
  // Nothing of the conversation is in the page.
  await expect(page.getByRole('log')).toHaveCount(0);
  await expect(page.getByTestId('puppet')).toHaveCount(0);
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations).toEqual([]);
  await page.screenshot({ path: '../tests/ui/test-results/views/unlock.png' });

  await field.pressSequentially('wrong horse');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toContainText('That is not the passphrase');
  await expect(field).toHaveValue('wrong horse');
  await field.fill('correct horse');
  await field.press('Enter');
  await expect(figure(page)).toBeAttached();
});

test('what is typed can be shown, as input methods need, and the recovery code opens, too', async ({ page }) => {
  await page.goto('/?theme=light&fake=fast&vault=on');
  const field = page.getByLabel('Passphrase', { exact: true });
  await expect(field).toHaveAttribute('type', 'password');
  await page.getByRole('checkbox', { name: 'Show what is typed' }).check();
  await expect(field).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Use the recovery code' }).click();
  const code = page.getByLabel('Your recovery code');
  await expect(code).toHaveAttribute('type', 'text');
  await code.fill('7Q2M-K0XV');
  await code.press('Enter');
  await expect(page.getByRole('alert')).toContainText('That is not the recovery code');
  await code.fill('7Q2M-K0XV-9F3D-8HJT-1CWR-5NBE-6PGZ-4YSA-2K7M-Q0VX-3F9D-H8JT-C1WR-N5BE');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(figure(page)).toBeAttached();
});

test('without a keychain one is told, and goes on', async ({ page }) => {
  await page.goto('/?theme=light&fake=fast&vault=on&nokeychain');
  await page.getByLabel('Passphrase', { exact: true }).fill('correct horse');
  await page.getByRole('checkbox', { name: 'Remember on this device' }).check();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('keychain');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(figure(page)).toBeAttached();
});

test('on: the code is shown once, the next start encrypts; or not now', async ({ page, open }) => {
  await open('theme=light&fake=fast');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Privacy' }).click();
  const box = page.getByRole('region', { name: 'Encrypt what was said' });
  await box.getByRole('button', { name: 'Encrypt…' }).click();
  const go = box.getByRole('button', { name: 'Encrypt…' });
  await box.getByLabel('New passphrase').fill('short');
  await box.getByLabel('The same again').fill('short');
  await expect(go).toBeDisabled();
  await box.getByLabel('New passphrase').fill('several good words');
  await expect(box.getByText('The two are not the same.')).toBeVisible();
  await box.getByLabel('The same again').fill('several good words');
  await go.click();
  await expect(box.getByText('7Q2M-K0XV')).toBeVisible();
  await page.screenshot({ path: '../tests/ui/test-results/views/vault-code.png' });
  const restart = box.getByRole('button', { name: 'Restart and encrypt' });
  await expect(restart).toBeDisabled();
  await box.getByRole('checkbox', { name: 'I have written it down' }).check();
  await restart.click();
  await expect(page.getByRole('heading', { name: 'Encrypt what was said' })).toBeVisible();
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(figure(page)).toBeAttached();
});

test('what was interrupted is finished, with progress', async ({ page }) => {
  await page.goto('/?theme=dark&fake=fast&vault=sealing');
  await expect(page.getByText('Nothing is lost.')).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill('correct horse');
  const goOn = await haltAt(page, 'body', 'Working on hanashi.sqlite');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('Working on hanashi.sqlite')).toBeVisible();
  await goOn();
  await expect(figure(page)).toBeAttached();
});

test('a lost key file is made again with the recovery code, by keyboard alone', async ({ page }) => {
  await page.goto('/?theme=light&fake=fast&vault=lost&half');
  await expect(page.getByRole('heading', { name: 'The key file is missing' })).toBeVisible();
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations).toEqual([]);
  await page.screenshot({ path: '../tests/ui/test-results/views/recover.png' });
  const code = page.getByLabel('Your recovery code');
  await expect(code).toBeFocused();
  const go = page.getByRole('button', { name: 'Make a new key file' });
  await code.fill('7Q2M-K0XV');
  await page.getByLabel('New passphrase').fill('several good words');
  await page.getByLabel('The same again').fill('several bad words');
  await expect(page.getByText('The two are not the same.')).toBeVisible();
  await expect(go).toBeDisabled();
  await page.getByLabel('The same again').fill('several good words');
  await page.getByLabel('The same again').press('Enter');
  await expect(page.getByRole('alert')).toContainText(/that is not a recovery code/i);
  await code.fill('7Q2M-K0XV-9F3D-8HJT-1CWR-5NBE-6PGZ-4YSA-2K7M-Q0VX-3F9D-H8JT-C1WR-N5BE');
  const goOn = await haltAt(page, 'body', 'Working on hanashi.sqlite');
  await go.click();
  // It was lost while everything was being encrypted: that is finished now.
  await expect(page.getByText('Working on hanashi.sqlite')).toBeVisible();
  await goOn();
  await expect(figure(page)).toBeAttached();
});

test('an encrypted folder: old copies, another passphrase, off', async ({ page, open }) => {
  await open('theme=light&fake=fast&vault=on&remembered');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Privacy' }).click();
  const box = page.getByRole('region', { name: 'Encrypt what was said' });
  await expect(box.getByText('3 copies from before are not encrypted')).toBeVisible();
  await page.screenshot({ path: '../tests/ui/test-results/views/vault-on.png' });
  await box.getByRole('button', { name: 'Delete these copies' }).click();
  await expect(box.getByText('copies from before')).toHaveCount(0);
  await box.getByRole('button', { name: 'Change the passphrase…' }).click();
  await box.getByLabel('Passphrase or recovery code').fill('correct horse');
  await box.getByLabel('New passphrase').fill('other good words');
  await box.getByLabel('The same again').fill('other good words');
  await box.getByRole('button', { name: 'Change the passphrase…' }).click();
  await expect(page.getByText('The passphrase is changed.')).toBeVisible();
  await box.getByRole('button', { name: 'Decrypt everything…' }).click();
  await box.getByLabel('Passphrase or recovery code').fill('wrong');
  await box.getByRole('button', { name: 'Restart and decrypt' }).click();
  await expect(page.getByText('that is not the passphrase')).toBeVisible();
});

for (const [lang, title, label] of [
  ['zh-CN', '欢迎回来', '口令'],
  ['ja-JP', 'おかえりなさい', 'パスフレーズ'],
] as const) {
  test.describe(lang, () => {
    test.use({ locale: lang });
    test('the system’s language asks', async ({ page }) => {
      await page.goto('/?fake=fast&vault=on');
      await expect(page.getByRole('heading', { name: title })).toBeVisible();
      await expect(page.getByLabel(label, { exact: true })).toBeFocused();
    });
  });
}
