/** Japanese: what the room `library` tells. */

import type { Table } from '.';

export const libraryJa = {
  '`{character}` comes with the app and keeps its looks': '`{character}` はアプリ付属のため、見た目は変えられません',
  '`{file}` cannot be a place: {error}': '`{file}` は場所として使えません：{error}',
  '`{file}` cannot be played: {error}': '`{file}` は再生できません：{error}',
  '`{file}` cannot be put into a card': '`{file}` はカードに入れられません',
  '`{file}` looks like a chat and holds no message that can be read':
    '`{file}` は会話の記録のようですが、読めるメッセージがありません',
  '`{name}` comes with the app': '`{name}` はアプリ付属です',
  '`{name}` has {greetings} greetings': '`{name}` の挨拶は {greetings} 件です',
  '`{name}` is larger than a picture of a feeling may be (16 MiB)': '`{name}` は表情の絵の上限（16 MiB）を超えています',
  '`{name}` is longer than {LONGEST_EFFECT} seconds, too long to be heard once beside a voice':
    '`{name}` は {LONGEST_EFFECT} 秒を超えていて、声と一緒に一度流すには長すぎます',
  '`{name}` is shorter than {SHORTEST_LOOP} seconds, too short to be heard over and over':
    '`{name}` は {SHORTEST_LOOP} 秒未満で、繰り返し流すには短すぎます',
  '`{path}` cannot be used as a picture: {error}': '`{path}` は画像として使えません：{error}',
  '`{path}` cannot be used: {reason}': '`{path}` は使えません：{reason}',
  '`{path}` could not be read: {error}': '`{path}` を読み取れませんでした：{error}',
  '`{path}` is larger than a character card may be (256 MiB)':
    '`{path}` はキャラクターカードの上限（256 MiB）を超えています',
  '`{path}` is larger than a puppet may be (8 MiB)': '`{path}` はパペットの上限（8 MiB）を超えています',
  '`{path}` is larger than {most} MiB': '`{path}` は {most} MiB を超えています',
  '`{path}` leads out of the figure': '`{path}` は姿のフォルダーの外を指しています',
  '`{path}` {what}': '`{path}` {what}',
  '`{portrait}` cannot be used as a picture: {error}': '`{portrait}` は画像として使えません：{error}',
  'a character needs a name': 'キャラクターには名前が必要です',
  'a chat in `{file}` has more than 200,000 messages': '`{file}` に 200,000 件を超えるメッセージの会話があります',
  'a message was longer than 256 KiB and was cut': '256 KiB を超えるメッセージを切り詰めました',
  'a place and a sound need a name: it is what the character writes':
    '場所と音には名前が必要です。キャラクターがその名前を書きます',
  "add the figure's files again": '姿のファイルをもう一度追加してください',
  'all files together are larger than {MAX_FIGURE_BYTES} MiB': 'ファイル全体で {MAX_FIGURE_BYTES} MiB を超えています',
  'allow it in the details of the character, if you trust who made the card':
    'カードの作者を信用できるなら、キャラクターの詳細で許可してください',
  'check that the disk is not full and that the folder may be written':
    'ディスクがいっぱいでないか、フォルダーに書き込めるかを確かめてください',
  'check that the file is there and that you may read it': 'ファイルがあるか、読み取る権限があるかを確かめてください',
  'check that there is room on the disk and that you may write there':
    'ディスクの空きと、書き込む権限を確かめてください',
  'choose `live2dcubismcore.min.js` from the folder `Core` of the Cubism SDK for Web':
    'Cubism SDK for Web の `Core` フォルダーにある `live2dcubismcore.min.js` を選んでください',
  'choose a PNG, JPEG, WEBP or AVIF picture of at most 8,000 pixels a side':
    '一辺 8,000 ピクセルまでの PNG・JPEG・WEBP・AVIF 画像を選んでください',
  'choose a card with one, or a lorebook': 'ロアブック付きのカードか、ロアブックを選んでください',
  'choose a folder or an archive with a `.model3.json` in it, a `.vrm` or a `.psd` file':
    '`.model3.json` の入ったフォルダーか書庫、または `.vrm` か `.psd` のファイルを選んでください',
  'choose a picture or sound of at most {MAX_ASSET_BYTES} MB, with an ending':
    '{MAX_ASSET_BYTES} MB までで拡張子のある画像か音を選んでください',
  'choose one of the list': '一覧から選んでください',
  'choose one of them; the card may have been changed meanwhile':
    'その中から選んでください。カードがその間に変わったのかもしれません',
  'conversations behind the first {MAX_TALKS} of the file, left out: {left_out}; export those one by one':
    '最初の {MAX_TALKS} 件より後の会話を省きました：{left_out} 件。一つずつ書き出してください',
  'cut the file into several, each with the first line of the whole':
    'ファイルをいくつかに分け、どれにも元の一行目をつけてください',
  'damaged lines, left out: {damaged}': '壊れた行を省きました：{damaged}',
  'drop the file again': 'ファイルをもう一度ドロップしてください',
  'enter one': '入力してください',
  'export the chat once more in the other program': '元のプログラムで会話をもう一度書き出してください',
  "get the figure's files again from where they came from": '姿のファイルを元の入手先からもう一度入手してください',
  'give it one; it can be changed later': '名前をつけてください。後で変えられます',
  'if it is a model, check its file name; a card has to be smaller':
    'モデルならファイル名を確かめてください。カードならもっと小さいはずです',
  'import another one first': '先に別のものを読み込んでください',
  'import the card again, or remove the folder of that name from `characters` in the data folder':
    'カードをもう一度読み込むか、データフォルダーの `characters` にある同名のフォルダーを削除してください',
  'import the card first, or name another one': '先にカードを読み込むか、別のものを指定してください',
  'import the file again': 'ファイルをもう一度読み込んでください',
  'is larger than a Cubism Core': 'は Cubism Core としては大きすぎます',
  'is no Cubism Core': 'は Cubism Core ではありません',
  'is no text': 'は文章ではありません',
  'it cannot be removed; a copy of it can': 'これは削除できません。複製なら削除できます',
  'it has no name that says what it shows': '何を表すかが名前から分かりません',
  'it is higher than it is wide: the stage shows its middle': '縦長の画像です。舞台には中央だけが映ります',
  'it lies in another folder; add that folder by itself to use it':
    '別のフォルダーにあります。使うには、そのフォルダーだけを追加してください',
  'keep it as an effect, or choose a longer piece': '効果音として使うか、もっと長い曲を選んでください',
  'keep it as music or ambience, or cut it in a sound editor':
    '音楽か環境音として使うか、音声エディターで切り詰めてください',
  'make a copy of the character in the library, and change that':
    'ライブラリでキャラクターを複製し、そちらを変えてください',
  'mend what the editor marks': 'エディターが示すところを直してください',
  'messages that were hidden from the model there: {hidden}; here they are part of the conversation':
    '元ではモデルに隠されていたメッセージ：{hidden} 件。ここでは会話に含まれます',
  'notices and comments of the other program, left out: {own}': '元のプログラムのお知らせと注釈を省きました：{own}',
  'open it again and repeat your changes; nothing was overwritten':
    '開き直して、もう一度変えてください。何も上書きしていません',
  'open it in a picture editor and save it as PNG, JPEG, WebP or AVIF of at most 8,192 pixels a side':
    '画像エディターで開き、一辺 8,192 ピクセルまでの PNG・JPEG・WebP・AVIF で保存してください',
  'open the address in a browser, if you trust it': '信用できるなら、ブラウザーでアドレスを開いてください',
  'open the list of lorebooks again': 'ロアブックの一覧を開き直してください',
  'open the studio to train with them; to take over a chat, export it in the program that you had it in':
    '学習に使うならスタジオを開いてください。会話を引き継ぐなら、元のプログラムで書き出してください',
  'pictures of this character are not loaded from the network':
    'このキャラクターの画像はネットワークから読み込みません',
  'remove it on the page `Assets` of the editor, or add a picture of the same name, which goes first':
    'エディターの `Assets` のページで削除するか、同じ名前の画像を追加してください（そちらが優先されます）',
  'remove that one first': '先にそちらを削除してください',
  "restore the file, or remove the puppet's folder to see the card's picture":
    'ファイルを元に戻すか、パペットのフォルダーを削除してカードの絵を表示してください',
  "restore the picture, or remove it from the character's folder":
    '画像を元に戻すか、キャラクターのフォルダーから取り除いてください',
  'save it as Ogg Vorbis, Opus, MP3, AAC, FLAC or WAV of at most {LONGEST_MUSIC} minutes and {MAX_OWN_FILE} MiB':
    '{LONGEST_MUSIC} 分・{MAX_OWN_FILE} MiB までの Ogg Vorbis・Opus・MP3・AAC・FLAC・WAV で保存してください',
  'save it smaller': 'もっと小さく保存してください',
  'stopped after {new} of {talks} conversations': '{talks} 件のうち {new} 件の会話まで終えて止まりました',
  'that you were `{user}` could not be kept': 'あなたが `{user}` だったことを残せませんでした',
  "the author's note could not be kept": 'モデルへの注記を残せませんでした',
  "the author's note stood beside the instructions; here it stands in the conversation":
    'モデルへの注記は指示の隣にありましたが、ここでは会話の中に置きます',
  'the card `{name}` has no lorebook': 'カード `{name}` にはロアブックがありません',
  'the card cannot be saved like this ({field}: {code})': 'このままではカードを保存できません（{field}：{code}）',
  'the card was changed by something else since it was opened': '開いた後に、カードが別のところで変更されました',
  'the character `{id}` has no card': 'キャラクター `{id}` にはカードがありません',
  'the character has as many pictures as it may': 'このキャラクターの絵はもう上限に達しています',
  'the chat used the lorebook `{book}`, which is a file of its own: import it as well':
    'この会話は別ファイルのロアブック `{book}` を使っていました。それも読み込んでください',
  "the chat's own lorebook comes along, for this conversation alone":
    '会話に付いたロアブックも取り込みます（この会話だけで使います）',
  "the chat's own lorebook could not be kept: {detail}": '会話に付いたロアブックを残せませんでした：{detail}',
  'the file of your choices could not be read when the app started':
    '起動時に、選択を保存したファイルを読めませんでした',
  'the import was stopped': '読み込みを止めました',
  'the import was stopped; nothing of this conversation was taken over':
    '読み込みを止めました。この会話からは何も取り込んでいません',
  'the picture `{name}` is in the card itself': '画像 `{name}` はカードの中にあります',
  "the story's memory describes the character: it belongs into the card":
    '物語の記憶はキャラクターの説明です。カードに入れてください',
  "the story's world info is left out: export it as a lorebook and import that":
    '物語のワールド情報は省きました。ロアブックとして書き出して読み込んでください',
  'there is another lorebook `{file}` by now': '別のロアブック `{file}` がもうあります',
  'there is no character `{name}` in the library': 'ライブラリにキャラクター `{name}` はいません',
  'there is no figure among the files': 'ファイルの中に姿がありません',
  'there is no figure to put back': '元に戻す姿がありません',
  'there is no lorebook `{file}`': 'ロアブック `{file}` はありません',
  'there is no place or sound of so long a name': 'それほど長い名前の場所や音はありません',
  'there was a picture of `{name}` for that hour; this one takes its place':
    'その時間帯の `{name}` の画像はすでにあり、これに置き換わります',
  'these are examples to train with, and no conversation of yours': 'これは学習用の例で、あなたの会話ではありません',
  'this is the only character there is': 'キャラクターはこの一人だけです',
  'this place or sound is not there any more': 'この場所や音はもうありません',
  'unpack the archive and choose its folder': '書庫を展開し、そのフォルダーを選んでください',
  'use a smaller drawing': 'もっと小さな絵を使ってください',
  'use a smaller figure': 'もっと小さな姿を使ってください',
  'what lies at `{address}` cannot be shown: {error}': '`{address}` にあるものは表示できません：{error}',
} satisfies Table;
