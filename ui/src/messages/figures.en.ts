/** English: figures that move, the Cubism Core, the small window and the tray. */

export const figuresEn = {
  figure: 'Moving figure',
  figureHint:
    'A Live2D model (a folder or ZIP with a .model3.json) a VRM file, or a layered picture (PSD). It takes the place of pictures and puppets on the stage. You can also drop it on the window.',
  figureNone: 'No figure yet.',
  figureKinds: { live2d: 'Live2D model', vrm: 'VRM figure', layers: 'layered picture' },
  figureFiles: (n: number) => (n === 1 ? '1 file' : `${n} files`),
  figureAdd: 'Choose a file…',
  figureAddFolder: 'Choose a folder…',
  figureRemove: 'Take away',
  figureRemoved: (name: string) => `${name} is taken away.`,
  figureBack: 'Put back',
  figureFor: (name: string) => `A figure for ${name}`,
  figureOthers: (names: string) => `Left out, one figure at a time: ${names}`,
  figureTake: 'Use this figure',
  figureTaken: (figure: string, name: string) => `${name} appears as ${figure} now.`,
  figureShipped: 'Characters that come with the app keep their looks. Make a copy to change them.',
  figureFailed: (name: string, reason: string) =>
    `The figure ${name} cannot be shown: ${reason}. Pictures stand in for it.`,
  figureBroken: (n: number, first: string) =>
    n === 1
      ? `One file of the figure cannot be used: ${first}.`
      : `${n} files of the figure cannot be used, ${first} first.`,
  figureTrouble: 'A figure is not drawn as it should be',
  figureGone: 'its file has gone',
  figureSilent: 'what draws it does not answer',
  layersLeft: (n: number) =>
    n === 1 ? 'One layer of the picture was left out.' : `${n} layers of the picture were left out.`,
  noWebgl: 'this window has no WebGL 2',
  live2dNoCore:
    'This character is a Live2D model, and no Cubism Core has been chosen, so pictures stand in. Settings, Stage says where to get one.',
  live2d: 'Live2D models',
  live2dHint:
    'Live2D models are moved by the Cubism Core, which is Live2D’s own software and not free software. Hanashi neither contains nor downloads it.',
  live2dWhere:
    'Download the “Cubism SDK for Web” from live2d.com/en/sdk/download/web/, accept Live2D’s licence there, and choose the file Core/live2dcubismcore.min.js from it.',
  live2dLicence:
    'That licence is between you and Live2D: read it there. It has rules of its own for businesses and for programs that load people’s own models, and every model has terms of its own besides.',
  live2dSafe: 'The Core runs in a closed frame: it sees the model and nothing else, and cannot reach the network.',
  live2dNone: 'No Cubism Core chosen: Live2D models stand as pictures.',
  live2dChosen: (size: string, hash: string) => `Chosen: ${size}, SHA-256 ${hash}`,
  live2dChoose: 'Choose the Cubism Core…',
  live2dForget: 'Forget it',
  pet: 'Small window',
  petHint: 'The character alone, above other windows. Talk goes on; the tray or the corner of the window leads back.',
  petOpen: 'Open the small window',
  petNoTray: 'There is no tray here, so clicks cannot go through the small window.',
  petNotOnTop: 'This desktop does not let windows stay above others.',
  petNotTransparent: 'On this system it has a ground of its own.',
  petBack: 'Back to the large window',
  petThrough: 'Let clicks through (the tray brings them back)',
  petMove: 'Drag to move',
  trayShow: 'Show Hanashi',
  trayHide: 'Hide',
  trayPet: 'Small window',
  trayThrough: 'Clicks go through',
  trayQuit: 'Quit',
};
