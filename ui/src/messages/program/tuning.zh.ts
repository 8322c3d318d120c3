/** Chinese: what the room `tuning` tells. */

import type { Table } from '.';

export const tuningZh = {
  '`rms_norm_eps`, `initializer_range` and `rope_theta` must be above nought':
    '`rms_norm_eps`、`initializer_range` 和 `rope_theta` 必须大于零',
  '`{file}` does not lie beside it': '`{file}` 不在旁边',
  '`{name}` has another shape there': '`{name}` 在那里的形状不同',
  '`{name}` is for another base': '`{name}` 是为别的基础模型做的',
  '`{name}` is no matrix': '`{name}` 不是矩阵',
  '`{name}` is no part of a LoRA on matrices': '`{name}` 不是作用于矩阵的 LoRA 的一部分',
  '`{name}` is not a file beside it': '`{name}` 不是旁边的文件',
  '`{path}` cannot be {doing}: {source}': '无法{doing} `{path}`：{source}',
  'a GPT-2 of {n_layer} layers, width {n_embd}, {n_head} heads, {n_positions} positions and {vocab_size} tokens cannot be built':
    '无法建立 {n_layer} 层、宽 {n_embd}、{n_head} 个头、{n_positions} 个位置、{vocab_size} 个词元的 GPT-2',
  'a Llama of {num_hidden_layers} layers, width {hidden_size}, {intermediate_size} within, {num_attention_heads} heads of {head_dim}, {max_position_embeddings} positions and {vocab_size} tokens cannot be built':
    '无法建立 {num_hidden_layers} 层、宽 {hidden_size}、内部 {intermediate_size}、{num_attention_heads} 个 {head_dim} 的头、{max_position_embeddings} 个位置、{vocab_size} 个词元的 Llama',
  'a Llama of {numbers} numbers is not trained from nothing here': '这里不从零训练 {numbers} 个数的 Llama',
  'a LoRA of rank {rank} cannot be': 'LoRA 的秩不能是 {rank}',
  "a LoRA's alpha of {alpha} cannot be": 'LoRA 的 alpha 不能是 {alpha}',
  'a batch size': '批大小',
  'a clip': '截断',
  'a clip of values': '值的截断',
  'a computation failed: {0}': '一次计算失败：{0}',
  'a cost of straying': '偏离的代价',
  'a decay of squared gradients': '梯度平方的衰减',
  'a description of {about} bytes cannot be': '描述不可能有 {about} 字节',
  'a discount': '折扣',
  'a dropout of {dropout} is not from 0 to below 1': 'dropout {dropout} 不在 0 到 1 之间（不含 1）',
  'a dropout of {resid_pdrop} cannot be': 'dropout 不能是 {resid_pdrop}',
  'a horizon': '范围',
  'a largest gradient norm': '梯度范数的上限',
  'a learning rate': '学习率',
  'a longest answer': '最长的回答',
  'a look ahead': '前瞻',
  'a model that is made here is a `llama` with `hidden_act` `silu`, `tie_word_embeddings` true and no biases':
    '在这里建立的模型是 `llama`，`hidden_act` 为 `silu`，`tie_word_embeddings` 为 true，没有偏置',
  'a number of PPO epochs': 'PPO 的遍数',
  'a number of epochs': '遍数',
  'a share of likely tokens': '可能词元的份额',
  'a target of straying': '偏离的目标',
  'a temperature': '温度',
  'a tokenizer is a folder with a `tokenizer.json`, or that file':
    '分词器是带有 `tokenizer.json` 的文件夹，或那个文件本身',
  'a warm-up ratio': '预热比例',
  'a width of {hidden_size} cannot be divided among {heads} heads': '宽度 {hidden_size} 不能分给 {heads} 个头',
  'all weights are trained of a folder with a `config.json` and safetensors, not of a GGUF file':
    '训练全部权重要用带有 `config.json` 和 safetensors 的文件夹，不能用 GGUF 文件',
  'an accumulation': '累积',
  'check the path and that the file may be read': '请检查路径，以及文件是否可读',
  'choose another file, or train again into an empty folder': '请选择别的文件，或重新训练到空文件夹',
  'choose other settings (their ranges are in the recipe, or in `--help` in a terminal)':
    '请选择别的设置（范围写在方案里，终端里见 `--help`）',
  'close other programs or choose a smaller base; in a terminal also `--base-format blocks`, `--recompute`, `--batch-size 1` or a shorter `--cutoff-len`':
    '请关闭其他程序，或选择更小的基础模型；终端里还可以用 `--base-format blocks`、`--recompute`、`--batch-size 1` 或更短的 `--cutoff-len`',
  'go on from the last checkpoint (*Go on*, or `--resume` in a terminal); where memory was short, with other programs closed or a smaller base (in a terminal also `--batch-size 1`, `--cutoff-len 256`)':
    '请从最后的检查点继续（*继续*，或在终端里用 `--resume`）；如果内存不足，请关闭其他程序，或用更小的基础模型（终端里还可以用 `--batch-size 1`、`--cutoff-len 256`）',
  'go on with a tenth of the learning rate (*Go on* takes it by itself; in a terminal `--resume --learning-rate …`)':
    '请以十分之一的学习率继续（*继续*会自动采用；终端里用 `--resume --learning-rate …`）',
  'heads of {head_dim} numbers cannot be turned in pairs': '{head_dim} 个数的头不能成对旋转',
  'it and the settings do not agree on `{name}`': '它和设置在 `{name}` 上不一致',
  'it has no JSON form: {e}': '它没有 JSON 形式：{e}',
  'it has no value head (`value_head.safetensors`), so it is no reward model; one is trained from pairs of answers (*Studio*, or `hanashi tune reward` in a terminal)':
    '它没有价值头（`value_head.safetensors`），所以不是奖励模型；奖励模型由成对的回答训练而来（*工作室*，或在终端里用 `hanashi tune reward`）',
  'it has parts for matrices that the model has not': '它有模型里没有的矩阵的部分',
  'it has tensors stored as {other}': '它的张量以 {other} 存储',
  'it has {values} rows': '它有 {values} 行',
  'it is a {kind}; LoRA is what is supported': '这是 {kind}；支持的是 LoRA',
  'it is larger than 1 GB; split it': '它超过 1 GB；请拆开',
  'it is no file; name the files that are in it': '它不是文件；请指定里面的文件',
  'it is not UTF-8 from byte {at} on; write it as UTF-8': '从第 {at} 字节起不是 UTF-8；请写成 UTF-8',
  'it is not UTF-8; `hanashi novel dataset --profile chitchat` writes what is':
    '它不是 UTF-8；`hanashi novel dataset --profile chitchat` 写出的是',
  'it is not a description of a model': '它不是模型的描述',
  'it lacks the tensor `{name}`': '它缺少张量 `{name}`',
  'it lacks the tensor `{table}`': '它缺少张量 `{table}`',
  'it lists no `{name}`; it lists {known}': '里面没有列出 `{name}`；列出的有 {known}',
  'it names no `eos_token`, which ends every document; write it there': '它没有写明结束每份文档的 `eos_token`；请写上',
  'its `{name}` is for another base': '它的 `{name}` 是为别的基础模型做的',
  'its checkpoints are of another dataset, batch size, accumulation, seed or model':
    '它的检查点属于别的数据集、批大小、累积、种子或模型',
  "its part for `{module}` is {out}×{columns}, and the base's matrix is {shape}; it was made for another base":
    '它的 `{module}` 部分是 {out}×{columns}，而基础模型的矩阵是 {shape}；它是为别的基础模型做的',
  "its part for `{module}` is {rows}×{columns}, and the base's matrix is {shape}; it was made for another base":
    '它的 `{module}` 部分是 {rows}×{columns}，而基础模型的矩阵是 {shape}；它是为别的基础模型做的',
  'its rank or its base is another': '它的秩或基础模型不同',
  'its tokenizer has {vocabulary} tokens and its embeddings are for {rows}':
    '分词器有 {vocabulary} 个词元，而嵌入有 {rows} 个',
  'its vocabulary is another': '它的词表不同',
  "its vocabulary is another than the tokenizer's": '它的词表和分词器的不同',
  'line {at}: {e}': '第 {at} 行：{e}',
  'line {line}: {reason}; every line is to be {"text": …} (a plain text is called `.txt`)':
    '第 {line} 行：{reason}；每一行都要是 {"text": …}（纯文本的文件名用 `.txt`）',
  'look at the dataset, or make it again (*Studio*, or `hanashi novel dataset` in a terminal)':
    '请看看数据集，或重新制作（*工作室*，或在终端里用 `hanashi novel dataset`）',
  'no matrix of the model is called {targets}; there are {known}': '模型里没有叫 {targets} 的矩阵；有的是 {known}',
  'nothing of the model would be trained: no matrix fits the targets': '模型的任何部分都不会被训练：没有矩阵符合目标',
  'one half of `{module}` is missing': '`{module}` 的一半缺失',
  'positions that are stretched are not trained from nothing; leave `rope_scaling` out':
    '拉伸的位置不能从零训练；请去掉 `rope_scaling`',
  'texts have at most {n_positions} tokens': '文本最多 {n_positions} 个词元',
  "the activation `{activation_function}` is not GPT-2's `gelu_new`":
    '激活函数 `{activation_function}` 不是 GPT-2 的 `gelu_new`',
  'the base has no matrix `{module}`; it was made for another base':
    '基础模型里没有矩阵 `{module}`；它是为别的基础模型做的',
  'the dataset `{path}` cannot be used: {reason}': '数据集 `{path}` 无法使用：{reason}',
  'the halves of `{module}` do not fit': '`{module}` 的两半不相配',
  'the loss is not a number any more at step {step}; {kept}': '在第 {step} 步，损失不再是数；{kept}',
  'the merged model would take the place of its base': '合并后的模型会占用基础模型的位置',
  'the model is described for {vocab_size} tokens and the vocabulary has {vocabulary}':
    '模型按 {vocab_size} 个词元描述，而词表有 {vocabulary} 个',
  'the model would take the place of its base; choose another folder': '模型会占用基础模型的位置；请选择别的文件夹',
  'the model would take the place of the one that it begins with, or whose tokenizer it has; choose another folder':
    '模型会占用它的起点模型或提供分词器的模型的位置；请选择别的文件夹',
  "the model's texts have at most {context} tokens": '这个模型的文本最多 {context} 个词元',
  'the shape has no JSON form: {e}': '结构没有 JSON 形式：{e}',
  'the threads of a training cannot be started ({error})': '无法启动训练的线程（{error}）',
  'the tokenizer has {entries} tokens and the model is described for {vocab_size} (`vocab_size`); leave it out, or take the tokenizer that it is for':
    '分词器有 {entries} 个词元，而模型按 {vocab_size} 个描述（`vocab_size`）；请去掉它，或使用对应的分词器',
  'the training': '训练',
  'the training failed on {name} ({reason}) and goes on on the processor':
    '训练在 {name} 上失败（{reason}），改用处理器继续',
  "the vocabulary has no `{name}`, so it is not BERT's": '词表里没有 `{name}`，所以不是 BERT 的',
  'there are checkpoints of an earlier training in it; go on with it (*Go on*, or `--resume` in a terminal) or choose an empty folder':
    '里面有之前训练的检查点；请继续那次训练（*继续*，或在终端里用 `--resume`），或选择空文件夹',
  'there are {tokens} tokens in it, and a window has {window}; take more text, or a shorter context':
    '里面有 {tokens} 个词元，而一个窗口有 {window} 个；请用更多文本，或更短的上下文',
  'there is no `tokenizer.json` in it': '里面没有 `tokenizer.json`',
  'there is no dialogue in it to learn from': '里面没有可学的对话',
  'there is no text': '没有文本',
  'there is no text in it to learn from': '里面没有可学的文本',
  'there is nothing in it': '里面什么也没有',
  'there is nothing in the dataset for this stage of training': '数据集里没有这个训练阶段的内容',
  'there is nothing in the dataset that could be learnt': '数据集里没有可学的内容',
  'there was no checkpoint yet': '还没有检查点',
  'training needs about {size} and {size2} of memory are free': '训练大约需要 {size} 内存，剩余 {size2}',
  'weights to go on from are a folder with a `config.json` and safetensors':
    '要接着训练的权重是带有 `config.json` 和 safetensors 的文件夹',
  'what was learnt until step {step} is kept in `{folder}`': '到第 {step} 步为止学到的内容保存在 `{folder}`',
  'windows of {window} tokens do not fit a context of {context}': '{window} 个词元的窗口放不进 {context} 的上下文',
  written: '写入',
  '{about} bytes are too many': '{about} 字节太大',
  '{bytes} MB': '{bytes} MB',
  '{items} examples do not fill a batch of {batch_size}, and half batches are dropped':
    '{items} 个例子不够一批 {batch_size} 个，而不满的批会被丢掉',
  '{total} bytes are too many; take fewer files': '{total} 字节太大；请用更少的文件',
  '{what} of {value} cannot be': '{what}不能是 {value}',
  'a beta': 'beta 值',
  'a label smoothing': '标签平滑',
  'a margin': '间隔',
  'a share for validation': '验证所占的份额',
  'a share of cross-entropy': '交叉熵的份额',
  'a weight decay': '权重衰减',
  'a weight of bad answers': '坏回答的权重',
  'a weight of good answers': '好回答的权重',
  'an epsilon': 'epsilon 值',
  'there is no `dataset_info.json` in this folder': '这个文件夹里没有 `dataset_info.json`',
  'look whether the folder can be written and has room, and do it again; a training goes on from its last checkpoint (*Go on*, or `--resume` in a terminal)':
    '请看看文件夹能否写入、磁盘是否还有空间，然后再试一次；训练会从最后一个检查点继续（*继续*，或在终端里用 `--resume`）',
  ' (it has {alike})': '（有的是 {alike}）',
  'LLaMA-Factory of August 2026 has no template `{name}`{alike}: training there stops at once unless a newer one has it':
    '2026 年 8 月的 LLaMA-Factory 没有模板 `{name}`{alike}：除非更新的版本有它，那里的训练会立即停止',
} satisfies Table;
