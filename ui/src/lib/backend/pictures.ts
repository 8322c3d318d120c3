/** Pictures of scenes. Mirrors `api::pictures`. */

import type { StageState } from './backend';

export interface ScenePictureView {
  id: string;
  /** The message behind which it was made; null before anything was said. */
  message: string | null;
  description: string;
  /** The machine that drew it; null where that was this one. */
  host: string | null;
  /** A model's name, or `layers`. */
  by: string;
  at: number;
  width: number;
  height: number;
  /** It is the background of its conversation. */
  background: boolean;
}
/** Who draws scenes: a model on this machine, a server, or the painted places. */
export interface PictureSettings {
  allowed: boolean;
  server: 'openai' | 'automatic1111' | 'comfyui';
  url: string;
  model: string;
  style: string;
  /** A model on this machine, which goes before a server; empty for none. */
  painter: string;
  /** Its steps; 0 for as many as suit it. */
  steps: number;
}

export interface PictureBackend {
  /** Pictures the scene of the conversation on stage, which looks like this. */
  pictureScene(now: StageState): Promise<ScenePictureView>;
  stopPicture(): Promise<void>;
  /** Of the conversation on stage, the newest last. */
  scenePictures(): Promise<ScenePictureView[]>;
  /** A `data:` URL. */
  scenePicture(id: string): Promise<string>;
  hangPicture(id: string, on: boolean): Promise<void>;
  /** `removed` false brings it back. */
  removePicture(id: string, removed: boolean): Promise<void>;
  setPictureKey(key: string): Promise<void>;
}
