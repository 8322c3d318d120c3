/** The studio as the page holds it: the open project, which step is shown, and the training that goes on behind. */

import type { Backend } from '$lib/backend/backend';
import type {
  StudioAdvice,
  StudioAsking,
  StudioChoice,
  StudioDataset,
  StudioDesk,
  StudioProject,
  StudioRecipe,
  StudioRun,
} from '$lib/backend/studio';

export const STEPS = ['who', 'lines', 'recipe', 'training', 'talk'] as const;
export type Step = (typeof STEPS)[number];
type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

/** How a training stands after it told something: points and samples are added, the rest is exchanged. */
export function heardRun(before: StudioRun | null, told: StudioRun): StudioRun | null {
  if (told.state === '') return null;
  const later = <T extends { step: number }>(old: T[], fresh: T[]) => {
    // A training that goes on makes some steps again.
    const first = fresh[0]?.step;
    return first === undefined ? old : [...old.filter((one) => one.step < first), ...fresh];
  };
  const samples = [
    ...(before?.samples ?? []).filter((old) => !told.samples.some((s) => s.step === old.step && s.said === old.said)),
    ...told.samples,
  ];
  return {
    ...told,
    train: later(before?.train ?? [], told.train),
    watched: later(before?.watched ?? [], told.watched),
    samples,
  };
}

export const runs = (run: StudioRun | null): boolean =>
  run !== null && ['preparing', 'training', 'waiting', 'pausing'].includes(run.state);

export class Workshop {
  projects = $state.raw<StudioProject[] | null>(null);
  desk = $state.raw<StudioDesk | null>(null);
  step = $state<Step>('who');
  advice = $state.raw<StudioAdvice | null>(null);
  /** Something is being read or worked out. */
  working = $state(false);
  /** The project that was taken away last. */
  gone = $state.raw<StudioProject | null>(null);
  /** How often a model came to the end of what it was asked. */
  #ends = 0;
  readonly #backend: Backend;
  readonly #wish: Wish;

  constructor(backend: Backend, wish: Wish) {
    this.#backend = backend;
    this.#wish = wish;
  }

  run = $derived.by(() => this.desk?.run ?? null);
  /** The dataset is being learnt, or a paused training will go on with it: nothing of it can be changed. */
  settled = $derived.by(() => this.run !== null && (runs(this.run) || this.run.state === 'paused'));

  /** A model is being asked for the dataset that is to come. */
  asking = $derived.by(() => this.desk?.asking ?? null);
  /** Lines can neither be made nor changed. */
  locked = $derived.by(() => this.settled || this.asking !== null);

  /** Which steps can be looked at. */
  open(step: Step): boolean {
    const desk = this.desk;
    if (!desk) return false;
    if (step === 'who') return true;
    if (step === 'lines' || step === 'recipe') return desk.dataset !== null;
    if (step === 'training') return desk.run !== null;
    return desk.trained;
  }

  heard(project: string, told: StudioRun): void {
    const desk = this.desk;
    if (desk?.id !== project) return;
    const run = heardRun(desk.run, told);
    const trained = desk.trained || (run?.state === 'finished' && run.method !== 'reward');
    this.desk = { ...desk, run, trained };
    if (run === null && this.step === 'training') this.step = 'recipe';
    // Votes and what may be talked to are known anew.
    if (run?.state === 'finished') void this.#wish(() => this.#backend.studioOpen(project)).then((d) => this.#put(d));
  }

