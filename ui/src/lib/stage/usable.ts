/** Whether a figure of somebody's own can be shown here. */

import type { FigureView, FiguresBackend } from '$lib/backend/figures';

/** A Live2D figure needs a Core that the person chose; where there is none the next rung stands in. */
export const usable = async (backend: Pick<FiguresBackend, 'live2dCore'>, own: FigureView): Promise<boolean> =>
  own.kind !== 'live2d' || (await backend.live2dCore().catch(() => null)) !== null;
