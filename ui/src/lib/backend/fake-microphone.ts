/** A test of a microphone that is not there: `?mic=none` has no device, `?mic=bad` a quiet one beside loud speakers. */

import type { AppEvent } from './backend';
import type { MicReport, MicrophoneBackend, MicStep, MicTest } from './microphone';

const FINE: MicReport = {
  rate: 48_000,
  floorDb: -62,
  speechDb: -24,
  playbackDb: -41,
  residualDb: -70,
  heard: 'Is it still raining?',
  findings: [],
};
const English = (message: string, remedy: string) => ({ kind: 'device', message, remedy });
const BAD: MicReport = {
  ...FINE,
  speechDb: -54,
  heard: '',
  findings: [
    {
      kind: 'quiet',
      serious: true,
      problem: English(
        'your voice is too quiet',
        "turn the input level of the microphone up in the system's sound settings, or come closer",
      ),
    },
    {
      kind: 'echo',
      serious: false,
      problem: English(
        'the speakers are heard so loudly that the character may take her own voice for yours',
        'turn the speakers down, move the microphone away from them, or use headphones',
      ),
    },
  ],
};

export function fakeMicrophone(
  emit: (event: AppEvent) => void,
  wait: (ms: number) => Promise<void>,
  kind: string | null,
): MicrophoneBackend {
  let run = 0;
  const tell = (step: MicStep, more: Partial<MicTest> = {}) =>
    emit({ type: 'micTest', test: { step, remainingMs: 0, level: 0, report: null, problem: null, ...more } });
  return {
    async testMicrophone() {
      const mine = ++run;
      tell('opening');
      await wait(100);
      if (kind === 'none') {
        tell('failed', {
          problem: English(
            'no microphone can be used (none is connected)',
            'connect a microphone, allow this app to use it, or choose another in the settings; typing works without one',
          ),
        });
        return;
      }
      for (const [step, ticks, level] of [
        ['quiet', 5, 0.02],
        ['speak', 8, 0.5],
        ['playback', 5, 0.2],
      ] as const) {
        for (let tick = 0; tick < ticks; tick++) {
          if (mine !== run) return;
          tell(step, { remainingMs: (ticks - tick) * 100, level: level * (tick % 2 ? 1 : 0.6) });
          await wait(100);
        }
      }
      if (mine !== run) return;
      tell('words');
      await wait(200);
      if (mine === run) tell('done', { report: kind === 'bad' ? BAD : FINE });
    },
    async stopMicrophoneTest() {
      run++;
      tell('stopped');
    },
  };
}
