/** 中文：场景画面。 */

import type { picturesEn } from './pictures.en';

export const picturesZh: typeof picturesEn = {
  pictures: '画面',
  picturesIntro: '为最近几句话所在的场景作画。可以挂在她身后，也会出现在历史记录里；她看不到画面。',
  picturesHere: '画面在本机由内置的场景合成。',
  picturesThere: (host) => `不超过五十字的场景描述会发送到 ${host} 由它作画；对话原文不会发送。`,
  picturesEmpty: '这段对话还没有画面。',
  pictureScene: '画下这一幕',
  pictureMaking: '正在画这一幕…',
  pictureHang: '挂在她身后',
  pictureTakeOff: '取下',
  pictureRemove: '删除画面',
  pictureRemoved: (what) => `已删除：${what}`,
  pictureComposed: '本机合成',
  pictureDrawn: (by, host) => `由 ${host} 上的 ${by} 绘制`,
  pictureLost: '这幅画面已经不在了。',
  pictureServer: '由服务器绘制场景',
  pictureServerHint: '只发送不超过五十字的场景描述，不发送对话原文。关闭时画面在本机合成。',
  pictureKind: '服务器类型',
  pictureModel: '绘画模型',
  pictureModelHint: '留空：使用它已加载的模型，或第一个模型。',
  pictureStyle: '画风',
  pictureStyleHint: '写在每条描述之前。',
  pictureSign: (host) => `场景由 ${host} 绘制`,
  reportMemory: '带上她的记忆',
  reportMemoryHint: '她像在舞台上一样记得说过的话；否则只算上下文窗口里留得住的内容。',
};
