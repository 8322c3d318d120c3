/** The studio without a program: a small novel, and a training that learns in seconds. */

import type { AppEvent, Problem } from './backend';
import type { ArenaVote } from './arena';
import type {
  StudioAdvice,
  StudioAsking,
  StudioBackend,
  StudioChoice,
  StudioDataset,
  StudioDesk,
  StudioLine,
  StudioMadeUp,
  StudioMethod,
  StudioPoint,
  StudioRun,
  StudioScan,
} from './studio';
import { desk as newDesk } from '../studio/testing';
import { NO_CHOICE } from './studio';

interface World {
  query: URLSearchParams;
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
  stage: (character: string) => Promise<void>;
}

const SCAN: StudioScan = {
  engines: ['renpy'],
  tried: true,
  files: 5,
  lines: 214,
  chats: 0,
  unknown: 0,
  refused: [
    {
      file: 'script.rpyc',
      reason: "a compiled Ren'Py script: choose the folder with the .rpy files, or make them from it with unrpyc",
    },
  ],
  people: [
    {
      name: 'Sylvie',
      lines: 96,
      swipes: 0,
      samples: ['Sure, but what’s a “visual novel?”', 'I’d love to!', 'See you tomorrow, then.'],
      perhaps: null,
    },
    { name: 'Me', lines: 61, swipes: 0, samples: ['Hey… Umm…', 'That’s great!'], perhaps: null },
    { name: '???', lines: 12, swipes: 0, samples: ['Who is there?'], perhaps: 'Sylvie' },
    { name: 'Teacher', lines: 4, swipes: 0, samples: ['Sit down, please.'], perhaps: null },
  ],
};
const TALK: [string, string, StudioLine['remarks']][] = [
  ['Will you be my artist for a visual novel?', 'Sure, but what’s a “visual novel?”', []],
  ['It’s like a book with pictures.', 'Oh! I think I’d like that, {w=0.5} actually.', ['markup']],
  ['So… would you be interested?', 'I’d love to!', []],
  ['Are you going home now?', 'Mhm.', ['short']],
  ['Want to walk together?', 'Of course. I’ve been waiting for you to ask, you know.', []],
];
/** What a model makes up before lines that answer nobody; of one its reply is the line itself. */
const MADE_UP: [string, string][] = [
  ['What is it like outside?', 'The cherry trees are early this year.'],
  ['How was the exam?', 'I do not want to talk about it.'],
  ['Who is this for?', 'It is a present, silly.'],
];
const TOLD: StudioMadeUp = {
  model: 'Hanashi Mini',
  asked: 4,
  madeUp: MADE_UP.length,
  noRoom: 0,
  empty: 0,
  long: 0,
  same: 1,
  alike: 0,
  foreign: 0,
  copied: 0,
};
const idle: StudioRun = {
  state: 'paused',
  step: 0,
  total: 60,
  part: 0,
  left: null,
  tokensPerS: null,
  train: [],
  watched: [],
  samples: [],
  noBetter: false,
  method: '',
  device: '',
  notice: null,
  problem: null,
};

