/** Japanese: what the room `weights` tells. */

import type { Table } from '.';

export const weightsJa = {
  'a name in its pickle is not text': 'pickle に文字列でない名前があります',
  'it ends after {length} bytes in the middle of its header (an interrupted download?)':
    '{length} バイトで、ヘッダーの途中で終わっています（ダウンロードの中断？）',
  'it has fewer numbers for its tensor `{name}` than it says': 'テンソル `{name}` の数が、書かれているより少ないです',
  'it has more than {MAX_TENSORS} tensors': 'テンソルが {MAX_TENSORS} 個を超えています',
  'it has numbers `{key}` of a type that it does not name': '数 `{key}` の型が書かれていません',
  'it has only {left} bytes': '{left} バイトしかありません',
  'it has only {length} bytes': '{length} バイトしかありません',
  'it has the tensor `{name}` twice': 'テンソル `{name}` が二度あります',
  'it is GGUF version 1; versions 2 and 3 are read': 'GGUF の版 1 です。読めるのは版 2 と 3 です',
  'it is GGUF version {v}; versions 2 and 3 are read': 'GGUF の版 {v} です。読めるのは版 2 と 3 です',
  "it is an archive without `data.pkl`, so not one of PyTorch's":
    '`data.pkl` のない書庫で、PyTorch のものではありません',
  'it is not a GGUF file (its first four bytes are not `GGUF`)':
    'GGUF ファイルではありません（最初の 4 バイトが `GGUF` ではありません）',
  'it is not a description: {e}': '記述ではありません：{e}',
  'it is not a list of shards: {e}': '分割ファイルの一覧ではありません：{e}',
  'it is not a safetensors file': 'safetensors ファイルではありません',
  "it is not a safetensors file (its header's length cannot be)":
    'safetensors ファイルではありません（ヘッダーの長さがありえません）',
  "it is not one of PyTorch's files": 'PyTorch のファイルではありません',
  'it is part {index} of {count}: open the first, whose name ends with `{ending}`':
    '{count} 個のうち {index} 個目です。名前が `{ending}` で終わる最初のものを開いてください',
  'it is the first of {count} parts, and its name does not end with `{ending}`, from which those of the others follow':
    '{count} 個の最初ですが、名前が `{ending}` で終わらないため、ほかの名前が分かりません',
  'it names {names} shards': '分割ファイルを {names} 個挙げています',
  'it says that it is one of {count} parts': '{count} 個のうちの一つと書かれています',
  'it was written for big-endian machines': 'ビッグエンディアンの機械用に書かれています',
  'its `general.alignment` is not a power of two between 8 and 65536':
    '`general.alignment` が 8 から 65536 までの 2 の累乗ではありません',
  'its archive cannot be read ({e}; an interrupted download?)': '書庫を読めません（{e}。ダウンロードの中断？）',
  'its archive lists far more members than a model has': '書庫の中に、モデルとしては多すぎるファイルがあります',
  'its header cannot be read: {e}': 'ヘッダーを読めません：{e}',
  'its header claims {metadata_count} metadata entries': 'ヘッダーにメタデータが {metadata_count} 件あるとしています',
  'its header claims {tensor_count} tensors': 'ヘッダーにテンソルが {tensor_count} 個あるとしています',
  'its header claims {tensors} tensors': 'ヘッダーにテンソルが {tensors} 個あるとしています',
  'its header has the key `{key}` twice': 'ヘッダーにキー `{key}` が二度あります',
  'its header holds a text of {length} bytes': 'ヘッダーに {length} バイトの文字列があります',
  "its member `{name}` ends beyond the file's {length} bytes":
    '中の `{name}` がファイルの {length} バイトを超えています',
  'its member `{name}` is packed or locked': '中の `{name}` が圧縮されているかロックされています',
  'its numbers `{key}` are not as many as it says': '数 `{key}` の個数が書かれている数と違います',
  'its pickle asks for something that it never named': 'pickle が名づけていないものを求めています',
  'its pickle ends too early': 'pickle が早く終わりすぎています',
  "its pickle has the instruction {instruction}, which no file of PyTorch's has":
    'pickle に PyTorch のファイルにはない命令 {instruction} があります',
  'its pickle has {bytes} bytes': 'pickle が {bytes} バイトあります',
  'its pickle holds no tensors by name': 'pickle に名前のあるテンソルがありません',
  'its pickle looks for a mark that is not there': 'pickle の探す印がありません',
  'its pickle makes too many values': 'pickle の作る値が多すぎます',
  'its pickle takes more from its stack than there is': 'pickle がスタックにあるより多く取り出しています',
  'its shard `{name}` does not lie beside it': '分割ファイル `{name}` が隣にありません',
  'its tensor `{name}` has a shape that cannot be': 'テンソル `{name}` の形がありえません',
  'its tensor `{name}` has no numbers': 'テンソル `{name}` に数がありません',
  'its tensor `{name}` is stored as {format}': 'テンソル `{name}` が {format} で保存されています',
  'its tensor `{name}` is stored as {format}; supported are {USABLE}':
    'テンソル `{name}` が {format} で保存されています。対応しているのは {USABLE} です',
  'its tensor `{name}` reaches beyond its numbers': 'テンソル `{name}` が数の範囲を超えています',
  'its tensors claim more bytes than it has': 'テンソルが実際より多くのバイトを求めています',
  "the data of its tensor `{name}` end beyond the file's {length} bytes (an interrupted download?)":
    'テンソル `{name}` のデータがファイルの {length} バイトを超えています（ダウンロードの中断？）',
  'the list `{key}` claims {count} elements': 'リスト `{key}` に要素が {count} 個あるとしています',
  'the list `{key}` has the unknown type {kind}': 'リスト `{key}` の型 {kind} は未知です',
  'the model file `{path}` cannot be read: {source}': 'モデルのファイル `{path}` を読めません：{source}',
  'the model file `{path}` cannot be used: {reason}': 'モデルのファイル `{path}` が使えません：{reason}',
  'the model file `{path}` is damaged: {reason}': 'モデルのファイル `{path}` は壊れています：{reason}',
  "the numbers `{key}` end beyond the file's {length} bytes (an interrupted download?)":
    '数 `{key}` がファイルの {length} バイトを超えています（ダウンロードの中断？）',
  'the numbers of its tensor `{name}` are missing': 'テンソル `{name}` の数がありません',
  'the rows of `{name}` do not fill whole {dtype} blocks': '`{name}` の行が {dtype} のブロックをちょうど満たしません',
  'the shape of its tensor `{name}` does not fit its data': 'テンソル `{name}` の形がデータと合いません',
  'the tensor `{name}` has a size that cannot be': 'テンソル `{name}` の大きさがありえません',
  'the tensor `{name}` has the unknown type {number}': 'テンソル `{name}` の型 {number} は未知です',
  'the tensor `{name}` has {rank} dimensions': 'テンソル `{name}` が {rank} 次元です',
  'the tensor `{name}` is not aligned': 'テンソル `{name}` が整列していません',
  'the value of `{key}` has the unknown type {kind}': '`{key}` の値の型 {kind} は未知です',
  'the value of `{key}` is a list of lists': '`{key}` の値がリストのリストです',
  'there is no model file at `{path}`': '`{path}` にモデルのファイルがありません',
  'its header claims {count} tensors': 'ヘッダーにテンソルが {count} 個あるとしています',
} satisfies Table;
