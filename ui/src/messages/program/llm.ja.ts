/** Japanese: what the room `llm` tells. */

import type { Table } from '.';

export const llmJa = {
  'Metal cannot be used: {error}': 'Metal が使えません：{error}',
  'RoPE cannot turn {dims} of {head_dim} dimensions': 'RoPE は {head_dim} 次元のうち {dims} 次元を回せません',
  '`cuda:{index}` cannot be used: {error}': '`cuda:{index}` が使えません：{error}',
  '`cuda:{index}` was asked for, and this build was made without CUDA (docs/install.md says how to make one)':
    '`cuda:{index}` が求められましたが、この版は CUDA なしで作られています（作り方は docs/install.md）',
  '`metal` was asked for, and this build was made without Metal (docs/install.md says how to make one)':
    '`metal` が求められましたが、この版は Metal なしで作られています（作り方は docs/install.md）',
  '`{name}` has {numbers} numbers for {outputs} outputs': '`{name}` の数が {numbers} 個で、出力は {outputs} 個です',
  '`{name}`, whose weights': '`{name}`（その重み）',
  '`{other}` is no device; these are: auto, cpu, cuda:0 (cuda:1 …), metal':
    '`{other}` はデバイスではありません。使えるのは auto、cpu、cuda:0（cuda:1 …）、metal です',
  'a description of {length} bytes cannot be': '{length} バイトの記述はありえません',
  'a tokenizer of {length} bytes cannot be': '{length} バイトのトークナイザーはありえません',
  'check that the file may be read and that its disk is connected':
    'ファイルを読めるか、ディスクがつながっているかを確かめてください',
  'check the path, or choose a model from the library': 'パスを確かめるか、ライブラリからモデルを選んでください',
  'choose an adapter that was made for the loaded model, or load the model that it was made for':
    '読み込んだモデル用のアダプターを選ぶか、アダプターの元のモデルを読み込んでください',
  'choose another file of this model, or another model': 'このモデルの別のファイルか、別のモデルを選んでください',
  'close other programs that use the card, choose a shorter context, or let the model compute on the processor':
    'グラフィックカードを使う他のプログラムを閉じるか、コンテキストを短くするか、モデルを CPU で計算させてください',
  'default, gpt-2, llama-bpe, qwen2, smollm, starcoder, tekken, gpt-4o and those that split like them':
    'default、gpt-2、llama-bpe、qwen2、smollm、starcoder、tekken、gpt-4o と、同じ分け方のもの',
  'download or copy the file again, or choose another model':
    'ファイルをもう一度ダウンロードかコピーするか、別のモデルを選んでください',
  'give the model some text to continue': '続きを書くための文章をモデルに与えてください',
  'it belongs to another model': '別のモデルのものです',
  'it broke down': '障害が起きました',
  'it broke down ({reason})': '障害が起きました（{reason}）',
  'it cannot be used: {e}': '使えません：{e}',
  'it changes `{name}`, which is no part that adapters can change here (attention, feed-forward, output)':
    '`{name}` を変えますが、ここでアダプターが変えられる部分（注意・フィードフォワード・出力）ではありません',
  'it changes biases (`bias`), which is not supported; merge it into its base':
    'バイアス（`bias`）を変えますが、対応していません。元のモデルに統合してください',
  'it changes block {layer}, and the loaded model has {blocks}: it was made for another model':
    'ブロック {layer} を変えますが、読み込んだモデルは {blocks} ブロックです。別のモデル用に作られています',
  'it claims more tokens than it has': '実際より多くのトークンがあるとしています',
  'it cuts texts into words or characters': '文章を単語か文字に分けます',
  'it does not say its architecture': 'どの構造か書かれていません',
  'it ends too early (an interrupted download?)': '早く終わりすぎています（ダウンロードの中断？）',
  'it has embeddings for fewer tokens than the model that it should guess for':
    '先読みの相手のモデルより、トークンの埋め込みが少ないです',
  "it has no `{UNKNOWN}`, so it is not BERT's": '`{UNKNOWN}` がないため、BERT のものではありません',
  'it has no pieces': '断片がありません',
  'it has no tokenizer, and there is no tokenizer.json beside it':
    'トークナイザーがなく、隣に tokenizer.json もありません',
  'it has nothing for `{module}`': '`{module}` のためのものがありません',
  'it has numbers for `{module}` that are none': '`{module}` に数でない値があります',
  'it has token ids up to {count}': 'トークンの番号が {count} まであります',
  'it has vectors for {rows} of {context} positions': '{context} 個の位置のうち {rows} 個のベクトルしかありません',
  'it has {list} RoPE factors for {wanted} pairs': 'RoPE の係数が {list} 個で、必要なのは {wanted} 組です',
  'it has {positions} positions': '位置が {positions} 個です',
  'it is a ChatGLM without RMS norms or with biases everywhere':
    'RMS 正規化のない、またはすべてにバイアスのある ChatGLM です',
  'it is a GGUF file, but not an adapter': 'GGUF ファイルですが、アダプターではありません',
  'it is a mixture of experts': '専門家混合（MoE）のモデルです',
  'it is an adapter of the kind `{kind}`, and only `LORA` can be used':
    '`{kind}` 型のアダプターです。使えるのは `LORA` だけです',
  'it is an adapter of the kind `{kind}`, and only `lora` can be used':
    '`{kind}` 型のアダプターです。使えるのは `lora` だけです',
  'it is longer than the context': 'コンテキストより長いです',
  'it is no CUDA device': 'CUDA のデバイスではありません',
  'it is no Metal device': 'Metal のデバイスではありません',
  'it is not a SentencePiece model': 'SentencePiece のモデルではありません',
  'it is not a description: {error}': '記述ではありません：{error}',
  'it is not a saved cache of this version': 'この版が保存したキャッシュではありません',
  'it is not a tokenizer: {e}': 'トークナイザーではありません：{e}',
  'it is not a vocabulary: {e}': '語彙ではありません：{e}',
  'it is not as long as it should be': '長さが正しくありません',
  'it lacks `{name}`': '`{name}` がありません',
  'it replaces whole modules (`modules_to_save`: {replaced}), which cannot be done over a loaded model; merge it into its base, or train without them':
    'モジュールを丸ごと置き換えます（`modules_to_save`：{replaced}）。読み込んだモデルの上ではできません。元のモデルに統合するか、それなしで学習してください',
  'it uses `{key}`, which is not supported; merge it into its base':
    '`{key}` を使いますが、対応していません。元のモデルに統合してください',
  "it was begun with `{start}`, which changes the base as well; save it again with PEFT's `path_initial_model_for_weight_conversion`":
    '`{start}` から始めたもので、元のモデルも変えてしまいます。PEFT の `path_initial_model_for_weight_conversion` で保存し直してください',
  'it was made for the architecture `{other}`, and the loaded model is a `{own}`':
    '`{other}` の構造用で、読み込んだモデルは `{own}` です',
  'it was trained over {over} are not those of the loaded model: it was made for another model':
    '学習に使われた{over}が読み込んだモデルと違います。別のモデル用に作られています',
  'its RoPE factors are not positive numbers': 'RoPE の係数が正の数ではありません',
  'its RoPE scaling `{other}` is not supported': 'RoPE の拡大 `{other}` には対応していません',
  'its `{name}` goes from {inputs} to {outputs} numbers, and that of the loaded model from {inputs} to {columns}: it was made for another model':
    '`{name}` は {inputs} から {outputs} 個の数へ、読み込んだモデルのものは {inputs} から {columns} へ変換します。別のモデル用に作られています',
  'its `{name}` is not a whole number': '`{name}` が整数ではありません',
  'its `{name}` is {n}': '`{name}` が {n} です',
  'its activation is `{other}`': '活性化関数が `{other}` です',
  'its adapter_config.json does not name a `peft_type`': 'adapter_config.json に `peft_type` がありません',
  'its alpha_pattern `{pattern}` is not understood': 'alpha_pattern `{pattern}` を理解できません',
  'its alpha_pattern for `{pattern}` is {value}': '`{pattern}` の alpha_pattern が {value} です',
  'its architecture is `{architecture}`; supported are {SUPPORTED}':
    '構造が `{architecture}` です。対応しているのは {SUPPORTED} です',
  'its architecture is `{other}`; supported are {SUPPORTED}':
    '構造が `{other}` です。対応しているのは {SUPPORTED} です',
  'its architecture is `{other}`; supported for answers from passages are t5, mt5 and plug':
    '構造が `{other}` です。文章から答えるのに対応しているのは t5、mt5、plug です',
  'its architecture is `{other}`; supported for embeddings are bert, roberta and xlm-roberta':
    '構造が `{other}` です。埋め込みに対応しているのは bert、roberta、xlm-roberta です',
  'its checksum is wrong': 'チェックサムが違います',
  'its config.json lacks `{key}`': 'config.json に `{key}` がありません',
  'its config.json lacks the list `{key}`': 'config.json にリスト `{key}` がありません',
  'its decoder is {width} wide with {count} heads, its encoder {width2}':
    'デコーダーは幅 {width}・ヘッド {count}、エンコーダーは幅 {width2} です',
  'its distances do not fit their buckets': '距離が区分と合いません',
  'its first or last token lies outside its vocabulary': '最初か最後のトークンが語彙の外にあります',
  'its keys and values differ in length': 'キーと値の長さが違います',
  'its layers differ in `{name}`': '層によって `{name}` が違います',
  'its matrices are stored as {dtype}': '行列が {dtype} で保存されています',
  'its memory of {context} tokens would take more than 64 GB':
    '{context} トークン分の記憶に 64 GB を超えるメモリが必要です',
  "its norms stand in other places than ChatGLM2's": '正規化の位置が ChatGLM2 と違います',
  'its positions are relative': '位置が相対的です',
  'its pre-tokenizer `{name}` cannot be set up: {e}': '前処理のトークナイザー `{name}` を用意できません：{e}',
  'its pre-tokenizer is `{name}`; supported are {KNOWN}':
    '前処理のトークナイザーが `{name}` です。対応しているのは {KNOWN} です',
  'its strength cannot be {scale}': '強さを {scale} にはできません',
  'its table of characters is cut short': '文字の表が途切れています',
  'its tensor `{name}` has the shape {shape}': 'テンソル `{name}` の形が {shape} です',
  'its tensor `{name}` has the shape {shape} where {dims} numbers are needed':
    'テンソル `{name}` の形が {shape} で、{dims} 個の数が必要です',
  'its tensor `{name}` has the shape {shape} where {shape} is needed':
    'テンソル `{name}` の形が {shape} で、{shape} が必要です',
  'its thread did not start: {source}': 'スレッドが始まりませんでした：{source}',
  'its thread has ended': 'スレッドが終わっています',
  'its tokenizer cannot be set up: {e}': 'トークナイザーを用意できません：{e}',
  'its tokenizer could not be set up': 'トークナイザーを用意できませんでした',
  'its tokenizer has no merges': 'トークナイザーに結合がありません',
  'its tokenizer has no scores': 'トークナイザーに得点がありません',
  'its tokenizer has no tokens': 'トークナイザーにトークンがありません',
  'its tokenizer has {count} entries': 'トークナイザーが {count} 件です',
  'its tokenizer has {count} tokens and {length} {what}':
    'トークナイザーにトークンが {count}、{what}が {length} あります',
  'its tokenizer has {pieces} tokens and {kinds} token types':
    'トークナイザーにトークンが {pieces}、トークンの型が {kinds} あります',
  'its tokenizer has {tokenizer} tokens and its embeddings are for {decoder}':
    'トークナイザーは {tokenizer} トークンで、埋め込みは {decoder} です',
  'its tokenizer has {tokenizer} tokens and its embeddings are for {vocabulary}':
    'トークナイザーは {tokenizer} トークンで、埋め込みは {vocabulary} です',
  'its tokenizer is `{other}`; supported are `llama`, `t5` and `gpt2`, or a tokenizer.json beside the file':
    'トークナイザーが `{other}` です。対応しているのは `llama`、`t5`、`gpt2`、または隣の tokenizer.json です',
  "its tokenizer's merge `{merge}` has no two parts": 'トークナイザーの結合 `{merge}` が二つの部分になっていません',
  "its tokenizer's merges do not fit its tokens: `{merge}` gives none of them":
    'トークナイザーの結合がトークンと合いません：`{merge}` からはどれもできません',
  'its tokens are pooled by `{other}`': 'トークンのまとめ方が `{other}` です',
  'its vectors go through `{layer}`': 'ベクトルが `{layer}` を通ります',
  'its vocabulary has no `{name}`, so it is no model of dialogues told backwards':
    '語彙に `{name}` がないため、対話を逆にたどるモデルではありません',
  'its vocabulary is not that of the model that it should guess for': '語彙が先読みの相手のモデルと違います',
  'its {what} is {n}': '{what} が {n} です',
  'llama, mistral, smollm3, qwen2, qwen3, gemma, gemma2, gemma3, phi3, glm, glm4, chatglm (ChatGLM2 and 3, CharacterGLM), gpt2; and apart from conversation t5, mt5, bert, xlm-roberta':
    'llama、mistral、smollm3、qwen2、qwen3、gemma、gemma2、gemma3、phi3、glm、glm4、chatglm（ChatGLM2 と 3、CharacterGLM）、gpt2、会話以外では t5、mt5、bert、xlm-roberta',
  'load the model again': 'モデルを読み込み直してください',
  'load the model again; if it happens again, use another file of it':
    'モデルを読み込み直してください。また起きたら、そのモデルの別のファイルを使ってください',
  'models of the architecture `{name}` cannot be trained; these can: {TRAINABLE}':
    '構造が `{name}` のモデルは学習できません。できるもの：{TRAINABLE}',
  'nothing is known of its tensor `{name}`': 'テンソル `{name}` について何も分かりません',
  'one of the two matrices for `{module}` is missing': '`{module}` の二つの行列の一つがありません',
  scores: '得点',
  'shorten the conversation or the character, or load the model with a longer context':
    '会話かキャラクターを短くするか、もっと長いコンテキストでモデルを読み込んでください',
  'the `{key}` in its config.json is {value}': 'config.json の `{key}` が {value} です',
  'the adapter `{path}` cannot be used: {reason}': 'アダプター `{path}` が使えません：{reason}',
  'the base of its RoPE is {base}': 'RoPE の底が {base} です',
  "the device's driver broke down": 'デバイスのドライバーに障害が起きました',
  'the folder holds neither adapter_model.safetensors nor adapter_model.bin':
    'フォルダーに adapter_model.safetensors も adapter_model.bin もありません',
  'the graphics card cannot be used: {reason}': 'グラフィックカードが使えません：{reason}',
  'the language model stopped: {reason}': '言語モデルが止まりました：{reason}',
  'the magnitude of its RoPE is {magnitude}': 'RoPE の大きさが {magnitude} です',
  'the model': 'モデル',
  'the model `{model}` gave logits that are not numbers after {tokens} tokens':
    'モデル `{model}` が {tokens} トークンの後に数でないロジットを出しました',
  "the prompt has {tokens} tokens and the model's context holds {context}":
    'プロンプトが {tokens} トークンで、モデルのコンテキストは {context} です',
  'the prompt is empty and the model has no token to begin a document with':
    'プロンプトが空で、モデルには文書を始めるトークンがありません',
  'the two matrices for `{module}` have the ranks {rank} and {b_rank}':
    '`{module}` の二つの行列のランクが {rank} と {b_rank} です',
  'there is no adapter_config.json beside it': '隣に adapter_config.json がありません',
  'there is no config.json beside it that says `model_type`': '`model_type` の書かれた config.json が隣にありません',
  'there is no tokenizer beside it (tokenizer.json, tokenizer.model, vocab.json with merges.txt, or vocab.txt)':
    '隣にトークナイザーがありません（tokenizer.json、tokenizer.model、vocab.json と merges.txt、または vocab.txt）',
  'token types': 'トークンの型',
  'unknown reason': '原因は不明です',
  'wait for the running reply, or stop it': '進行中の返事を待つか、止めてください',
  'weights that': '重み',
  'width {width} does not divide into {heads} heads': '幅 {width} を {heads} 個のヘッドに分けられません',
  '{bytes} GB': '{bytes} GB',
  '{choices} adapters are too many at once': 'アダプターを {choices} 個同時に使うのは多すぎます',
  '{heads} heads of {head_dim} are too wide': '{head_dim} のヘッド {heads} 個は広すぎます',
  '{heads} query heads cannot share {kv_heads} key heads':
    'クエリのヘッド {heads} 個でキーのヘッド {kv_heads} 個を分け合えません',
  '{name} has no room for a second branch of the conversation: going back to an earlier branch reads it again':
    '{name} には会話の二つ目の枝が入りません。前の枝に戻ると読み直します',
  '{name}: {reason}': '{name}：{reason}',
  '{no_room} (a shorter context or a smaller file of the model needs less)':
    '{no_room}（コンテキストを短くするか、小さいモデルファイルにすると減ります）',
  '{reason}; the language model computes on the processor': '{reason}。言語モデルは CPU で計算します',
  '{reason}; {what} computes on the processor': '{reason}。{what}は CPU で計算します',
  '{waiting} requests are already waiting for the language model': '言語モデルを待つ要求がもう {waiting} 件あります',
  '{what} needs {needed} on {name} and {free} are free there; it computes on the processor':
    '{what}には {name} で {needed} 必要で、空きは {free} です。CPU で計算します',
} satisfies Table;
