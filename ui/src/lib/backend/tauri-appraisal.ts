/** Appraisals over Tauri's IPC: one command per method. See `tauri.ts`. */

import type { AppraisalBackend } from './appraisal';
import { commands } from './bindings.gen';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriAppraisal(): AppraisalBackend {
  return {
    appraisals: () => answer(commands.appraisals()),
    startAppraisal: (order) => answer(commands.startAppraisal(order)),
    stopAppraisal: () => answer(commands.stopAppraisal()),
    compareAppraisals: (before, after) => answer(commands.compareAppraisals(before, after)),
    appraisalFailures: (id) => answer(commands.appraisalFailures(id)),
    keepComparison: (before, after) => answer(commands.keepComparison(before, after)),
    removeAppraisal: (id) => answer(commands.removeAppraisal(id)),
  };
}