  /** How far a model is that makes instructions up; where it has made them, the new lines are shown. */
  heardAsking(project: string, asking: StudioAsking): void {
    const { problem } = asking;
    // What went wrong is said wherever the person is by now.
    if (problem) void this.#wish(() => Promise.reject(problem));
    const desk = this.desk;
    if (desk?.id !== project) return;
    const goesOn = asking.state === 'asking' || asking.state === 'waiting';
    if (!goesOn) this.#ends++;
    this.desk = { ...desk, asking: goesOn ? asking : null };
    if (goesOn) return;
    // Where a recipe is looked at, it could not be worked out meanwhile.
    const worksOut = () => this.step === 'recipe' && this.desk && void this.advise(this.desk.recipe);
    if (asking.state !== 'made') {
      worksOut();
      return;
    }
    void this.#wish(() => this.#backend.studioOpen(project)).then((made) => {
      this.#put(made);
      if (made && this.desk?.id === project) {
        this.advice = null;
        if (this.step === 'who') this.step = 'lines';
        worksOut();
      }
    });
  }

  async list(): Promise<void> {
    this.projects = (await this.#wish(() => this.#backend.studioProjects())) ?? this.projects ?? [];
  }

  /** Begins with files, or adds them to the open project. */
  async take(paths: string[], ownChats = false): Promise<void> {
    if (this.working) return;
    this.working = true;
    const desk = this.desk;
    const taken = await this.#wish(() =>
      desk && !ownChats ? this.#backend.studioAdd(desk.id, paths) : this.#backend.studioBegin(paths, ownChats),
    );
    this.working = false;
    if (taken) {
      this.desk = taken;
      this.step = 'who';
      this.advice = null;
    }
  }

  /** Opens a project where its owner left it. */
  async enter(id: string): Promise<void> {
    const desk = await this.#wish(() => this.#backend.studioOpen(id));
    if (!desk) return;
    this.desk = desk;
    this.advice = null;
    this.step =
      desk.run !== null && desk.run.state !== 'finished'
        ? 'training'
        : desk.asking
          ? 'who'
          : desk.trained
            ? 'talk'
            : desk.dataset
              ? 'lines'
              : 'who';
  }

  leave(): void {
    this.desk = null;
    this.advice = null;
    void this.list();
  }

  async remove(project: StudioProject): Promise<void> {
    const done = await this.#wish(async () => {
      await this.#backend.studioRemove(project.id);
      return true;
    });
    if (done) this.gone = project;
    await this.list();
  }
  async restore(project: StudioProject): Promise<void> {
    await this.#wish(() => this.#backend.studioRestore(project.id));
    this.gone = null;
    await this.list();
  }

  async choose(choice: StudioChoice): Promise<void> {
    const desk = this.desk;
    if (!desk || this.working) return;
    this.working = true;
    const ends = this.#ends;
    const made = await this.#wish(async () => {
      const begun = await this.#backend.studioChoose(desk.id, choice);
      // A few lines are asked about before the answer is here.
      return begun.asking && ends !== this.#ends ? this.#backend.studioOpen(desk.id) : begun;
    });
    this.working = false;
    if (!made) return;
    this.desk = made;
    if (made.asking) return;
    this.advice = null;
    this.step = 'lines';
  }
  /** Stops the model that is asked; the dataset that was there stays. */
  async stopAsking(): Promise<void> {
    const desk = this.desk;
    if (desk) await this.#wish(() => this.#backend.studioStopAsking(desk.id));
  }

  /** Figures of the dataset after a change. */
  counted(dataset: StudioDataset | undefined): void {
    if (this.desk && dataset) this.desk = { ...this.desk, dataset };
    this.advice = null;
  }

  async advise(recipe: StudioRecipe): Promise<void> {
    const desk = this.desk;
    if (!desk) return;
    this.desk = { ...desk, recipe };
    this.working = true;
    const advice = await this.#wish(() => this.#backend.studioRecipe(desk.id, recipe));
    this.working = false;
    // Somebody may have changed their mind meanwhile.
    if (this.desk?.recipe === recipe) this.advice = advice ?? null;
  }

  async train(): Promise<void> {
    const desk = this.desk;
    if (!desk) return;
    const begun = await this.#wish(async () => {
      await this.#backend.studioTrain(desk.id);
      return this.#backend.studioRun(desk.id);
    });
    if (begun && this.desk?.id === desk.id) {
      this.desk = { ...this.desk, run: begun };
      this.step = 'training';
    }
  }
  async pause(): Promise<void> {
    const desk = this.desk;
    if (desk) await this.#wish(() => this.#backend.studioPause(desk.id));
    if (this.desk?.run && runs(this.desk.run))
      this.desk = { ...this.desk, run: { ...this.desk.run, state: 'pausing' } };
  }
  async giveUp(): Promise<void> {
    const desk = this.desk;
    if (!desk) return;
    await this.#wish(() => this.#backend.studioGiveUp(desk.id));
    // One that ran tells of its end itself.
    if (!runs(desk.run)) {
      this.#put(await this.#wish(() => this.#backend.studioOpen(desk.id)));
      this.step = 'recipe';
    }
  }

  async use(character: string | null): Promise<boolean> {
    const desk = this.desk;
    if (!desk) return false;
    const used = await this.#wish(() => this.#backend.studioUse(desk.id, character));
    this.#put(used);
    return used !== undefined;
  }
  async unuse(): Promise<void> {
    const desk = this.desk;
    if (desk) this.#put(await this.#wish(() => this.#backend.studioUnuse(desk.id)));
  }

  #put(desk: StudioDesk | undefined): void {
    if (desk && this.desk?.id === desk.id) this.desk = desk;
  }
}
