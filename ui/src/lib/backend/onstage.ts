/** Who stands on the stage, and as what: a puppet, pictures of feelings, one picture. */

export interface CharacterSummary {
  id: string;
  name: string;
  /** One or two sentences for the library. */
  tagline: string;
  tags: string[];
  /** Has a rigged puppet; otherwise the card's picture is shown (`picture()`). */
  puppet: boolean;
  /** Shipped with the app. */
  builtIn: boolean;
}

/** A puppet as the stage needs it: rig (JSON) and artwork (SVG source, already checked by the program). */
export interface Puppet {
  rig: unknown;
  svg: string;
}

/** What pictures of feelings there would be in some files. */
export interface LooksPreview {
  names: string[];
  /** Pictures that would be left out. */
  leftOut: string[];
  /** Among the files are cards, models, other things. */
  others: boolean;
}

export interface LooksReport {
  taken: string[];
  refused: { file: string; reason: string }[];
}

/** Who is on stage and what is drawn of them. */
export interface OnstageBackend {
  selectCharacter(id: string): Promise<void>;
  puppet(character: string): Promise<Puppet | null>;
  /** The character's picture as a data: URL, or null. */
  picture(character: string): Promise<string | null>;
  /** Names of the pictures of feelings that a character has (`joy`, `amusement`, …); empty where there are none. */
  expressions(character: string): Promise<string[]>;
  /** One of them as a data: URL. */
  expression(character: string, name: string): Promise<string | null>;

  /** Reads names, decodes nothing. */
  previewLooks(paths: string[]): Promise<LooksPreview>;
  /** Takes pictures of feelings in, from files, folders, archives and cards. */
  importLooks(character: string, paths: string[]): Promise<LooksReport>;
  removeLook(character: string, name: string): Promise<void>;
}