export function fakeStudio({ query, emit, wait, stage }: World): StudioBackend {
  const invalid = (message: string, remedy: string): Problem => ({ kind: 'invalid', message, remedy });
  let desks: StudioDesk[] = [];
  const removed: StudioDesk[] = [];
  let lines: StudioLine[] = [];
  let runs = 0;
  let stopAsking = false;
  let asked: 'go' | 'pause' | 'giveUp' = 'go';
  let round: { id: string; tunedLeft: boolean } | null = null;
  let rounds = 0;

  const fresh = () =>
    Array.from({ length: 24 }, (_, at): StudioLine => {
      const [said, answer, remarks] = TALK[at % TALK.length] ?? ['', '', []];
      const turn = { entry: Math.floor(at / 4), turn: at % 4, watched: at >= 20 };
      return { ...turn, said, answer, remarks, removed: false, changed: false };
    });
  const begun = (paths: string[], ownChats: boolean) =>
    newDesk(`p${desks.length + removed.length + 1}`, {
      name: paths[0]?.split('/').at(-1) ?? '',
      sources: paths,
      ownChats,
      scan: ownChats
        ? {
            ...SCAN,
            chats: 3,
            people: [
              ...SCAN.people,
              { name: 'Koto', lines: 41, swipes: 9, samples: ['The kettle is on.'], perhaps: null },
            ],
          }
        : SCAN,
    });
  const dataset = (desk: StudioDesk, madeUp = desk.dataset?.madeUp ?? null): StudioDataset => {
    const left = lines.filter((line) => !line.removed);
    const learnt = left.filter((line) => !line.watched);
    const marked = left.filter((line) => line.remarks.includes('markup')).length;
    return {
      conversations: new Set(left.map((line) => line.entry)).size,
      answers: learnt.length,
      watched: left.length - learnt.length,
      removed: lines.length - left.length,
      changed: lines.filter((line) => line.changed).length,
      characters: learnt.reduce((sum, line) => sum + line.answer.length, 0),
      median: 28,
      lengths: [8, 9, 3, 0, 0, 0],
      preferences: desk.ownChats ? 9 : 0,
      warnings: [
        ...(learnt.length < 20 ? [{ kind: 'very_few' as const, count: learnt.length }] : []),
        ...(learnt.length >= 20 ? [{ kind: 'few' as const, count: learnt.length }] : []),
        ...(marked > 0 ? [{ kind: 'markup' as const, count: marked }] : []),
      ],
      madeUp,
    };
  };
  const find = (id: string): StudioDesk => {
    const desk = desks.find((one) => one.id === id);
    if (!desk)
      throw {
        kind: 'missing',
        message: `there is no project \`${id}\``,
        remedy: 'choose one of the list, or begin another one',
      };
    return desk;
  };
  const busy = (message: string, remedy: string): Problem => ({ kind: 'busy', message, remedy });
  const notAsked = (desk: StudioDesk): StudioDesk => {
    if (desk.asking) throw busy('instructions are being made up for this dataset', 'wait for its end, or stop it');
    return desk;
  };
  /** Refuses, as the program does, what would change a dataset that is being learnt or is about to be another one. */
  const unsettled = (id: string): StudioDesk => {
    const desk = notAsked(find(id));
    const state = desk.run?.state ?? '';
    if (state === 'paused')
      throw busy('a training of this dataset is paused', 'go on with it, or give it up to change the dataset');
    if (!['', 'finished', 'failed'].includes(state))
      throw busy('this dataset is being learnt', 'pause the training first');
    return desk;
  };
  /** A training that went wrong is of what was chosen then. */
  const anew = ({ run }: StudioDesk) => ({ run: run?.state === 'failed' ? null : run });
  const nobodySpeaks = (paths: string[]) => {
    if (paths.some((path) => path.endsWith('.png')))
      throw {
        kind: 'unsupported',
        message: 'nobody speaks in what was chosen',
        remedy: "choose the folder with the scripts themselves (Ren'Py: the one called `game`), or a chat",
      };
  };
  const put = (desk: StudioDesk, changes: Partial<StudioDesk>): StudioDesk => {
    const next = { ...desk, ...changes };
    desks = desks.map((one) => (one.id === desk.id ? next : one));
    return next;
  };
  /** What was read, with one file more. */
  const grown = (scan: StudioScan): StudioScan => ({ ...scan, files: scan.files + 1 });
  const change = (id: string): StudioDataset => {
    const figures = dataset(find(id));
    put(find(id), { dataset: figures });
    return figures;
  };
  const point = (step: number, total: number, rest: number, method: StudioMethod = 'speak'): StudioPoint => ({
    step,
    loss: rest + 4 * Math.exp((-4 * step) / total) + 0.12 * Math.sin(step * 1.7),
    accuracy: method === 'ppo' ? null : Math.min(0.96, 0.3 + (0.66 * step) / total),
    score: method === 'ppo' ? -0.5 + (2 * step) / total + 0.2 * Math.sin(step * 1.7) : null,
    kl: method === 'ppo' ? (5 * step) / total : null,
    learningRate: 5e-3 * Math.max(0, Math.cos(((step / total) * Math.PI) / 2)),
  });

  /** Asks about lines that answer nobody; there somebody may talk without end. */
  async function makeUp(id: string, choice: StudioChoice): Promise<void> {
    const tell = (asking: StudioAsking) => {
      put(find(id), { asking: asking.state === 'asking' || asking.state === 'waiting' ? asking : null });
      emit({ type: 'studioAsking', project: id, asking });
    };
    const at = (state: StudioAsking['state'], done: number) => tell({ state, done, all: TOLD.asked, problem: null });
    for (let done = 0; done < TOLD.asked; done++) {
      await wait(600);
      if (query.get('studio') === 'talking') at('waiting', done);
      while (query.get('studio') === 'talking' && !stopAsking) await wait(100);
      if (stopAsking) return at('stopped', done);
      at('asking', done + 1);
    }
    lines = [
      ...fresh(),
      ...MADE_UP.map(([said, answer], at): StudioLine => ({
        ...{ entry: 6 + at, turn: 0, watched: false, said, answer, remarks: ['made_up'] },
        ...{ removed: false, changed: false },
      })),
    ];
    const desk = put(find(id), { choice, name: choice.speaker });
    put(desk, { dataset: dataset(desk, TOLD) });
    at('made', TOLD.asked);
  }

  async function learn(id: string): Promise<void> {
    const mine = ++runs;
    const from = find(id).run?.state === 'finished' ? 0 : (find(id).run?.step ?? 0);
    const total = 60;
    const tell = (run: StudioRun) => emit({ type: 'studio', project: id, run });
    const keep = (run: StudioRun) => put(find(id), { run }).run as StudioRun;
    const { method } = find(id).recipe;
    // A training that came to its end is followed by a new one.
    const before = from > 0 ? (find(id).run ?? idle) : idle;
    const device = query.has('card') ? 'A graphics card' : 'cpu';
    let run = keep({ ...before, state: 'preparing', total, method, device, problem: null });
    tell({ ...run, train: [], watched: [], samples: [] });
    await wait(600);
    for (let step = from + 1; step <= total; step++) {
      await wait(260);
      if (mine !== runs) return;
      if (asked !== 'go') break;
      if (query.get('studio') === 'broken' && step === 12) {
        const problem = invalid(
          'the loss is not a number any more at step 12; what was learnt until step 11 is kept in `checkpoint-11`',
          'go on with a tenth of the learning rate (*Go on* takes it by itself; in a terminal `--resume --learning-rate …`)',
        );
        run = keep({ ...run, state: 'failed', problem });
        tell({ ...run, train: [], watched: [], samples: [] });
        return;
      }
      const train = [point(step, total, 0.4, method)];
      const watched = step % 5 === 0 ? [{ ...point(step, total, 0.9, method), learningRate: null }] : [];
      const samples =
        step % 5 === 0 && method === 'speak'
          ? [{ step, said: TALK[0]?.[0] ?? '', answer: step < 20 ? 'I am am the the.' : 'Sure! But what is it?' }]
          : [];
      // There somebody talks without end.
      const waits = query.get('studio') === 'waiting' && step > 8;
      run = keep({
        ...run,
        state: waits ? 'waiting' : 'training',
        step,
        left: (total - step) * 2.4,
        tokensPerS: 412,
        train: [...run.train, ...train],
        watched: [...run.watched, ...watched],
        samples: [...run.samples, ...samples],
      });
      tell({ ...run, train, watched, samples });
      while (waits && asked === 'go' && mine === runs) await wait(260);
    }
    if (asked === 'giveUp') {
      put(find(id), { run: null });
      tell({ ...idle, state: '', train: [], watched: [], samples: [] });
      return;
    }
    const finished = run.step === total;
    run = keep({ ...run, state: finished ? 'finished' : 'paused' });
    if (finished) put(find(id), method === 'reward' ? { judge: true } : { trained: true });
    tell({ ...run, train: [], watched: [], samples: [] });
  }

  if (query.has('studio') && query.get('studio') !== 'empty') {
    lines = fresh();
    const desk = begun(['/home/ann/Games/the_question'], query.get('studio') === 'own');
    desk.choice = { ...NO_CHOICE, speaker: 'Sylvie', aliases: ['???'] };
    desk.name = 'Sylvie';
    desk.dataset = dataset(desk);
    const total = 60;
    const done = query.get('studio') === 'done';
    if (done || query.get('studio') === 'paused') {
      const reached = done ? total : 32;
      const steps = Array.from({ length: reached }, (_, at) => at + 1);
      desk.run = {
        ...idle,
        state: done ? 'finished' : 'paused',
        method: 'speak',
        step: reached,
        train: steps.map((step) => point(step, total, 0.4)),
        watched: steps.filter((step) => step % 5 === 0).map((step) => point(step, total, 0.9)),
        samples: [
          { step: 5, said: TALK[0]?.[0] ?? '', answer: 'I am am the the.' },
          { step: 30, said: TALK[0]?.[0] ?? '', answer: 'Sure! But what is it?' },
        ],
      };
      desk.trained = done;
    }
    desks = [desk];
  }

  return {
    async studioProjects() {
      await wait(60);
      return desks.map((desk) => ({
        id: desk.id,
        name: desk.name,
        state: desk.run?.state || 'new',
        step: desk.run?.step ?? 0,
        total: desk.run?.total ?? 0,
        createdAt: Date.UTC(2026, 10, 25, 20),
      }));
    },
    async studioBegin(paths, ownChats) {
      await wait(500);
      nobodySpeaks(paths);
      const desk = begun(paths, ownChats);
      desks = [desk, ...desks];
      return desk;
    },
    async studioAdd(id, paths) {
      unsettled(id);
      await wait(500);
      nobodySpeaks(paths);
      const desk = unsettled(id);
      return put(desk, {
        ...anew(desk),
        sources: [...desk.sources, ...paths.filter((path) => !desk.sources.includes(path))],
        scan: grown(desk.scan),
        choice: NO_CHOICE,
        dataset: null,
      });
    },
    async studioOpen(id) {
      return find(id);
    },
    async studioRemove(id) {
      removed.push(find(id));
      desks = desks.filter((desk) => desk.id !== id);
    },
    async studioRestore(id) {
      const back = removed.find((desk) => desk.id === id);
      if (back) desks = [back, ...desks];
    },
    async studioChoose(id, choice) {
      const { sources } = unsettled(id);
      await wait(200);
      if (choice.reconstruct) {
        stopAsking = false;
        const asking: StudioAsking = { state: 'asking', done: 0, all: TOLD.asked, problem: null };
        const desk = put(unsettled(id), { asking });
        void makeUp(id, choice);
        return desk;
      }
      const now = unsettled(id);
      if (now.sources !== sources)
        throw busy('other files were added to this project meanwhile', 'do it once more, with all of them');
      lines = fresh();
      const desk = put(now, { ...anew(now), choice, name: choice.speaker });
      return put(desk, { dataset: dataset(desk, null) });
    },
    async studioUnprompted(id, choice) {
      await wait(60);
      // With more files there are more of them.
      return choice.speaker === 'Sylvie' ? TOLD.asked + find(id).sources.length - 1 : 0;
    },
    async studioStopAsking() {
      stopAsking = true;
    },
    async studioLines(_id, { text, remarked, touched, madeUp, from, count }) {
      const found = lines.filter(
        (line) =>
          (text === '' || `${line.said} ${line.answer}`.toLowerCase().includes(text.toLowerCase())) &&
          (!remarked || (line.remarks.length > 0 && !line.removed)) &&
          (!touched || line.removed || line.changed) &&
          (!madeUp || line.entry >= 6),
      );
      return { all: found.length, lines: found.slice(from, from + count) };
    },
    async studioChange(id, { entry, turn, what, said, answer }) {
      unsettled(id);
      lines = lines.map((line) => {
        if (line.entry !== entry || line.turn !== turn) return line;
        if (what === 'edit') return { ...line, said, answer, changed: true, remarks: [] };
        if (what === 'restore') return { ...(fresh().find((f) => f.entry === entry && f.turn === turn) ?? line) };
        return { ...line, removed: what === 'remove' };
      });
      return change(id);
    },
    async studioTidy(id, remark) {
      unsettled(id);
      lines = lines.map((line) => (line.remarks.includes(remark) ? { ...line, removed: true } : line));
      return change(id);
    },
    async studioRecipe(id, recipe): Promise<StudioAdvice> {
      const before = unsettled(id);
      const same = JSON.stringify(recipe) === JSON.stringify(before.recipe);
      const desk = put(before, { ...(same ? {} : anew(before)), recipe });
      await wait(250);
      if (recipe.method === 'ppo' && !desk.judge)
        throw invalid('no judge of answers was trained on this model yet', 'train one first, in the recipe');
      const card = query.has('card') && recipe.device !== 'cpu' && recipe.base !== '';
      const gone = recipe.device === 'cuda:1';
      const factor = { light: 0.4, usual: 1, thorough: 2 }[recipe.effort];
      const large = recipe.base !== '';
      const epochs = recipe.epochs ?? Math.round(94 * factor);
      return {
        bases: [
          { id: '', name: 'Hanashi Mini', numbers: 5_500_000 },
          { id: 'smollm2-360m', name: 'SmolLM2 360M', numbers: 362_000_000 },
          { id: 'qwen3-8b', name: 'Qwen3 8B', numbers: 8_190_000_000 },
        ],
        numbers: large ? 362_000_000 : 5_500_000,
        epochs,
        learningRate: recipe.learningRate ?? 5e-3,
        usualRate: 5e-3,
        steps: epochs,
        items: 6,
        cut: large ? 0 : 1,
        secondsLow: (large ? 4_000 : 80) * factor,
        secondsHigh: (large ? 14_000 : 250) * factor,
        weights: large ? 1.5e9 : 2.2e7,
        trained: large ? 1.4e8 : 4.2e6,
        activations: large ? 9e8 : 6.1e7,
        memory: recipe.base === 'qwen3-8b' ? 3.4e10 : large ? 2.5e9 : 8.7e7,
        free: 9.1e9,
        fits: recipe.base !== 'qwen3-8b',
        way: recipe.base === 'qwen3-8b' ? 'blocks_recompute' : large ? 'recompute' : 'dense',
        device: card && !gone ? 'cuda:0' : 'cpu',
        deviceName: card && !gone ? 'A graphics card' : '',
        notice: gone
          ? '`cuda:1` cannot be used: there is no such device; the training computes on the processor'
          : null,
      };
    },
    async studioTrain(id) {
      if (desks.some(({ run }) => run && ['preparing', 'training', 'waiting', 'pausing'].includes(run.state)))
        throw busy('another training runs', 'pause the training first');
      notAsked(find(id));
      asked = 'go';
      void learn(id);
    },
    async studioPause(id) {
      asked = 'pause';
      const run = find(id).run;
      if (run) put(find(id), { run: { ...run, state: 'pausing' } });
    },
    async studioGiveUp(id) {
      const state = find(id).run?.state;
      asked = 'giveUp';
      if (state === 'paused' || state === 'failed') put(find(id), { run: null });
    },
    async studioRun(id) {
      return find(id).run;
    },
    async studioRound(_id, said) {
      await wait(400);
      if (said.trim() === '') throw invalid('say something', 'write a line that she might be told');
      rounds++;
      round = { id: `r${rounds}`, tunedLeft: rounds % 2 === 1 };
      const tuned = 'Sure! I’d love to. But what is a visual novel?';
      const base = 'I am here. What would you like to know?';
      return { id: round.id, left: round.tunedLeft ? tuned : base, right: round.tunedLeft ? base : tuned };
    },
    async studioVote(id, of, vote: ArenaVote) {
      if (round?.id !== of) throw invalid('this comparison was decided already', 'begin another one');
      const { tunedLeft } = round;
      round = null;
      const votes = { ...find(id).votes };
      if (vote === 'tie') votes.tie++;
      else if ((vote === 'left') === tunedLeft) votes.tuned++;
      else votes.base++;
      put(find(id), { votes });
      return { tunedLeft, votes };
    },
    async studioUse(id, character) {
      await stage(character ?? 'koto');
      return put(find(id), { usedBy: character ?? 'sylvie' });
    },
    async studioUnuse(id) {
      return put(find(id), { usedBy: null });
    },
  };
}
