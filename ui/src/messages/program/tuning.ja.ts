/** Japanese: what the room `tuning` tells. */

import type { Table } from '.';

export const tuningJa = {
  '`rms_norm_eps`, `initializer_range` and `rope_theta` must be above nought':
    '`rms_norm_eps`、`initializer_range`、`rope_theta` は正の数にしてください',
  '`{file}` does not lie beside it': '`{file}` が隣にありません',
  '`{name}` has another shape there': '`{name}` の形がそちらでは違います',
  '`{name}` is for another base': '`{name}` は別の元のモデル用です',
  '`{name}` is no matrix': '`{name}` は行列ではありません',
  '`{name}` is no part of a LoRA on matrices': '`{name}` は行列に対する LoRA の部分ではありません',
  '`{name}` is not a file beside it': '`{name}` は隣にあるファイルではありません',
  '`{path}` cannot be {doing}: {source}': '`{path}` の処理（{doing}）ができません：{source}',
  'a GPT-2 of {n_layer} layers, width {n_embd}, {n_head} heads, {n_positions} positions and {vocab_size} tokens cannot be built':
    '{n_layer} 層、幅 {n_embd}、ヘッド {n_head}、位置 {n_positions}、トークン {vocab_size} の GPT-2 は作れません',
  'a Llama of {num_hidden_layers} layers, width {hidden_size}, {intermediate_size} within, {num_attention_heads} heads of {head_dim}, {max_position_embeddings} positions and {vocab_size} tokens cannot be built':
    '{num_hidden_layers} 層、幅 {hidden_size}、内側 {intermediate_size}、{head_dim} のヘッド {num_attention_heads} 個、位置 {max_position_embeddings}、トークン {vocab_size} の Llama は作れません',
  'a Llama of {numbers} numbers is not trained from nothing here':
    '{numbers} 個の数の Llama をここで一から学習することはしません',
  'a LoRA of rank {rank} cannot be': 'LoRA のランクを {rank} にはできません',
  "a LoRA's alpha of {alpha} cannot be": 'LoRA の alpha を {alpha} にはできません',
  'a batch size': 'バッチの大きさ',
  'a clip': 'クリップ',
  'a clip of values': '値のクリップ',
  'a computation failed: {0}': '計算に失敗しました：{0}',
  'a cost of straying': '外れることの代償',
  'a decay of squared gradients': '勾配の二乗の減衰',
  'a description of {about} bytes cannot be': '{about} バイトの記述はありえません',
  'a discount': '割引',
  'a dropout of {dropout} is not from 0 to below 1': 'ドロップアウト {dropout} は 0 以上 1 未満ではありません',
  'a dropout of {resid_pdrop} cannot be': 'ドロップアウトを {resid_pdrop} にはできません',
  'a horizon': '期間',
  'a largest gradient norm': '勾配ノルムの上限',
  'a learning rate': '学習率',
  'a longest answer': '返事の最大の長さ',
  'a look ahead': '先読み',
  'a model that is made here is a `llama` with `hidden_act` `silu`, `tie_word_embeddings` true and no biases':
    'ここで作るモデルは `llama` で、`hidden_act` は `silu`、`tie_word_embeddings` は true、バイアスなしです',
  'a number of PPO epochs': 'PPO の回数',
  'a number of epochs': 'エポック数',
  'a share of likely tokens': 'ありそうなトークンの割合',
  'a target of straying': '外れる度合いの目標',
  'a temperature': '温度',
  'a tokenizer is a folder with a `tokenizer.json`, or that file':
    'トークナイザーは `tokenizer.json` のあるフォルダーか、そのファイルです',
  'a warm-up ratio': 'ウォームアップの割合',
  'a width of {hidden_size} cannot be divided among {heads} heads':
    '幅 {hidden_size} を {heads} 個のヘッドに分けられません',
  'all weights are trained of a folder with a `config.json` and safetensors, not of a GGUF file':
    'すべての重みを学習できるのは `config.json` と safetensors のあるフォルダーで、GGUF ファイルではできません',
  'an accumulation': '累積',
  'check the path and that the file may be read': 'パスと、ファイルを読めるかを確かめてください',
  'choose another file, or train again into an empty folder':
    '別のファイルを選ぶか、空のフォルダーに学習し直してください',
  'choose other settings (their ranges are in the recipe, or in `--help` in a terminal)':
    '別の設定を選んでください（範囲はレシピに、端末では `--help` にあります）',
  'close other programs or choose a smaller base; in a terminal also `--base-format blocks`, `--recompute`, `--batch-size 1` or a shorter `--cutoff-len`':
    '他のプログラムを閉じるか、もっと小さな元のモデルを選んでください。端末では `--base-format blocks`、`--recompute`、`--batch-size 1`、短い `--cutoff-len` も使えます',
  'go on from the last checkpoint (*Go on*, or `--resume` in a terminal); where memory was short, with other programs closed or a smaller base (in a terminal also `--batch-size 1`, `--cutoff-len 256`)':
    '最後のチェックポイントから続けてください（*続ける*、または端末で `--resume`）。メモリが足りなかったなら、他のプログラムを閉じるか、もっと小さな元のモデルにしてください（端末では `--batch-size 1`、`--cutoff-len 256` も）',
  'go on with a tenth of the learning rate (*Go on* takes it by itself; in a terminal `--resume --learning-rate …`)':
    '十分の一の学習率で続けてください（*続ける*なら自動です。端末では `--resume --learning-rate …`）',
  'heads of {head_dim} numbers cannot be turned in pairs': '{head_dim} 個の数のヘッドは二つずつ回せません',
  'it and the settings do not agree on `{name}`': '設定と `{name}` が食い違っています',
  'it has no JSON form: {e}': 'JSON の形にできません：{e}',
  'it has no value head (`value_head.safetensors`), so it is no reward model; one is trained from pairs of answers (*Studio*, or `hanashi tune reward` in a terminal)':
    '価値ヘッド（`value_head.safetensors`）がないため、報酬モデルではありません。報酬モデルは返事の組から学習します（*スタジオ*、または端末で `hanashi tune reward`）',
  'it has parts for matrices that the model has not': 'モデルにない行列のための部分があります',
  'it has tensors stored as {other}': 'テンソルが {other} で保存されています',
  'it has {values} rows': '{values} 行あります',
  'it is a {kind}; LoRA is what is supported': '{kind} です。対応しているのは LoRA です',
  'it is larger than 1 GB; split it': '1 GB を超えています。分けてください',
  'it is no file; name the files that are in it': 'ファイルではありません。中のファイルを指定してください',
  'it is not UTF-8 from byte {at} on; write it as UTF-8':
    '{at} バイト目から UTF-8 ではありません。UTF-8 で書いてください',
  'it is not UTF-8; `hanashi novel dataset --profile chitchat` writes what is':
    'UTF-8 ではありません。`hanashi novel dataset --profile chitchat` は UTF-8 で書きます',
  'it is not a description of a model': 'モデルの記述ではありません',
  'it lacks the tensor `{name}`': 'テンソル `{name}` がありません',
  'it lacks the tensor `{table}`': 'テンソル `{table}` がありません',
  'it lists no `{name}`; it lists {known}': '`{name}` は載っていません。載っているのは {known} です',
  'it names no `eos_token`, which ends every document; write it there':
    'すべての文書を終える `eos_token` がありません。書いてください',
  'its `{name}` is for another base': 'その `{name}` は別の元のモデル用です',
  'its checkpoints are of another dataset, batch size, accumulation, seed or model':
    'チェックポイントのデータセット・バッチの大きさ・累積・シード・モデルが違います',
  "its part for `{module}` is {out}×{columns}, and the base's matrix is {shape}; it was made for another base":
    '`{module}` の部分は {out}×{columns}、元のモデルの行列は {shape} です。別の元のモデル用に作られています',
  "its part for `{module}` is {rows}×{columns}, and the base's matrix is {shape}; it was made for another base":
    '`{module}` の部分は {rows}×{columns}、元のモデルの行列は {shape} です。別の元のモデル用に作られています',
  'its rank or its base is another': 'ランクか元のモデルが違います',
  'its tokenizer has {vocabulary} tokens and its embeddings are for {rows}':
    'トークナイザーは {vocabulary} トークンで、埋め込みは {rows} です',
  'its vocabulary is another': '語彙が違います',
  "its vocabulary is another than the tokenizer's": '語彙がトークナイザーのものと違います',
  'line {at}: {e}': '{at} 行目：{e}',
  'line {line}: {reason}; every line is to be {"text": …} (a plain text is called `.txt`)':
    '{line} 行目：{reason}。どの行も {"text": …} にしてください（プレーンテキストなら `.txt`）',
  'look at the dataset, or make it again (*Studio*, or `hanashi novel dataset` in a terminal)':
    'データセットを見るか、作り直してください（*スタジオ*、または端末で `hanashi novel dataset`）',
  'no matrix of the model is called {targets}; there are {known}':
    'モデルに {targets} という行列はありません。あるのは {known} です',
  'nothing of the model would be trained: no matrix fits the targets':
    'モデルのどこも学習されません：対象に合う行列がありません',
  'one half of `{module}` is missing': '`{module}` の片方がありません',
  'positions that are stretched are not trained from nothing; leave `rope_scaling` out':
    '引き延ばした位置は一から学習できません。`rope_scaling` を外してください',
  'texts have at most {n_positions} tokens': '文章は {n_positions} トークンまでです',
  "the activation `{activation_function}` is not GPT-2's `gelu_new`":
    '活性化関数 `{activation_function}` は GPT-2 の `gelu_new` ではありません',
  'the base has no matrix `{module}`; it was made for another base':
    '元のモデルに行列 `{module}` がありません。別の元のモデル用に作られています',
  'the dataset `{path}` cannot be used: {reason}': 'データセット `{path}` が使えません：{reason}',
  'the halves of `{module}` do not fit': '`{module}` の二つの部分が合いません',
  'the loss is not a number any more at step {step}; {kept}': '{step} 歩目で損失が数でなくなりました。{kept}',
  'the merged model would take the place of its base': '統合したモデルが元のモデルの場所を取ってしまいます',
  'the model is described for {vocab_size} tokens and the vocabulary has {vocabulary}':
    'モデルの記述は {vocab_size} トークンで、語彙は {vocabulary} です',
  'the model would take the place of its base; choose another folder':
    'モデルが元のモデルの場所を取ってしまいます。別のフォルダーを選んでください',
  'the model would take the place of the one that it begins with, or whose tokenizer it has; choose another folder':
    'モデルが、始まりのモデルかトークナイザーの元のモデルの場所を取ってしまいます。別のフォルダーを選んでください',
  "the model's texts have at most {context} tokens": 'このモデルの文章は {context} トークンまでです',
  'the shape has no JSON form: {e}': '構造を JSON の形にできません：{e}',
  'the threads of a training cannot be started ({error})': '学習のスレッドを起動できません（{error}）',
  'the tokenizer has {entries} tokens and the model is described for {vocab_size} (`vocab_size`); leave it out, or take the tokenizer that it is for':
    'トークナイザーは {entries} トークンで、モデルの記述は {vocab_size}（`vocab_size`）です。それを外すか、合うトークナイザーを使ってください',
  'the training': '学習',
  'the training failed on {name} ({reason}) and goes on on the processor':
    '学習が {name} で失敗したため（{reason}）、CPU で続けます',
  "the vocabulary has no `{name}`, so it is not BERT's": '語彙に `{name}` がないため、BERT のものではありません',
  'there are checkpoints of an earlier training in it; go on with it (*Go on*, or `--resume` in a terminal) or choose an empty folder':
    '以前の学習のチェックポイントがあります。それを続ける（*続ける*、または端末で `--resume`）か、空のフォルダーを選んでください',
  'there are {tokens} tokens in it, and a window has {window}; take more text, or a shorter context':
    '{tokens} トークンで、一つの窓は {window} です。文章を増やすか、コンテキストを短くしてください',
  'there is no `tokenizer.json` in it': '`tokenizer.json` がありません',
  'there is no dialogue in it to learn from': '学ぶ対話がありません',
  'there is no text': '文章がありません',
  'there is no text in it to learn from': '学ぶ文章がありません',
  'there is nothing in it': '中に何もありません',
  'there is nothing in the dataset for this stage of training':
    'データセットに、この学習の段階のためのものがありません',
  'there is nothing in the dataset that could be learnt': 'データセットに学べるものがありません',
  'there was no checkpoint yet': 'チェックポイントはまだありませんでした',
  'training needs about {size} and {size2} of memory are free': '学習にはメモリが約 {size} 必要で、空きは {size2} です',
  'weights to go on from are a folder with a `config.json` and safetensors':
    '続きから学習する重みは、`config.json` と safetensors のあるフォルダーです',
  'what was learnt until step {step} is kept in `{folder}`': '{step} 歩目までに学んだものは `{folder}` にあります',
  'windows of {window} tokens do not fit a context of {context}':
    '{window} トークンの窓は {context} のコンテキストに収まりません',
  written: '書き込み',
  '{about} bytes are too many': '{about} バイトは多すぎます',
  '{bytes} MB': '{bytes} MB',
  '{items} examples do not fill a batch of {batch_size}, and half batches are dropped':
    '例が {items} 件で {batch_size} 件のバッチに足りません。半端なバッチは使いません',
  '{total} bytes are too many; take fewer files': '{total} バイトは多すぎます。ファイルを減らしてください',
  '{what} of {value} cannot be': '{what}を {value} にはできません',
  'a beta': 'ベータ',
  'a label smoothing': 'ラベル平滑化',
  'a margin': 'マージン',
  'a share for validation': '検証に回す割合',
  'a share of cross-entropy': '交差エントロピーの割合',
  'a weight decay': '重み減衰',
  'a weight of bad answers': '悪い回答の重み',
  'a weight of good answers': 'よい回答の重み',
  'an epsilon': 'イプシロン',
  'there is no `dataset_info.json` in this folder': 'このフォルダに `dataset_info.json` がありません',
  'look whether the folder can be written and has room, and do it again; a training goes on from its last checkpoint (*Go on*, or `--resume` in a terminal)':
    'フォルダに書き込めるか、空きがあるかを確かめて、もう一度行ってください。学習は最後のチェックポイントから続きます（*続ける*、または端末で `--resume`）',
  ' (it has {alike})': '（あるのは {alike}）',
  'LLaMA-Factory of August 2026 has no template `{name}`{alike}: training there stops at once unless a newer one has it':
    '2026 年 8 月の LLaMA-Factory にテンプレート `{name}` はありません{alike}：新しい版にない限り、そこでの学習はすぐに止まります',
} satisfies Table;
