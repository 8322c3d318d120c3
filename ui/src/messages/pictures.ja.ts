/** 日本語：場面の絵。 */

import type { picturesEn } from './pictures.en';

export const picturesJa: typeof picturesEn = {
  pictures: '場面の絵',
  picturesIntro: '直近のせりふの場面を絵にします。背景に掛けることも、履歴で見ることもできます。相手には見えません。',
  picturesHere: '絵はこのコンピューターで、付属の場面から合成されます。',
  picturesThere: (host) =>
    `五十字までの場面の説明だけが ${host} に送られ、そこで描かれます。会話そのものは送られません。`,
  picturesEmpty: 'この会話の絵はまだありません。',
  pictureScene: 'この場面を絵にする',
  pictureMaking: '場面を描いています…',
  pictureHang: '背景に掛ける',
  pictureTakeOff: '外す',
  pictureRemove: '絵を削除',
  pictureRemoved: (what) => `削除しました：${what}`,
  pictureComposed: 'このコンピューターで合成',
  pictureDrawn: (by, host) => `${host} の ${by} が描画`,
  pictureLost: 'この絵はもうありません。',
  pictureServer: '場面をサーバーで描く',
  pictureServerHint:
    '五十字までの場面の説明だけが送られ、会話そのものは送られません。オフのときはこのコンピューターで合成します。',
  pictureKind: 'サーバーの種類',
  pictureModel: '絵のモデル',
  pictureModelHint: '空欄：読み込まれているもの、または最初のもの。',
  pictureStyle: '画風',
  pictureStyleHint: 'すべての説明の前に付きます。',
  pictureSign: (host) => `場面は ${host} で描かれます`,
  reportMemory: '記憶ありで',
  reportMemoryHint: '舞台と同じように話したことを覚えています。オフのときは文脈に収まる分だけが数えられます。',
};
