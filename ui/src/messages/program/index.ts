/**
 * What the program tells a person, in the languages of the page beside English.
 *
 * The program speaks English; its sentences are the keys. `cargo xtask sentences` gathers them from its sources, and the types here ask
 * for each in every language: a sentence that nobody has translated does not compile.
 */

import { appJa } from './app.ja';
import { appZh } from './app.zh';
import { appraisalJa } from './appraisal.ja';
import { appraisalZh } from './appraisal.zh';
import { asrJa } from './asr.ja';
import { asrZh } from './asr.zh';
import { audioJa } from './audio.ja';
import { audioZh } from './audio.zh';
import { besideJa } from './beside.ja';
import { besideZh } from './beside.zh';
import { cardJa } from './card.ja';
import { cardZh } from './card.zh';
import { desktopJa } from './desktop.ja';
import { desktopZh } from './desktop.zh';
import { dialogueJa } from './dialogue.ja';
import { dialogueZh } from './dialogue.zh';
import { domainJa } from './domain.ja';
import { domainZh } from './domain.zh';
import { knowledgeJa } from './knowledge.ja';
import { knowledgeZh } from './knowledge.zh';
import { libraryJa } from './library.ja';
import { libraryZh } from './library.zh';
import { llmJa } from './llm.ja';
import { llmZh } from './llm.zh';
import { loreJa } from './lore.ja';
import { loreZh } from './lore.zh';
import { memoryJa } from './memory.ja';
import { memoryZh } from './memory.zh';
import { modelsJa } from './models.ja';
import { modelsZh } from './models.zh';
import { novelJa } from './novel.ja';
import { novelZh } from './novel.zh';
import { paintingJa } from './painting.ja';
import { paintingZh } from './painting.zh';
import { promptJa } from './prompt.ja';
import { promptZh } from './prompt.zh';
import { remoteJa } from './remote.ja';
import { remoteZh } from './remote.zh';
import { sceneryJa } from './scenery.ja';
import { sceneryZh } from './scenery.zh';
import { storeJa } from './store.ja';
import { storeZh } from './store.zh';
import { studioJa } from './studio.ja';
import { studioZh } from './studio.zh';
import { ttsJa } from './tts.ja';
import { ttsZh } from './tts.zh';
import { tuningJa } from './tuning.ja';
import { tuningZh } from './tuning.zh';
import { upkeepJa } from './upkeep.ja';
import { upkeepZh } from './upkeep.zh';
import { vaultJa } from './vault.ja';
import { vaultZh } from './vault.zh';
import { vectorsJa } from './vectors.ja';
import { vectorsZh } from './vectors.zh';
import { weightsJa } from './weights.ja';
import { weightsZh } from './weights.zh';
import type { BESIDE } from './beside';
import type { TEMPLATES } from './templates.gen';

/** A sentence with holes, as the program writes it: `could not open {path}: {error}`. */
export type Template = (typeof TEMPLATES)[keyof typeof TEMPLATES][number] | (typeof BESIDE)[number];

/** A part of a language: sentences of one room. */
export type Table = Partial<Record<Template, string>>;

/** A whole language. */
export type Translations = Readonly<Record<Template, string>>;

export const programZh: Translations = {
  ...appZh,
  ...appraisalZh,
  ...asrZh,
  ...audioZh,
  ...besideZh,
  ...cardZh,
  ...desktopZh,
  ...dialogueZh,
  ...domainZh,
  ...knowledgeZh,
  ...libraryZh,
  ...llmZh,
  ...loreZh,
  ...memoryZh,
  ...modelsZh,
  ...novelZh,
  ...paintingZh,
  ...promptZh,
  ...remoteZh,
  ...sceneryZh,
  ...storeZh,
  ...studioZh,
  ...ttsZh,
  ...tuningZh,
  ...upkeepZh,
  ...vaultZh,
  ...vectorsZh,
  ...weightsZh,
};

export const programJa: Translations = {
  ...appJa,
  ...appraisalJa,
  ...asrJa,
  ...audioJa,
  ...besideJa,
  ...cardJa,
  ...desktopJa,
  ...dialogueJa,
  ...domainJa,
  ...knowledgeJa,
  ...libraryJa,
  ...llmJa,
  ...loreJa,
  ...memoryJa,
  ...modelsJa,
  ...novelJa,
  ...paintingJa,
  ...promptJa,
  ...remoteJa,
  ...sceneryJa,
  ...storeJa,
  ...studioJa,
  ...ttsJa,
  ...tuningJa,
  ...upkeepJa,
  ...vaultJa,
  ...vectorsJa,
  ...weightsJa,
};
