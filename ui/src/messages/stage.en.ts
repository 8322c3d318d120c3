/** English: sounds and their captions, choices, faces, keys and the gamepad. */

import type { Emotion, TransitionWish } from '$lib/backend/backend';
import type { Ambience, Effect, Music } from '$lib/stage/direction';
import type { PadButton } from '$lib/story/gamepad';

export const stageEn = {
  // sounds
  captionsLabel: 'Sounds',
  music: {
    calm: 'quiet piano',
    bright: 'a bright tune',
    wistful: 'a wistful tune',
    tense: 'tense music',
    night: 'night music',
  } satisfies Record<Music, string>,
  ambience: {
    rain: 'rain',
    wind: 'wind',
    waves: 'waves',
    birds: 'birdsong',
    crickets: 'crickets',
    fire: 'a fire crackles',
  } satisfies Record<Ambience, string>,
  effects: {
    bell: 'a bell rings',
    chime: 'a chime',
    knock: 'a knock at the door',
    door: 'a door opens',
    steps: 'footsteps',
    page: 'a page is turned',
    thunder: 'thunder',
    heartbeat: 'a heart beats',
  } satisfies Record<Effect, string>,
  musicEnds: 'the music ends',
  captionMusic: (what: string) => `♪ ${what}`,
  captionSound: (what: string) => `(${what})`,
  directStage: 'The character sets the stage',
  directStageHint:
    'What it writes may change the place, the weather and the music. A place or weather that you chose above stays all the same.',
  camera: 'Camera',
  cameraHint:
    'The picture goes nearer to whoever speaks and at strong feelings, and shakes where the story asks for it. Off: it stands still. With less motion it always does.',
  gestures: 'Gestures',
  gesturesHint:
    'Characters nod, bow, shrug and lean with what they say and feel. Off: only head, eyes and breath move.',
  transition: 'How another place comes',
  transitionHint:
    'Automatic leaves it to the character, and fades through the dark otherwise. With less motion it is always a cut.',
  transitions: {
    auto: 'Automatic',
    cut: 'At once',
    dissolve: 'Dissolve',
    fade: 'Through the dark',
    wipe: 'Wipe',
    slide: 'Slide over',
    push: 'Push aside',
    iris: 'Opening circle',
    blinds: 'Blinds',
    pixellate: 'Squares',
  } satisfies Record<TransitionWish, string>,
  musicVolume: 'Music',
  musicVolumeHint: 'Played under the voice, lower while somebody speaks. At 0 there is none.',
  ambienceVolume: 'Places and sounds',
  ambienceVolumeHint: 'Rain, waves, steps, bells. At 0 there are none.',
  captions: 'Captions for sounds',
  captionsHint: 'Music and sounds are named on the stage, also where they are switched off.',
  cardColours: 'Colours of the character',
  cardColoursHint: 'Buttons and the name plate take their colour from the character’s picture.',
  selfVoicing: 'The window reads itself aloud',
  selfVoicingHint: 'Whatever has the focus is said by the voice. Leave it off where a screen reader does that.',

  // choices
  choices: 'What you can answer',
  choiceNumber: (n: number) => `${n}`,

  // faces
  faces: 'Faces',
  facesFor: (name: string) => `Faces for ${name}`,
  facesHint:
    'Pictures named after feelings (joy, anger, …): a folder or archive of SillyTavern or AIRI, or a card that carries them. Drop them on the window, or add them here.',
  facesShipped: 'Characters that come with the app keep their faces. Make a copy to change them.',
  facesNone: 'There are none yet: the card’s picture is shown.',
  facesAdd: 'Add pictures…',
  facesAll: 'All pictures',
  facesWho: 'For whom',
  facesFound: (n: number) => (n === 1 ? '1 picture of a feeling' : `${n} pictures of feelings`),
  facesLeftOut: (n: number) => `${n} in other folders are left out`,
  facesTake: 'Use these faces',
  facesTaken: (n: number, name: string) => (n === 1 ? `${name} has 1 new face.` : `${name} has ${n} new faces.`),
  facesRefused: 'Not taken',
  faceMissing: 'none of its own',
  faceBy: (picture: string) => `shows “${picture}”`,
  faceRemove: (picture: string) => `Remove “${picture}”`,
  faceBroken: (picture: string) => `The picture “${picture}” cannot be shown; another one stands in for it.`,
  cardBroken: 'The character’s picture cannot be shown.',
  feelings: {
    neutral: 'At rest',
    joy: 'Joy',
    sad: 'Sadness',
    angry: 'Anger',
    surprised: 'Surprise',
    shy: 'Shyness',
    love: 'Affection',
    thinking: 'Thinking',
    sleepy: 'Sleepiness',
    worried: 'Worry',
  } satisfies Record<Emotion, string>,

  // keys
  keyMap: 'Keys in use',
  keyChange: (does: string) => `Another key for “${does}”`,
  keyPress: 'Press a key…',
  keyTaken: (cap: string, does: string) => `${cap} is “${does}” already. It means this now.`,
  keyReset: 'Back to the usual keys',
  keyFixed: 'Escape always leads back. In panels the arrow keys move to the nearest control.',
  gamepad: 'Gamepad',
  gamepadIntro: 'Works as soon as one is connected. The cross moves through buttons and menus.',
  padButtons: {
    a: 'A',
    b: 'B',
    x: 'X',
    y: 'Y',
    lb: 'Left shoulder',
    rb: 'Right shoulder',
    lt: 'Left trigger',
    rt: 'Right trigger',
    view: 'View',
    menu: 'Menu',
  } satisfies Record<PadButton, string>,
};
