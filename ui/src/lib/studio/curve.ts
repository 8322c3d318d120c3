/** The arithmetic of a small chart: where points lie, what stands at the axes. */

export interface Spot {
  step: number;
  value: number;
}

/** Width and height of a chart's drawing, and the room for what stands at its axes. */
export const BOX = { width: 420, height: 200, left: 44, right: 10, top: 10, bottom: 24 };

/** The values between which a chart reaches: all of them with a little room, and never a single one. */
export function reach(values: number[], fixed?: [number, number]): [number, number] {
  if (fixed) return fixed;
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return [0, 1];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [Math.max(low >= 0 ? 0 : -Infinity, low - room), high + room];
}

/** Round values across a range, four to eight of them, and how they are written: with the digits that tell them apart. */
export function ticks([low, high]: [number, number]): { value: number; label: string }[] {
  const rough = (high - low) / 5;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const digit = Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * 10 ** digit >= rough * 0.999) ?? 10;
  const step = factor * 10 ** digit;
  // The last decimal that a step changes.
  const decimal = -digit - (factor === 10 ? 1 : 0) + (factor === 2.5 ? 1 : 0);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const write = (value: number) => {
    if (Math.abs(value) < step / 2) return '0';
    if (largest >= 0.001 && largest < 100_000) return value.toFixed(Math.max(0, decimal));
    const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) + decimal);
    return value
      .toExponential(digits)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  };
  const first = Math.ceil(low / step - 1e-6);
  const count = Math.floor(high / step + 1e-6) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => (first + at) * step).map((value) => ({
    value,
    label: write(value),
  }));
}

/** A single value, such as the last one. */
export function axis(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return '0';
  if (size < 0.001 || size >= 10_000) return value.toExponential(0).replace('e+', 'e');
  return size < 0.1 ? value.toPrecision(1) : size < 10 ? value.toFixed(2).replace(/0$/, '') : value.toFixed(0);
}

export const across = (step: number, last: number): number =>
  BOX.left + (step / Math.max(1, last)) * (BOX.width - BOX.left - BOX.right);
export const down = (value: number, [low, high]: [number, number]): number =>
  BOX.height - BOX.bottom - ((value - low) / (high - low || 1)) * (BOX.height - BOX.top - BOX.bottom);

/** A line through points; those that are no numbers leave a gap. */
export function path(spots: Spot[], last: number, range: [number, number]): string {
  let pen = 'M';
  return spots
    .map(({ step, value }) => {
      if (!Number.isFinite(value)) {
        pen = 'M';
        return '';
      }
      const point = `${pen}${across(step, last).toFixed(1)} ${down(value, range).toFixed(1)}`;
      pen = 'L';
      return point;
    })
    .join('');
}

/** The same points, each a fifth of itself and four fifths of those before: what is chance is smoothed away. */
export function smooth(spots: Spot[]): Spot[] {
  let before: number | null = null;
  return spots.map(({ step, value }) => {
    before = before === null || !Number.isFinite(value) ? value : 0.8 * before + 0.2 * value;
    return { step, value: before };
  });
}
