/** What the browser tests in `../tests/ui` use of this package's tools; they have no packages of their own. */

export { default as AxeBuilder } from '@axe-core/playwright';
export { expect, test, type Locator, type Page } from '@playwright/test';

export { writePsd } from 'ag-psd';
