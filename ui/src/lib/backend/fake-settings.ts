/** The settings that a page of the fake backend is opened with. */

import type { Settings, UiLanguage } from './backend';
import { SETTINGS } from './fake-data';

export const settingsOf = (query: URLSearchParams): Settings => ({
  ...SETTINGS,
  language: (query.get('language') ?? 'en') as UiLanguage,
  theme: (query.get('theme') ?? 'system') as Settings['theme'],
  character: query.get('character') ?? 'koto',
  reducedMotion: query.has('still'),
  speak: !query.has('mute'),
  earsModel: query.has('ears') ? 'whisper-base' : '',
  presentation: query.has('nvl') ? 'nvl' : 'adv',
  startWithTitle: query.has('title'),
  welcomed: !query.has('welcome'),
  scene: query.get('place') ?? '',
  daylight: (query.get('daylight') ?? 'auto') as Settings['daylight'],
  weather: (query.get('weather') ?? 'auto') as Settings['weather'],
  highContrast: query.has('contrast'),
  cardColours: query.has('colours'),
  selfVoicing: query.has('voicing'),
  storyFont: (query.get('font') ?? 'serif') as Settings['storyFont'],
});
