/** Where a page of a list begins that may have become shorter meanwhile: on the last page at most. */
export function pageFrom(from: number, all: number, size: number): number {
  return Math.min(from, Math.max(0, Math.floor((all - 1) / size) * size));
}
