/** From the bytes of a layered picture to a puppet on the page. Fetched when the first one comes on: what reads PSDs is large. */

import { pictureSheets } from '../stage/art';
import { readRig, RigError, type Rig } from '../stage/format';
import { PuppetView } from '../stage/puppet';
import { autorig, layerId } from './autorig';
import { readLayers } from './psd';
import { roleOf } from './roles';

export interface OpenedLayers {
  view: PuppetView;
  layers: number;
  /** Layers that could not be taken. */
  left: number;
  release: () => void;
}

/** Closed eyes and open mouths lie hidden in many files. */
const HIDDEN = /^(eye-closed|mouth-|blush|tear|sweat)/;

/** Reads the picture, and the rig where one came with it. Throws a sentence for people. */
export async function openLayers(name: string, bytes: ArrayBuffer, rig: ArrayBuffer | null): Promise<OpenedLayers> {
  const found = readLayers(bytes, (path) => HIDDEN.test(roleOf(path) ?? ''));
  const urls: string[] = [];
  const canvases: HTMLCanvasElement[] = [];
  const release = () => {
    urls.forEach((url) => URL.revokeObjectURL(url));
    // Else they keep their pixels until the page's memory is looked through.
    for (const canvas of canvases) canvas.width = canvas.height = 0;
  };
  try {
    const made = rig ? ownRig(rig) : autorig(name, [found.width, found.height], found.layers);
    const pictures = new Map<string, { picture: HTMLCanvasElement; url: string; box: readonly number[] }>();
    for (const [i, { box, pixels, path, opacity }] of found.layers.entries()) {
      const picture = document.createElement('canvas');
      canvases.push(picture);
      [picture.width, picture.height] = [box[2], box[3]];
      const context = picture.getContext('2d');
      if (!context) throw new Error('there is no canvas');
      for (let at = 3; opacity < 1 && at < pixels.length; at += 4) pixels[at] = (pixels[at] ?? 0) * opacity;
      context.putImageData(new ImageData(pixels, box[2], box[3]), 0, 0);
      const blob = await new Promise<Blob | null>((done) => picture.toBlob(done));
      if (!blob) throw new Error('there is too little memory for its layers');
      const url = URL.createObjectURL(blob);
      urls.push(url);
      // A rig of its own calls layers by their names.
      const id = rig ? (path.at(-1) ?? '') : layerId({ path, box }, i);
      if (!pictures.has(id)) pictures.set(id, { picture, url, box });
    }
    const drawn = made.layers.filter((layer) => layer.art);
    const missing = drawn.find((layer) => !pictures.has(layer.id));
    if (missing) throw new RigError(`the picture has no layer "${missing.id}"`);
    for (const layer of drawn) {
      const found_ = pictures.get(layer.id);
      if (found_) layer.box = [...found_.box] as typeof layer.box;
      const index = found.layers.findIndex((one, i) => (rig ? one.path.at(-1) : layerId(one, i)) === layer.id);
      layer.blend = found.layers[index]?.blend ?? layer.blend;
    }
    const used = new Map([...pictures].filter(([id]) => drawn.some((layer) => layer.id === id)));
    const view = new PuppetView({ rig: made, art: pictureSheets(used) });
    return { view, layers: used.size, left: found.left, release };
  } catch (error) {
    release();
    throw error;
  }
}

function ownRig(bytes: ArrayBuffer): Rig {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new RigError('rig.json is no JSON');
  }
  return readRig(json);
}
