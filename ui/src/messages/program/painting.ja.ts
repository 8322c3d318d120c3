/** Japanese: what the room `painting` tells. */

import type { Table } from '.';

export const paintingJa = {
  '`{path}` cannot be drawn with: {reason}': '`{path}` では描けません：{reason}',
  '`{path}` has no `{part}`': '`{path}` に `{part}` がありません',
  '`{path}` is damaged: {reason}': '`{path}` は壊れています：{reason}',
  'a description is not that long': '記述がこれほど長いはずがありません',
  'a list of tokens has no {long} bytes': 'トークンの一覧が {long} バイトのはずがありません',
  'bring the whole folder as it was published, with model_index.json and its parts':
    'model_index.json と各部分のある、公開されたままのフォルダー全体を用意してください',
  'close other programs, choose a smaller model for chat or for pictures, or let the layers draw':
    '他のプログラムを閉じるか、会話か絵のモデルを小さくするか、レイヤーで描かせてください',
  'drawing stopped: {0}': '描画が止まりました：{0}',
  'drawing {width}×{height} with it needs {needed} of memory, and {free} are free':
    'これで {width}×{height} を描くにはメモリ {needed} が必要で、空きは {free} です',
  "fetch the same model's `.safetensors` files, which most are published with as well":
    '同じモデルの `.safetensors` ファイルを入手してください。ほとんどのモデルで公開されています',
  'it computes with {latent} channels and the decoder with {latent2}':
    '計算のチャンネルが {latent}、デコーダーは {latent2} です',
  'it does not say its `{key}`': '`{key}` が書かれていません',
  'it expects words of {context} numbers and gets {width}': '{context} 個の数の語が必要なところ、{width} 個です',
  'it has no token `{token}`': 'トークン `{token}` がありません',
  'it has tokens beyond the {vocabulary} that the model knows':
    'モデルの知る {vocabulary} 個を超えるトークンがあります',
  'it holds far more than a list of tokens': 'トークンの一覧にしては多すぎます',
  'it is a PyTorch pickle, which can hold programs': 'PyTorch の pickle で、プログラムを含むことがあります',
  'it is a {class}': '{class} です',
  'it takes {latent} channels: it is for changing pictures (inpainting, depth), not for drawing them':
    '{latent} チャンネルを受け取ります。絵を描くのではなく、直すためのもの（補修、深度）です',
  'its `addition_embed_type` is {from}: it is of the SDXL family or a later one':
    '`addition_embed_type` が {from} です。SDXL 系列かそれより新しいものです',
  'its `time_cond_proj_dim` is set: it is a latent consistency model':
    '`time_cond_proj_dim` があります。潜在一貫性モデルです',
  'its `{key}` is {found}, which is not known here': '`{key}` が {found} で、ここでは扱えません',
  'its blocks make one number of {halved} pixels a side': 'ブロックが一辺 {halved} ピクセルを一つの数にします',
  'its lists of tokens cannot be read': 'トークンの一覧を読めません',
  'its scheduler is {from}, which is not known here': 'スケジューラーが {from} で、ここでは扱えません',
  'its tensor `{name}` is {shape} and should be {shape}': 'テンソル `{name}` は {shape} で、{shape} のはずです',
  'its {part} is a {named}': '{part} が {named} です',
  'let it compute on the processor, or choose another model for pictures':
    'CPU で計算させるか、絵の別のモデルを選んでください',
  'the model computed something that is not a number': 'モデルの計算結果が数になりませんでした',
  'the picture could not be computed: {0}': '絵を計算できませんでした：{0}',
  'the picture could not be encoded: {0}': '絵をファイルにできませんでした：{0}',
  'the picture has the wrong size': '絵の大きさが違います',
} satisfies Table;
