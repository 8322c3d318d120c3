/** English: pictures of scenes. */

export const picturesEn = {
  pictures: 'Pictures',
  picturesIntro:
    'A picture of the scene that the last lines are in. It hangs behind her if you like, and stands in the backlog; she never sees it.',
  picturesHere: 'It is composed on this machine from the painted places.',
  picturesThere: (host: string) =>
    `Its description, of up to fifty characters, is sent to ${host}, which draws it; the talk itself is not sent.`,
  picturesPainted: (model: string) =>
    `${model} draws it on this machine. Nothing is sent, and it can take minutes; you can go on talking meanwhile.`,
  picturesEmpty: 'No picture of this conversation yet.',
  pictureScene: 'Picture this scene',
  pictureMaking: 'The scene is being pictured…',
  pictureHang: 'Hang behind her',
  pictureTakeOff: 'Take off',
  pictureRemove: 'Remove the picture',
  pictureRemoved: (what: string) => `Removed: ${what}`,
  pictureComposed: 'composed here',
  pictureDrawn: (by: string, host: string) => `drawn by ${by} on ${host}`,
  picturePainted: (by: string) => `drawn by ${by} on this machine`,
  pictureStep: (done: number, of: number) => `Step ${done} of ${of}`,
  picturePainter: 'Scenes drawn by a model on this machine',
  picturePainterHint:
    'A folder of Stable Diffusion 1.x, 2.x or turbo with model_index.json, added to the library. It is loaded for each picture and let go of behind it, and goes before a server.',
  picturePainterNone: 'None',
  pictureSteps: 'Steps',
  pictureStepsHint: '0: as many as suit the model. More take longer.',
  importedPainter: 'Drawing model',
  pictureLost: 'This picture is not there any more.',
  pictureServer: 'Scenes drawn by a server',
  pictureServerHint:
    'A description of the scene, of up to fifty characters, is sent there, never the talk itself. Otherwise pictures are composed here.',
  pictureKind: 'Kind of server',
  pictureModel: 'Model for pictures',
  pictureModelHint: 'Empty: the one that it has loaded, or its first.',
  pictureStyle: 'Style',
  pictureStyleHint: 'Stands with every description.',
  pictureSign: (host: string) => `Scenes are drawn at ${host}`,
  reportMemory: 'With her memory',
  reportMemoryHint:
    'She remembers what was said, as on stage. Otherwise only what fits into the context window counts.',
};
