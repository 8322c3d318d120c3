/** Japanese: what the room `knowledge` tells. */

import type { Table } from '.';

export const knowledgeJa = {
  '64 megabytes without a tag; this is no dump of a wiki':
    '64 MB にわたりタグがありません。ウィキのダンプではありません',
  '`{path}` is missing': '`{path}` がありません',
  'a part of more than 64 megabytes, or a gigabyte altogether': '一部が 64 MB、または全体で 1 GB を超えています',
  'a row of more than four megabytes; is a quotation mark not closed?':
    '4 MB を超える行があります。引用符が閉じていないのでは？',
  'a row with {row} columns': '{row} 列の行',
  'a stream of more than 128 megabytes': '128 MB を超えるストリーム',
  'a stream that is packed more than twice': '三重以上に圧縮されたストリーム',
  'a table of contents of many megabytes': '何メガバイトもある目次',
  'add the same files again: reading goes on where it stopped':
    '同じファイルをもう一度加えてください。止まったところから読みます',
  'check how it is spelt': 'つづりを確かめてください',
  'choose another encoder, or go on without one: documents are found by their words':
    '意味で探す別のモデルを選ぶか、なしで続けてください。文書は言葉で探します',
  'choose it from the list again (`hanashi know list` in a terminal)':
    '一覧から選び直してください（端末では `hanashi know list`）',
  'delete `knowledge.sqlite` and add the documents again':
    '`knowledge.sqlite` を削除して、文書をもう一度加えてください',
  'free some space on the disk': 'ディスクに空きを作ってください',
  'it cannot be opened ({0}); check that it still exists and that you may read it':
    '開けません（{0}）。まだあるか、読み取る権限があるかを確かめてください',
  'it has more than four megabytes': '4 MB を超えています',
  'it has no list of pages': 'ページの一覧がありません',
  'it has {rule} rules, more than {RULES}': '規則が {rule} 件あり、上限の {RULES} 件を超えています',
  'it has {size} MB, and a file of this kind may have {most} MB; split it, or save it as plain text':
    '{size} MB あり、この種のファイルの上限は {most} MB です。分けるか、プレーンテキストで保存してください',
  'it holds pictures of {pages} pages and no text; run it through a program that recognises text (OCR) first':
    '{pages} ページ分の画像だけで、文字がありません。先に文字認識（OCR）にかけてください',
  'it is damaged ({0}); fetch or save it again': '壊れています（{0}）。もう一度入手するか保存してください',
  'its end is missing': '末尾が欠けています',
  'it is an archive of other files; unpack it, and add what is in it':
    'ほかのファイルをまとめた書庫です。展開して中のファイルを追加してください',
  'it is of no kind that is read here; save it as text, Markdown, HTML, PDF, EPUB, DOCX, CSV or subtitles':
    'ここで読める種類ではありません。テキスト・Markdown・HTML・PDF・EPUB・DOCX・CSV・字幕のどれかで保存してください',
  'it is protected by a password or a licence; save a copy without protection':
    'パスワードかライセンスで保護されています。保護のない写しを保存してください',
  'it names no package': 'パッケージの指定がありません',
  'it unpacks to far more than it holds ({0}); such files are made to fill memory and are not read':
    '展開すると元よりはるかに大きくなります（{0}）。メモリを埋めるためのファイルなので読みません',
  'its letters cannot be told apart: the fonts in it say nothing about their meaning; save it anew from the program it was written with':
    '文字を判別できません。フォントに文字の意味がありません。作ったプログラムで保存し直してください',
  'put the file right and try again': 'ファイルを直して、もう一度試してください',
  'reading it ended before its end': '読み込みが途中で終わりました',
  'stopped; what was read is kept': '止めました。読んだ分は残っています',
  'streams of more than two gigabytes altogether': 'ストリームが合わせて 2 GB を超えています',
  'the encoder cannot be used: {0}': '意味で探すモデルが使えません：{0}',
  'the index of documents `{path}` cannot be used: {source}': '文書の索引 `{path}` が使えません：{source}',
  'the program that reads PDFs stumbled over it': 'PDF を読むプログラムがつまずきました',
  'the rule `{name}` does nothing: give it `say`, `know`, `cue` or `search`':
    '規則 `{name}` は何もしません。`say`・`know`・`cue`・`search` のどれかを書いてください',
  'the rule `{name}` has more than {PATTERNS} patterns': '規則 `{name}` の型が {PATTERNS} 個を超えています',
  'the rule `{name}` has no `when`': '規則 `{name}` に `when` がありません',
  'the rule `{name}`: {error}': '規則 `{name}`：{error}',
  'the rules `{path}` cannot be used: {reason}': '規則 `{path}` が使えません：{reason}',
  'there is no document number {0}': '番号 {0} の文書はありません',
  'there is no file or folder `{0}`': 'ファイルもフォルダーも `{0}` という名前のものはありません',
  'there is no text in it; check that it is the file that you meant':
    '文字がありません。追加したかったファイルか確かめてください',
} satisfies Table;
