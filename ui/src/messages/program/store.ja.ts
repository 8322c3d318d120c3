/** Japanese: what the room `store` tells. */

import type { Table } from '.';

export const storeJa = {
  ' (process {pid})': '（プロセス {pid}）',
  "`{from}` holds more than a character's folder should":
    '`{from}` にキャラクターのフォルダーにないはずのものがあります',
  '`{guest}` is there already': '`{guest}` はもういます',
  '`{id}` comes with the app: duplicate it to change it': '`{id}` はアプリ付属です。変えるには複製してください',
  '`{name}` is no plain file name': '`{name}` は普通のファイル名ではありません',
  '`{nobody}` is not there and cannot be muted': '`{nobody}` はいないため、黙らせられません',
  '`{path}` cannot be read ({error}); mend it, or move it away to begin anew':
    '`{path}` を読めません（{error}）。直すか、別の場所へ移して新しく始めてください',
  '`{path}` is larger than {MAX_FILE_BYTES} bytes': '`{path}` は {MAX_FILE_BYTES} バイトを超えています',
  'a cast in the log is unreadable: {error}': '記録にある顔ぶれを読めません：{error}',
  'a conversation without a message was to be kept': 'メッセージのない会話を残そうとしました',
  'a file may have {MAX_OWN_FILE} MiB': 'ファイルの上限は {MAX_OWN_FILE} MiB です',
  'a note may be {MAX_NOTE_BYTES} bytes long': '注記の上限は {MAX_NOTE_BYTES} バイトです',
  'a picture may have 32 MiB': '画像の上限は 32 MiB です',
  'a profile needs a name': 'プロフィールには名前が必要です',
  'a save holds too much of the stage': 'セーブに入る舞台の内容が多すぎます',
  'a sound is no `.{ending}` file': '音は `.{ending}` ファイルではありません',
  'another copy of Hanashi has `{root}` open{process}': '別の Hanashi が `{root}` を開いています{process}',
  'cannot be {value}; the default {default} counts': '{value} にはできません。既定値 {default} を使います',
  character: 'キャラクター',
  'check that you may write to {path}, or choose another folder with `HANASHI_HOME`':
    '{path} に書き込む権限を確かめるか、`HANASHI_HOME` で別のフォルダーを選んでください',
  'check that {path} is there': '{path} があるか確かめてください',
  'close the other copy of Hanashi, then try again': 'もう一つの Hanashi を閉じて、もう一度試してください',
  'close the other program that has the database open, then try again':
    'データベースを開いている別のプログラムを閉じて、もう一度試してください',
  conversation: '会話',
  copy: 'コピー',
  'correct it and try again': '直して、もう一度試してください',
  'correct the line in {path}, or move the file away to begin with the defaults; until then changes last only while the app runs':
    '{path} のその行を直すか、ファイルを移して既定値から始めてください。それまで変更はアプリが動いている間だけ有効です',
  'could not bring the database `{path}` to schema version {to}: {source}':
    'データベース `{path}` を構造の版 {to} にできませんでした：{source}',
  'could not {action} `{path}`: {source}': '`{path}` の処理（{action}）に失敗しました：{source}',
  'create the folder': 'フォルダーの作成',
  database: 'データベース',
  decrypt: '復号',
  encrypt: '暗号化',
  'free some space on the disk of {path} and check that it can be written, then try again; everything saved before is safe':
    '{path} のディスクに空きを作り、書き込めるかを確かめて、もう一度試してください。これまでの保存はすべて無事です',
  'free some space on the disk of {path} and start again; the database is unchanged and a copy of it lies in the `backups` folder':
    '{path} のディスクに空きを作って、起動し直してください。データベースは元のままで、`backups` フォルダーに写しがあります',
  'free some space on the disk of {path}, then try again; nothing already saved is lost':
    '{path} のディスクに空きを作って、もう一度試してください。保存済みのものは失われていません',
  'install the newest Hanashi, or choose another data folder with `HANASHI_HOME`; {path} was not touched':
    '最新の Hanashi を入れるか、`HANASHI_HOME` で別のデータフォルダーを選んでください。{path} には触れていません',
  'is no setting of this version; it is kept, and has no effect': 'この版の設定ではありません。残しますが、効きません',
  'it is not UTF-8 text': 'UTF-8 の文章ではありません',
  'it is the database of another program': '別のプログラムのデータベースです',
  'it is {metadata} bytes long': '{metadata} バイトあります',
  'line {line}: {error}': '{line} 行目：{error}',
  'look at the list for what there is': '何があるかは一覧で確かめてください',
  message: 'メッセージ',
  move: '移動',
  'move into the trash': 'ごみ箱への移動',
  'move {path} away and put a copy of the newest backup {path2} in its place; nothing was deleted':
    '{path} を移し、最新のバックアップ {path2} の写しをそこに置いてください。何も削除していません',
  'move {path} away to begin anew, or put a copy of your own in its place; there is no backup yet, and nothing was deleted':
    '{path} を移して新しく始めるか、自分の写しをそこに置いてください。バックアップはまだなく、何も削除していません',
  'must be from {low} to {high}, not {number}': 'は {low} から {high} までで、{number} にはできません',
  'name a folder with `--data-dir` or in `HANASHI_HOME`':
    '`--data-dir` か `HANASHI_HOME` でフォルダーを指定してください',
  picture: '絵',
  place: '場所',
  'place or sound': '場所か音',
  places: '場所',
  profile: 'プロフィール',
  'removed character': '削除したキャラクター',
  restore: '復元',
  save: 'セーブ',
  sound: '音',
  sounds: '音',
  'take away': '取り除き',
  'the database `{display}` was opened for reading only': 'データベース `{display}` は読み取り専用で開かれています',
  'the database `{path}` failed: {source}': 'データベース `{path}` でエラーが起きました：{source}',
  'the database `{path}` is damaged: {detail}': 'データベース `{path}` は壊れています：{detail}',
  'the database `{path}` is from an older version: start the app once to bring it up to date':
    'データベース `{path}` は古い版のものです。アプリを一度起動して新しくしてください',
  'the database `{path}` was written by a newer version of Hanashi (schema {found}, this version knows {known})':
    'データベース `{path}` はもっと新しい Hanashi が書いたものです（構造 {found}、この版が知るのは {known}）',
  'the defaults count': '既定値を使います',
  'the event cannot be written: {error}': 'イベントを書き込めません：{error}',
  'the message `{message}` belongs to another conversation': 'メッセージ `{message}` は別の会話のものです',
  'the same conversation was taken over and thrown away {TIMES} times':
    '同じ会話の取り込みと削除が {TIMES} 回ありました',
  'the settings cannot be written: {error}': '設定を書き込めません：{error}',
  'the settings file `{path}` cannot be read: {detail}': '設定ファイル `{path}` を読めません：{detail}',
  'there are {MAX_PROFILES} profiles already': 'プロフィールがもう {MAX_PROFILES} 件あります',
  'there is a log in `{path}` already': '`{path}` にはもう記録があります',
  'there is no home folder to keep data in': 'データを置くホームフォルダーがありません',
  'there is no save slot `{slot}`: use a number from 1 to {MAX_SLOT}, `{QUICK}` or `{AUTO}`':
    'セーブのスロット `{slot}` はありません。1 から {MAX_SLOT} までの数か、`{QUICK}`、`{AUTO}` を使ってください',
  'there is no {what} `{id}`': '{what} `{id}` はありません',
  'there is room for {GUESTS} guests: send one away before you invite another':
    'ゲストは {GUESTS} 人までです。誰かを帰してから招いてください',
  'try again; if it stays so, start the app anew and look into the log file':
    'もう一度試してください。変わらなければ、アプリを起動し直してログを見てください',
  'unknown reason `{because}`': '未知の理由 `{because}`',
  'unknown role `{role}`': '未知の役割 `{role}`',
  'use the window that is open already, or close it and try again; reading commands work meanwhile':
    '開いているウィンドウを使うか、閉じてもう一度試してください。その間も、読むだけのコマンドは使えます',
  'who you are is not known': 'あなたのプロフィールが分かりません',
  '{MAX_OWN} {what} are kept already; remove some': '{what}がもう {MAX_OWN} 件あります。いくつか削除してください',
  '{MAX_PICTURES} pictures are kept already; remove some':
    '絵がもう {MAX_PICTURES} 枚あります。いくつか削除してください',
  '{error}; {what}': '{error}。{what}',
  '{lines} lines cannot follow a line of yours: choose from 1 to {LINES}':
    'あなたの一言に {lines} 人分の台詞は続けられません。1 から {LINES} までを選んでください',
  '{message}; the default {default} counts': '{message}。既定値 {default} を使います',
  '`{note}` says that everything was moved there': '`{note}` には、すべてそこへ移したと書かれています',
} satisfies Table;
