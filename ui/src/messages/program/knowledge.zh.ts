/** Chinese: what the room `knowledge` tells. */

import type { Table } from '.';

export const knowledgeZh = {
  '64 megabytes without a tag; this is no dump of a wiki': '64 MB 没有一个标签；这不是维基的转储',
  '`{path}` is missing': '缺少 `{path}`',
  'a part of more than 64 megabytes, or a gigabyte altogether': '有一部分超过 64 MB，或总共超过 1 GB',
  'a row of more than four megabytes; is a quotation mark not closed?': '有一行超过 4 MB；是不是有引号没有闭合？',
  'a row with {row} columns': '有一行有 {row} 列',
  'a stream of more than 128 megabytes': '有一个流超过 128 MB',
  'a stream that is packed more than twice': '有一个流压缩了两次以上',
  'a table of contents of many megabytes': '目录有好几兆字节',
  'add the same files again: reading goes on where it stopped': '请再次添加同样的文件：读取会从停下的地方继续',
  'check how it is spelt': '请检查拼写',
  'choose another encoder, or go on without one: documents are found by their words':
    '请选择别的查找模型，或不用它继续：文件按词语查找',
  'choose it from the list again (`hanashi know list` in a terminal)':
    '请重新从列表里选择（终端里用 `hanashi know list`）',
  'delete `knowledge.sqlite` and add the documents again': '请删除 `knowledge.sqlite`，再重新添加文件',
  'free some space on the disk': '请腾出一些磁盘空间',
  'it cannot be opened ({0}); check that it still exists and that you may read it':
    '无法打开（{0}）；请检查它是否还在、你是否有权读取',
  'it has more than four megabytes': '它超过 4 MB',
  'it has no list of pages': '它没有页面列表',
  'it has {rule} rules, more than {RULES}': '它有 {rule} 条规则，超过了 {RULES} 条',
  'it has {size} MB, and a file of this kind may have {most} MB; split it, or save it as plain text':
    '它有 {size} MB，这类文件最多 {most} MB；请拆开，或存为纯文本',
  'it holds pictures of {pages} pages and no text; run it through a program that recognises text (OCR) first':
    '里面是 {pages} 页图片，没有文字；请先用文字识别（OCR）程序处理',
  'it is damaged ({0}); fetch or save it again': '它已损坏（{0}）；请重新下载或保存',
  'its end is missing': '末尾缺失',
  'it is an archive of other files; unpack it, and add what is in it':
    '里面是打包的其他文件；请先解压，再添加里面的文件',
  'it is of no kind that is read here; save it as text, Markdown, HTML, PDF, EPUB, DOCX, CSV or subtitles':
    '这里不读这种文件；请存为文本、Markdown、HTML、PDF、EPUB、DOCX、CSV 或字幕',
  'it is protected by a password or a licence; save a copy without protection':
    '它受密码或许可证保护；请保存一份没有保护的副本',
  'it names no package': '它没有指明包',
  'it unpacks to far more than it holds ({0}); such files are made to fill memory and are not read':
    '它解开后远大于自身（{0}）；这样的文件是用来占满内存的，不会读取',
  'its letters cannot be told apart: the fonts in it say nothing about their meaning; save it anew from the program it was written with':
    '分不清里面的字母：字体没有说明它们的含义；请用写它的程序重新保存',
  'put the file right and try again': '请改正文件，再试一次',
  'reading it ended before its end': '读取没有完成就结束了',
  'stopped; what was read is kept': '已停止；读过的内容保留了下来',
  'streams of more than two gigabytes altogether': '流总共超过 2 GB',
  'the encoder cannot be used: {0}': '按意思查找的模型无法使用：{0}',
  'the index of documents `{path}` cannot be used: {source}': '文件索引 `{path}` 无法使用：{source}',
  'the program that reads PDFs stumbled over it': '读取 PDF 的程序遇到了障碍',
  'the rule `{name}` does nothing: give it `say`, `know`, `cue` or `search`':
    '规则 `{name}` 什么也不做：请给它 `say`、`know`、`cue` 或 `search`',
  'the rule `{name}` has more than {PATTERNS} patterns': '规则 `{name}` 的模式超过 {PATTERNS} 个',
  'the rule `{name}` has no `when`': '规则 `{name}` 没有 `when`',
  'the rule `{name}`: {error}': '规则 `{name}`：{error}',
  'the rules `{path}` cannot be used: {reason}': '规则 `{path}` 无法使用：{reason}',
  'there is no document number {0}': '没有编号为 {0} 的文件',
  'there is no file or folder `{0}`': '没有文件或文件夹 `{0}`',
  'there is no text in it; check that it is the file that you meant': '里面没有文字；请确认是不是要添加的文件',
} satisfies Table;
