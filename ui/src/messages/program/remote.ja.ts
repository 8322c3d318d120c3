/** Japanese: what the room `remote` tells. */

import type { Table } from '.';

export const remoteJa = {
  ' (it asks to wait {seconds} s)': '（{seconds} 秒待つように求めています）',
  ' ({limit} tokens)': '（{limit} トークン）',
  ' ({prompt} of {limit} tokens)': '（上限 {limit} トークンに対して {prompt} トークン）',
  '`{address}` is no address of a server: {why}': '`{address}` はサーバーのアドレスではありません：{why}',
  '`{address}` {what}': '`{address}` {what}',
  '`{host}` cannot be reached: {why}': '`{host}` に接続できません：{why}',
  '`{host}` ended the reply with its content filter': '`{host}` のコンテンツフィルターが返事を打ち切りました',
  '`{host}` is not ready yet: {words}': '`{host}` はまだ準備ができていません：{words}',
  '`{host}` refuses the key (status {status})': '`{host}` がキーを拒みました（状態 {status}）',
  '`{host}` refuses the request (status {status}): {words}': '`{host}` が要求を拒みました（状態 {status}）：{words}',
  '`{host}` reports an error: {words}': '`{host}` がエラーを報告しました：{words}',
  '`{host}` shows a certificate that this system does not trust: {why}':
    '`{host}` の証明書は、このシステムでは信頼されていません：{why}',
  '`{host}` takes no more requests for now{wait}': '`{host}` は今のところ要求を受け付けません{wait}',
  'a key would travel readable; use `https://`': 'キーが読める形で送られます。`https://` を使ってください',
  'a line of its answer has no end': '応答に終わりのない行があります',
  'a name or password does not belong into it': '名前やパスワードは入れられません',
  'a search': '検索',
  'allow longer replies in the settings (`max_reply_tokens`), or switch thinking off where the server runs':
    '設定で返事を長くする（`max_reply_tokens`）か、サーバー側で思考をオフにしてください',
  'an event is no JSON ({error})': 'JSON でないイベントがあります（{error}）',
  'an event is no object': 'オブジェクトでないイベントがあります',
  'an event of its answer has no end': '応答に終わりのないイベントがあります',
  'ask again: from now on prompts are kept within that':
    'もう一度言ってください。これからは、プロンプトをその長さに収めます',
  'check in the settings that the kind of server and its address are those of what runs there':
    '設定で、サーバーの種類とアドレスがそこで動いているものと合っているか確かめてください',
  'check that the address is that of an OpenAI-compatible server (it ends with `/v1`)':
    'アドレスが OpenAI 互換のサーバーのもの（末尾が `/v1`）か確かめてください',
  'check that the server runs and that its address is right, or choose a model of this machine':
    'サーバーが動いているか、アドレスが正しいかを確かめるか、このパソコンのモデルを選んでください',
  'check that the server runs and that its address is right, or switch `allow_remote_pictures` off':
    'サーバーが動いているか、アドレスが正しいかを確かめるか、`allow_remote_pictures` を切ってください',
  "check the model's name and the server's own log": 'モデルの名前とサーバーのログを確かめてください',
  'choose the model again': 'モデルを選び直してください',
  'does not say how it cuts words into tokens ({error}): biases of words do nothing there':
    'は言葉をトークンにどう分けるかを示しません（{error}）。言葉へのバイアスは効きません',
  'does not take {names}: they do nothing there': '{names} を受け付けません。そこでは効きません',
  "enter the server's key in the settings": '設定でサーバーのキーを入力してください',
  'give an address such as `http://localhost:8080/v1`': '`http://localhost:8080/v1` のようなアドレスを入力してください',
  'it answers with an address instead of a picture, and no other machine is asked':
    '絵ではなくアドレスが返りました。他のコンピューターには問い合わせません',
  'it begins with neither `http://` nor `https://`': '`http://` でも `https://` でも始まっていません',
  'it cannot be read': '読めません',
  'it could not draw; its own window says why': '描けませんでした。理由はそのプログラムのウィンドウにあります',
  'it does not say what it draws as': '何として描くかが分かりません',
  'it ended in the middle of the reply': '返事の途中で終わりました',
  'it gives no JSON: `json` must stand under `search: formats:` in its settings.yml':
    'JSON が返りません。その settings.yml の `search: formats:` に `json` が必要です',
  'it gives no reason': '理由は示されていません',
  'it has no checkpoint; put one into its `models/checkpoints`':
    'チェックポイントがありません。その `models/checkpoints` に入れてください',
  'it holds far more than a picture': '一枚の絵にしては大きすぎます',
  'it holds no list of results': '結果の一覧がありません',
  'it is closed': '閉じています',
  'it names no machine': 'コンピューターの名前がありません',
  'it points to `{shortened}`': '`{shortened}` を指しています',
  'it says that it is done, and shows no picture': '終わったと言いますが、絵がありません',
  'it took longer than {patience} s': '{patience} 秒より長くかかりました',
  'its answer holds no picture': '応答に絵がありません',
  'its answer holds no tokens': '応答にトークンがありません',
  'its list of models is none': 'モデルの一覧が一覧になっていません',
  'its picture is damaged': 'その絵は壊れています',
  "lower `context_length` in the settings, or give the server's model a larger context":
    '設定の `context_length` を下げるか、サーバーのモデルのコンテキストを大きくしてください',
  'make it known to the system (`SSL_CERT_FILE` names a file of certificates on Linux), or use `http://` within your own network':
    'システムに信頼させる（Linux では `SSL_CERT_FILE` に証明書のファイルを指定）か、自分のネットワーク内では `http://` を使ってください',
  'name tokens by the ids of its model (`[12, 345] = -5`), or take a model of llama-server, vLLM or this machine':
    'そのモデルのトークン番号（`[12, 345] = -5`）で書くか、llama-server・vLLM・このパソコンのモデルを使ってください',
  'no JSON ({error})': 'JSON ではありません（{error}）',
  'nothing came for {seconds} s': '{seconds} 秒間何も届きませんでした',
  'say it in other words, loosen the filter where the server runs, or choose a model of this machine':
    '別の言い方をするか、サーバー側でフィルターを緩めるか、このマシンのモデルを選んでください',
  'set them where the server runs, or take a model of this machine':
    'サーバー側で設定するか、このマシンのモデルを使ってください',
  "takes OpenAI's own settings alone: the other ones of how words are chosen do nothing there":
    'OpenAI 自身の設定しか受け付けません。言葉の選び方のほかの設定は、そこでは効きません',
  'takes no biases: they do nothing there': 'はバイアスを受け付けません。そこでは効きません',
  'the connection to `{host}` broke off: {why}': '`{host}` との接続が切れました：{why}',
  "the connection's thread has ended: {0}": '接続のスレッドが終わっています：{0}',
  "the key cannot be kept in the system's keychain: {0}": 'キーをシステムのキーチェーンに入れられません：{0}',
  'the list of its models': 'モデルの一覧',
  'the model of `{host}` thought, and ended before it said anything':
    '`{host}` のモデルは考えただけで、何も言わずに終わりました',
  'the prompt is longer than what the model of `{host}` reads at once{sizes}':
    'プロンプトが、`{host}` のモデルが一度に読める長さを超えています{sizes}',
  "unlock or install a keychain; until then the key is kept for this run alone (that of a model's server may come from `HANASHI_REMOTE_KEY`)":
    'キーチェーンのロックを解くか、インストールしてください。それまでキーは今回の起動だけで使います（モデルのサーバーのキーは `HANASHI_REMOTE_KEY` でも渡せます）',
  'wait a moment and ask again': '少し待って、もう一度たずねてください',
  'what `{host}` sends cannot be understood: {why}': '`{host}` から届いたものを理解できません：{why}',
  'what its model is': 'どのモデルが動いているか',
  '{INBOX} requests are already waiting': '待っている要求がもう {INBOX} 件あります',
  '{what} gave no JSON ({error})': '{what}が JSON で返りませんでした（{error}）',
} satisfies Table;
