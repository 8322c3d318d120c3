/**
 * The script of the frame in which a Cubism Core runs: takes a model and the Core's own text from the page, draws into its one canvas.
 *
 * The frame's policy lets nothing in but this script, the Core (both by hash) and WebAssembly; see `docs/decisions/0177`.
 */

import { openModel, versionName, type CubismCore } from './core';
import { Figure, readMaterial } from './figure';
import { Files } from './files';
import type { FromFrame, ToFrame } from './messages';
import { readModelList } from './model3';
import { boundsOf, Renderer, type View } from './renderer';
import { figureBox } from '../stage/figure-box';

const canvas = document.createElement('canvas');
document.body.append(canvas);
const say = (message: FromFrame) => parent.postMessage(message, '*');
const fail = (error: unknown) =>
  say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });

/** How long a Core may take to get ready, in milliseconds. */
const PATIENCE = 8000;

interface Shown {
  figure: Figure;
  renderer: Renderer;
  bounds: [number, number, number, number];
  release(): void;
}
let shown: Shown | null = null;
let size = { width: 1, height: 1, ratio: 1 };
/** Share of the full resolution: less where frames take long. */
let sharpness = 1;
let slow = 0;
/** The canvas is of another size from the next frame on: setting it wipes what is drawn, so it is set only before drawing. */
let resized = true;

/** Runs the Core. An inline script whose text has another hash than the policy names does not run. */
async function startCore(text: string): Promise<CubismCore> {
  const script = document.createElement('script');
  script.textContent = text;
  document.head.append(script);
  const until = performance.now() + PATIENCE;
  for (;;) {
    const core = (globalThis as { Live2DCubismCore?: CubismCore }).Live2DCubismCore;
    try {
      // WebAssembly may still be compiling: then the first call throws.
      if (core && core.Version.csmGetVersion() > 0) return core;
    } catch {
      // Not yet.
    }
    if (performance.now() > until)
      throw new Error(core ? 'the Cubism Core does not start' : 'the Cubism Core was not let run');
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function picture(bytes: ArrayBuffer, path: string): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(new Blob([bytes]));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } catch {
    throw new Error(`the texture ${path} cannot be shown`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function load(message: Extract<ToFrame, { type: 'load' }>): Promise<void> {
  const files = new Files(new Map(message.files));
  const list = readModelList(message.entry, files);
  const material = readMaterial(list, files);
  const need = (path: string) => files.bytes(path) ?? new ArrayBuffer(0);
  const pictures = await Promise.all(list.textures.map((path) => picture(need(path), path)));
  const core = await startCore(message.core);
  const opened = openModel(core, need(list.moc));
  opened.model.update();
  const bounds = boundsOf(opened.model.drawables);
  const renderer = new Renderer(canvas, opened.model.drawables, pictures);
  const figure = new Figure(opened.model, list, material);
  shown = {
    figure,
    renderer,
    bounds,
    release() {
      renderer.release();
      opened.release();
    },
  };
  say({
    type: 'ready',
    core: versionName(core.Version.csmGetVersion()),
    parameters: opened.model.parameters.count,
    drawables: opened.model.drawables.count,
    broken: material.broken,
  });
}

function resize(): void {
  resized = false;
  const scale = Math.min(2, size.ratio) * sharpness;
  canvas.width = Math.max(1, Math.round(size.width * scale));
  canvas.height = Math.max(1, Math.round(size.height * scale));
}

/** The model's units to the clip space: as high on the stage as our own figures. */
function view(bounds: [number, number, number, number]): View {
  const [left, bottom, right, top] = bounds;
  const box = figureBox(size.width, size.height, right - left, top - bottom);
  const sx = (2 * box.scale) / size.width;
  const sy = (2 * box.scale) / size.height;
  return { sx, sy, x: -((left + right) / 2) * sx, y: 1 - (2 * box.top) / size.height - top * sy };
}

function frame({ now, dt, wishes }: Extract<ToFrame, { type: 'frame' }>): void {
  if (!shown) return;
  if (shown.renderer.lost) {
    shown = null;
    fail(new Error('the graphics card was lost'));
    return;
  }
  const began = performance.now();
  if (resized) resize();
  shown.figure.frame(now, dt, wishes);
  shown.renderer.draw(view(shown.bounds), shown.figure.opacity);
  const ms = performance.now() - began;
  // Without a graphics card pixels cost: fewer of them are better than fewer frames.
  slow = ms > 30 ? slow + 1 : Math.max(0, slow - 1);
  if (slow > 12 && sharpness > 0.4) {
    sharpness *= 0.7;
    slow = 0;
    resized = true;
  }
  say({ type: 'drawn', ms, quick: shown.figure.settling, ...shown.figure.shown });
}

addEventListener('message', (event: MessageEvent<ToFrame>) => {
  // Whoever holds the frame, and nobody else.
  if (event.source !== parent) return;
  const message = event.data;
  if (message.type === 'load') load(message).catch(fail);
  else if (message.type === 'size') {
    size = { width: Math.max(1, message.width), height: Math.max(1, message.height), ratio: message.ratio };
    resized = true;
  } else if (message.type === 'frame') {
    try {
      frame(message);
    } catch (error) {
      shown = null;
      fail(error);
    }
  } else {
    shown?.release();
    shown = null;
  }
});
say({ type: 'open' });
