/** Figures that move (Live2D, VRM, layered pictures), the Cubism Core, the small window and the tray: the part of the door that is about those. */

export type FigureKind = 'live2d' | 'vrm' | 'layers';
export interface FigurePreview {
  kind: FigureKind;
  name: string;
  files: number;
  /** Names of other figures among the files, which would be left out. */
  others: string[];
}
export interface FigureReport {
  kind: FigureKind;
  name: string;
  taken: number;
  refused: { file: string; reason: string }[];
}
export interface FigureView {
  kind: FigureKind;
  name: string;
  /** The file that everything begins with. */
  entry: string;
  files: string[];
}
export interface CoreView {
  sha256: string;
  bytes: number;
}

/** What this system's windows can do. */
export interface WindowAbilities {
  /** The small one can be seen through around the character. */
  transparent: boolean;
  onTop: boolean;
  /** Clicks can go through it. */
  through: boolean;
  tray: boolean;
  /** Something other than the processor draws. */
  gpu: boolean;
}
export interface TrayWords {
  show: string;
  hide: string;
  pet: string;
  through: string;
  quit: string;
}

export interface FiguresBackend {
  /** Reads names, decodes nothing. Null where there is no figure. */
  previewFigure(paths: string[]): Promise<FigurePreview | null>;
  importFigure(character: string, paths: string[]): Promise<FigureReport>;
  removeFigure(character: string): Promise<void>;
  /** Exchanges the figure with the one before. */
  restoreFigure(character: string): Promise<void>;
  figure(character: string): Promise<FigureView | null>;
  figureFile(character: string, path: string): Promise<ArrayBuffer | null>;

  live2dCore(): Promise<CoreView | null>;
  /** Its text, for the frame that runs it and for nothing else. */
  live2dSource(): Promise<string | null>;
  /** Address of that frame. */
  live2dFrame(): string;
  chooseLive2dCore(path: string): Promise<CoreView>;
  forgetLive2dCore(): Promise<void>;

  windowAbilities(): Promise<WindowAbilities>;
  openPet(): Promise<void>;
  closePet(): Promise<void>;
  petThrough(on: boolean): Promise<void>;
  /** Puts an icon into the tray, or gives it other words. False where there is no tray. */
  dressTray(words: TrayWords): Promise<boolean>;
}
