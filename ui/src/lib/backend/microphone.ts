/** The test of the microphone, as the page sees it. */

import type { Problem } from './backend';

export type MicStep = 'opening' | 'quiet' | 'speak' | 'playback' | 'words' | 'done' | 'failed' | 'stopped';
export type MicFindingKind =
  | 'silent'
  | 'nothingHeard'
  | 'quiet'
  | 'clipping'
  | 'offset'
  | 'noisy'
  | 'narrow'
  | 'echo'
  | 'dropouts'
  | 'noWords'
  | 'noEars';

export interface MicFinding {
  /** One of `MicFindingKind`; a newer program may know more. */
  kind: string;
  /** A conversation will not work like this. */
  serious: boolean;
  /** In English, for kinds that the page has no words for. */
  problem: Problem;
}

export interface MicReport {
  /** Samples per second of the device. */
  rate: number;
  /** dB of full scale; null where it was not measured. */
  floorDb: number | null;
  speechDb: number | null;
  playbackDb: number | null;
  residualDb: number | null;
  /** What the recogniser understood; null without one. */
  heard: string | null;
  /** The worst first. */
  findings: MicFinding[];
}

export interface MicTest {
  step: MicStep;
  /** How long the step still takes; 0 where nobody knows. */
  remainingMs: number;
  /** 0..1 */
  level: number;
  report: MicReport | null;
  problem: Problem | null;
}

export interface MicrophoneBackend {
  /** Begins the test; it tells how far it is with `micTest` events. One that runs already begins anew. */
  testMicrophone(): Promise<void>;
  stopMicrophoneTest(): Promise<void>;
}
