/** Several characters in one conversation, over IPC. */

import { commands } from './bindings.gen';
import type { CastBackend } from './cast';

export function tauriCast(): CastBackend {
  return {
    invite: (character) => commands.invite(character),
    sendAway: (character) => commands.sendAway(character),
    setMuted: (character, muted) => commands.setMuted(character, muted),
    setLinesATurn: (lines) => commands.setLinesATurn(lines),
    async speak(character) {
      await commands.speak(character);
    },
  };
}
