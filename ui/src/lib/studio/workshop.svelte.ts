/** The studio as the page holds it: the open project, which step is shown, and the training that goes on behind. */

import type { Backend } from '$lib/backend/backend';
import {
  NO_CHOICE,
  type StudioAdvice,
  type StudioAsking,
  type StudioChoice,
  type StudioDataset,
  type StudioDesk,
  type StudioProject,
  type StudioRecipe,
  type StudioRun,
} from '$lib/backend/studio';
import { heardRun, runs } from './runs';

export const STEPS = ['who', 'lines', 'recipe', 'training', 'talk'] as const;
export type Step = (typeof STEPS)[number];
type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

/** What takes its time: files are read, a dataset is made, a recipe is worked out; of no project yet where one begins. */
interface Work {
  what: 'reading' | 'making' | 'advising';
  project: string | null;
}

type Ended = { project: string; state: StudioAsking['state'] } | null;

export class Workshop {
  projects = $state.raw<StudioProject[] | null>(null);
  desk = $state.raw<StudioDesk | null>(null);
  step = $state<Step>('who');
  advice = $state.raw<StudioAdvice | null>(null);
  /** The recipe is to be worked out, as soon as it is looked at and can be. */
  unadvised = $state(true);
  /** The project that was taken away last. */
  gone = $state.raw<StudioProject | null>(null);
  /** What was chosen and not made yet, by project. */
  #wanted = $state.raw<Record<string, StudioChoice>>({});
  #works = $state.raw<readonly Work[]>([]);
  /** How the last model that was asked ended, and for which project. */
  #ended: Ended = null;
  /** How often somebody went to a project, or back to all of them: who went on meanwhile is not fetched back. */
  #went = 0;
  /** How often a recipe was asked about: the last answer is that of the last question. */
  #asked = 0;
  /** Files are read one after another. */
  #read: Promise<unknown> = Promise.resolve();
  /** The project that was begun last, once its files are read. */
  #begun: Promise<string | null> = Promise.resolve(null);
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

  reading = $derived.by(() => this.#busy('reading'));
  making = $derived.by(() => this.#busy('making'));
  advising = $derived.by(() => this.#busy('advising'));

  /** What is chosen in the open project; where nothing was changed, what its dataset was made with. */
  choice = $derived.by(() => (this.desk ? (this.#wanted[this.desk.id] ?? this.desk.choice) : NO_CHOICE));

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
    const goesOn = asking.state === 'asking' || asking.state === 'waiting';
    if (!goesOn) this.#ended = { project, state: asking.state };
    const desk = this.desk;
    const open = desk?.id === project;
    if (open) this.desk = { ...desk, asking: goesOn ? asking : null };
    if (asking.state !== 'made') return;
    if (!open) return this.#want(project, null);
    this.#outdate();
    void this.#wish(() => this.#backend.studioOpen(project)).then((made) => {
      if (made) this.#want(project, null);
      this.#put(made);
      if (made && this.desk?.id === project && this.step === 'who') this.step = 'lines';
    });
  }

  async list(): Promise<void> {
    this.projects = (await this.#wish(() => this.#backend.studioProjects())) ?? this.projects ?? [];
  }

  /** Begins with files, or adds them to the open project. */
  async take(paths: string[], ownChats = false): Promise<void> {
    const open = ownChats ? null : (this.desk?.id ?? null);
    // What is dropped beside files that are being read belongs to the project that begins with them.
    const beside = open === null && !ownChats && this.reading ? this.#begun : null;
    if (open === null && beside === null) this.#went++;
    const went = this.#went;
    let done = this.#under({ what: 'reading', project: open });
    const read = this.#read.then(async () => {
      const into = open ?? (await beside);
      done();
      done = this.#under({ what: 'reading', project: into });
      const taken = await this.#wish(() =>
        into === null ? this.#backend.studioBegin(paths, ownChats) : this.#backend.studioAdd(into, paths),
      );
      done();
      if (taken) this.#took(taken, into === null && went === this.#went);
      return taken?.id ?? into;
    });
    this.#read = read;
    if (open === null) this.#begun = read;
    await read;
  }
  #took(taken: StudioDesk, opens: boolean): void {
    // With other files the program begins to choose anew.
    this.#want(taken.id, null);
    if (opens || this.desk?.id === taken.id) {
      this.desk = taken;
      this.step = 'who';
      this.#outdate();
    } else this.#elsewhere();
  }

