import { describe, expect, it } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { NO_CHOICE, type StudioAdvice, type StudioAsking, type StudioDataset } from '$lib/backend/studio';
import { desk, run } from './testing';
import { Workshop } from './workshop.svelte';

/** A question to the program that waits for its answer. */
interface Open {
  name: string;
  args: unknown[];
  answer: (value: unknown) => Promise<void>;
  fail: () => Promise<void>;
}

/** A workshop over a program that answers when it is told to, and what a person would be told. */
function workshop() {
  const asked: Open[] = [];
  const told: unknown[] = [];
  const settle = () => new Promise<void>((done) => setTimeout(done));
  const backend = new Proxy({} as Record<string, unknown>, {
    get:
      (_, name: string) =>
      (...args: unknown[]) =>
        new Promise((resolve, reject) =>
          asked.push({
            name,
            args,
            answer: (value) => (resolve(value), settle()),
            fail: () => (reject(new Error('no')), settle()),
          }),
        ),
  }) as unknown as Backend;
  const made = new Workshop(backend, async (wish) => {
    try {
      return await wish();
    } catch (failure) {
      told.push(failure);
      return undefined;
    }
  });
  /** The oldest question of this name; it is asked once. */
  const question = async (name: string): Promise<Open> => {
    await settle();
    const at = asked.findIndex((one) => one.name === name);
    const [found] = at < 0 ? [] : asked.splice(at, 1);
    if (!found) throw new Error(`nobody asked ${name}, but ${asked.map((one) => one.name).join(', ') || 'nothing'}`);
    return found;
  };
  const enter = async (id: string, changes = {}) => {
    void made.enter(id);
    await (await question('studioOpen')).answer(desk(id, changes));
  };
  return { made, told, asked, question, enter };
}

const SYLVIE = { ...NO_CHOICE, speaker: 'Sylvie', aliases: ['???'] };
const LINES = { answers: 24 } as StudioDataset;
const asking = (state: StudioAsking['state']): StudioAsking => ({ state, done: 1, all: 4, problem: null });

describe('a dataset that is made', () => {
  it('is shown, and what was chosen for it is what the project holds', async () => {
    const { made, question, enter } = workshop();
    await enter('a');
    made.want(SYLVIE);
    void made.make();
    expect(made.making).toBe(true);
    const chosen = await question('studioChoose');
    expect(chosen.args).toEqual(['a', SYLVIE]);
    await chosen.answer(desk('a', { choice: { ...SYLVIE, narration: true }, dataset: LINES }));
    expect([made.step, made.making, made.choice.narration]).toEqual(['lines', false, true]);
  });
  it('fetches nobody back who went to another project, or to all of them', async () => {
    const { made, question, enter } = workshop();
    await enter('a');
    made.want(SYLVIE);
    void made.make();
    const chosen = await question('studioChoose');
    await enter('b');
    // It is the other one that is under way.
    expect(made.making).toBe(false);
    await chosen.answer(desk('a', { choice: SYLVIE, dataset: LINES }));
    expect([made.desk?.id, made.step]).toEqual(['b', 'who']);
    void made.make();
    const other = await question('studioChoose');
    made.leave();
    await (await question('studioProjects')).answer([]);
    await other.answer(desk('b', { name: 'Sylvie', choice: SYLVIE, dataset: LINES }));
    expect(made.desk).toBeNull();
    // Its name is another one by now.
    await question('studioProjects');
  });
  it('leaves whoever looks at the recipe there', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { dataset: LINES });
    void made.make();
    made.step = 'recipe';
    await (await question('studioChoose')).answer(desk('a', { dataset: LINES }));
    expect([made.step, made.unadvised]).toEqual(['recipe', true]);
  });
});

describe('what is chosen', () => {
  it('stays by project until it is made, also where that fails, is stopped, or another project is looked at', async () => {
    const { made, question, enter } = workshop();
    const choice = { ...SYLVIE, reconstruct: true };
    await enter('a');
    made.want(choice);
    void made.make();
    await (await question('studioChoose')).fail();
    expect(made.choice).toEqual(choice);
    void made.make();
    await (await question('studioChoose')).answer(desk('a', { asking: asking('asking') }));
    expect([made.choice, made.step]).toEqual([choice, 'who']);
    await enter('b');
    expect(made.choice).toEqual(NO_CHOICE);
    await enter('a', { asking: asking('asking') });
    made.heardAsking('a', asking('stopped'));
    expect([made.choice, made.locked]).toEqual([choice, false]);
    void made.make();
    await (await question('studioChoose')).answer(desk('a', { asking: asking('asking') }));
    made.heardAsking('a', asking('made'));
    const kept = { ...choice, narration: true };
    await (await question('studioOpen')).answer(desk('a', { choice: kept, dataset: LINES }));
    expect([made.choice, made.step]).toEqual([kept, 'lines']);
  });
  it('is made elsewhere, too', async () => {
    const { made, question, enter } = workshop();
    await enter('a');
    made.want(SYLVIE);
    void made.make();
    await (await question('studioChoose')).answer(desk('a', { asking: asking('asking') }));
    await enter('b');
    made.heardAsking('a', asking('made'));
    await enter('a', { choice: NO_CHOICE, dataset: LINES });
    expect(made.choice).toEqual(NO_CHOICE);
  });
  it('is made with nothing where the model failed before the answer was here', async () => {
    const { made, question, enter } = workshop();
    await enter('a');
    made.want(SYLVIE);
    void made.make();
    const chosen = await question('studioChoose');
    made.heardAsking('a', asking('failed'));
    await chosen.answer(desk('a', { asking: asking('asking') }));
    await (await question('studioOpen')).answer(desk('a'));
    expect([made.choice, made.step, made.asking]).toEqual([SYLVIE, 'who', null]);
  });
  it('begins anew with other files, as in the program', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { choice: SYLVIE });
    made.want({ ...SYLVIE, narration: true });
    void made.take(['more']);
    await (await question('studioAdd')).answer(desk('a'));
    expect(made.choice).toEqual(NO_CHOICE);
  });
});

