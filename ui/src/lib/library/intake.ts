/** An import, step by step: files are looked at, a person decides, files are taken in. Pure; the driver is `intake.svelte.ts`. */

import type { ImportPreview, ImportReport } from '$lib/backend/library';

export type Choice = 'add' | 'attach' | 'replace' | 'skip';

export interface Item {
  path: string;
  file: string;
  /** Null while nobody has looked at it. */
  preview: ImportPreview | null;
  choice: Choice;
  /** Whom a conversation is given to, where a person has said so. */
  into: string | null;
  /** What came of it; null before it was taken in. */
  report: ImportReport | null;
}
export type Stage = 'looking' | 'deciding' | 'importing' | 'done';
export interface IntakeState {
  stage: Stage;
  items: Item[];
  /** How many items this stage is through. */
  through: number;
  /** The person stopped it. */
  cancelled: boolean;
}

export type IntakeEvent =
  | { type: 'begin'; paths: string[] }
  | { type: 'looked'; preview: ImportPreview }
  | { type: 'allLooked' }
  | { type: 'choose'; path: string; choice: Choice }
  | { type: 'give'; path: string; into: string }
  | { type: 'chooseAll'; choice: Choice }
  | { type: 'import' }
  | { type: 'taken'; path: string; report: ImportReport }
  | { type: 'allTaken' }
  | { type: 'cancel' };

const fileName = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

/** What is done with a file unless a person says otherwise. */
export function usualChoice(preview: ImportPreview): Choice {
  if (preview.problem || preview.kind === null) return 'skip';
  return preview.twin?.sameFile ? 'skip' : 'add';
}

/** What can be done with a file. */
export function choices(preview: ImportPreview): Choice[] {
  if (preview.problem || preview.kind === null) return ['skip'];
  // A conversation that is here already is opened, not taken over twice.
  if (preview.kind === 'conversation' && preview.twin) return ['skip'];
  // A lorebook is for everybody, or for who is on stage.
  if (preview.kind === 'lorebook' && preview.target) return ['add', 'attach', 'skip'];
  return preview.twin && !preview.twin.builtIn && !preview.twin.sameFile ? ['add', 'replace', 'skip'] : ['add', 'skip'];
}

export const begin = (paths: string[]): IntakeState => ({
  stage: 'looking',
  // The same file twice is one file.
  items: [...new Set(paths)].map((path) => ({
    path,
    file: fileName(path),
    preview: null,
    choice: 'skip',
    into: null,
    report: null,
  })),
  through: 0,
  cancelled: false,
});

const edit = (state: IntakeState, path: string, change: (item: Item) => Item): Item[] =>
  state.items.map((item) => (item.path === path ? change(item) : item));

export function reduceIntake(state: IntakeState, event: IntakeEvent): IntakeState {
  switch (event.type) {
    case 'begin': {
      const more = begin(event.paths).items.filter((item) => state.items.every((old) => old.path !== item.path));
      return { ...state, items: [...state.items, ...more] };
    }
    case 'looked':
      if (state.stage !== 'looking') return state;
      // A file that holds several characters is these.
      if (event.preview.members.length > 0) {
        const known = state.items.map((item) => item.path);
        const inside = begin(event.preview.members.filter((path) => !known.includes(path))).items;
        return {
          ...state,
          items: state.items.flatMap((item) => (item.path === event.preview.path ? inside : [item])),
        };
      }
      return {
        ...state,
        through: state.through + 1,
        items: edit(state, event.preview.path, (item) => ({
          ...item,
          preview: event.preview,
          choice: usualChoice(event.preview),
        })),
      };
    case 'allLooked':
      return state.stage === 'looking' ? { ...state, stage: 'deciding', through: 0 } : state;
    case 'choose':
      if (state.stage !== 'deciding' && state.stage !== 'looking') return state;
      return {
        ...state,
        items: edit(state, event.path, (item) =>
          item.preview && choices(item.preview).includes(event.choice) ? { ...item, choice: event.choice } : item,
        ),
      };
    case 'give':
      if (state.stage !== 'deciding' && state.stage !== 'looking') return state;
      return {
        ...state,
        items: edit(state, event.path, (item) =>
          item.preview?.kind === 'conversation' ? { ...item, into: event.into } : item,
        ),
      };
    case 'chooseAll':
      if (state.stage !== 'deciding') return state;
      return {
        ...state,
        items: state.items.map((item) =>
          item.preview?.twin && choices(item.preview).includes(event.choice) ? { ...item, choice: event.choice } : item,
        ),
      };
    case 'import':
      return state.stage === 'deciding' ? { ...state, stage: 'importing', through: 0 } : state;
    case 'taken':
      if (state.stage !== 'importing') return state;
      return {
        ...state,
        through: state.through + 1,
        items: edit(state, event.path, (item) => ({ ...item, report: event.report })),
      };
    case 'allTaken':
      return state.stage === 'importing' ? { ...state, stage: 'done' } : state;
    case 'cancel':
      // Files that are in stay in; the report says which.
      return state.stage === 'importing'
        ? { ...state, stage: 'done', cancelled: true }
        : { ...state, stage: 'deciding', cancelled: true, items: state.items.filter((item) => item.preview) };
  }
}

/** Items that will be taken in. */
export const wanted = (state: IntakeState): Item[] =>
  state.items.filter((item) => item.preview && item.choice !== 'skip');

export interface Tally {
  imported: number;
  warned: number;
  refused: number;
  skipped: number;
}
export function tally(state: IntakeState): Tally {
  const sum: Tally = { imported: 0, warned: 0, refused: 0, skipped: 0 };
  for (const { preview, report } of state.items) {
    if (report?.problem || (!report && preview?.problem)) sum.refused++;
    else if (!report) sum.skipped++;
    else if (report.warnings.length > 0) sum.warned++;
    else sum.imported++;
  }
  return sum;
}
