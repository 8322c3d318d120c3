/** Chinese: what the room `llm` tells. */

import type { Table } from '.';

export const llmZh = {
  'Metal cannot be used: {error}': 'Metal 无法使用：{error}',
  'RoPE cannot turn {dims} of {head_dim} dimensions': 'RoPE 无法旋转 {head_dim} 维中的 {dims} 维',
  '`cuda:{index}` cannot be used: {error}': '`cuda:{index}` 无法使用：{error}',
  '`cuda:{index}` was asked for, and this build was made without CUDA (docs/install.md says how to make one)':
    '要求使用 `cuda:{index}`，但这个版本构建时没有 CUDA（构建方法见 docs/install.md）',
  '`metal` was asked for, and this build was made without Metal (docs/install.md says how to make one)':
    '要求使用 `metal`，但这个版本构建时没有 Metal（构建方法见 docs/install.md）',
  '`{name}` has {numbers} numbers for {outputs} outputs': '`{name}` 有 {numbers} 个数，对应 {outputs} 个输出',
  '`{name}`, whose weights': '`{name}`，其权重',
  '`{other}` is no device; these are: auto, cpu, cuda:0 (cuda:1 …), metal':
    '`{other}` 不是设备；可用的有：auto、cpu、cuda:0（cuda:1 …）、metal',
  'a description of {length} bytes cannot be': '描述不可能有 {length} 字节',
  'a tokenizer of {length} bytes cannot be': '分词器不可能有 {length} 字节',
  'check that the file may be read and that its disk is connected': '请检查文件是否可读、磁盘是否连接',
  'check the path, or choose a model from the library': '请检查路径，或从资料库选择模型',
  'choose an adapter that was made for the loaded model, or load the model that it was made for':
    '请选择为已载入的模型做的适配器，或载入它所属的模型',
  'choose another file of this model, or another model': '请选择这个模型的另一个文件，或别的模型',
  'close other programs that use the card, choose a shorter context, or let the model compute on the processor':
    '请关闭使用显卡的其他程序、选择更短的上下文，或让模型用处理器计算',
  'default, gpt-2, llama-bpe, qwen2, smollm, starcoder, tekken, gpt-4o and those that split like them':
    'default、gpt-2、llama-bpe、qwen2、smollm、starcoder、tekken、gpt-4o 以及切分方式相同的',
  'download or copy the file again, or choose another model': '请重新下载或复制文件，或选择别的模型',
  'give the model some text to continue': '请给模型一些可以接着写的文本',
  'it belongs to another model': '它属于另一个模型',
  'it broke down': '它出了故障',
  'it broke down ({reason})': '它出了故障（{reason}）',
  'it cannot be used: {e}': '无法使用：{e}',
  'it changes `{name}`, which is no part that adapters can change here (attention, feed-forward, output)':
    '它改动 `{name}`，而适配器在这里不能改这一部分（注意力、前馈、输出）',
  'it changes biases (`bias`), which is not supported; merge it into its base':
    '它改动偏置（`bias`），不受支持；请并入基础模型',
  'it changes block {layer}, and the loaded model has {blocks}: it was made for another model':
    '它改动第 {layer} 块，而载入的模型有 {blocks} 块：它是为别的模型做的',
  'it claims more tokens than it has': '它声称的词元比实有的多',
  'it cuts texts into words or characters': '它把文本切成单词或字符',
  'it does not say its architecture': '它没有说明是什么结构',
  'it ends too early (an interrupted download?)': '结束得太早（下载中断？）',
  'it has embeddings for fewer tokens than the model that it should guess for': '它的词元嵌入比要替它预测的模型少',
  "it has no `{UNKNOWN}`, so it is not BERT's": '没有 `{UNKNOWN}`，所以不是 BERT 的',
  'it has no pieces': '里面没有词片',
  'it has no tokenizer, and there is no tokenizer.json beside it': '它没有分词器，旁边也没有 tokenizer.json',
  'it has nothing for `{module}`': '没有 `{module}` 的内容',
  'it has numbers for `{module}` that are none': '`{module}` 里有不是数的值',
  'it has token ids up to {count}': '词元编号达到 {count}',
  'it has vectors for {rows} of {context} positions': '它只有 {context} 个位置中 {rows} 个的向量',
  'it has {list} RoPE factors for {wanted} pairs': 'RoPE 系数有 {list} 个，需要 {wanted} 对',
  'it has {positions} positions': '它有 {positions} 个位置',
  'it is a ChatGLM without RMS norms or with biases everywhere': '它是没有 RMS 归一化、或到处有偏置的 ChatGLM',
  'it is a GGUF file, but not an adapter': '这是 GGUF 文件，但不是适配器',
  'it is a mixture of experts': '它是混合专家模型',
  'it is an adapter of the kind `{kind}`, and only `LORA` can be used': '这是 `{kind}` 类的适配器，而只能使用 `LORA`',
  'it is an adapter of the kind `{kind}`, and only `lora` can be used': '这是 `{kind}` 类的适配器，而只能使用 `lora`',
  'it is longer than the context': '它比上下文长',
  'it is no CUDA device': '它不是 CUDA 设备',
  'it is no Metal device': '它不是 Metal 设备',
  'it is not a SentencePiece model': '它不是 SentencePiece 模型',
  'it is not a description: {error}': '它不是描述：{error}',
  'it is not a saved cache of this version': '它不是这个版本保存的缓存',
  'it is not a tokenizer: {e}': '它不是分词器：{e}',
  'it is not a vocabulary: {e}': '它不是词表：{e}',
  'it is not as long as it should be': '它的长度不对',
  'it lacks `{name}`': '它缺少 `{name}`',
  'it replaces whole modules (`modules_to_save`: {replaced}), which cannot be done over a loaded model; merge it into its base, or train without them':
    '它替换整个模块（`modules_to_save`：{replaced}），这在已载入的模型上做不到；请并入基础模型，或训练时不用它们',
  'it uses `{key}`, which is not supported; merge it into its base': '它用到 `{key}`，不受支持；请并入基础模型',
  "it was begun with `{start}`, which changes the base as well; save it again with PEFT's `path_initial_model_for_weight_conversion`":
    '它从 `{start}` 开始，这也会改动基础模型；请用 PEFT 的 `path_initial_model_for_weight_conversion` 重新保存',
  'it was made for the architecture `{other}`, and the loaded model is a `{own}`':
    '它是为 `{other}` 结构做的，而载入的模型是 `{own}`',
  'it was trained over {over} are not those of the loaded model: it was made for another model':
    '它训练时所用的{over}与载入的模型不同：它是为别的模型做的',
  'its RoPE factors are not positive numbers': 'RoPE 系数不是正数',
  'its RoPE scaling `{other}` is not supported': '不支持它的 RoPE 缩放 `{other}`',
  'its `{name}` goes from {inputs} to {outputs} numbers, and that of the loaded model from {inputs} to {columns}: it was made for another model':
    '它的 `{name}` 从 {inputs} 个数到 {outputs} 个，而载入的模型的从 {inputs} 到 {columns}：它是为别的模型做的',
  'its `{name}` is not a whole number': '它的 `{name}` 不是整数',
  'its `{name}` is {n}': '它的 `{name}` 是 {n}',
  'its activation is `{other}`': '它的激活函数是 `{other}`',
  'its adapter_config.json does not name a `peft_type`': '它的 adapter_config.json 没有写 `peft_type`',
  'its alpha_pattern `{pattern}` is not understood': '看不懂它的 alpha_pattern `{pattern}`',
  'its alpha_pattern for `{pattern}` is {value}': '`{pattern}` 的 alpha_pattern 是 {value}',
  'its architecture is `{architecture}`; supported are {SUPPORTED}':
    '它的结构是 `{architecture}`；支持的有 {SUPPORTED}',
  'its architecture is `{other}`; supported are {SUPPORTED}': '它的结构是 `{other}`；支持的有 {SUPPORTED}',
  'its architecture is `{other}`; supported for answers from passages are t5, mt5 and plug':
    '它的结构是 `{other}`；从段落回答支持的有 t5、mt5 和 plug',
  'its architecture is `{other}`; supported for embeddings are bert, roberta and xlm-roberta':
    '它的结构是 `{other}`；嵌入支持的有 bert、roberta 和 xlm-roberta',
  'its checksum is wrong': '校验值不对',
  'its config.json lacks `{key}`': '它的 config.json 缺少 `{key}`',
  'its config.json lacks the list `{key}`': '它的 config.json 缺少列表 `{key}`',
  'its decoder is {width} wide with {count} heads, its encoder {width2}':
    '它的解码器宽 {width}、{count} 个头，编码器宽 {width2}',
  'its distances do not fit their buckets': '它的距离和分档不符',
  'its first or last token lies outside its vocabulary': '它的首个或末个词元不在词表里',
  'its keys and values differ in length': '它的键和值长度不同',
  'its layers differ in `{name}`': '它的各层 `{name}` 不同',
  'its matrices are stored as {dtype}': '它的矩阵以 {dtype} 存储',
  'its memory of {context} tokens would take more than 64 GB': '{context} 个词元的记忆会占超过 64 GB',
  "its norms stand in other places than ChatGLM2's": '它的归一化位置和 ChatGLM2 不同',
  'its positions are relative': '它的位置是相对的',
  'its pre-tokenizer `{name}` cannot be set up: {e}': '无法建立预分词器 `{name}`：{e}',
  'its pre-tokenizer is `{name}`; supported are {KNOWN}': '预分词器是 `{name}`；支持的有 {KNOWN}',
  'its strength cannot be {scale}': '强度不能是 {scale}',
  'its table of characters is cut short': '字符表不完整',
  'its tensor `{name}` has the shape {shape}': '张量 `{name}` 的形状是 {shape}',
  'its tensor `{name}` has the shape {shape} where {dims} numbers are needed':
    '张量 `{name}` 的形状是 {shape}，需要 {dims} 个数',
  'its tensor `{name}` has the shape {shape} where {shape} is needed': '张量 `{name}` 的形状是 {shape}，需要 {shape}',
  'its thread did not start: {source}': '线程没有启动：{source}',
  'its thread has ended': '线程已结束',
  'its tokenizer cannot be set up: {e}': '无法建立分词器：{e}',
  'its tokenizer could not be set up': '没能建立分词器',
  'its tokenizer has no merges': '它的分词器没有合并',
  'its tokenizer has no scores': '它的分词器没有分数',
  'its tokenizer has no tokens': '分词器里没有词元',
  'its tokenizer has {count} entries': '分词器有 {count} 项',
  'its tokenizer has {count} tokens and {length} {what}': '它的分词器有 {count} 个词元和 {length} 个{what}',
  'its tokenizer has {pieces} tokens and {kinds} token types': '分词器有 {pieces} 个词元和 {kinds} 个词元类型',
  'its tokenizer has {tokenizer} tokens and its embeddings are for {decoder}':
    '分词器有 {tokenizer} 个词元，而嵌入有 {decoder} 个',
  'its tokenizer has {tokenizer} tokens and its embeddings are for {vocabulary}':
    '分词器有 {tokenizer} 个词元，而嵌入有 {vocabulary} 个',
  'its tokenizer is `{other}`; supported are `llama`, `t5` and `gpt2`, or a tokenizer.json beside the file':
    '它的分词器是 `{other}`；支持的有 `llama`、`t5` 和 `gpt2`，或文件旁边的 tokenizer.json',
  "its tokenizer's merge `{merge}` has no two parts": '分词器的合并 `{merge}` 不是两部分',
  "its tokenizer's merges do not fit its tokens: `{merge}` gives none of them":
    '分词器的合并和词元不符：`{merge}` 得不到任何词元',
  'its tokens are pooled by `{other}`': '词元用 `{other}` 汇总',
  'its vectors go through `{layer}`': '它的向量要经过 `{layer}`',
  'its vocabulary has no `{name}`, so it is no model of dialogues told backwards':
    '词表里没有 `{name}`，所以不是反向对话的模型',
  'its vocabulary is not that of the model that it should guess for': '词表和要替它预测的模型不同',
  'its {what} is {n}': '{what} 是 {n}',
  'llama, mistral, smollm3, qwen2, qwen3, gemma, gemma2, gemma3, phi3, glm, glm4, chatglm (ChatGLM2 and 3, CharacterGLM), gpt2; and apart from conversation t5, mt5, bert, xlm-roberta':
    'llama、mistral、smollm3、qwen2、qwen3、gemma、gemma2、gemma3、phi3、glm、glm4、chatglm（ChatGLM2 和 3、CharacterGLM）、gpt2；对话之外还有 t5、mt5、bert、xlm-roberta',
  'load the model again': '请重新载入模型',
  'load the model again; if it happens again, use another file of it':
    '请重新载入模型；如果再次发生，请用它的另一个文件',
  'models of the architecture `{name}` cannot be trained; these can: {TRAINABLE}':
    '`{name}` 结构的模型不能训练；可以训练的有：{TRAINABLE}',
  'nothing is known of its tensor `{name}`': '不认识张量 `{name}`',
  'one of the two matrices for `{module}` is missing': '`{module}` 的两个矩阵缺了一个',
  scores: '分数',
  'shorten the conversation or the character, or load the model with a longer context':
    '请缩短对话或角色，或用更长的上下文载入模型',
  'the `{key}` in its config.json is {value}': '它的 config.json 里 `{key}` 是 {value}',
  'the adapter `{path}` cannot be used: {reason}': '适配器 `{path}` 无法使用：{reason}',
  'the base of its RoPE is {base}': 'RoPE 的底数是 {base}',
  "the device's driver broke down": '设备的驱动程序出了故障',
  'the folder holds neither adapter_model.safetensors nor adapter_model.bin':
    '文件夹里既没有 adapter_model.safetensors，也没有 adapter_model.bin',
  'the graphics card cannot be used: {reason}': '显卡无法使用：{reason}',
  'the language model stopped: {reason}': '语言模型停了：{reason}',
  'the magnitude of its RoPE is {magnitude}': 'RoPE 的幅度是 {magnitude}',
  'the model': '模型',
  'the model `{model}` gave logits that are not numbers after {tokens} tokens':
    '模型 `{model}` 在 {tokens} 个词元之后给出了不是数的 logits',
  "the prompt has {tokens} tokens and the model's context holds {context}":
    '提示有 {tokens} 个词元，而模型的上下文只有 {context}',
  'the prompt is empty and the model has no token to begin a document with': '提示是空的，而模型没有用来开头的词元',
  'the two matrices for `{module}` have the ranks {rank} and {b_rank}':
    '`{module}` 的两个矩阵的秩是 {rank} 和 {b_rank}',
  'there is no adapter_config.json beside it': '旁边没有 adapter_config.json',
  'there is no config.json beside it that says `model_type`': '旁边没有写明 `model_type` 的 config.json',
  'there is no tokenizer beside it (tokenizer.json, tokenizer.model, vocab.json with merges.txt, or vocab.txt)':
    '旁边没有分词器（tokenizer.json、tokenizer.model、vocab.json 加 merges.txt，或 vocab.txt）',
  'token types': '词元类型',
  'unknown reason': '原因不明',
  'wait for the running reply, or stop it': '请等待正在进行的回答，或停止它',
  'weights that': '权重',
  'width {width} does not divide into {heads} heads': '宽度 {width} 不能分给 {heads} 个头',
  '{bytes} GB': '{bytes} GB',
  '{choices} adapters are too many at once': '同时使用 {choices} 个适配器太多了',
  '{heads} heads of {head_dim} are too wide': '{heads} 个 {head_dim} 的头太宽',
  '{heads} query heads cannot share {kv_heads} key heads': '{heads} 个查询头不能共用 {kv_heads} 个键头',
  '{name} has no room for a second branch of the conversation: going back to an earlier branch reads it again':
    '{name} 放不下对话的第二条分支：回到之前的分支时要重新读取',
  '{name}: {reason}': '{name}：{reason}',
  '{no_room} (a shorter context or a smaller file of the model needs less)':
    '{no_room}（更短的上下文或更小的模型文件需要的更少）',
  '{reason}; the language model computes on the processor': '{reason}；语言模型用处理器计算',
  '{reason}; {what} computes on the processor': '{reason}；{what}用处理器计算',
  '{waiting} requests are already waiting for the language model': '已有 {waiting} 个请求在等语言模型',
  '{what} needs {needed} on {name} and {free} are free there; it computes on the processor':
    '{what}在 {name} 上需要 {needed}，那里剩余 {free}；改用处理器计算',
} satisfies Table;
