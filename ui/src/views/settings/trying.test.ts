import { describe, expect, it } from 'vitest';
import type { Settings, Writing } from '$lib/backend/backend';
import type { FitAsked, Fitting } from '$lib/backend/fitting';
import type { Session } from '$lib/session/session.svelte';
import { Trying } from './trying.svelte';

const plan = (asked: FitAsked): Fitting => ({
  fits: (asked.contextLength ?? 8192) <= 8192,
  needs: 2e9,
  budget: 1.5e9,
  base: 0.5e9,
  context: asked.contextLength ?? 8192,
  parts: [],
  longest: 8192,
  instead: [],
});

/** A session that plans when it is told to, and notes what was changed. */
function world() {
  const waiting: (() => void)[] = [];
  const asked: FitAsked[] = [];
  const changed: Partial<Settings>[] = [];
  const writing = { contextLength: 0, topK: 40 } as Writing;
  const session = {
    state: { settings: { writing } },
    backend: {
      fit: (one: FitAsked) => {
        asked.push(one);
        return new Promise<Fitting>((done) => waiting.push(() => done(plan(one))));
      },
    },
    wish: (run: () => Promise<unknown>) => run().catch(() => undefined),
    change: (changes: Partial<Settings>) => {
      changed.push(changes);
      return Promise.resolve();
    },
  } as unknown as Session;
  const answer = async () => {
    waiting.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { trying: new Trying(session), session, asked, changed, answer };
}

describe('a choice that takes memory', () => {
  it('is planned first and made only when it is agreed to', async () => {
    const { trying, changed, answer } = world();
    const begun = trying.begin({ chatModel: 'large' }, { chatModel: 'large' });
    expect([trying.asked?.chatModel, trying.plan]).toEqual(['large', null]);
    await answer();
    await begun;
    expect([trying.plan?.fits, changed]).toEqual([true, []]);
    await trying.apply();
    expect(changed).toEqual([{ chatModel: 'large' }]);
    expect(trying.asked).toBeNull();
  });
  it('shows the plan of the last one that was tried', async () => {
    const { trying, answer } = world();
    const first = trying.begin({ contextLength: 65536 }, {});
    const second = trying.begin({ contextLength: 4096 }, {});
    await answer();
    await first;
    expect(trying.plan).toBeNull();
    await answer();
    await second;
    expect(trying.plan?.context).toBe(4096);
    trying.leave();
    expect([trying.asked, trying.plan]).toEqual([null, null]);
  });
  it('can be made with a shorter context, or with another model, all else kept', async () => {
    const { trying, asked, changed, answer } = world();
    const begun = trying.begin({ chatModel: 'large', contextLength: 65536 }, { chatModel: 'large' });
    await answer();
    await begun;
    expect(trying.plan?.fits).toBe(false);
    const shorter = trying.shorten(8192);
    await answer();
    await shorter;
    expect(asked.at(-1)).toEqual({ chatModel: 'large', contextLength: 8192 });
    const other = trying.instead('small');
    await answer();
    await other;
    await trying.apply();
    expect(changed).toEqual([{ chatModel: 'small', writing: { contextLength: 8192, topK: 40 } }]);
  });
  it('is left where it cannot be planned', async () => {
    const { trying, session, changed } = world();
    session.backend.fit = () => Promise.reject(new Error('no'));
    await trying.begin({ voice: 'piper:amy' }, { voice: 'piper:amy' });
    expect([trying.asked, trying.plan, changed]).toEqual([null, null, []]);
  });
});
