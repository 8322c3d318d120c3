/**
 * Figures for the browser and the tests. `?figure=ADDRESS` gives everybody the figure whose list of files (`files.json`: kind, name, entry,
 * files) lies there, from where the files are fetched; `&core=ADDRESS` is a Core that was chosen. A file dropped as `…model3.json` or
 * `….vrm` or `….psd` is a figure.
 */

import type { CoreView, FiguresBackend, FigureView } from './figures';

export function fakeFigures(query: URLSearchParams): FiguresBackend {
  let base = query.get('figure') ?? '';
  let before = '';
  let core = query.get('core') ?? '';
  const bytesAt = async (address: string) => {
    const answer = await fetch(address);
    return answer.ok ? answer.arrayBuffer() : null;
  };
  const coreView = async (): Promise<CoreView | null> => {
    const bytes = core === '' ? null : await bytesAt(core);
    if (!bytes) return null;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { sha256, bytes: bytes.byteLength };
  };
  const figureOf = (path: string) =>
    /\.vrm$/i.test(path) ? 'vrm' : /\.psd$/i.test(path) ? 'layers' : /live2d|model3/i.test(path) ? 'live2d' : null;
  return {
    async previewFigure(paths) {
      const kind = paths.map(figureOf).find((found) => found !== null);
      return kind ? { kind, name: 'Mika', files: kind === 'live2d' ? 24 : 1, others: [] } : null;
    },
    async importFigure(_character, paths) {
      const kind = paths.map(figureOf).find((found) => found !== null) ?? 'vrm';
      [before, base] = [base, query.get('arrives') ?? ''];
      return {
        kind,
        name: 'Mika',
        taken: kind === 'live2d' ? 23 : 1,
        refused:
          kind === 'live2d'
            ? [{ file: 'mad.exp3.json', reason: 'it is no JSON (EOF while parsing a value at line 3 column 0)' }]
            : [],
      };
    },
    async removeFigure() {
      [before, base] = [base, ''];
    },
    async restoreFigure() {
      [before, base] = [base, before];
    },
    async figure() {
      if (base === '') return null;
      const bytes = await bytesAt(`${base}/files.json`);
      return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as FigureView);
    },
    figureFile: (_character, path) => bytesAt(`${base}/${path.split('/').map(encodeURIComponent).join('/')}`),
    live2dCore: coreView,
    async live2dSource() {
      const bytes = core === '' ? null : await bytesAt(core);
      return bytes && new TextDecoder().decode(bytes);
    },
    live2dFrame: () => '/live2d/frame',
    async chooseLive2dCore() {
      core = query.get('chosen') ?? core;
      const view = await coreView();
      if (!view)
        throw {
          kind: 'unsupported',
          message: '`Mira.png` is no Cubism Core',
          remedy: 'choose `live2dcubismcore.min.js` from the folder `Core` of the Cubism SDK for Web',
        };
      return view;
    },
    async forgetLive2dCore() {
      core = '';
    },
    async windowAbilities() {
      const plain = query.has('nopet');
      return { transparent: !plain, onTop: !plain, through: !plain, tray: !plain, gpu: !query.has('nogpu') };
    },
    async openPet() {
      document.documentElement.dataset.window = 'pet';
    },
    async closePet() {
      document.documentElement.dataset.window = 'main';
    },
    async petThrough(on) {
      document.documentElement.dataset.through = String(on);
    },
    async dressTray(words) {
      document.documentElement.dataset.tray = Object.values(words).join('|');
      return !query.has('nopet');
    },
  };
}
