/** Japanese: what the room `models` tells. */

import type { Table } from '.';

export const modelsJa = {
  '{host} cannot be reached ({root})': '{host} に接続できません（{root}）',
  'there is not enough room in `{path}`: {bytes} are needed and {bytes2} are free':
    '`{path}` の空きが足りません：{bytes} 必要で、空きは {bytes2} です',
  '`{display}` is being downloaded already': '`{display}` はもうダウンロード中です',
  '`{display}` is in a folder that Hanashi only reads': '`{display}` は Hanashi が読むだけのフォルダーにあります',
  '`{file}` cannot be the name of a file': '`{file}` はファイルの名前にできません',
  '`{file}` could not be fetched: {why}': '`{file}` をダウンロードできませんでした：{why}',
  '`{file}` is not at {url} any more': '`{file}` はもう {url} にありません',
  '`{file}` is not the file it should be: expected {expected}, got {got}':
    '`{file}` は正しいファイルではありません：{expected} のはずが {got} でした',
  '`{file}` is not used: {why}': '`{file}` は使いません：{why}',
  '`{file}` is only given to people who are signed in or have agreed to its terms ({url})':
    '`{file}` は、サインインするか規約に同意した人にだけ渡されます（{url}）',
  '`{first}` redirects in a circle': '`{first}` の転送が堂々巡りです',
  '`{hex}` is not a checksum of its kind': '`{hex}` はその種のチェックサムではありません',
  '`{name}` cannot be the name of a file here: give it a `name`':
    '`{name}` はここでのファイル名にできません。`name` を書いてください',
  '`{name}` has a size or a checksum and names no source for it':
    '`{name}` に大きさかチェックサムがありますが、出典がありません',
  '`{name}` is handed out on a page, where no program can fetch it: {page}':
    '`{name}` はウェブページで配布されており、プログラムではダウンロードできません：{page}',
  '`{path}` at `{revision}` is not a path in a repository':
    '`{revision}` の `{path}` はリポジトリ内のパスではありません',
  '`{path}` is not usable: {why}': '`{path}` は使えません：{why}',
  '`{path}` {why}': '`{path}` {why}',
  '`{repo}` is not `owner/name`': '`{repo}` は `owner/name` の形ではありません',
  '`{text}` is no version ({why})': '`{text}` は版の番号ではありません（{why}）',
  '`{text}` is not a checksum': '`{text}` はチェックサムではありません',
  '`{text}` is not a size': '`{text}` は大きさではありません',
  '`{url}` is no address ({why})': '`{url}` はアドレスではありません（{why}）',
  '`{url}` redirects to nowhere': '`{url}` の転送先がありません',
  'a file has either `url`, or `repo` and `path`': 'ファイルには `url` か、`repo` と `path` が必要です',
  'a further connection brought another part': '追加の接続が別の部分を送ってきました',
  'a further connection was answered {response}': '追加の接続への応答は {response} でした',
  'a key is far too long': 'キーが長すぎます',
  'a part without its range': '部分が届きましたが、範囲の指定がありません',
  'a tensor has too many dimensions': '次元の多すぎるテンソルがあります',
  'a tensor is of an unknown type': '未知の型のテンソルがあります',
  'a tensor lies beyond any file': 'ファイルの外にあるテンソルがあります',
  "a tensor's header makes no sense": 'ヘッダーのおかしいテンソルがあります',
  'a value is of an unknown type': '未知の型の値があります',
  'agree to the terms on that page, download the file there, and import it':
    'そのページで規約に同意してファイルをダウンロードし、読み込んでください',
  'an id is made of a-z, 0-9, dot, dash and underscore': 'ID に使えるのは a-z、0-9、点、ハイフン、下線です',
  'another key has signed it': '別の鍵で署名されています',
  'bring a GGUF language model, a folder with config.json and weights, a folder of Stable Diffusion with model_index.json, a ggml Whisper model, or a Piper voice (`.onnx` with its `.onnx.json`)':
    'GGUF の言語モデル、config.json と重みのあるフォルダー、model_index.json のある Stable Diffusion のフォルダー、ggml の Whisper モデル、または Piper の声（`.onnx` とその `.onnx.json`）を用意してください',
  'bring a Whisper model in ggml form, or a language model as GGUF':
    'ggml 形式の Whisper モデルか、GGUF の言語モデルを用意してください',
  'bring a chat model (Llama or Qwen3, for example)': '会話用のモデル（Llama や Qwen3 など）を用意してください',
  "bring a folder of Stable Diffusion 1.x, 2.x or one of their turbo models in diffusers' layout":
    'diffusers 形式の Stable Diffusion 1.x・2.x か、その turbo モデルのフォルダーを用意してください',
  'bring an encoder of the same family (E5, BGE or MiniLM, for example)':
    '同じ系列の意味で探すモデル（E5、BGE、MiniLM など）を用意してください',
  'bring one of {ENCODES} for that (E5, BGE or MiniLM, for example)':
    'それには {ENCODES} のどれか（E5、BGE、MiniLM など）を用意してください',
  'bring one of {TALKS}, {ANSWERS}': '{TALKS}、{ANSWERS} のどれかを用意してください',
  'bring the folder as it was published': '公開されたままのフォルダーを用意してください',
  'bring the whole folder as it was published': '公開されたままのフォルダー全体を用意してください',
  'bring the whole folder with its config.json and tokenizer, a GGUF of the same model, or a ggml file of the same Whisper':
    'config.json とトークナイザーのあるフォルダー全体か、同じモデルの GGUF、または同じ Whisper の ggml ファイルを用意してください',
  'bring the whole folder with its config.json and tokenizer, or a GGUF of the same model':
    'config.json とトークナイザーのあるフォルダー全体か、同じモデルの GGUF を用意してください',
  'bring the whole folder: tokenizer.json, tokenizer.model, vocab.json with merges.txt, or vocab.txt':
    'フォルダー全体を用意してください：tokenizer.json、tokenizer.model、vocab.json と merges.txt、または vocab.txt',
  'bring the whole folder; an interrupted download can be continued':
    'フォルダー全体を用意してください。中断したダウンロードは続けられます',
  'cannot be used: {reason}': 'は使えません：{reason}',
  'check the connection and try again; the download goes on where it stopped. A mirror can be named with HF_ENDPOINT':
    '接続を確かめて、もう一度試してください。ダウンロードは止まったところから続きます。ミラーは HF_ENDPOINT で指定できます',
  'check the disk and try again': 'ディスクを確かめて、もう一度試してください',
  'check the name and whether its disk is connected': '名前と、ディスクがつながっているかを確かめてください',
  'choose another model, or download the file elsewhere and import it':
    '別のモデルを選ぶか、ファイルを別のところでダウンロードして読み込んでください',
  'correct `{path}`, or move it away to start without it': '`{path}` を直すか、別の場所へ移して起動してください',
  'could not {what} `{path}`: {why}': '`{path}` の処理（{what}）に失敗しました：{why}',
  create: '作成',
  'does not begin like a GGUF file': 'は GGUF ファイルとして始まっていません',
  'does not say what architecture it has': 'はどの構造か書かれていません',
  'download it again': 'もう一度ダウンロードしてください',
  'download it again, or another GGUF': 'もう一度ダウンロードするか、別の GGUF にしてください',
  'download it again; an interrupted download goes on where it stopped':
    'もう一度ダウンロードしてください。中断したダウンロードは止まったところから続きます',
  'download the file itself from its page, or run `git lfs pull` in that folder':
    'そのページからファイル本体をダウンロードするか、そのフォルダーで `git lfs pull` を実行してください',
  'download the folder again': 'フォルダーをもう一度ダウンロードしてください',
  "download the voice's `.onnx.json` again": '声の `.onnx.json` をもう一度ダウンロードしてください',
  empty: '空',
  'fetch a real one from the library (Whisper base, for example)':
    'ライブラリから本物（Whisper base など）を入手してください',
  'fetch it again': 'もう一度入手してください',
  'fetch it there, unpack it, and drop its folder on the window':
    'そこでダウンロードして展開し、フォルダーをウィンドウにドロップしてください',
  "fetch the same model's `.safetensors` files: PyTorch's pickles (`.bin`) can hold programs":
    '同じモデルの `.safetensors` ファイルを入手してください。PyTorch の pickle（`.bin`）はプログラムを含むことがあります',
  find: '検索',
  'free another {bytes} on this disk and try again':
    'このディスクにあと {bytes} の空きを作って、もう一度試してください',
  'give yourself the right to use this file or folder': 'このファイルかフォルダーを使う権限を自分に与えてください',
  'has no tokenizer beside its weights': 'の重みの隣にトークナイザーがありません',
  'has no usable sample rate or phonemes': 'に使えるサンプリングレートか音素がありません',
  'has no {needed}': 'に {needed} がありません',
  'has no {stem}.safetensors, and pickles are not drawn with':
    'に {stem}.safetensors がありません。pickle では描きません',
  'holds a config.json that does not say what model it describes': 'の config.json に、どのモデルか書かれていません',
  'holds weights, and nothing beside it says of what model':
    'に重みはありますが、どのモデルか書かれたものが隣にありません',
  "install your system's certificates (package `ca-certificates`) and check the proxy settings":
    'システムの証明書（パッケージ `ca-certificates`）を入れ、プロキシの設定を確かめてください',
  'is a PyTorch checkpoint, and nothing beside it says of what model':
    'は PyTorch のチェックポイントですが、どのモデルか書かれたものが隣にありません',
  'is a Whisper model without any weights (a file for tests)': 'は重みのない Whisper モデル（テスト用）です',
  'is a `{architecture}` model, which does not talk': 'は `{architecture}` モデルで、会話はできません',
  'is a `{architecture}` model, which finds texts and which this version does not read':
    'は文章を探す `{architecture}` モデルで、この版では読めません',
  'is a `{architecture}` model, which this version does not know': 'は `{architecture}` モデルで、この版では扱えません',
  'is a `{judge}`, which judges texts and turns none into vectors':
    'は文章を評価する `{judge}` で、ベクトルにはしません',
  'is a folder without a model: it has no config.json': 'はモデルのないフォルダーです：config.json がありません',
  'is a ggml file, but no Whisper model: {why}': 'は ggml ファイルですが、Whisper モデルではありません：{why}',
  'is a model for pictures of a kind that this version does not know ({class})':
    'はこの版で扱えない種類の絵のモデルです（{class}）',
  'is a model in a form older than GGUF': 'は GGUF より古い形式のモデルです',
  'is a web page, not a model': 'はウェブページで、モデルではありません',
  'is an ONNX file without a network in it': 'はネットワークのない ONNX ファイルです',
  'is an ONNX file without the configuration of a Piper voice': 'は ONNX ファイルで、Piper の声の設定がありません',
  'is damaged: {other}': 'は壊れています：{other}',
  'is empty': 'は空です',
  'is incomplete: `{name}` is missing': 'は不完全です：`{name}` がありません',
  'is incomplete: it ends after {have} bytes, in the middle of something':
    'は不完全です：{have} バイトで途中で終わっています',
  'is incomplete: it should have {need} bytes and has {have}': 'は不完全です：{need} バイトのはずが {have} です',
  'is no model that Hanashi knows': 'は Hanashi の知っているモデルではありません',
  'is not a complete ONNX file': 'は完全な ONNX ファイルではありません',
  'is not a description of a model': 'はモデルの記述ではありません',
  'is not a sound GGUF file: {why}': 'は正常な GGUF ファイルではありません：{why}',
  'is not newer than {current}, which runs': 'は今動いている {current} より新しくありません',
  'is not the configuration of a Piper voice ({why})': 'は Piper の声の設定ではありません（{why}）',
  'is only a pointer to the real file (git LFS)': 'は本物のファイルへのポインター（git LFS）にすぎません',
  'is the configuration of a Piper voice, and the voice itself is missing':
    'は Piper の声の設定で、声そのものがありません',
  'is too large for the configuration of a voice': 'は声の設定としては大きすぎます',
  'is where a version is being installed right now': 'では今、版をインストールしているところです',
  'it cannot be read ({why})': '読めません（{why}）',
  'it carries a name or a password': '名前かパスワードが含まれています',
  'it claims more entries than a model can have': 'モデルにありえない数の項目があるとしています',
  'it ended with {status}': '{status} で終わりました',
  'it has either files, or a page where it is handed out': 'ファイルか、配布しているページのどちらかが必要です',
  'it has version {version}, and this program reads version {VERSION}':
    '版 {version} で、このプログラムが読むのは版 {VERSION} です',
  'it holds a name or a password': '名前かパスワードが入っています',
  'it is an address within a network, not one of the internet':
    'ネットワーク内のアドレスで、インターネットのものではありません',
  'it is larger than a picture may be (16 MiB)': '画像の上限（16 MiB）を超えています',
  'it redirects to nowhere': '転送先がありません',
  'it redirects too often': '転送が多すぎます',
  'it took too long': '時間がかかりすぎました',
  'it was removed; download it again, and if that happens twice take another source':
    '削除しました。もう一度ダウンロードし、また起きたら別の入手先にしてください',
  'it was signed under another name': '別の名前で署名されています',
  'its answer has no end': '応答に終わりがありません',
  'its answer was not read': '応答を読めませんでした',
  'its bytes are not those that were signed': '中身が署名されたものと違います',
  'its cache has numbers and names no source for them': 'キャッシュに数値がありますが、出典がありません',
  'its filters have another shape': 'フィルターの形が違います',
  'its header has other numbers': 'ヘッダーの数値が違います',
  'its key is no minisign key': '鍵が minisign の鍵ではありません',
  'its name is not that of the version that it is said to be': '名前が、言われている版のものではありません',
  'its page is no https address': 'ページが https のアドレスではありません',
  'its signature does not say for which file it is': '署名にどのファイルのものか書かれていません',
  'its version 1 is no longer used': '版 1 はもう使われていません',
  'its version is unknown (or it is for big-endian machines)': '版が不明です（またはビッグエンディアンの機械用です）',
  'its weights lie beyond any file': '重みがファイルの外にあります',
  lock: 'ロック',
  'look for a GGUF of the same model': '同じモデルの GGUF を探してください',
  'look for a newer version again': '新しい版をもう一度探してください',
  'look for another form of the same model': '同じモデルの別の形式を探してください',
  'make room on this disk and try again; what has arrived is kept':
    'このディスクに空きを作って、もう一度試してください。届いた分は残っています',
  'measure the free space of': '空き容量の確認',
  'meets `{current}`: {why}': 'に `{current}` があります：{why}',
  'model `{id}`: {why}': 'モデル `{id}`：{why}',
  'name a folder that holds config.json, a tokenizer and the weights':
    'config.json・トークナイザー・重みのあるフォルダーを指定してください',
  'no address is known': 'アドレスが分かりません',
  'no answer after {patience} s': '{patience} 秒たっても応答がありません',
  'no model has a cache of these layers, heads and numbers':
    'このような層・ヘッド・数のキャッシュを持つモデルはありません',
  'nothing it says': '何も言っていません',
  'nothing was installed and the file is gone; fetch the program from its own page, and tell its makers':
    '何もインストールせず、ファイルは削除しました。プログラムのページから入手し、作者に知らせてください',
  'only https is fetched': 'ダウンロードは https だけです',
  'only https is loaded': '読み込みは https だけです',
  'only what comes with the program is `inside` it': '`inside` はプログラムに付いているものだけです',
  open: '開く',
  'plain http could be changed on the way': 'ただの http では途中で書き換えられるおそれがあります',
  'put `{name}` beside it': '`{name}` をその隣に置いてください',
  'put back': '元に戻す',
  'put its `{name}.json` into the same folder': 'その `{name}.json` を同じフォルダーに入れてください',
  read: '読み取り',
  remove: '削除',
  'remove it there yourself if you do not need it': '不要なら、自分でそこから削除してください',
  rename: '名前の変更',
  replace: '置き換え',
  start: '開始',
  'status {status}': '状態 {status}',
  'the address `{url}` is not allowed: {why}': 'アドレス `{url}` は許可されていません：{why}',
  'the connection ended after {part} of {total} bytes': '{total} バイトのうち {part} で接続が切れました',
  'the connection ended {left} bytes too soon': '接続が {left} バイト早く切れました',
  'the file has changed at the server': 'サーバーのファイルが変わりました',
  "the hub's list of files cannot be read ({why})": '配布元のファイル一覧を読めません（{why}）',
  'the library names what there is (`hanashi models list` in a terminal)':
    '何があるかはライブラリで分かります（端末では `hanashi models list`）',
  'the licence names no source': 'ライセンスに出典がありません',
  'the name leads to no server of the internet': 'その名前はインターネットのサーバーを指していません',
  'the network could not be set up: {0}': 'ネットワークを準備できませんでした：{0}',
  'the server answered {response}': 'サーバーの応答は {response} でした',
  'the server answered {status}': 'サーバーの応答は {status} でした',
  'the server did not answer': 'サーバーが応答しませんでした',
  'the server did not answer for {stall} seconds': 'サーバーが {stall} 秒間応答しませんでした',
  'the server fell silent': 'サーバーからの返信が途絶えました',
  'the server has less than is here': 'サーバーにあるものは、ここにあるものより少ないです',
  'the server said nothing for {stall} seconds': 'サーバーから {stall} 秒間返信がありませんでした',
  'the server sent a part where the whole was needed': '全体が必要なのに、サーバーが一部だけを送ってきました',
  'the server sent another part than it was asked for': 'サーバーが頼んだのとは別の部分を送ってきました',
  'the server sent fewer than {least} bytes a second for {seconds} seconds':
    'サーバーからの受信が {seconds} 秒間、毎秒 {least} バイトに届きませんでした',
  'the server sent more than it had announced': 'サーバーが予告より多く送ってきました',
  'there are two models `{id}`': 'モデル `{id}` が二つあります',
  'there is an address without a key, or a key without an address': 'アドレスに鍵がないか、鍵にアドレスがありません',
  'there is no model `{0}`': 'モデル `{0}` はありません',
  'there is no source `{name}`': '出典 `{name}` はありません',
  'there is nothing to fetch or to remove: it is at work already': '入手も削除も要りません。もう動いています',
  'two files would be called `{twice}`': '`{twice}` という名前のファイルが二つになります',
  'use an https address, or name the server as a mirror in your catalogue.toml':
    'https のアドレスを使うか、catalogue.toml でサーバーをミラーとして書いてください',
  'use the download button of the page and try again': 'ページのダウンロードボタンを使って、もう一度試してください',
  'wait for the other download, or stop it': 'もう一方のダウンロードを待つか、止めてください',
  'wait until that is done': 'それが終わるまで待ってください',
  'what came as its signature is none': '署名として届いたものは署名ではありません',
  'what it sent is too long': '届いたものが長すぎます',
  write: '書き込み',
  '{0} is a part of this program': '{0} はこのプログラムの一部です',
  '{exact} bytes': '{exact} バイト',
  '{length} bytes': '{length} バイト',
  '{n} GB': '{n} GB',
  '{n} MB': '{n} MB',
  '{n} bytes': '{n} バイト',
  '{n} kB': '{n} kB',
  '{size} bytes': '{size} バイト',
  '{text}: {words}': '{text}：{words}',
  '{total} bytes': '{total} バイト',
  'the server sent it compressed (`{encoding}`), which was not asked for':
    'サーバーが圧縮して送ってきました（`{encoding}`）。これは頼んでいません',
  'this is planned with {context} tokens of context': 'これは {context} トークンのコンテキストで計画しています',
  '{planned}: with {longest} it may not fit (`context_length` in the settings; the window sets it where it has to)':
    '{planned}：{longest} では入らないかもしれません（設定の `context_length`。必要なときはウィンドウが設定します）',
} satisfies Table;
