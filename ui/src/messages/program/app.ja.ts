/** Japanese: what the room `app` tells. */

import type { Table } from '.';

export const appJa = {
  "Brave's search wants a key": 'Brave の検索にはキーが必要です',
  '`{at}` cannot be {what} ({error})': '`{at}` の処理（{what}）ができません（{error}）',
  '`{name}` cannot be read: {reason}': '`{name}` を読めません：{reason}',
  '`{name}` has no model `{path}` that can be used': '`{name}` には使えるモデル `{path}` がありません',
  '`{name}` is no name of a repository': '`{name}` はリポジトリの名前ではありません',
  '`{path}` cannot be written: {error}': '`{path}` に書き込めません：{error}',
  '`{path}` is no language model with a shape': '`{path}` は構造の分かる言語モデルではありません',
  '`{program}` could not be started: {error}': '`{program}` を起動できませんでした：{error}',
  'a GGUF file or a folder with a config.json': 'GGUF ファイルまたは config.json のあるフォルダー',
  'a folder with a config.json': 'config.json のあるフォルダー',
  'a folder with a model_index.json': 'model_index.json のあるフォルダー',
  'a ggml file of Whisper': 'Whisper の ggml ファイル',
  'a message cannot be empty': 'メッセージは空にできません',
  'a model is being fetched': 'モデルをダウンロード中です',
  'a picture is being made': '絵を描いているところです',
  'a request has no place': '要求に位置がありません',
  'a training runs': '学習が進行中です',
  'an appraisal runs': '評価が進行中です',
  'another device can be chosen in the settings, under Model': '別のデバイスは設定の「モデル」で選べます',
  "as an administrator: ln -s '{program}' '{at}'": "管理者として実行してください：ln -s '{program}' '{at}'",
  'ask for it again in a moment, or forget it on the memory page':
    '少し待ってもう一度試すか、記憶のページで忘れさせてください',
  'change it by hand': '手で書き換えてください',
  'change the passphrase instead': '代わりにパスフレーズを変えてください',
  'choose a file that the memory page wrote (`hanashi memory export` in a terminal)':
    '記憶のページが書き出したファイルを選んでください（端末では `hanashi memory export`）',
  'choose a folder with 4 GB of room': '4 GB の空きがあるフォルダーを選んでください',
  'choose a smaller model or a shorter context': 'もっと小さなモデルか短いコンテキストを選んでください',
  'choose a smaller one in the settings, or close other programs':
    '設定でもっと小さなものを選ぶか、他のプログラムを閉じてください',
  'choose another model there, or another kind of server': 'そこで別のモデルか、別の種類のサーバーを選んでください',
  'choose one in the settings': '設定で選んでください',
  'choose the folder of an encoder (`config.json`, the tokenizer and the weights), or fetch one (*Settings → Library*)':
    '意味で探すモデルのフォルダー（`config.json`・トークナイザー・重み）を選ぶか、入手してください（*設定 → ライブラリ*）',
  'close it and use {folder}': 'それを閉じて {folder} を使ってください',
  'close other programs and start again': '他のプログラムを閉じて、もう一度起動してください',
  'close the app and start it again; nothing that was said is lost':
    'アプリを閉じて、もう一度起動してください。話したことは失われていません',
  delete: '削除',
  'delete these files yourself, or end what holds them: they are tried again the next time that something is forgotten':
    'これらのファイルを自分で削除するか、使っているプログラムを終了してください。次に何かを忘れるとき、もう一度試します',
  'documents are being read': '文書を読んでいるところです',
  'documents are being read already': '文書はもう読み込み中です',
  'downloads are switched off in the settings': '設定でダウンロードが切られています',
  'enter it in the settings (`hanashi know search-key` in a terminal)':
    '設定で入力してください（端末では `hanashi know search-key`）',
  'enter its address in the settings (`picture_url`), such as `http://localhost:7860`, or switch `allow_remote_pictures` off':
    '設定でそのアドレス（`picture_url`、例：`http://localhost:7860`）を入力するか、`allow_remote_pictures` を切ってください',
  'enter its address in the settings (`remote_url`), such as `http://localhost:8080/v1`':
    '設定でそのアドレス（`remote_url`、例：`http://localhost:8080/v1`）を入力してください',
  'enter the address of a SearXNG instance in the settings (`search_url`), such as `http://localhost:8888`':
    '設定で SearXNG のアドレス（`search_url`、例：`http://localhost:8888`）を入力してください',
  'fetch it first (*Settings → Library*, or `hanashi models pull {name}` in a terminal)':
    '先に入手してください（*設定 → ライブラリ*、または端末で `hanashi models pull {name}`）',
  'fetch one from the library (`hanashi models pull whisper-base` in a terminal), or name a ggml file':
    'ライブラリから入手する（端末では `hanashi models pull whisper-base`）か、ggml ファイルを指定してください',
  'fetch one in the settings and test again': '設定から入手して、もう一度テストしてください',
  'give a folder with an adapter_config.json, a GGUF adapter, or one of: {names}':
    'adapter_config.json のあるフォルダー、GGUF のアダプター、または次のどれかを指定してください：{names}',
  'give the path of {what}, or a name from the library': '{what}のパスか、ライブラリにある名前を指定してください',
  'go on: everything is as it was': 'そのまま続けてください。すべて元のままです',
  'import it (drop it on the window, or `hanashi models import`), or talk without it':
    '読み込む（ウィンドウにドロップするか `hanashi models import`）か、なしで話してください',
  'install Hanashi by its package or installer, or build `hanashi` from source':
    'Hanashi をパッケージかインストーラーで入れるか、ソースから `hanashi` をビルドしてください',
  'install it in a terminal: {command}': '端末でインストールしてください：{command}',
  'install the app again, or import a character card': 'アプリを入れ直すか、キャラクターカードを読み込んでください',
  'invite them again, or have another line answered': 'もう一度招くか、別の言葉に答えてもらってください',
  'it is forgotten, but still stands in copies that could not be changed: {names}':
    '忘れましたが、変更できなかったコピーにまだ残っています：{names}',
  'it is missing, and what lies beside it is encrypted': '見つからず、隣にあるものは暗号化されています',
  'its thread ended': 'スレッドが終わりました',
  'its {bytes} bytes are more than {MAX_BYTES}': '{bytes} バイトあり、{MAX_BYTES} を超えています',
  'load the model that it was made for, or go on where the replies are as they should be':
    '元のモデルを読み込むか、返事がまともだったところから続けてください',
  'look at the log, then start the app again': 'ログを見てから、アプリを起動し直してください',
  'look for one and fetch it first': '先に探して入手してください',
  'look into the repository again, and choose one of its files': 'リポジトリをもう一度見て、ファイルを選んでください',
  made: '作成',
  'make room on the disk, or check that the folder can be written':
    'ディスクに空きを作るか、フォルダーに書き込めるかを確かめてください',
  'mend or move away the file that the notice named, and start the app again':
    '通知に出たファイルを直すか移してから、アプリを起動し直してください',
  'move the file to another folder, and choose it there': 'ファイルを別のフォルダーに移し、そこで選んでください',
  'name a GGUF file, or a folder with a config.json': 'GGUF ファイルか、config.json のあるフォルダーを指定してください',
  'name one of {names}, or a card file': '{names} のどれか、またはカードのファイルを指定してください',
  'no newer version lies here': '新しい版はここにありません',
  'no program here installs such files ({why})': 'ここにはその種のファイルを入れられるプログラムがありません（{why}）',
  'no search engine is named': '検索エンジンが指定されていません',
  'no server is named': 'サーバーが指定されていません',
  'no server that draws is named': '絵を描くサーバーが指定されていません',
  'none of the pictures could be kept ({warnings})': 'どの絵も保存できませんでした（{warnings}）',
  'nothing came back ({why})': '何も届きませんでした（{why}）',
  'nothing is forgotten yet: earlier conversations are still being read':
    'まだ何も忘れていません。以前の会話を読んでいるところです',
  'nothing is remembered in this run': '今回の起動では何も記憶しません',
  'nothing is remembered in this run, so nothing can be kept': '今回の起動では何も記憶しないため、何も残せません',
  'nothing needs to be done': '何もする必要はありません',
  'nothing waits to be done': '待っている作業はありません',
  'on Windows the installer puts `hanashi` on the PATH': 'Windows ではインストーラーが `hanashi` を PATH に加えます',
  'open it yourself: {file}': '自分で開いてください：{file}',
  'open the conversation again and try once more': '会話を開き直して、もう一度試してください',
  'open the list of conversations again': '会話の一覧を開き直してください',
  'open the memory again': '記憶を開き直してください',
  'picture the scene again': '場面の絵をもう一度描いてください',
  'picture the scene when the answer is over': '返事が終わってから場面の絵を描いてください',
  'put one of your own characters on stage first, and drop the file again':
    '先に自分のキャラクターを舞台に立たせてから、ファイルをもう一度ドロップしてください',
  'reload the conversation and try again': '会話を読み込み直して、もう一度試してください',
  'remove or rename it first; nothing was changed': '先に削除するか名前を変えてください。何も変わっていません',
  'removed conversation': '削除した会話',
  'rename them to what they show, such as `joy.png`': '表すものの名前に変えてください（例：`joy.png`）',
  replaced: '置き換え',
  'replies from a server are switched off': 'サーバーによる返事は切られています',
  'run the installer again, and open a new terminal': 'インストーラーをもう一度実行し、新しい端末を開いてください',
  'settings: {key}: {message}': '設定：{key}：{message}',
  'speak a whole sentence in the language of the recogniser, or choose a larger recogniser in the settings':
    '音声認識の言語で一文を話すか、設定でもっと大きな音声認識を選んでください',
  'start it yourself': '自分で起動してください',
  'start the app again': 'アプリを起動し直してください',
  'start the app again, or choose to forget what was told there':
    'アプリを起動し直すか、そこで話したことを忘れることを選んでください',
  'start the app again; the log of the program says what is wrong':
    'アプリを起動し直してください。何が起きたかはプログラムのログにあります',
  'switch `allow_downloads` on, or import a file': '`allow_downloads` を入れるか、ファイルを読み込んでください',
  'switch the encryption on first: `hanashi vault on`, or on the privacy page':
    '先に暗号化を入れてください：`hanashi vault on`、またはプライバシーのページで',
  'switch them on in the settings (`allow_remote_model`): everything you say is sent there':
    '設定で入れてください（`allow_remote_model`）。話したことはすべてそこへ送られます',
  'the adapter could not be copied to `{folder}`: {error}': 'アダプターを `{folder}` へコピーできませんでした：{error}',
  'the backup lies in the data folder, and would be set aside with everything else there':
    'バックアップがデータフォルダーの中にあり、他のものと一緒によけられてしまいます',
  'the card of `{id}` asks for the adapter `{name}`, which is not here':
    '`{id}` のカードはアダプター `{name}` を求めますが、ここにはありません',
  "the conductor's thread could not be started ({error})": '進行役のスレッドを起動できませんでした（{error}）',
  'the conversation has stopped': '会話が止まりました',
  'the file of your notes could not be read when the app started': '起動時に、注記のファイルを読めませんでした',
  'the folder `{name}` holds no such model': 'フォルダー `{name}` にそのようなモデルはありません',
  'the index of documents could not be opened in this run': '今回の起動では文書の索引を開けませんでした',
  'the picture was given up': '絵は取りやめになりました',
  'the reading thread could not be started ({error})': '読み込みのスレッドを起動できませんでした（{error}）',
  'the recogniser did not answer': '音声認識が応答しませんでした',
  'the recording is still being written': '録音をまだ書き起こしています',
  'the test could not be started ({error})': 'テストを始められませんでした（{error}）',
  'the thread `{name}` could not be started ({error})': 'スレッド `{name}` を起動できませんでした（{error}）',
  'the thread that follows the recording could not be started ({error})':
    '録音を追うスレッドを起動できませんでした（{error}）',
  'the thread that makes sounds could not be started ({error})': '音を作るスレッドを起動できませんでした（{error}）',
  'the wake phrase `{written}` is too short to be told from other words':
    '呼びかけの言葉 `{written}` は短すぎて、他の言葉と区別できません',
  'there is another program at `{at}`': '`{at}` には別のプログラムがあります',
  'there is no Whisper model yet': 'Whisper のモデルがまだありません',
  'there is no character `{asked}`': 'キャラクター `{asked}` はいません',
  'there is no character that can be read': '読めるキャラクターがいません',
  'there is no conversation `{id}`': '会話 `{id}` はありません',
  'there is no file and no adapter `{name}`': '`{name}` というファイルもアダプターもありません',
  'there is no file and no model `{name}`': '`{name}` というファイルもモデルもありません',
  'there is no message `{id}` in this conversation': 'この会話にメッセージ `{id}` はありません',
  'there is no message `{message}`': 'メッセージ `{message}` はありません',
  'there is no newer version to fetch': '取得できる新しい版はありません',
  'there is no output': '出力がありません',
  'there is no recogniser': '音声認識がありません',
  'there is no recogniser yet, so words were not tried': '音声認識がまだないため、言葉は試していません',
  'there is no version before this one': 'これより前の版はありません',
  'there is nothing at `{name}`, and no encoder of that name in the library':
    '`{name}` には何もなく、その名前の意味で探すモデルもライブラリにありません',
  'there is nothing to say yet': '話すものがまだありません',
  'these are pictures without a character, and who is on stage came with the app':
    'キャラクターのない絵で、舞台にいるのはアプリ付属のキャラクターです',
  'these fit: {some}; or choose a shorter context': '収まるもの：{some}。またはコンテキストを短くしてください',
  'this change cannot be taken back any more': 'この変更はもう取り消せません',
  'this copy of Hanashi brings no terminal program': 'この Hanashi には端末用のプログラムが付いていません',
  'this data folder is encrypted already': 'このデータフォルダーはすでに暗号化されています',
  'this data folder is not encrypted': 'このデータフォルダーは暗号化されていません',
  'this picture is not there any more': 'この絵はもうありません',
  'this program cannot replace itself where it lies': 'このプログラムは今の場所では自分を置き換えられません',
  'try again': 'もう一度試してください',
  'type something first': '先に何か入力してください',
  'wait for it, or stop it': '終わるまで待つか、止めてください',
  'wait for its end, or stop it first': '終わるのを待つか、先に止めてください',
  'wait until it is said': '言い終わるまで待ってください',
  'what `{from}` drew cannot be shown: {error}': '`{from}` が描いた絵を表示できません：{error}',
  'what has to be looked up is not prepared on a guess': '調べる必要のあることは、見込みでは準備しません',
  'whoever said this has left the conversation': 'それを言った相手はもう会話にいません',
  'write `owner/name`, `modelscope:owner/name`, or the address of its page':
    '`owner/name`、`modelscope:owner/name`、またはそのページのアドレスを書いてください',
  'write a longer one in the settings (two characters in Chinese or Japanese, three sounds elsewhere)':
    '設定でもっと長いものを書いてください（日本語と中国語は二文字、他の言語は三音以上）',
  'write something, or go back to another branch': '何か書くか、別の枝に戻ってください',
  'your voice was heard, but no words were understood': '声は聞こえましたが、言葉は聞き取れませんでした',
  '{attribute}: {value}': '{attribute}：{value}',
  '{field}: {message}': '{field}：{message}',
  '{file}: {reason}': '{file}：{reason}',
  '{gone} of {all} conversations are deleted for good, then: {message}':
    '{all} 件のうち {gone} 件の会話を完全に削除し、その後：{message}',
  '{message}; copies that could not be changed still hold those: {names}':
    '{message}。変更できなかったコピーにまだ残っています：{names}',
  '{name} does not fit with what is loaded beside it: {bytes} of memory would be needed, {bytes2} can be used':
    '{name} は、ほかに読み込んだものと一緒には収まりません：必要なメモリ {bytes}、使えるのは {bytes2}',
  '{opener}: {error}': '{opener}：{error}',
  '{opener}: {status}': '{opener}：{status}',
  '{remedy}; delete the copies yourself': '{remedy}。コピーは自分で削除してください',
} satisfies Table;