  /** Opens a project where its owner left it. */
  async enter(id: string): Promise<void> {
    const went = ++this.#went;
    const desk = await this.#wish(() => this.#backend.studioOpen(id));
    if (!desk || went !== this.#went) return;
    this.desk = desk;
    this.#outdate();
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
    this.#went++;
    this.desk = null;
    this.#outdate();
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

  /** Chooses for the open project. It is kept until it is made, also while something else is looked at. */
  want(choice: StudioChoice): void {
    if (this.desk) this.#want(this.desk.id, choice);
  }
  #want(project: string, choice: StudioChoice | null): void {
    const { [project]: _, ...others } = this.#wanted;
    this.#wanted = choice ? { ...others, [project]: choice } : others;
  }

  /** Makes the dataset of what is chosen. */
  async make(): Promise<void> {
    const desk = this.desk;
    if (!desk || this.making || this.reading) return;
    const { choice } = this;
    const before = this.#ended;
    const done = this.#under({ what: 'making', project: desk.id });
    this.#want(desk.id, choice);
    const made = await this.#wish(async () => {
      const begun = await this.#backend.studioChoose(desk.id, choice);
      // A few lines are asked about, or the model has failed, before the answer is here.
      return begun.asking && this.#endOf(desk.id, before) ? this.#backend.studioOpen(desk.id) : begun;
    });
    done();
    if (!made) return;
    const whole = !made.asking && (this.#endOf(desk.id, before) ?? 'made') === 'made';
    // Meanwhile something else may have been chosen already.
    if (whole && this.#wanted[desk.id] === choice) this.#want(desk.id, null);
    if (this.desk?.id !== desk.id) return this.#elsewhere();
    this.desk = made;
    if (!whole) return;
    this.#outdate();
    if (this.step === 'who') this.step = 'lines';
  }
  /** How a model ended that was asked for a project since `before`; null where none has. */
  #endOf(project: string, before: Ended): StudioAsking['state'] | null {
    const end = this.#ended;
    return end !== before && end?.project === project ? end.state : null;
  }
  /** Stops the model that is asked; the dataset that was there stays. */
  async stopAsking(): Promise<void> {
    const desk = this.desk;
    if (desk) await this.#wish(() => this.#backend.studioStopAsking(desk.id));
  }

  /** Figures of a project's dataset after a change. */
  counted(project: string, dataset: StudioDataset | undefined): void {
    if (this.desk?.id !== project) return;
    if (dataset) this.desk = { ...this.desk, dataset };
    this.#outdate();
  }

  async advise(recipe: StudioRecipe): Promise<void> {
    const desk = this.desk;
    if (!desk) return;
    const asked = ++this.#asked;
    this.unadvised = false;
    this.desk = { ...desk, recipe };
    const done = this.#under({ what: 'advising', project: desk.id });
    const advice = await this.#wish(() => this.#backend.studioRecipe(desk.id, recipe));
    done();
    // Somebody may have changed their mind meanwhile.
    if (asked === this.#asked) this.advice = advice ?? null;
  }
  /** What was worked out holds no more. */
  #outdate(): void {
    this.#asked++;
    this.advice = null;
    this.unadvised = true;
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
    if (this.desk?.run && this.desk.id === desk?.id && runs(this.desk.run))
      this.desk = { ...this.desk, run: { ...this.desk.run, state: 'pausing' } };
  }
  async giveUp(): Promise<void> {
    const desk = this.desk;
    if (!desk) return;
    await this.#wish(() => this.#backend.studioGiveUp(desk.id));
    // One that ran tells of its end itself.
    if (!runs(desk.run)) {
      this.#put(await this.#wish(() => this.#backend.studioOpen(desk.id)));
      if (this.desk?.id === desk.id && this.step === 'training') this.step = 'recipe';
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
  /** A project that is not open has become another one: in the list this is seen. */
  #elsewhere(): void {
    if (!this.desk) void this.list();
  }

  #busy(what: Work['what']): boolean {
    const project = this.desk?.id ?? null;
    return this.#works.some((work) => work.what === what && work.project === project);
  }
  /** Something begins; what is given back ends it. */
  #under(work: Work): () => void {
    this.#works = [...this.#works, work];
    return () => (this.#works = this.#works.filter((other) => other !== work));
  }
}
