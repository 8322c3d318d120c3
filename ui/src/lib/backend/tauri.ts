/**
 * The backend over Tauri's IPC: one command per method, one ordered channel of events.
 *
 * `bindings.gen.ts` is generated from the program, so the names and arguments of commands are checked. It knows plain strings
 * where `backend.ts` names the values that occur; `answer` is where the program's word is taken for that.
 */

import { Channel } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { AppEvent, Backend, Puppet } from './backend';
import { commands, type AppEvent as WireEvent } from './bindings.gen';
import { tauriErrands } from './tauri-errands';
import { tauriKeeping } from './tauri-keeping';
import { tauriAppraisal } from './tauri-appraisal';
import { tauriPictures } from './tauri-pictures';
import { tauriTalks } from './tauri-talks';
import { tauriScenery } from './tauri-scenery';
import { tauriArena } from './tauri-arena';
import { tauriCast } from './tauri-cast';
import { tauriDocuments } from './tauri-documents';
import { tauriFigures } from './tauri-figures';
import { tauriLibrary } from './tauri-library';
import { tauriMemory } from './tauri-memory';
import { tauriStudio } from './tauri-studio';
import { tauriVault } from './tauri-vault';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriBackend(): Backend {
  return {
    ...tauriLibrary(),
    ...tauriKeeping(),
    ...tauriErrands(),
    ...tauriArena(),
    ...tauriCast(),
    ...tauriMemory(),
    ...tauriDocuments(),
    ...tauriStudio(),
    ...tauriAppraisal(),
    ...tauriPictures(),
    ...tauriTalks(),
    ...tauriScenery(),
    ...tauriFigures(),
    ...tauriVault(),
    snapshot: () => answer(commands.snapshot()),
    async listen(on) {
      let open = true;
      const channel = new Channel<WireEvent>();
      channel.onmessage = (event) => {
        if (open) on(event as AppEvent);
      };
      await commands.listen(channel);
      return () => {
        open = false;
      };
    },
    say: (text) => answer(commands.say(text)),
    stop: () => answer(commands.stop()),
    regenerate: () => answer(commands.regenerate()),
    swipe: (message, by) => answer(commands.swipe(message, by)),
    sayAfter: (message, text) => answer(commands.sayAfter(message, text)),
    edit: (message, text) => answer(commands.edit(message, text)),
    goOn: () => answer(commands.goOn()),
    regenerateAt: (message) => answer(commands.regenerateAt(message)),
    replay: (message) => answer(commands.replay(message)),
    suggest: (count) => answer(commands.suggest(count)),
    branches: () => answer(commands.branches()),
    goTo: (message, whole) => answer(commands.goTo(message, whole)),
    saves: () => answer(commands.saves()),
    save: (slot, message, line, stage) => answer(commands.save(slot, message, line, stage)),
    load: (id) => answer(commands.load(id)),
    clearSave: (slot) => answer(commands.clearSave(slot)),
    explain: () => answer(commands.explain()),
    authorNotes: () => answer(commands.authorNotes()),
    keepAuthorNote: (forConversation, note) => answer(commands.keepAuthorNote(forConversation, note)),
    micDown: () => answer(commands.micDown()),
    micUp: () => answer(commands.micUp()),
    setHandsFree: (on) => answer(commands.setHandsFree(on)),
    testMicrophone: () => answer(commands.testMicrophone()),
    stopMicrophoneTest: () => answer(commands.stopMicrophoneTest()),
    selectCharacter: (id) => answer(commands.selectCharacter(id)),
    async puppet(character): Promise<Puppet | null> {
      const puppet = await commands.puppet(character);
      return puppet && { rig: JSON.parse(puppet.rig) as unknown, svg: puppet.svg };
    },
    previewLooks: (paths) => answer(commands.previewLooks(paths)),
    importLooks: (character, paths) => answer(commands.importLooks(character, paths)),
    removeLook: (character, name) => answer(commands.removeLook(character, name)),
    setLoops: (music, ambience) => answer(commands.setLoops(music, ambience)),
    playEffect: (name) => answer(commands.playEffect(name)),
    readAloud: (text, language) => answer(commands.readAloud(text, language)),
    expressions: (character) => answer(commands.expressions(character)),
    expression: (character, name) => answer(commands.expression(character, name)),
    picture: (character) => answer(commands.picture(character)),
    pickFiles: () => answer(commands.pickFiles()),
    onFileDrop: (on) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === 'enter') on({ type: 'enter' });
        else if (payload.type === 'leave') on({ type: 'leave' });
        else if (payload.type === 'drop') on({ type: 'drop', paths: payload.paths });
      }),
    changeSettings: (changes) => answer(commands.changeSettings({ ...NOTHING, ...changes })),
    remoteModels: () => answer(commands.remoteModels()),
    setSearchKey: (key) => answer(commands.setSearchKey(key)),
    setRemoteKey: async (key) => void (await answer(commands.setRemoteKey(key))),
    devices: () => answer(commands.devices()),
    voices: () => answer(commands.voices()),
    models: () => answer(commands.models()),
    pull: (id) => answer(commands.pull(id)),
    pausePull: (id) => answer(commands.pausePull(id)),
    removeModel: (id) => answer(commands.removeModel(id)),
    setVisible: (visible) => answer(commands.setVisible(visible)),
  };
}

/** A change of settings that changes nothing: the wire names every field. */
const NOTHING = {
  language: null,
  userName: null,
  userDescription: null,
  character: null,
  chatModel: null,
  voice: null,
  earsModel: null,
  encoder: null,
  rememberWithModel: null,
  rememberWithServer: null,
  speak: null,
  voiceVolume: null,
  voiceRate: null,
  textSpeed: null,
  handsFree: null,
  interruptByVoice: null,
  wake: null,
  wakePhrase: null,
  inputDevice: null,
  outputDevice: null,
  temperature: null,
  reducedMotion: null,
  theme: null,
  presentation: null,
  autoDelay: null,
  skipUnseen: null,
  boxOpacity: null,
  textScale: null,
  storyFont: null,
  highContrast: null,
  startWithTitle: null,
  stayInCharacter: null,
  scene: null,
  daylight: null,
  weather: null,
  followPointer: null,
  offline: null,
  lookForUpdates: null,
  welcomed: null,
  writing: null,
  remote: null,
  downloads: null,
  search: null,
  pictures: null,
};
