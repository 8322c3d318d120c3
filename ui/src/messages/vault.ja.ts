/** Japanese: encryption at rest. */

import type { vaultEn } from './vault.en';

export const vaultJa: typeof vaultEn = {
  vaultTitle: '話した内容を暗号化する',
  vaultOff:
    '会話・記憶・資料・メモは普通のファイルです。あなたのファイルを読める人なら誰でも読めます。パスフレーズを決めると暗号化されます。',
  vaultOn: '話した内容は暗号化されています。',
  vaultHelps:
    'Hanashi を閉じている間、ディスクやフォルダーのコピー、バックアップを手に入れた人から守ります。Hanashi を開いている間、パソコンを監視するプログラム、推測できるパスフレーズからは守れません。',
  vaultOutside:
    '暗号化されないもの：キャラクターカードとその画像、モデル、設定、接続の一覧、ログ（会話は含みません）、学習した重み、自分で書き出したファイル。削除した平文のファイルはディスクに跡が残ることがあります。',
  vaultCost: '読み込みキャッシュを残さないため、会話を開くのに少し時間がかかります。',
  vaultPassphrase: 'パスフレーズ',
  vaultNew: '新しいパスフレーズ',
  vaultAgain: 'もう一度',
  vaultLeast: (count) => `${count} 文字以上。誰にも推測できないことばをいくつか。`,
  vaultDiffers: '二つが一致しません。',
  vaultShow: '入力した文字を表示',
  vaultShowHint: '日本語や中国語の入力に必要です。',
  vaultSwitchOn: '暗号化する…',
  vaultSwitchOff: 'すべて復号する…',
  vaultChange: 'パスフレーズを変える…',
  vaultForget: 'この端末で毎回たずねる',
  vaultForgotten: 'これからは起動のたびにパスフレーズをたずねます。',
  vaultChanged: 'パスフレーズを変えました。回復コードはそのままです。',
  vaultCode: '回復コード',
  vaultCodeHint:
    '書き写して、このパソコンとは別の場所に保管してください。表示されるのは今回だけです。これもパスフレーズもなければ、誰にも（私たちにも）会話を読むことはできません。',
  vaultCodeKept: '書き写しました',
  vaultRestartOn: '再起動して暗号化',
  vaultRestartOff: '再起動して復号',
  vaultOffHint: '次の起動ですべて復号します。続けるにはパスフレーズを入力してください。',
  vaultCopies: (count, size) => `以前のコピーが ${count} 個、暗号化されていません（${size}）。`,
  vaultDeleteCopies: 'コピーを削除',
  vaultCopiesGone: 'コピーを削除しました。',
  vaultCancel: 'キャンセル',
  unlockTitle: {
    off: 'Hanashi',
    on: 'おかえりなさい',
    prepared: '話した内容を暗号化する',
    leaving: 'すべて復号する',
    sealing: '暗号化が中断されました',
    unsealing: '復号が中断されました',
  },
  unlockHint: {
    off: 'ここは暗号化されていません。',
    on: '会話は暗号化されています。パスフレーズを入力して開いてください。',
    prepared: 'パスフレーズを入力すると暗号化を始めます。その間、電源を切らないでください。',
    leaving: 'パスフレーズを入力すると復号を始めます。',
    sealing: '何も失われていません。パスフレーズを入力すると完了します。',
    unsealing: '何も失われていません。パスフレーズを入力すると完了します。',
  },
  unlockWith: 'パスフレーズまたは回復コード',
  unlockOpen: '開く',
  unlockGo: '続ける',
  unlockNotNow: '今はしない',
  unlockRemember: 'この端末で記憶する',
  unlockRememberHint:
    '鍵をシステムのキーチェーンに入れます。あなたのセッションを使える人は Hanashi を開けるようになります。',
  unlockWrong: 'パスフレーズが違います。何度でも試せます。大文字小文字とキーボードの言語を確かめてください。',
  unlockWrongCode: '回復コードが違います。書き写したものと 4 文字ずつ見比べてください。',
  unlockCode: '回復コードを使う',
  unlockCodeHint: '暗号化したときに表示された 56 文字の英数字。空白・ハイフン・大文字小文字は問いません。',
  unlockByPassphrase: 'パスフレーズを使う',
  unlockBusy: '開いています…',
  unlockWorking: (file) => `${file} を処理しています`,
};