describe('files', () => {
  it('fetch nobody back who went on while they were read', async () => {
    const { made, question, enter } = workshop();
    await enter('a');
    void made.take(['more']);
    const added = await question('studioAdd');
    await enter('b');
    expect(made.reading).toBe(false);
    await added.answer(desk('a'));
    expect(made.desk?.id).toBe('b');
    made.leave();
    await (await question('studioProjects')).answer([]);
    void made.take(['script']);
    const begun = await question('studioBegin');
    await enter('b');
    await begun.answer(desk('c'));
    expect(made.desk?.id).toBe('b');
  });
  it('that are dropped while others are read have their turn, in the project that begins with those', async () => {
    const { made, asked, question } = workshop();
    void made.take(['one']);
    void made.take(['two']);
    const begun = await question('studioBegin');
    expect(asked).toEqual([]);
    await begun.answer(desk('a'));
    expect([made.desk?.id, made.reading]).toEqual(['a', true]);
    const added = await question('studioAdd');
    expect(added.args).toEqual(['a', ['two']]);
    void made.take(['three']);
    await added.answer(desk('a', { sources: ['one', 'two'] }));
    expect((await question('studioAdd')).args).toEqual(['a', ['three']]);
  });
  it('begin a project of their own where those before them could not', async () => {
    const { made, told, question } = workshop();
    void made.take(['portrait']);
    void made.take(['script']);
    await (await question('studioBegin')).fail();
    expect(told).toHaveLength(1);
    const begun = await question('studioBegin');
    expect(begun.args).toEqual([['script'], false]);
    await begun.answer(desk('a'));
    expect([made.desk?.id, made.reading]).toEqual(['a', false]);
  });
});

describe('a project that is opened', () => {
  it('is the one that was pressed last', async () => {
    const { made, question } = workshop();
    void made.enter('a');
    const first = await question('studioOpen');
    void made.enter('b');
    const second = await question('studioOpen');
    await second.answer(desk('b'));
    await first.answer(desk('a'));
    expect(made.desk?.id).toBe('b');
  });
  it('is given no figures of another', async () => {
    const { made, enter } = workshop();
    await enter('a', { dataset: LINES });
    made.counted('b', { ...LINES, answers: 1 });
    expect(made.desk?.dataset?.answers).toBe(24);
  });
});

describe('a recipe', () => {
  const advice = (epochs: number) => ({ epochs }) as StudioAdvice;

  it('is being worked out until the last choice is, and what is told then is of that one', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { dataset: LINES });
    const { recipe } = desk('a');
    void made.advise({ ...recipe, effort: 'light' });
    const light = await question('studioRecipe');
    void made.advise({ ...recipe, effort: 'thorough' });
    const thorough = await question('studioRecipe');
    await light.answer(advice(1));
    expect([made.advising, made.advice]).toEqual([true, null]);
    await thorough.answer(advice(2));
    expect([made.advising, made.advice, made.unadvised]).toEqual([false, advice(2), false]);
  });
  it('is no end of what else is under way', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { dataset: LINES });
    void made.make();
    const chosen = await question('studioChoose');
    void made.advise(desk('a').recipe);
    await (await question('studioRecipe')).answer(advice(1));
    expect(made.making).toBe(true);
    await chosen.answer(desk('a', { dataset: LINES }));
    expect(made.making).toBe(false);
  });
  it('of lines that are others by now is not told', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { dataset: LINES });
    void made.advise(desk('a').recipe);
    const worked = await question('studioRecipe');
    made.counted('a', { ...LINES, answers: 23 });
    await worked.answer(advice(1));
    expect([made.advice, made.unadvised]).toEqual([null, true]);
  });
});

describe('a training', () => {
  it('makes a judge that nobody can talk to', async () => {
    const { made, question, enter } = workshop();
    for (const [method, trained] of [
      ['reward', false],
      ['ppo', true],
    ] as const) {
      await enter('a');
      made.heard('a', run({ state: 'finished', method }));
      expect(made.desk?.trained).toBe(trained);
      await (await question('studioOpen')).answer(desk('a', { trained }));
    }
  });
  it('that was given up shows the recipe of its own project alone', async () => {
    const { made, question, enter } = workshop();
    await enter('a', { run: run({ state: 'paused' }) });
    void made.giveUp();
    const given = await question('studioGiveUp');
    await enter('b');
    await given.answer(undefined);
    await (await question('studioOpen')).answer(desk('a'));
    expect([made.desk?.id, made.step]).toEqual(['b', 'who']);
  });
});
