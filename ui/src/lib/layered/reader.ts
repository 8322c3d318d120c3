/** Has a PSD read beside the page: unpacking a hundred million pixels takes seconds, in which the window must not stand still. */

import { decode, type Decoded } from './decode';
import type { Answer, Question } from './worker';

/** A file that takes longer is not worth the wait, or is made to take for ever. */
const PATIENCE_MS = 90_000;
/** A worker that has not begun by then does not come. */
const START_MS = 5_000;

/** Reads a PSD; its bytes are given away. Throws a sentence for people, or what `signal` was aborted with. */
export async function read(
  bytes: ArrayBuffer,
  moving: readonly string[] | null,
  signal: AbortSignal,
): Promise<Decoded> {
  const worker = await begin(signal);
  // A webview without module workers still shows the figure.
  if (!worker) {
    signal.throwIfAborted();
    return decode(bytes, moving);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    // Whoever left while it began is not heard of any more.
    signal.throwIfAborted();
    return await new Promise<Decoded>((done, failed) => {
      timer = setTimeout(() => {
        failed(new Error(`it takes more than ${PATIENCE_MS / 1000} seconds to read`));
      }, PATIENCE_MS);
      signal.addEventListener('abort', () => failed(signal.reason as Error), { once: true });
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data === 'ready') return;
        if ('decoded' in data) done(data.decoded);
        else failed(new Error(data.problem));
      };
      worker.onerror = () => failed(new Error('there is too little memory for its layers'));
      worker.postMessage({ bytes, moving } satisfies Question, [bytes]);
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

/** A worker that has said it is there; null where there is none. */
function begin(signal: AbortSignal): Promise<Worker | null> {
  signal.throwIfAborted();
  return new Promise((done) => {
    let worker: Worker;
    try {
      worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    } catch {
      done(null);
      return;
    }
    const none = () => {
      clearTimeout(timer);
      worker.terminate();
      done(null);
    };
    const timer = setTimeout(none, START_MS);
    worker.onerror = none;
    worker.onmessage = () => {
      clearTimeout(timer);
      done(worker);
    };
  });
}
