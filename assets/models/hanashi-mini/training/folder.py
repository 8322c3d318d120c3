"""The GGUF file that ships -> a folder of transformers' files that `hanashi tune` goes on from: the reverse of export.py.

    python folder.py hanashi-mini.gguf tokenizer.json --out FOLDER [--revive]

Blocks are read back to f32, and the rows of queries and keys are put into transformers' order. `--revive`: tokens that the model never
met share one vector as their row of the embeddings; each gets the mean of the two tokens that it was merged from instead, so that it
begins as something that can be told apart. Single bytes that were never met stay.
"""

import argparse
import collections
import json
import os

import gguf
import numpy as np
from tokenizers import Tokenizer

from common import BEGIN, END, PAD
from export import NAMES, WHOLE
from prepare import save_tokenizer

# Rows that are nearer than this are one; `hanashi tune` asks for the same.
SAME = 0.99


def transformers_name(name):
    """blk.3.attn_q.weight -> model.layers.3.self_attn.q_proj.weight"""
    whole = {theirs: ours for ours, theirs in WHOLE.items()}
    if name in whole:
        return whole[name]
    _, layer, part, _ = name.split(".")
    return f"model.layers.{layer}.{ {theirs: ours for ours, theirs in NAMES.items()}[part]}.weight"


def halves(weight, heads):
    """Rows of queries or keys: of each head 0, 2, 4, ... and then 1, 3, 5, ..."""
    rows, width = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, width).swapaxes(1, 2).reshape(rows, width)


def unmet(table):
    """Ids of the rows that are one vector, which is the commonest."""
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    near = unit @ unit.T > SAME
    widest = near.sum(1).argmax()
    return set(np.flatnonzero(near[widest])) if near[widest].sum() > 1 else set()


def revive(table, bpe):
    """The table with rows of their own for tokens that were merged from others. Returns how many got one."""
    lost, ids, parts = unmet(table), bpe["vocab"], {}
    for merge in bpe["merges"]:
        left, right = merge.split(" ") if isinstance(merge, str) else merge
        parts.setdefault(ids[left + right], (ids[left], ids[right]))
    # A token's parts have smaller ids than itself, so that they are there already.
    revived = [token for token in sorted(lost) if token in parts]
    for token in revived:
        left, right = parts[token]
        table[token] = (table[left] + table[right]) / 2
    return len(revived), len(lost)


def write(path, state):
    """A safetensors file of f32 arrays."""
    about, end = {}, 0
    for name, array in state.items():
        about[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    head = json.dumps(about).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for array in state.values():
            file.write(array.tobytes())


def main():
    args = argparse.ArgumentParser()
    args.add_argument("model")
    args.add_argument("tokenizer")
    args.add_argument("--out", required=True)
    args.add_argument("--revive", action="store_true")
    args = args.parse_args()
    reader = gguf.GGUFReader(args.model)
    about = lambda key: reader.fields[f"llama.{key}"].contents()
    heads, kv_heads = about("attention.head_count"), about("attention.head_count_kv")
    state = {}
    for tensor in reader.tensors:
        name = transformers_name(tensor.name)
        array = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if name.endswith("q_proj.weight"):
            array = halves(array, heads)
        elif name.endswith("k_proj.weight"):
            array = halves(array, kv_heads)
        state[name] = np.ascontiguousarray(array)
    table = state["model.embed_tokens.weight"]
    tokenizer = Tokenizer.from_file(args.tokenizer)
    if tokenizer.get_vocab_size() != len(table):
        raise SystemExit("the tokenizer is not this model's")
    if args.revive:
        bpe = json.load(open(args.tokenizer, encoding="utf-8"))["model"]
        print("%d of %d rows that were one got a vector of their own" % revive(table, bpe))
    os.makedirs(args.out, exist_ok=True)
    write(f"{args.out}/model.safetensors", state)
    save_tokenizer(tokenizer, args.out)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": len(table),
        "hidden_size": about("embedding_length"),
        "intermediate_size": about("feed_forward_length"),
        "num_hidden_layers": about("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": about("embedding_length") // heads,
        "hidden_act": "silu",
        "max_position_embeddings": about("context_length"),
        "rms_norm_eps": about("attention.layer_norm_rms_epsilon"),
        "rope_theta": about("rope.freq_base"),
        "tie_word_embeddings": "lm_head.weight" not in state,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": BEGIN,
        "eos_token_id": END,
        "pad_token_id": PAD,
        "torch_dtype": "float32",
    }
    with open(f"{args.out}/config.json", "w", encoding="utf-8") as file:
        json.dump(config, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
