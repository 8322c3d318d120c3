/**
 * The words of the page in three languages.
 *
 * A language is a module that has every key of `en.ts` with the same parameters; the compiler sees to that, so there is no
 * lookup by string, no fallback and no key to check at run time.
 */

import type { UiLanguage } from '$lib/backend/backend';
import { en, type Messages } from './en';
import { ja } from './ja';
import { zh } from './zh';

export type { Messages } from './en';

const LANGUAGES: Record<UiLanguage, Messages> = { en, zh, ja };

/** Names of the languages in themselves. */
export const LANGUAGE_NAMES: Record<UiLanguage, string> = { en: 'English', zh: '简体中文', ja: '日本語' };

/** The `lang` attribute of the document, which decides how shared ideographs are drawn. */
export const LANGUAGE_TAGS: Record<UiLanguage, string> = { en: 'en', zh: 'zh-Hans', ja: 'ja' };

export const words = (language: UiLanguage): Messages => LANGUAGES[language] ?? en;

const UNITS = ['B', 'kB', 'MB', 'GB'];

/** A number of bytes for people: 148 MB. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${UNITS[unit] ?? ''}`;
}

const NAMES: Partial<Record<UiLanguage, Intl.DisplayNames>> = {};

/** A language's name (`de`, `pt-BR`) for people, in theirs; what is no code is shown as it is. */
export function languageName(code: string, language: UiLanguage): string {
  const names = (NAMES[language] ??= new Intl.DisplayNames([LANGUAGE_TAGS[language]], { type: 'language' }));
  try {
    return names.of(code.replace('_', '-')) ?? code;
  } catch {
    return code;
  }
}

/** A number of many digits for people, the same in every language: 131 072. */
export const thousands = (n: number) => n.toLocaleString('en').replaceAll(',', ' ');

/** A length of time for people, in their language: whole minutes up to an hour and a half, then hours. */
export function duration(seconds: number, language: UiLanguage): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const [unit, n] = minutes <= 90 ? (['minute', minutes] as const) : (['hour', Math.round(minutes / 60)] as const);
  return n.toLocaleString(LANGUAGE_TAGS[language], { style: 'unit', unit, unitDisplay: 'long' });
}

const MOMENTS: Partial<Record<UiLanguage, Intl.DateTimeFormat>> = {};

/** A point in time for people, in their language. */
export function moment(ms: number, language: UiLanguage): string {
  // To make one takes longer than to use it a hundred times.
  const format = (MOMENTS[language] ??= new Intl.DateTimeFormat(LANGUAGE_TAGS[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
  }));
  return format.format(ms);
}
