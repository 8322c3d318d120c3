/** Reading foreign JSON: every field is what it should be or its stand-in, every list has an end. */

export type Json = Record<string, unknown>;

/** What a file says, without the mark that some editors begin files with. Throws a sentence for people. */
export function parseJson(bytes: ArrayBuffer, file: string): Json {
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is no JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${file} is no JSON object`);
  return value as Json;
}

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
/** A list, cut where it is longer than anybody means. */
export const list = (value: unknown, most: number): unknown[] => (Array.isArray(value) ? value.slice(0, most) : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** A finite number; numbers in quotes occur. */
export function number(value: unknown, standIn: number): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : standIn;
}
/** A finite number, or null where nothing is said. */
export function maybeNumber(value: unknown): number | null {
  const read = number(value, Number.NaN);
  return Number.isNaN(read) ? null : read;
}
