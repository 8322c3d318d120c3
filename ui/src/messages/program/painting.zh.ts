/** Chinese: what the room `painting` tells. */

import type { Table } from '.';

export const paintingZh = {
  '`{path}` cannot be drawn with: {reason}': '不能用 `{path}` 画图：{reason}',
  '`{path}` has no `{part}`': '`{path}` 里没有 `{part}`',
  '`{path}` is damaged: {reason}': '`{path}` 已损坏：{reason}',
  'a description is not that long': '描述不会这么长',
  'a list of tokens has no {long} bytes': '词元列表不会有 {long} 字节',
  'bring the whole folder as it was published, with model_index.json and its parts':
    '请提供发布时原样的整个文件夹，带有 model_index.json 及各部分',
  'close other programs, choose a smaller model for chat or for pictures, or let the layers draw':
    '请关闭其他程序、选择更小的聊天或绘画模型，或改用图层来画',
  'drawing stopped: {0}': '画图停了：{0}',
  'drawing {width}×{height} with it needs {needed} of memory, and {free} are free':
    '用它画 {width}×{height} 需要 {needed} 内存，剩余 {free}',
  "fetch the same model's `.safetensors` files, which most are published with as well":
    '请下载同一模型的 `.safetensors` 文件，大多数模型也这样发布',
  'it computes with {latent} channels and the decoder with {latent2}':
    '它用 {latent} 个通道计算，而解码器用 {latent2} 个',
  'it does not say its `{key}`': '它没有写明 `{key}`',
  'it expects words of {context} numbers and gets {width}': '它需要 {context} 个数的词，得到的是 {width} 个',
  'it has no token `{token}`': '没有词元 `{token}`',
  'it has tokens beyond the {vocabulary} that the model knows': '它的词元超出了模型认识的 {vocabulary} 个',
  'it holds far more than a list of tokens': '内容远多于词元列表',
  'it is a PyTorch pickle, which can hold programs': '这是 PyTorch 的 pickle，里面可能带有程序',
  'it is a {class}': '这是 {class}',
  'it takes {latent} channels: it is for changing pictures (inpainting, depth), not for drawing them':
    '它接收 {latent} 个通道：用于修改图片（修补、深度），不用于画图',
  'its `addition_embed_type` is {from}: it is of the SDXL family or a later one':
    '它的 `addition_embed_type` 是 {from}：属于 SDXL 系列或更新的',
  'its `time_cond_proj_dim` is set: it is a latent consistency model': '它设有 `time_cond_proj_dim`：是潜在一致性模型',
  'its `{key}` is {found}, which is not known here': '它的 `{key}` 是 {found}，这里不认识',
  'its blocks make one number of {halved} pixels a side': '它的块把每边 {halved} 像素变成一个数',
  'its lists of tokens cannot be read': '无法读取它的词元列表',
  'its scheduler is {from}, which is not known here': '它的调度器是 {from}，这里不认识',
  'its tensor `{name}` is {shape} and should be {shape}': '张量 `{name}` 是 {shape}，应为 {shape}',
  'its {part} is a {named}': '它的 {part} 是 {named}',
  'let it compute on the processor, or choose another model for pictures': '请让它用处理器计算，或选择别的绘画模型',
  'the model computed something that is not a number': '模型算出了不是数的结果',
  'the picture could not be computed: {0}': '无法算出图片：{0}',
  'the picture could not be encoded: {0}': '无法给图片编码：{0}',
  'the picture has the wrong size': '图片的大小不对',
} satisfies Table;
