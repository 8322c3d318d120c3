/** Japanese: what the room `upkeep` tells. */

import type { Table } from '.';

export const upkeepJa = {
  'there is not enough room in `{path}`: {need} MB are needed and {free} MB are free':
    '`{path}` の空きが足りません：{need} MB 必要で、空きは {free} MB です',
  '`{display}` is not empty': '`{display}` は空ではありません',
  '`{host}` was not reached: this program may never connect to other machines':
    '`{host}` には接続しませんでした。このプログラムは他のコンピューターに決して接続しない設定です',
  '`{name}` is longer than it should be': '`{name}` が本来より長いです',
  '`{name}` is missing': '`{name}` がありません',
  '`{name}` is not what was packed': '`{name}` がまとめたときのものと違います',
  '`{name}`: {why}': '`{name}`：{why}',
  '`{path}` is damaged: {why}': '`{path}` は壊れています：{why}',
  'asking search engines is switched off in the settings': '設定で検索エンジンへの問い合わせが切られています',
  'check the disk, its free room and your rights, and try again':
    'ディスク・空き容量・権限を確かめて、もう一度試してください',
  'choose a backup that this program made (*Upkeep*, or `hanashi upkeep pack` in a terminal)':
    'このプログラムが作ったバックアップを選んでください（*手入れ*、または端末で `hanashi upkeep pack`）',
  'free another {need} MB there, or choose another disk':
    'そこにあと {need} MB の空きを作るか、別のディスクを選んでください',
  'has a manifest that cannot be read ({why})': 'の目録を読めません（{why}）',
  'holds more files than a backup can': 'のファイルはバックアップに入る数を超えています',
  'holds other files than its manifest says': 'のファイルが目録と違います',
  'is a ZIP, but no backup of Hanashi': 'は ZIP ですが、Hanashi のバックアップではありません',
  'is no backup, or its end is missing': 'はバックアップではないか、終わりが欠けています',
  'it cannot be written down ({why})': '書き留められません（{why}）',
  'it does not read back as it was written': '書いたものと読み返したものが違います',
  'it is larger than any such file': 'この種のファイルとしては大きすぎます',
  'it is no plan of an exchange': '入れ替えの計画ではありません',
  'it was stopped; nothing has changed': '止めました。何も変わっていません',
  'its name is not text that could be written down': '名前を文字として書き留められません',
  'look at what there is (*Upkeep*, or `hanashi upkeep aside` in a terminal), and take its name as it stands there':
    '何があるかを見て（*手入れ*、または端末で `hanashi upkeep aside`）、そこにある名前をそのまま使ってください',
  'looking for newer versions is switched off in the settings': '設定で新しい版を探すことが切られています',
  'name an empty or a new folder; nothing is overwritten': '空か新しいフォルダーを指定してください。何も上書きしません',
  'names a file `{name}` outside the data folder': 'がデータフォルダーの外のファイル `{name}` を指しています',
  'nothing was set aside under the name `{0}`': '`{0}` という名前でよけてあるものはありません',
  'pictures and sounds from the internet are switched off in the settings':
    '設定でインターネットの画像と音が切られています',
  'pictures drawn by a server are switched off in the settings': '設定でサーバーに絵を描かせることが切られています',
  'replies by a server are switched off in the settings': '設定でサーバーによる返事が切られています',
  'start it again whenever you like': 'いつでも始め直せます',
  'switch `allow_remote_assets` on if you trust the cards of whom you allow it':
    '許可したキャラクターのカードを信用するなら、`allow_remote_assets` を入れてください',
  'switch `allow_remote_model` on, or choose a model that runs here':
    '`allow_remote_model` を入れるか、ここで動くモデルを選んでください',
  'switch `allow_remote_pictures` on: the description of the scene is sent there':
    '`allow_remote_pictures` を入れてください。場面の説明がそこへ送られます',
  'switch `allow_search` on: what is looked for is sent there':
    '`allow_search` を入れてください。探す言葉がそこへ送られます',
  'switch `allow_updates` on if the program may ask for them':
    '新しい版を問い合わせてよければ、`allow_updates` を入れてください',
  'switch `offline` off on the privacy page if you want it to':
    '接続させるなら、プライバシーのページで `offline` を切ってください',
  'take another backup, or check the data (*Upkeep*, or `hanashi upkeep check --mend` in a terminal)':
    '別のバックアップを使うか、データを調べてください（*手入れ*、または端末で `hanashi upkeep check --mend`）',
  'the key does not open it; move it away to go on without it':
    '鍵では開きません。なしで続けるには、別の場所へ移してください',
  'there is no sound copy in `backups` to bring back; nothing was changed':
    '`backups` に戻せる無事な写しがありません。何も変わっていません',
  'was made by version {program} in another form ({v})': 'は版 {program} が別の形式（{v}）で作ったものです',
} satisfies Table;
