import { describe, expect, it } from 'vitest';
import type { Backend, StageState } from '$lib/backend/backend';
import { Album } from './album.svelte';

const NOW = {} as StageState;

/** An album over a program whose picture ends when it is told to, and what a person would be told. */
function album() {
  const told: unknown[] = [];
  let end: (failure: unknown) => void = () => undefined;
  const backend = {
    pictureScene: () => new Promise((_, reject) => (end = reject)),
    stopPicture: async () => end({ kind: 'not_ready', message: 'the picture was given up', remedy: '' }),
    scenePictures: async () => [],
  } as unknown as Backend;
  const wish = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (failure) {
      told.push(failure);
      return undefined;
    }
  };
  return { album: new Album(backend, wish), told, fail: (failure: unknown) => end(failure) };
}

describe('a picture that is being made', () => {
  it('is no failure where the person stops it', async () => {
    const { album: made, told } = album();
    const making = made.make(NOW);
    expect(made.making).toBe(true);
    await made.stop();
    await making;
    expect(made.making).toBe(false);
    expect(told).toEqual([]);
  });

  it('is a failure where it fails, also after one that was stopped', async () => {
    const { album: made, told, fail } = album();
    const first = made.make(NOW);
    await made.stop();
    await first;
    const second = made.make(NOW);
    fail(new Error('no memory'));
    await second;
    expect(told).toHaveLength(1);
  });

  it('says how far it is, and forgets that behind it', async () => {
    const { album: made } = album();
    made.heard({ done: 1, of: 4 });
    expect(made.steps).toBeNull();
    const making = made.make(NOW);
    made.heard({ done: 2, of: 4 });
    expect(made.steps).toEqual({ done: 2, of: 4 });
    await made.stop();
    await making;
    expect(made.steps).toBeNull();
  });
});
