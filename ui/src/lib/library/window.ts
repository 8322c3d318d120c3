/** Which part of a long grid is drawn, and where. Pure: sizes come in as data. */

export interface GridSize {
  /** Width to fill, in CSS pixels. */
  width: number;
  /** Height that is seen. */
  height: number;
  /** How far it is scrolled. */
  top: number;
  /** How many cells there are. */
  count: number;
  /** Smallest width of a cell. */
  cellWidth: number;
  cellHeight: number;
  gap: number;
}
export interface GridWindow {
  columns: number;
  rows: number;
  /** Height of all rows. */
  height: number;
  /** Cells drawn: from `first` up to, but not including, `end`. */
  first: number;
  end: number;
  /** Where the row of `first` begins. */
  offset: number;
}

/** Rows drawn above and below what is seen, so that a quick scroll shows no holes. */
const SPARE = 2;

export function gridWindow(size: GridSize): GridWindow {
  const columns = Math.max(1, Math.floor((size.width + size.gap) / (size.cellWidth + size.gap)));
  const rows = Math.ceil(size.count / columns);
  const pitch = size.cellHeight + size.gap;
  const height = Math.max(0, rows * pitch - size.gap);
  const topRow = Math.max(0, Math.floor(size.top / pitch) - SPARE);
  const endRow = Math.min(rows, Math.ceil((size.top + size.height) / pitch) + SPARE);
  return {
    columns,
    rows,
    height,
    first: Math.min(size.count, topRow * columns),
    end: Math.min(size.count, Math.max(topRow, endRow) * columns),
    offset: topRow * pitch,
  };
}

/** Where a key leads from a cell; null where it leads nowhere. */
export function step(key: string, at: number, count: number, columns: number, page: number): number | null {
  if (count === 0) return null;
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    PageUp: at - columns * page,
    PageDown: at + columns * page,
    Home: 0,
    End: count - 1,
  }[key];
  if (to === undefined) return null;
  if (key === 'ArrowUp' && to < 0) return at;
  return Math.min(count - 1, Math.max(0, to));
}

/** How far to scroll so that a cell is seen; of one that is taller than the window, its head. */
export function scrollTo(
  at: number,
  columns: number,
  size: Pick<GridSize, 'top' | 'height' | 'cellHeight' | 'gap'>,
): number {
  const pitch = size.cellHeight + size.gap;
  const from = Math.floor(at / columns) * pitch;
  if (from < size.top || size.cellHeight > size.height) return from;
  return Math.max(size.top, from + size.cellHeight - size.height);
}
