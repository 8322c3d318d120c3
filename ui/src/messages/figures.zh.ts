/** 中文：会动的形象、Cubism Core、小窗口与托盘。 */

import type { figuresEn } from './figures.en';

export const figuresZh: typeof figuresEn = {
  figure: '会动的形象',
  figureHint:
    'Live2D 模型（含 .model3.json 的文件夹或 ZIP）或 VRM 文件。舞台上以它代替图片和立绘。也可以直接拖进窗口。',
  figureNone: '还没有形象。',
  figureKinds: { live2d: 'Live2D 模型', vrm: 'VRM 形象' },
  figureFiles: (n) => `${n} 个文件`,
  figureAdd: '选择文件…',
  figureAddFolder: '选择文件夹…',
  figureRemove: '移除',
  figureRemoved: (name) => `已移除${name}。`,
  figureBack: '放回',
  figureFor: (name) => `${name}的形象`,
  figureOthers: (names) => `一次一个，未导入：${names}`,
  figureTake: '使用这个形象',
  figureTaken: (figure, name) => `${name}现在以 ${figure} 的形象出现。`,
  figureShipped: '应用自带的角色保留原有形象。复制一份即可更改。',
  figureFailed: (name, reason) => `无法显示形象 ${name}：${reason}。暂以图片代替。`,
  figureBroken: (n, first) =>
    n === 1 ? `形象的一个文件无法使用：${first}。` : `形象有 ${n} 个文件无法使用，首先是 ${first}。`,
  figureGone: '文件已不存在',
  figureSilent: '绘制它的框架没有响应',
  noWebgl: '此窗口没有 WebGL 2',
  live2dNoCore: '这个角色是 Live2D 模型，但尚未选择 Cubism Core，暂以图片代替。获取方法见“设置 · 舞台”。',
  live2d: 'Live2D 模型',
  live2dHint: 'Live2D 模型由 Cubism Core 驱动。它是 Live2D 公司的软件，不是自由软件。Hanashi 既不包含也不下载它。',
  live2dWhere:
    '请到 live2d.com/en/sdk/download/web/ 下载“Cubism SDK for Web”，在那里接受 Live2D 的许可，然后选择其中的 Core/live2dcubismcore.min.js。',
  live2dLicence:
    '该许可是你与 Live2D 之间的协议，请在那里阅读。其中对企业、对可载入个人模型的程序另有规定；每个模型也各有条款。',
  live2dSafe: 'Core 在封闭的框架中运行：只看得到模型，也无法连接网络。',
  live2dNone: '未选择 Cubism Core：Live2D 模型以图片显示。',
  live2dChosen: (size, hash) => `已选择：${size}，SHA-256 ${hash}`,
  live2dChoose: '选择 Cubism Core…',
  live2dForget: '取消选择',
  pet: '小窗口',
  petHint: '只有角色，浮在其他窗口之上。对话照常进行；从托盘或窗口一角返回。',
  petOpen: '打开小窗口',
  petNoTray: '这里没有托盘，因此点击无法穿过小窗口。',
  petNotOnTop: '此桌面不允许窗口置顶。',
  petNotTransparent: '在此系统上它带有背景。',
  petBack: '回到大窗口',
  petThrough: '让点击穿过（可从托盘恢复）',
  petMove: '拖动以移动',
  trayShow: '显示 Hanashi',
  trayHide: '隐藏',
  trayPet: '小窗口',
  trayThrough: '点击穿过',
  trayQuit: '退出',
};
