/** The backend over Tauri's IPC: one command per method, one ordered channel of events. */

import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { AppEvent, Backend } from './backend';

export function tauriBackend(): Backend {
  return {
    snapshot: () => invoke('snapshot'),
    async listen(on) {
      let open = true;
      const channel = new Channel<AppEvent>();
      channel.onmessage = (event) => {
        if (open) on(event);
      };
      await invoke('listen', { channel });
      return () => {
        open = false;
      };
    },
    say: (text) => invoke('say', { text }),
    stop: () => invoke('stop'),
    regenerate: () => invoke('regenerate'),
    swipe: (message, by) => invoke('swipe', { message, by }),
    micDown: () => invoke('mic_down'),
    micUp: () => invoke('mic_up'),
    setHandsFree: (on) => invoke('set_hands_free', { on }),
    selectCharacter: (id) => invoke('select_character', { id }),
    newConversation: () => invoke('new_conversation'),
    conversations: () => invoke('conversations'),
    openConversation: (id) => invoke('open_conversation', { id }),
    async puppet(character) {
      const puppet = await invoke<{ rig: string; svg: string } | null>('puppet', { character });
      return puppet && { rig: JSON.parse(puppet.rig) as unknown, svg: puppet.svg };
    },
    picture: (character) => invoke('picture', { character }),
    importFiles: (paths) => invoke('import_files', { paths }),
    pickFiles: () => invoke('pick_files'),
    onFileDrop: (on) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === 'enter') on({ type: 'enter' });
        else if (payload.type === 'leave') on({ type: 'leave' });
        else if (payload.type === 'drop') on({ type: 'drop', paths: payload.paths });
      }),
    changeSettings: (changes) => invoke('change_settings', { changes }),
    devices: () => invoke('devices'),
    voices: () => invoke('voices'),
    models: () => invoke('models'),
    pull: (id) => invoke('pull', { id }),
    pausePull: (id) => invoke('pause_pull', { id }),
    removeModel: (id) => invoke('remove_model', { id }),
    setVisible: (visible) => invoke('set_visible', { visible }),
  };
}
