import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MessageView, StageCue } from '$lib/backend/backend';
import { SCENE_NAMES, SCENES } from '../../scenes';
import {
  AMBIENCE,
  direct,
  effectOf,
  EFFECTS,
  heardAt,
  MUSIC,
  onceOf,
  stagedAfter,
  UNSTAGED,
  unpainted,
} from './direction';
import { joltOf, shotOf } from './camera';
import { gestureOf } from './gestures';
import { transitionOf } from './transitions';

const cue = (kind: StageCue['kind'], value: string): StageCue => ({ at: 0, kind, value });

describe('directions', () => {
  it.each([
    ['park', 'park', ''],
    ['The old park at night', 'park', 'night'],
    ['a bookstore, sunset', 'bookshop', 'dusk'],
    ['公园', 'park', ''],
    ['evening', 'evening', ''],
    ['学校の屋上、夕方', 'rooftop', 'dusk'],
    ['living room', 'evening', ''],
  ])('"%s" is a place', (value, scene, daylight) => {
    expect(direct(UNSTAGED, cue('scene', value))).toMatchObject({ scene, daylight });
  });

  it('leaves the picture where there is none, and says so', () => {
    const before = direct(UNSTAGED, cue('scene', 'park'));
    const after = direct(before, cue('scene', 'a dragon’s cave'));
    expect(after.scene).toBe('park');
    expect(unpainted(cue('scene', 'a dragon’s cave'))).toBe(true);
    expect(unpainted(cue('scene', 'park'))).toBe(false);
    expect(unpainted(cue('scene', 'a seal'))).toBe(true);
  });

  it('reads weather, hours, music and sounds in the words of three languages', () => {
    expect(direct(UNSTAGED, cue('weather', 'Heavy rain')).weather).toBe('rain');
    expect(direct(UNSTAGED, cue('weather', '雪')).weather).toBe('snow');
    expect(direct(UNSTAGED, cue('time', '深夜')).daylight).toBe('night');
    expect(direct(UNSTAGED, cue('music', 'sad piano')).music).toBe('calm');
    expect(direct(UNSTAGED, cue('music', 'melancholic strings')).music).toBe('wistful');
    expect(direct(UNSTAGED, cue('music', 'none')).music).toBe('none');
    expect(direct(UNSTAGED, cue('music', 'polka'))).toBe(UNSTAGED);
    expect(effectOf('Footsteps in the hall')).toBe('steps');
    expect(effectOf('ノックの音')).toBe('knock');
    expect(effectOf('a kazoo')).toBeNull();
  });

  it('a shot stays until another place comes, a jolt and a gesture happen once', () => {
    const close = direct(UNSTAGED, cue('camera', 'Close up on her'));
    expect(close.camera).toBe('close');
    expect(direct(close, cue('scene', 'park')).camera).toBe('');
    expect(direct(close, cue('camera', 'shake'))).toBe(close);
    expect(onceOf(cue('camera', 'shake'))).toEqual({ jolt: 'shake' });
    expect(onceOf(cue('camera', 'close'))).toBeNull();
    expect(onceOf(cue('gesture', 'うなずく'))).toEqual({ gesture: 'nod' });
    expect(onceOf(cue('gesture', 'reads'))).toBeNull();
  });

  it('a way of coming belongs to the next place, and to no other', () => {
    const asked = direct(UNSTAGED, cue('transition', 'wipe'));
    const park = direct(asked, cue('scene', 'park'));
    expect([park.transition, park.next]).toEqual(['wipe-left', '']);
    expect(direct(park, cue('scene', 'station')).transition).toBe('');
    expect(direct(UNSTAGED, cue('scene', 'park with dissolve'))).toMatchObject({
      scene: 'park',
      transition: 'dissolve',
    });
    expect(direct(UNSTAGED, cue('transition', 'polka'))).toBe(UNSTAGED);
    // What a place has is no way to come there.
    for (const words of ['room with white walls', 'park with people around', 'park with a flash of lightning, far off'])
      expect(direct(UNSTAGED, cue('scene', words)).transition, words).toBe('');
    for (const [words, way] of [
      ['park with a slow dissolve', ''],
      ['park with wipe right', 'wipe-right'],
      ['park with pushright', 'push-right'],
      ['park with irisin', 'iris'],
      ['park with fade (0.5)', 'fade'],
    ] as const)
      expect(direct(UNSTAGED, cue('scene', words)).transition, words).toBe(way);
  });

  it('a new place has its own weather again', () => {
    const snow = direct(direct(UNSTAGED, cue('scene', 'station')), cue('weather', 'snow'));
    expect(direct(snow, cue('scene', 'classroom')).weather).toBe('');
  });

  it('the stage at a message is all that was asked for up to it', () => {
    const say = (id: string, ...staging: StageCue[]) => ({ id, staging }) as unknown as MessageView;
    const [first, second, third] = [
      say('a'),
      say('b', cue('scene', 'park'), cue('music', 'bright')),
      say('c', cue('time', 'night')),
    ];
    const story = [first, second, third];
    expect(stagedAfter(story, 1)).toBe(UNSTAGED);
    expect(stagedAfter(story, 2)).toMatchObject({ scene: 'park', music: 'bright', daylight: '' });
    expect(stagedAfter(story, 3)).toMatchObject({ scene: 'park', daylight: 'night' });
    expect(stagedAfter(story, 3)).toBe(stagedAfter(story, 3));
    expect(stagedAfter([first, third], 2)).toMatchObject({ scene: '', daylight: 'night' });
  });

  it('every place is heard, music can be silenced, rain covers the rest', () => {
    for (const scene of SCENE_NAMES)
      expect(MUSIC).toContain(heardAt({ scene, daylight: 'day', weather: 'clear' }, UNSTAGED).music);
    const park = { scene: 'park', daylight: 'day', weather: 'rain' } as const;
    expect(heardAt(park, { music: 'none' })).toEqual({ music: '', ambience: 'rain' });
  });

  it('the program knows the same names', () => {
    const source = (path: string) => readFileSync(new URL(`../../../../crates/${path}`, import.meta.url), 'utf8');
    const told = source('app/src/stage/directions.rs');
    expect(told).toContain(`"${SCENE_NAMES.join(', ')}"`);
    expect(told).toContain('"clear, rain, snow, petals, fireflies"');
    const list = (name: string) => new RegExp(`${name}: &str = "([^"]*)"`).exec(told)?.[1]?.split(', ') ?? [];
    for (const words of list('CAMERA')) expect(shotOf(words) ?? joltOf(words), words).not.toBeNull();
    for (const words of list('TRANSITIONS')) expect(transitionOf(words), words).not.toBeNull();
    for (const words of list('GESTURES')) expect(gestureOf(words), words).toBe(words);
    expect(list('GESTURES').length).toBeGreaterThan(5);
    // And composes pictures of the same rooms, with the weather in the same windows.
    const layers = source('scenery/src/layers.rs');
    expect(layers).toContain(SCENE_NAMES.map((name) => `"${name}"`).join(', '));
    for (const [name, { window }] of Object.entries(SCENES))
      if (window) expect(layers).toContain(`"${name}" => (${window.join(', ')})`);
    const made = Array.from(source('score/src/lib.rs').matchAll(/^ {4}(?:song|place|event)\("(\w+)"/gm), (m) => m[1]);
    expect(made).toEqual([...MUSIC, ...AMBIENCE, ...EFFECTS]);
  });
});
