/** Undo and redo over whole documents. Documents are never changed in place, so keeping one costs what differs. Pure. */

export interface History<T> {
  /** The document as it was opened or last saved. */
  saved: T;
  past: { document: T; field: string; at: number }[];
  present: T;
  future: T[];
  /** The field that was edited last, and when: typing in one field is one step. */
  field: string;
  at: number;
}

/** Edits of one field closer together than this are one step. */
const TOGETHER_MS = 900;
/** Steps that are kept. */
const MOST = 300;

export const openHistory = <T>(document: T): History<T> => ({
  saved: document,
  past: [],
  present: document,
  future: [],
  field: '',
  at: 0,
});

/** Takes in an edit of a field. */
export function edited<T>(history: History<T>, document: T, field: string, at: number): History<T> {
  if (document === history.present) return history;
  const joins = field === history.field && at - history.at < TOGETHER_MS && history.past.length > 0;
  const past = joins
    ? history.past
    : [...history.past, { document: history.present, field: history.field, at: history.at }].slice(-MOST);
  return { ...history, past, present: document, future: [], field, at };
}

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (!last) return history;
  return {
    ...history,
    past: history.past.slice(0, -1),
    present: last.document,
    future: [history.present, ...history.future],
    // The next edit is a step of its own.
    field: '',
    at: 0,
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  const past = [...history.past, { document: history.present, field: history.field, at: history.at }];
  return { ...history, past, present: next, future, field: '', at: 0 };
}

/** Takes in a save: the history begins anew, because the places that a document names are those of the file it was read from. */
export const savedAs = <T>(answer: T): History<T> => openHistory(answer);

export const isDirty = <T>(history: History<T>): boolean =>
  history.present !== history.saved && JSON.stringify(history.present) !== JSON.stringify(history.saved);
