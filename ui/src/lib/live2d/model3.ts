/**
 * `model3.json`: the list of what belongs to a Live2D model. Exporters leave things out (no expressions, no groups, null for absent
 * files, no list at all), so what lies beside it and is not named is found as well.
 */

import type { Files } from './files';
import { list, maybeNumber, object, parseJson, text } from './json';

export interface NamedFile {
  name: string;
  path: string;
}
export interface MotionFile extends NamedFile {
  group: string;
  /** Seconds; null leaves it to the motion. */
  fadeIn: number | null;
  fadeOut: number | null;
}
export interface ModelList {
  moc: string;
  textures: string[];
  physics: string | null;
  pose: string | null;
  display: string | null;
  expressions: NamedFile[];
  motions: MotionFile[];
  /** Ids of parameters; empty where the model does not say. */
  eyeBlink: string[];
  lipSync: string[];
  hitAreas: NamedFile[];
  /** Files that are named and not there. */
  missing: string[];
}

const MOST = 512;
const bare = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:exp3|motion3)\.json$/i, '');

/** Reads the list. `entry` is a `.model3.json`, or the only `.moc3` where there is no list. Throws where there is no model. */
export function readModelList(entry: string, files: Files): ModelList {
  const bare3 = entry.toLowerCase().endsWith('.moc3');
  const bytes = files.bytes(entry);
  if (!bytes) throw new Error(`${entry} is missing`);
  const root = bare3 ? {} : parseJson(bytes, entry);
  const refs = object(root.FileReferences);
  const missing: string[] = [];
  const found = (name: unknown): string | null => {
    const path = text(name);
    if (path === '') return null;
    const there = files.find(path, entry);
    if (there === null) missing.push(path);
    return there;
  };
  const beside = (ending: string) =>
    files.paths.filter((path) => path.toLowerCase().endsWith(ending)).sort((a, b) => a.localeCompare(b, 'en'));

  const moc = bare3 ? entry : (found(refs.Moc) ?? beside('.moc3')[0]);
  if (moc === undefined) throw new Error(`${entry} names no model that is there`);
  let textures = list(refs.Textures, 64).map(found);
  if (textures.length === 0) textures = files.paths.filter((path) => /texture[^/]*\.png$/i.test(path)).sort();
  const gone = textures.indexOf(null);
  // Drawn with the wrong picture a model is a heap of scraps; without one it is no model.
  if (gone >= 0 || textures.length === 0) throw new Error(`a texture is missing: ${missing.join(', ') || entry}`);

  const expressions = list(refs.Expressions, MOST).flatMap((item): NamedFile[] => {
    const { Name, File } = object(item);
    const path = found(File);
    return path === null ? [] : [{ name: text(Name) || bare(path), path }];
  });
  const motions = Object.entries(object(refs.Motions)).flatMap(([group, items]) =>
    list(items, MOST).flatMap((item): MotionFile[] => {
      const { File, FadeInTime, FadeOutTime } = object(item);
      const path = found(File);
      if (path === null) return [];
      return [{ group, name: bare(path), path, fadeIn: maybeNumber(FadeInTime), fadeOut: maybeNumber(FadeOutTime) }];
    }),
  );
  const named = new Set([...expressions, ...motions].map((one) => one.path));
  for (const path of beside('.exp3.json')) {
    if (!named.has(path)) expressions.push({ name: bare(path), path });
  }
  for (const path of beside('.motion3.json')) {
    if (!named.has(path)) motions.push({ group: '', name: bare(path), path, fadeIn: null, fadeOut: null });
  }
  const group = (name: string): string[] => {
    const all = list(root.Groups, MOST).map(object);
    const own = all.find((one) => text(one.Name).toLowerCase() === name && text(one.Target) !== 'Part');
    return list(own?.Ids, MOST).map(text).filter(Boolean);
  };
  return {
    moc,
    textures: textures.filter((path) => path !== null),
    physics: found(refs.Physics) ?? beside('.physics3.json')[0] ?? null,
    pose: found(refs.Pose) ?? beside('.pose3.json')[0] ?? null,
    display: found(refs.DisplayInfo) ?? beside('.cdi3.json')[0] ?? null,
    expressions: expressions.slice(0, MOST),
    motions: motions.slice(0, MOST),
    eyeBlink: group('eyeblink'),
    lipSync: group('lipsync'),
    hitAreas: list(root.HitAreas, MOST).map((item) => ({ name: text(object(item).Name), path: text(object(item).Id) })),
    missing,
  };
}

/** `cdi3.json`: what parameters are called in the editor, by id. */
export function readDisplay(bytes: ArrayBuffer, file: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const item of list(parseJson(bytes, file).Parameters, 4096)) {
    const { Id, Name } = object(item);
    if (text(Id) !== '') names.set(text(Id), text(Name) || text(Id));
  }
  return names;
}
