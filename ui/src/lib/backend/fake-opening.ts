/** What happens as the page opens: `?scene=` loading, ears, speaking or notices. */

import type { AppEvent, Problem } from './backend';

interface World {
  scene: string;
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
  say: (text: string) => Promise<void>;
  offerEars: () => void;
}

const problem = (kind: string, message: string, remedy: string): Problem => ({ kind, message, remedy });

export async function opening({ scene, emit, wait, say, offerEars }: World): Promise<void> {
  if (scene === 'loading') {
    for (let p = 0; p <= 1; p += 0.02) {
      emit({ type: 'part', part: 'model', state: { state: 'loading', name: 'Hanashi mini', progress: p } });
      await wait(600);
    }
    emit({ type: 'part', part: 'model', state: { state: 'ready', name: 'Hanashi mini' } });
  }
  if (scene === 'ears') offerEars();
  if (scene === 'speaking') await say('Good evening!');
  if (scene === 'notices') {
    emit({
      type: 'notice',
      problem: problem(
        'audio',
        'no speakers can be used (none is connected)',
        'connect speakers or headphones, or choose others in the settings; the reply goes on as text meanwhile',
      ),
    });
    emit({ type: 'notice', problem: problem('info', 'stopped; what was read is kept', '') });
    emit({
      type: 'part',
      part: 'voice',
      state: {
        state: 'failed',
        name: 'A natural voice',
        problem: problem(
          'voice',
          'the voice failed while speaking: it stopped at an internal error',
          'choose another voice',
        ),
      },
    });
  }
}
