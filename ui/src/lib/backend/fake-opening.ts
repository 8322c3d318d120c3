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
        'There is no loudspeaker.',
        'Connect one, or switch the voice off in the settings; the text goes on without it.',
      ),
    });
    emit({ type: 'notice', problem: problem('info', 'The conversation was saved.', '') });
    emit({
      type: 'part',
      part: 'voice',
      state: {
        state: 'failed',
        name: 'A natural voice',
        problem: problem('voice', 'The voice file ends too early.', 'Fetch it again in the library.'),
      },
    });
  }
}
