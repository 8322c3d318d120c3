/**
 * A VRM figure (versions 0 and 1) that lives: expressions, visemes, look, blink, breath, springs. three and three-vrm are loaded with this
 * module, and with it only when somebody has such a figure.
 */

import { surface } from '../stage/surface.svelte';
import { VRMLoaderPlugin, VRMUtils, type VRM, type VRMHumanBoneName } from '@pixiv/three-vrm';
import {
  AmbientLight,
  Box3,
  DirectionalLight,
  type EulerOrder,
  Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { approach, Life, type Wishes } from '../stage/life';
import { faceOf, mouthOf, type Weights } from './faces';
import { Steps, type VrmWish } from './steps';

/** Vertical angle of view, in degrees: as from across a table. */
const ANGLE = 22;
/** How much of the figure's height is seen: from the thighs up. */
const SEEN = 0.56;
/** As much is seen at least, in heads: figures with large heads are seen from head to foot. */
const HEADS = 2.7;
/** So many frames after a change are waited for, and later one in so many. */
const SURE = 30;
const SELDOM = 40;
/** How quickly expressions change, per second. */
const FADE = 7;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

export class VrmFigure {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(ANGLE, 1, 0.05, 50);
  readonly #vrm: VRM;
  readonly #eyes = new Object3D();
  readonly #life = new Life();
  readonly #names: string[];
  readonly #height: number;
  readonly #top: number;
  /** From the joint of the neck to the crown. */
  readonly #head: number;
  /** Version 0 looks the other way: what turns about x and z turns back. */
  readonly #side: 1 | -1;
  #face: Weights = {};
  /** What is wanted of the face, and for which feeling: looked up again when that is another one. */
  #wanted: { emotion: Wishes['emotion']; face: Weights } | null = null;
  #settling = false;
  #size = { width: 1, height: 1, ratio: 1 };
  /** The canvas is of another size from the next frame on: setting it wipes what is drawn, so it is set only before drawing. */
  #resized = true;
  readonly #steps: Steps;
  /** Frames that were drawn, and when the last one was. */
  #frames = 0;
  #last = -Infinity;
  /** The feeling that the picture shows, where it is one. */
  #shown: Wishes['emotion'] | null = null;

  /** Reads a file and puts its figure on a canvas, drawn as the person wishes. Throws a sentence for people. */
  static async open(canvas: HTMLCanvasElement, bytes: ArrayBuffer, wish: VrmWish = 'auto'): Promise<VrmFigure> {
    const loader = new GLTFLoader();
    loader.register((parser) => new VRMLoaderPlugin(parser));
    const read = await loader.parseAsync(bytes, '');
    const vrm = read.userData.vrm as VRM | undefined;
    if (!vrm) throw new Error('the file is a glTF, but no VRM');
    return new VrmFigure(canvas, vrm, wish);
  }

  private constructor(canvas: HTMLCanvasElement, vrm: VRM, wish: VrmWish) {
    this.#steps = new Steps(wish);
    this.#renderer = new WebGLRenderer({
      canvas,
      alpha: true,
      antialias: true,
      // Where the page paints by itself it may paint the canvas again when nothing new was drawn on it.
      preserveDrawingBuffer: surface.spare,
    });
    this.#vrm = vrm;
    this.#side = vrm.meta.metaVersion === '0' ? -1 : 1;
    VRMUtils.rotateVRM0(vrm);
    VRMUtils.removeUnnecessaryVertices(vrm.scene);
    VRMUtils.combineSkeletons(vrm.scene);
    // Figures lean out of the boxes that they were made with.
    vrm.scene.traverse((one) => (one.frustumCulled = false));
    this.#names = Object.keys(vrm.expressionManager?.expressionMap ?? {});
    const sun = new DirectionalLight(0xffffff, 2.2);
    sun.position.set(0.6, 1.4, 2);
    this.#scene.add(vrm.scene, sun, new AmbientLight(0xffffff, 1.1), this.#eyes);
    if (vrm.lookAt) vrm.lookAt.target = this.#eyes;
    this.#rest();
    vrm.update(0);
    const box = new Box3().setFromObject(vrm.scene);
    const head = vrm.humanoid.getNormalizedBoneNode('head')?.getWorldPosition(new Vector3());
    this.#top = Number.isFinite(box.max.y) ? box.max.y : 1.6;
    this.#height = Math.max(0.2, this.#top - (Number.isFinite(box.min.y) ? box.min.y : 0));
    this.#head = Math.max(0, this.#top - (head?.y ?? this.#top));
    this.#eyes.position.set(0, head?.y ?? this.#top, 4);
  }

  /** Names of its expressions, for people's eyes and for tests. */
  get expressions(): readonly string[] {
    return this.#names;
  }
  get springs(): number {
    return this.#vrm.springBoneManager?.joints.size ?? 0;
  }

  /** Takes effect with the next frame. */
  resize(width: number, height: number, ratio: number): void {
    this.#size = { width: Math.max(1, width), height: Math.max(1, height), ratio };
    this.#resized = true;
  }

  #fit(): void {
    this.#resized = false;
    const { width: w, height: h, ratio } = this.#size;
    this.#renderer.setPixelRatio(Math.min(2, ratio) * this.#steps.step.ratio);
    this.#renderer.setSize(w, h, false);
    this.#camera.aspect = w / h;
    // In a narrow window the shoulders still fit.
    const seen = Math.max(this.#height * SEEN, this.#head * HEADS, (this.#height * 0.4) / this.#camera.aspect);
    const middle = this.#top + 0.09 * seen - seen / 2;
    this.#camera.position.set(0, middle, seen / 2 / Math.tan(radians(ANGLE / 2)));
    this.#camera.lookAt(0, middle, 0);
    this.#camera.updateProjectionMatrix();
  }

  /** It has become a picture, because this machine cannot do more or the person wants none. */
  get still(): boolean {
    return this.#steps.still;
  }
  /** Of the screen's resolution, for people's eyes and for tests. */
  get sharpness(): number {
    return this.#steps.step.ratio;
  }

  /** One frame, or none where it would be too soon; true while something quick goes on. `now` and `dt` in seconds. */
  frame(now: number, dt: number, asked: Wishes): boolean {
    if (this.#renderer.getContext().isContextLost()) throw new Error('the graphics card was lost');
    const { rate } = this.#steps.step;
    // A beat may come a little early.
    if (rate > 0 && !this.#resized && !asked.still && now - this.#last < 0.9 / rate) return false;
    if (rate === 0 && !this.#resized && this.#shown === asked.emotion) return false;
    const since = Math.max(dt, Number.isFinite(this.#last) ? now - this.#last : dt);
    this.#last = now;
    this.#shown = asked.emotion;
    const wishes: Wishes = rate === 0 ? { ...asked, still: true, mouth: null } : asked;
    const began = performance.now();
    if (this.#resized) this.#fit();
    const step = Math.min(0.1, Math.max(0, since));
    const values: Record<string, number> = {};
    if (!wishes.still) {
      const add = (id: string, value: number) => (values[id] = (values[id] ?? 0) + value);
      this.#life.look(add, now, step, wishes);
      this.#life.breathe(add, now, step, wishes);
      this.#life.gesture(add, now, step, wishes);
    }
    this.#express(now, step, wishes);
    this.#move(values);
    // Still figures hang still: their springs are not moved on.
    if (wishes.still) {
      this.#vrm.humanoid.update();
      this.#vrm.expressionManager?.update();
    } else this.#vrm.update(step);
    this.#renderer.render(this.#scene, this.#camera);
    // What was asked for is drawn later, elsewhere: now and then it is waited for, to know what it costs.
    if (this.#steps.watching && (this.#frames < SURE || this.#frames % SELDOM === 0)) {
      this.#renderer.getContext().finish();
      if (this.#steps.note(performance.now() - began)) {
        this.#frames = 0;
        this.#resized = true;
      }
    }
    this.#frames++;
    return !this.#steps.still && (this.#settling || this.#life.settling);
  }

  /** Gives everything back that the graphics card holds. */
  release(): void {
    VRMUtils.deepDispose(this.#vrm.scene);
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }

  #express(now: number, dt: number, wishes: Wishes): void {
    const manager = this.#vrm.expressionManager;
    if (!manager) return;
    if (this.#wanted?.emotion !== wishes.emotion)
      this.#wanted = { emotion: wishes.emotion, face: faceOf(wishes.emotion, this.#names) };
    const wanted = this.#wanted.face;
    this.#settling = false;
    const shown: Weights = {};
    for (const name of new Set([...Object.keys(this.#face), ...Object.keys(wanted)])) {
      const goal = wanted[name] ?? 0;
      const value = wishes.still ? goal : approach(this.#face[name] ?? 0, goal, FADE, dt);
      if (Math.abs(value - goal) > 0.02) this.#settling = true;
      if (value > 0.005) shown[name] = value;
      manager.setValue(name, value);
    }
    this.#face = shown;
    for (const [name, value] of Object.entries(mouthOf(this.#life.lips(dt, wishes)))) manager.setValue(name, value);
    // Where an expression closes the eyes itself, three-vrm keeps the blink back.
    manager.setValue('blink', wishes.still ? 0 : this.#life.blink(now));
  }

  #turn(bone: VRMHumanBoneName, x: number, y: number, z: number, order: EulerOrder = 'XYZ'): void {
    const node = this.#vrm.humanoid.getNormalizedBoneNode(bone);
    node?.rotation.set(this.#side * x, y, this.#side * z, order);
  }

  /** Arms down: files come with arms held out. */
  #rest(): void {
    this.#arm('left', 1, 0, 0, 0);
    this.#arm('right', -1, 0, 0, 0);
  }

  /** One arm, hanging where everything is 0: raised, bent at the elbow, turned at the wrist, each up to 10. Its own left is the viewer's right. */
  #arm(side: 'left' | 'right', sign: 1 | -1, raised: number, bent: number, wrist: number): void {
    const [up, fold] = [Math.max(-2, Math.min(10, raised)) / 10, Math.max(-1, Math.min(10, bent)) / 10];
    this.#turn(`${side}UpperArm`, 0.05 + 0.25 * up, 0, sign * (-1.24 + 0.5 * up));
    // A forearm that goes up turns its palm to whoever looks, half of it in itself (about its own length first), half at the wrist.
    const palm = -1.3 * Math.max(0, up) * Math.max(0, fold);
    this.#turn(`${side}LowerArm`, palm / 2, sign * (-0.18 - 0.5 * fold), sign * (-0.06 + 2.1 * fold), 'ZYX');
    this.#turn(`${side}Hand`, palm / 2, 0, sign * (-0.08 + 0.05 * wrist));
  }

  #move(values: Record<string, number>): void {
    const of = (id: string) => radians(values[id] ?? 0);
    const breath = values.ParamBreath ?? 0.5;
    const [x, y, z] = [of('ParamAngleY'), of('ParamAngleX'), of('ParamAngleZ')];
    this.#turn('head', -0.6 * x, 0.6 * y, -0.6 * z);
    this.#turn('neck', -0.4 * x, 0.4 * y, -0.4 * z);
    const body = [of('ParamBodyAngleY'), of('ParamBodyAngleX'), of('ParamBodyAngleZ')] as const;
    this.#turn('spine', -body[0], 0.6 * body[1], -body[2]);
    this.#turn('chest', -0.018 * breath, 0.4 * body[1], 0);
    const shrug = 0.024 * (values.ParamShoulderY ?? 0);
    this.#turn('leftShoulder', 0, 0, 0.02 * breath + shrug);
    this.#turn('rightShoulder', 0, 0, -0.02 * breath - shrug);
    this.#arm('left', 1, values.ParamArmRA ?? 0, values.ParamArmRB ?? 0, values.ParamHandR ?? 0);
    this.#arm('right', -1, values.ParamArmLA ?? 0, values.ParamArmLB ?? 0, values.ParamHandL ?? 0);
    // Eyes look at a point before the figure; three-vrm turns them.
    const head = this.#vrm.humanoid.getNormalizedBoneNode('head')?.getWorldPosition(new Vector3());
    const far = 4;
    this.#eyes.position.set(
      (values.ParamEyeBallX ?? 0) * far * 0.45,
      (head?.y ?? this.#top) + (values.ParamEyeBallY ?? 0) * far * 0.3,
      far,
    );
  }
}
