/** Chinese: what the room `remote` tells. */

import type { Table } from '.';

export const remoteZh = {
  ' (it asks to wait {seconds} s)': '（它要求等待 {seconds} 秒）',
  ' ({limit} tokens)': '（{limit} 个词元）',
  ' ({prompt} of {limit} tokens)': '（{prompt} 个词元，上限 {limit} 个）',
  '`{address}` is no address of a server: {why}': '`{address}` 不是服务器的地址：{why}',
  '`{address}` {what}': '`{address}` {what}',
  '`{host}` cannot be reached: {why}': '无法连接 `{host}`：{why}',
  '`{host}` ended the reply with its content filter': '`{host}` 的内容过滤器终止了这条回复',
  '`{host}` is not ready yet: {words}': '`{host}` 还没有准备好：{words}',
  '`{host}` refuses the key (status {status})': '`{host}` 拒绝了密钥（状态 {status}）',
  '`{host}` refuses the request (status {status}): {words}': '`{host}` 拒绝了请求（状态 {status}）：{words}',
  '`{host}` reports an error: {words}': '`{host}` 报告了错误：{words}',
  '`{host}` shows a certificate that this system does not trust: {why}':
    '`{host}` 出示的证书不被这台电脑的系统信任：{why}',
  '`{host}` takes no more requests for now{wait}': '`{host}` 暂时不接受更多请求{wait}',
  'a key would travel readable; use `https://`': '密钥会以明文传送；请使用 `https://`',
  'a line of its answer has no end': '它的应答里有一行没有结尾',
  'a name or password does not belong into it': '里面不该有用户名或密码',
  'a search': '搜索',
  'allow longer replies in the settings (`max_reply_tokens`), or switch thinking off where the server runs':
    '请在设置里允许更长的回答（`max_reply_tokens`），或在服务器那边关闭思考',
  'an event is no JSON ({error})': '有一个事件不是 JSON（{error}）',
  'an event is no object': '有一个事件不是对象',
  'an event of its answer has no end': '它的应答里有一个事件没有结尾',
  'ask again: from now on prompts are kept within that': '请再问一次：从现在起，提示词会保持在这个长度以内',
  'check in the settings that the kind of server and its address are those of what runs there':
    '请在设置里检查服务器类型和地址是否与那里运行的一致',
  'check that the address is that of an OpenAI-compatible server (it ends with `/v1`)':
    '请检查地址是否属于兼容 OpenAI 的服务器（以 `/v1` 结尾）',
  'check that the server runs and that its address is right, or choose a model of this machine':
    '请检查服务器是否在运行、地址是否正确，或选择这台电脑上的模型',
  'check that the server runs and that its address is right, or switch `allow_remote_pictures` off':
    '请检查服务器是否在运行、地址是否正确，或关闭 `allow_remote_pictures`',
  "check the model's name and the server's own log": '请检查模型的名称和服务器自己的日志',
  'choose the model again': '请重新选择模型',
  'does not say how it cuts words into tokens ({error}): biases of words do nothing there':
    '没有说明怎样把词切成词元（{error}）：对词的偏置在那里不起作用',
  'does not take {names}: they do nothing there': '不接受 {names}：它们在那里不起作用',
  "enter the server's key in the settings": '请在设置里填写服务器的密钥',
  'give an address such as `http://localhost:8080/v1`': '请填写 `http://localhost:8080/v1` 这样的地址',
  'it answers with an address instead of a picture, and no other machine is asked':
    '它给出的是地址而不是图片，而程序不会去问别的机器',
  'it begins with neither `http://` nor `https://`': '开头既不是 `http://` 也不是 `https://`',
  'it cannot be read': '无法读取',
  'it could not draw; its own window says why': '它没能画出来；原因写在它自己的窗口里',
  'it does not say what it draws as': '它没有说明以什么身份画图',
  'it ended in the middle of the reply': '回答没有完成就结束了',
  'it gives no JSON: `json` must stand under `search: formats:` in its settings.yml':
    '它不给 JSON：在它的 settings.yml 里，`search: formats:` 下要有 `json`',
  'it gives no reason': '它没有说明原因',
  'it has no checkpoint; put one into its `models/checkpoints`': '它没有检查点；请放一个到它的 `models/checkpoints`',
  'it holds far more than a picture': '内容远大于一张图片',
  'it holds no list of results': '里面没有结果列表',
  'it is closed': '连接已关闭',
  'it names no machine': '里面没有写机器',
  'it points to `{shortened}`': '它指向 `{shortened}`',
  'it says that it is done, and shows no picture': '它说已经完成，却没有给出图片',
  'it took longer than {patience} s': '用时超过 {patience} 秒',
  'its answer holds no picture': '它的应答里没有图片',
  'its answer holds no tokens': '它的应答里没有词元',
  'its list of models is none': '它的模型列表不是列表',
  'its picture is damaged': '它的图片已损坏',
  "lower `context_length` in the settings, or give the server's model a larger context":
    '请在设置里调低 `context_length`，或给服务器上的模型更大的上下文',
  'make it known to the system (`SSL_CERT_FILE` names a file of certificates on Linux), or use `http://` within your own network':
    '请让系统信任它（在 Linux 上，`SSL_CERT_FILE` 指定一个证书文件），或在自己的网络里使用 `http://`',
  'name tokens by the ids of its model (`[12, 345] = -5`), or take a model of llama-server, vLLM or this machine':
    '请用它的模型的词元编号（`[12, 345] = -5`），或使用 llama-server、vLLM 或这台电脑上的模型',
  'no JSON ({error})': '不是 JSON（{error}）',
  'nothing came for {seconds} s': '{seconds} 秒没有收到任何内容',
  'say it in other words, loosen the filter where the server runs, or choose a model of this machine':
    '请换个说法，或在服务器那边放宽过滤，或选择这台电脑上的模型',
  'set them where the server runs, or take a model of this machine': '请在服务器那边设置它们，或使用这台电脑上的模型',
  "takes OpenAI's own settings alone: the other ones of how words are chosen do nothing there":
    '只接受 OpenAI 自己的参数：选词的其他设置在那里不起作用',
  'takes no biases: they do nothing there': '不接受偏置：在那里不起作用',
  'the connection to `{host}` broke off: {why}': '与 `{host}` 的连接断了：{why}',
  "the connection's thread has ended: {0}": '连接的线程已结束：{0}',
  "the key cannot be kept in the system's keychain: {0}": '密钥无法存入系统的钥匙串：{0}',
  'the list of its models': '它的模型列表',
  'the model of `{host}` thought, and ended before it said anything': '`{host}` 的模型只是在思考，还没说话就结束了',
  'the prompt is longer than what the model of `{host}` reads at once{sizes}':
    '提示词超过了 `{host}` 的模型一次能读的长度{sizes}',
  "unlock or install a keychain; until then the key is kept for this run alone (that of a model's server may come from `HANASHI_REMOTE_KEY`)":
    '请解锁或安装钥匙串；在那之前，密钥只在这次运行里有效（模型服务器的密钥可以来自 `HANASHI_REMOTE_KEY`）',
  'wait a moment and ask again': '请稍等，再问一次',
  'what `{host}` sends cannot be understood: {why}': '看不懂 `{host}` 发来的内容：{why}',
  'what its model is': '它运行的是什么模型',
  '{INBOX} requests are already waiting': '已有 {INBOX} 个请求在等待',
  '{what} gave no JSON ({error})': '{what}没有给出 JSON（{error}）',
} satisfies Table;
