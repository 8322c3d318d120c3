import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageView, StageCue } from '$lib/backend/backend';
import type { OwnScenery } from '$lib/backend/scenery';
import { direct, heardAt, stagedAfter, UNSTAGED, unpainted } from '$lib/stage/direction';
import { isPlace, lookOf, picturesOf, sceneOf } from '.';
import { own } from './own.svelte';

const NOTHING: OwnScenery = { places: [], sounds: [], heard: [] };
const MILL: OwnScenery = {
  places: [
    { id: '1', name: 'mill', description: '', hours: ['any'] },
    { id: '2', name: 'old mill', description: '', hours: ['day', 'night'] },
    { id: '3', name: '教室の窓', description: '', hours: ['any'] },
  ],
  sounds: [
    { id: 'w', kind: 'music', name: 'waltz', description: '', seconds: 90 },
    { id: 'r', kind: 'ambience', name: 'river', description: '', seconds: 60 },
  ],
  heard: [
    { place: 'own:1', music: 'own:w', ambience: 'own:r' },
    { place: 'park', music: 'none', ambience: '' },
  ],
};
const cue = (kind: StageCue['kind'], value: string): StageCue => ({ at: 0, kind, value });
const NO_WISH = { scene: '', daylight: '', weather: '' };

beforeEach(() => {
  own.list = MILL;
});

describe('places of one’s own', () => {
  it.each([
    ['mill', 'own:1'],
    ['The Old Mill at night', 'own:2'],
    ['教室の窓、夕方', 'own:3'],
    ['a windmill', ''],
    ['park', 'park'],
    ['教室', 'classroom'],
  ])('"%s" is meant by its name', (value, scene) => {
    expect(direct(UNSTAGED, cue('scene', value)).scene).toBe(scene);
  });

  it('the hour is read beside the name, not in it', () => {
    own.list = { ...MILL, places: [{ id: '9', name: 'night market', description: '', hours: ['any'] }] };
    expect(direct(UNSTAGED, cue('scene', 'night market'))).toMatchObject({ scene: 'own:9', daylight: '' });
    expect(direct(UNSTAGED, cue('scene', 'night market, dusk')).daylight).toBe('dusk');
  });

  it('are unpainted no more, and are gone when they are removed', () => {
    expect(unpainted(cue('scene', 'the old mill'))).toBe(false);
    expect(lookOf('koto', NO_WISH, { ...NO_WISH, scene: 'own:2' }).scene).toBe('own:2');
    own.list = NOTHING;
    expect(unpainted(cue('scene', 'the old mill'))).toBe(true);
    expect(lookOf('koto', { ...NO_WISH, scene: 'own:2' }, NO_WISH).scene).toBe('bookshop');
    expect(isPlace('constructor')).toBe(false);
  });

  it('what a message meant is found anew when there are other places', () => {
    const story = [{ id: 'a', staging: [cue('scene', 'old mill')] } as unknown as MessageView];
    expect(stagedAfter(story, 1).scene).toBe('own:2');
    own.list = NOTHING;
    expect(stagedAfter(story, 1).scene).toBe('');
  });

  it('say what is heard, at painted places as well', () => {
    const look = { scene: 'own:1', daylight: 'day', weather: 'clear' } as const;
    expect(heardAt(look, UNSTAGED)).toEqual({ music: 'own:w', ambience: 'own:r' });
    expect(heardAt({ ...look, scene: 'own:2' }, UNSTAGED)).toEqual({ music: '', ambience: '' });
    expect(heardAt({ ...look, scene: 'park' }, UNSTAGED)).toEqual({ music: '', ambience: 'birds' });
    const asked = direct(UNSTAGED, cue('music', 'a slow waltz'));
    expect(heardAt({ ...look, scene: 'park' }, asked).music).toBe('own:w');
    expect(heardAt(look, direct(UNSTAGED, cue('music', 'none'))).music).toBe('');
    own.list = NOTHING;
    expect(heardAt({ ...look, scene: 'rooftop' }, asked).music).toBe('wistful');
  });

  it('the picture before stays until the new one has come', async () => {
    const before = picturesOf({ scene: 'park', daylight: 'day' });
    let give: (url: string) => void = () => undefined;
    const asked: string[] = [];
    own.open(
      {
        ownScenery: async () => MILL,
        ownPlacePicture: (id, hour, small) => {
          asked.push(`${id} ${hour} ${small}`);
          return new Promise((resolve) => (give = resolve));
        },
        changeOwnScenery: async () => undefined,
        removeOwnScenery: async () => undefined,
        hearAt: async () => undefined,
      },
      (run) => run(),
    );
    await own.refresh();
    expect(picturesOf({ scene: 'own:2', daylight: 'night' })).toEqual(before);
    picturesOf({ scene: 'own:2', daylight: 'night' });
    expect(asked).toEqual(['2 night false']);
    give('data:mill');
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(picturesOf({ scene: 'own:2', daylight: 'night' })).toEqual({ deep: 'data:mill', near: null });
    expect(sceneOf('own:2').window).toBeNull();
  });
});
