/** Foreign pictures: whether a browser can show them, whether they are cut out. */

/** The URL again, once its picture is decoded; rejects where that cannot be. */
export async function decoded(url: string): Promise<string> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return url;
}

/** Pixels of a small copy, RGBA; null where there is no canvas to draw on. */
export async function sampled(url: string, side: number): Promise<Uint8ClampedArray | null> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(image, 0, 0, side, side);
  return context.getImageData(0, 0, side, side).data;
}

/** True where the room can be seen beside the figure: both upper corners are empty. */
export function emptyCorners(pixels: Uint8ClampedArray, side: number): boolean {
  const alpha = (x: number, y: number) => pixels[(y * side + x) * 4 + 3] ?? 255;
  return [0, 1].every((y) => [0, 1, side - 2, side - 1].every((x) => alpha(x, y) < 16));
}

const SIDE = 24;

/** The picture is a figure without a ground. */
export async function isCutOut(url: string): Promise<boolean> {
  const pixels = await sampled(url, SIDE).catch(() => null);
  return pixels !== null && emptyCorners(pixels, SIDE);
}
