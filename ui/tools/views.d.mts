import type { Page } from '@playwright/test';

/** A view: what the page is opened with, and what leads there from it. `plain`: it shows what others show as well. */
export interface View {
  query?: string;
  enter?: (page: Page) => Promise<unknown>;
  plain?: true;
}
export const VIEWS: Record<string, View>;
export function dropped(...names: string[]): (page: Page) => Promise<void>;
