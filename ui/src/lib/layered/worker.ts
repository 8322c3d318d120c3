/** Reads layered pictures beside the page, which goes on meanwhile. Says that it is there, then answers one question. */

import { decode, type Decoded } from './decode';

export interface Question {
  bytes: ArrayBuffer;
  moving: readonly string[] | null;
}
export type Answer = 'ready' | { decoded: Decoded } | { problem: string };

const tell = (answer: Answer, given: Transferable[] = []) => {
  self.postMessage(answer, { transfer: given });
};
self.onmessage = ({ data: { bytes, moving } }: MessageEvent<Question>) => {
  decode(bytes, moving).then(
    (decoded) => tell({ decoded }, decoded.layers.map(({ picture }) => picture)), // prettier-ignore
    (error: unknown) => tell({ problem: error instanceof Error ? error.message : String(error) }),
  );
};
tell('ready');
