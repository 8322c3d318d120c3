/** English: pictures of scenes. */

export const picturesEn = {
  pictures: 'Pictures',
  picturesIntro:
    'A picture of the scene that the last lines are in. It hangs behind her if you like, and stands in the backlog; she never sees it.',
  picturesHere: 'It is composed on this machine from the painted places.',
  picturesThere: (host: string) =>
    `Its description, of up to fifty characters, is sent to ${host}, which draws it; the talk itself is not sent.`,
  picturesEmpty: 'No picture of this conversation yet.',
  pictureScene: 'Picture this scene',
  pictureMaking: 'The scene is being pictured…',
  pictureHang: 'Hang behind her',
  pictureTakeOff: 'Take off',
  pictureRemove: 'Remove the picture',
  pictureRemoved: (what: string) => `Removed: ${what}`,
  pictureComposed: 'composed here',
  pictureDrawn: (by: string, host: string) => `drawn by ${by} on ${host}`,
  pictureLost: 'This picture is not there any more.',
  pictureServer: 'Scenes drawn by a server',
  pictureServerHint:
    'A description of the scene, of up to fifty characters, is sent there, never the talk itself. Otherwise pictures are composed here.',
  pictureKind: 'Kind of server',
  pictureModel: 'Model for pictures',
  pictureModelHint: 'Empty: the one that it has loaded, or its first.',
  pictureStyle: 'Style',
  pictureStyleHint: 'Stands before every description.',
  pictureSign: (host: string) => `Scenes are drawn at ${host}`,
  reportMemory: 'With her memory',
  reportMemoryHint:
    'She remembers what was said, as on stage. Otherwise only what fits into the context window counts.',
};
