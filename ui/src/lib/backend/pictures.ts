/** Pictures of scenes. Mirrors `app::api::pictures`. */

import type { StageState } from './backend';

export interface ScenePictureView {
  id: string;
  /** The message behind which it was made; null before anything was said. */
  message: string | null;
  description: string;
  /** The machine that drew it; null where it was composed here. */
  host: string | null;
  by: string;
  at: number;
  width: number;
  height: number;
  /** It is the background of its conversation. */
  background: boolean;
}
/** A server that may draw scenes. */
export interface PictureSettings {
  allowed: boolean;
  server: 'openai' | 'automatic1111' | 'comfyui';
  url: string;
  model: string;
  style: string;
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
