/** 日本語：動く姿、Cubism Core、小さなウィンドウとトレイ。 */

import type { figuresEn } from './figures.en';

export const figuresJa: typeof figuresEn = {
  figure: '動く姿',
  figureHint:
    'Live2D モデル（.model3.json を含むフォルダーか ZIP）・VRM ファイル・またはレイヤー画像（PSD）。舞台では画像やパペットの代わりになります。ウィンドウへのドロップでも追加できます。',
  figureNone: 'まだありません。',
  figureKinds: { live2d: 'Live2D モデル', vrm: 'VRM', layers: 'レイヤー画像' },
  figureFiles: (n) => `${n} ファイル`,
  figureAdd: 'ファイルを選ぶ…',
  figureAddFolder: 'フォルダーを選ぶ…',
  figureRemove: '外す',
  figureRemoved: (name) => `${name}を外しました。`,
  figureBack: '元に戻す',
  figureFor: (name) => `${name}の姿`,
  figureOthers: (names) => `一度に一体だけです。取り込まないもの：${names}`,
  figureTake: 'この姿を使う',
  figureTaken: (figure, name) => `${name}は ${figure} の姿になりました。`,
  figureShipped: 'アプリ付属のキャラクターの姿は変えられません。複製すると変えられます。',
  figureFailed: (name, reason) => `${name} を表示できません：${reason}。画像で代わります。`,
  figureBroken: (n, first) =>
    n === 1 ? `使えないファイルがあります：${first}。` : `使えないファイルが ${n} 個あります。最初は ${first}。`,
  figureTrouble: '立ち絵をそのまま表示できません',
  figureGone: 'ファイルがなくなりました',
  figureSilent: '描画する枠が応答しません',
  layersLeft: (n) => `画像のレイヤー ${n} 枚は使われていません。`,
  noWebgl: 'このウィンドウには WebGL 2 がありません',
  live2dNoCore:
    'このキャラクターは Live2D モデルですが、Cubism Core が選ばれていないため画像で代わります。入手方法は「設定・舞台」にあります。',
  live2d: 'Live2D モデル',
  live2dHint:
    'Live2D モデルは Cubism Core で動きます。これは Live2D 社のソフトウェアで、自由ソフトウェアではありません。Hanashi は同梱もダウンロードもしません。',
  live2dWhere:
    'live2d.com/en/sdk/download/web/ から「Cubism SDK for Web」を入手し、そこで Live2D の使用許諾に同意して、中の Core/live2dcubismcore.min.js を選んでください。',
  live2dLicence:
    '使用許諾はあなたと Live2D 社の間のものです。そこでお読みください。事業者や、利用者のモデルを読み込むアプリについては別の定めがあり、モデルごとの利用条件もあります。',
  live2dSafe: 'Core は閉じた枠の中で動きます。見えるのはモデルだけで、ネットワークには届きません。',
  live2dNone: 'Cubism Core は未選択です。Live2D モデルは画像で表示します。',
  live2dChosen: (size, hash) => `選択中：${size}、SHA-256 ${hash}`,
  live2dChoose: 'Cubism Core を選ぶ…',
  live2dForget: '選択をやめる',
  pet: '小さなウィンドウ',
  petHint: 'キャラクターだけを他のウィンドウの上に表示します。会話は続きます。トレイかウィンドウの隅から戻れます。',
  petOpen: '小さなウィンドウを開く',
  petNoTray: 'ここにはトレイがないため、クリックを透過できません。',
  petNotOnTop: 'このデスクトップではウィンドウを最前面に保てません。',
  petNotTransparent: 'このシステムでは背景がつきます。',
  petBack: '大きなウィンドウへ戻る',
  petThrough: 'クリックを透過する（トレイで戻せます）',
  petMove: 'ドラッグで移動',
  trayShow: 'Hanashi を表示',
  trayHide: '隠す',
  trayPet: '小さなウィンドウ',
  trayThrough: 'クリックを透過',
  trayQuit: '終了',
};
