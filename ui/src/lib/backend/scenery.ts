/** Places and sounds that the person brought. Mirrors `api::scenery`. */

export interface OwnPlace {
  id: string;
  /** What a character writes to go there. */
  name: string;
  /** What a model is told of it. */
  description: string;
  /** The hours that it has pictures of, at least one. */
  hours: ('any' | 'day' | 'dusk' | 'night')[];
}
export interface OwnSound {
  id: string;
  kind: 'music' | 'ambience' | 'effect';
  name: string;
  description: string;
  seconds: number;
}
/** What is heard at a place: names of pieces, `own:` and an id, `none` for silence, '' for what it has by itself. */
export interface HeardAt {
  place: string;
  music: string;
  ambience: string;
}
export interface OwnScenery {
  places: OwnPlace[];
  sounds: OwnSound[];
  heard: HeardAt[];
}
export interface OwnSceneryPatch {
  name: string | null;
  description: string | null;
  kind: OwnSound['kind'] | null;
}

/** What a file that comes in may be of these. */
export const SCENERY: readonly string[] = ['place', 'music', 'ambience', 'effect'];

export interface SceneryBackend {
  ownScenery(): Promise<OwnScenery>;
  /** A `data:` URL. */
  ownPlacePicture(id: string, hour: string, small: boolean): Promise<string>;
  changeOwnScenery(id: string, patch: Partial<OwnSceneryPatch>): Promise<void>;
  /** `removed` false brings it back. */
  removeOwnScenery(id: string, removed: boolean): Promise<void>;
  hearAt(heard: HeardAt): Promise<void>;
}
