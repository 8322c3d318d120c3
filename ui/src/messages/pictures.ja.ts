/** 日本語：場面の絵。 */

import type { picturesEn } from './pictures.en';

export const picturesJa: typeof picturesEn = {
  pictures: '場面の絵',
  picturesIntro: '直近のせりふの場面を絵にします。背景に掛けることも、履歴で見ることもできます。相手には見えません。',
  picturesHere: '絵はこのコンピューターで、付属の場面から合成されます。',
  picturesThere: (host) =>
    `五十字までの場面の説明だけが ${host} に送られ、そこで描かれます。会話そのものは送られません。`,
  picturesPainted: (model) =>
    `${model} がこのコンピューターで描きます。何も送信されません。数分かかることがありますが、その間も会話できます。`,
  picturesEmpty: 'この会話の絵はまだありません。',
  pictureScene: 'この場面を絵にする',
  pictureMaking: '場面を描いています…',
  pictureHang: '背景に掛ける',
  pictureTakeOff: '外す',
  pictureRemove: '絵を削除',
  pictureRemoved: (what) => `削除しました：${what}`,
  pictureComposed: 'このコンピューターで合成',
  pictureDrawn: (by, host) => `${host} の ${by} が描画`,
  picturePainted: (by) => `このコンピューターの ${by} が描画`,
  pictureStep: (done, of) => `${of} ステップ中 ${done}`,
  picturePainter: '場面をこのコンピューターのモデルで描く',
  picturePainterHint:
    'ライブラリに追加した Stable Diffusion 1.x・2.x・turbo のフォルダー（model_index.json を含むもの）。絵ごとに読み込まれ、描き終えると解放されます。サーバーより優先されます。',
  picturePainterNone: 'なし',
  pictureSteps: 'ステップ数',
  pictureStepsHint: '0：モデルに合わせます。多いほど時間がかかります。',
  importedPainter: '絵を描くモデル',
  pictureLost: 'この絵はもうありません。',
  pictureServer: '場面をサーバーで描く',
  pictureServerHint:
    '五十字までの場面の説明だけが送られ、会話そのものは送られません。オフのときはこのコンピューターで合成します。',
  pictureKind: 'サーバーの種類',
  pictureModel: '絵のモデル',
  pictureModelHint: '空欄：読み込まれているもの、または最初のもの。',
  pictureStyle: '画風',
  pictureStyleHint: 'すべての説明に添えられます。',
  pictureSign: (host) => `場面は ${host} で描かれます`,
  reportMemory: '記憶ありで',
  reportMemoryHint: '舞台と同じように話したことを覚えています。オフのときは文脈に収まる分だけが数えられます。',
};
