/** English: the test of the microphone. */

import type { MicFindingKind, MicStep } from '$lib/backend/microphone';

export const micEn = {
  micTest: 'Test the microphone',
  micTestAgain: 'Test again',
  micTestStop: 'Stop the test',
  micTestHint: 'Fifteen seconds: quiet, your voice, hers, and what was understood.',
  micLevel: 'Loudness',
  micSteps: {
    opening: 'Opening the microphone…',
    quiet: 'Please be quiet for a moment…',
    speak: 'Now speak: a sentence or two, as to somebody at the table.',
    playback: 'Now she speaks. Please be quiet…',
    words: 'Writing down what you said…',
    done: 'The test is over.',
    failed: 'The microphone could not be tested.',
    stopped: 'The test was stopped.',
  } satisfies Record<MicStep, string>,
  micFine: 'Nothing is wrong: she will hear you well.',
  micHeard: (words: string) => `Understood: “${words}”`,
  micMeasured: (voice: string, room: string) => `Your voice ${voice} dB, the room ${room} dB`,
  micFindings: {
    silent: [
      'The microphone gives nothing but silence.',
      'Switch off its mute button, allow this app to use the microphone in the system’s privacy settings, or choose another one.',
    ],
    nothingHeard: [
      'Your voice was no louder than the room.',
      'Choose the microphone that is in front of you, come closer, and speak during the test.',
    ],
    quiet: ['Your voice is too quiet.', 'Turn the input level up in the system’s sound settings, or come closer.'],
    clipping: [
      'Your voice is distorted: it is louder than the device can express.',
      'Turn the input level down in the system’s sound settings, or move away a little.',
    ],
    offset: [
      'The signal is shifted, as with a damaged cable or sound card.',
      'Try another socket or cable. It is filtered out meanwhile.',
    ],
    noisy: ['The room is nearly as loud as your voice.', 'Come closer, or switch off what makes the noise.'],
    narrow: [
      'The device gives telephone quality, as Bluetooth headsets do while their microphone is open.',
      'Choose the computer’s own microphone and keep the headset for listening.',
    ],
    echo: [
      'The speakers are so loud in the microphone that she may take her own voice for yours.',
      'Turn them down, move the microphone away from them, or use headphones.',
    ],
    dropouts: [
      'Parts of the sound were lost.',
      'Close programs that keep the computer busy, or connect the microphone without a hub.',
    ],
    noWords: [
      'Your voice was heard, but no words were understood.',
      'Speak a whole sentence in the recogniser’s language, or choose a larger recogniser.',
    ],
    noEars: ['There is no recogniser yet, so words were not tried.', 'Fetch one and test again.'],
  } satisfies Record<MicFindingKind, [string, string]>,
  // the voice console
  timingStage: 'Stage',
  timingTypical: (turns: number) => `Median of ${turns}`,
  timingSlow: '95th percentile',
  guessedAhead: 'The reply was begun before that was certain.',
  endsOfTurn: {
    released: 'You let go of the button, so it was your turn’s end.',
    finished: 'What you said was a finished sentence, so a short silence was enough.',
    unclear: 'It was not clear whether you had finished, so she waited a little longer.',
    unfinished: 'The sentence was not finished, so she waited as long as she does.',
    longest: 'You had spoken for as long as is listened to in one piece.',
  },
};
