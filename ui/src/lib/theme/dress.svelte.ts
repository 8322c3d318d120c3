/**
 * How a window is dressed: language, theme, contrast, motion, type and colours, as the settings and the system want them. Every window of the
 * program is dressed here, so that none forgets a setting.
 */

import { MediaQuery } from 'svelte/reactivity';
import type { Session } from '$lib/session/session.svelte';
import { LANGUAGE_TAGS } from '../../messages';
import { dressed, undressed } from './palette';

/** Dresses the page for as long as the component lives that calls this. `still`: nothing should move that need not. */
export function dressPage(session: Session): { readonly still: boolean } {
  const systemDark = new MediaQuery('(prefers-color-scheme: dark)');
  const systemContrast = new MediaQuery('(prefers-contrast: more)');
  const systemStill = new MediaQuery('(prefers-reduced-motion: reduce)');
  const settings = $derived(session.state.settings);
  const still = $derived(systemStill.current || settings.reducedMotion);
  const systemTheme = $derived(systemDark.current ? 'dark' : 'light');
  const theme = $derived(settings.theme === 'system' ? systemTheme : settings.theme);
  const contrast = $derived(settings.highContrast || systemContrast.current ? 'more' : 'plain');

  $effect(() => {
    const root = document.documentElement;
    root.lang = LANGUAGE_TAGS[settings.language];
    root.dataset.theme = theme;
    root.dataset.motion = still ? 'less' : 'full';
    root.dataset.font = settings.storyFont;
    root.dataset.contrast = contrast;
    root.style.setProperty('--text-scale', String(settings.textScale));
    root.style.setProperty('--box-opacity', String(settings.boxOpacity));
  });

  // Plates of several who talk.
  $effect(() => {
    session.speakers.dark = theme !== 'light';
    session.speakers.wanted = contrast === 'plain';
  });
  $effect(() => {
    if (session.several) void session.speakers.meet(session.state.cast.members.map((one) => one.id));
  });

  // Colours of the character, where they are wanted and a theme does not stand against them.
  const wearer = $derived(settings.cardColours && contrast === 'plain' ? session.state.character : null);
  $effect(() => {
    const [who, dark] = [wearer, theme !== 'light'];
    let gone = false;
    undressed();
    if (who === null) return;
    void session.desk.portrait(who).then((url) => {
      if (url && !gone) void dressed(url, dark);
    });
    return () => {
      gone = true;
    };
  });

  return {
    get still() {
      return still;
    },
  };
}
