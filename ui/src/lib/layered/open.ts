/** From the bytes of a layered picture to a puppet on the page. Fetched when the first one comes on: what reads PSDs is large. */

import { pictureSheets } from '../stage/art';
import { readRig, RigError, type Rig } from '../stage/format';
import { PuppetView } from '../stage/puppet';
import { autorig, layerId } from './autorig';
import { read } from './reader';

export interface OpenedLayers {
  view: PuppetView;
  layers: number;
  /** Layers that could not be taken. */
  left: number;
  release: () => void;
}

/** Reads the picture, and the rig where one came with it. Throws a sentence for people, or what `signal` was aborted with. */
export async function openLayers(
  name: string,
  bytes: ArrayBuffer,
  rig: ArrayBuffer | null,
  signal: AbortSignal,
): Promise<OpenedLayers> {
  const own = rig ? ownRig(rig) : null;
  // A rig of its own calls layers by their names.
  const moving = own && own.layers.filter((layer) => layer.clip !== null).map((layer) => layer.id);
  const found = await read(bytes, moving, signal);
  const urls: string[] = [];
  const release = () => {
    urls.forEach((url) => URL.revokeObjectURL(url));
    // Else they keep their pixels until the page's memory is looked through.
    for (const { picture } of found.layers) picture.close();
  };
  try {
    const made = own ?? autorig(name, [found.width, found.height], found.layers);
    const ids = found.layers.map((layer, i) => (own ? (layer.path.at(-1) ?? '') : layerId(layer, i)));
    const pictures = new Map<string, { picture: ImageBitmap; url: string; box: readonly number[] }>();
    for (const [i, { box, picture, file }] of found.layers.entries()) {
      const id = ids[i] ?? '';
      if (pictures.has(id)) continue;
      const url = URL.createObjectURL(file);
      urls.push(url);
      pictures.set(id, { picture, url, box });
    }
    const drawn = made.layers.filter((layer) => layer.art);
    const missing = drawn.find((layer) => !pictures.has(layer.id));
    if (missing) throw new RigError(`the picture has no layer "${missing.id}"`);
    for (const layer of drawn) {
      const there = found.layers[ids.indexOf(layer.id)];
      if (!there) continue;
      layer.box = [...there.box];
      layer.blend = there.blend;
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
