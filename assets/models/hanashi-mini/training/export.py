"""A model in transformers' files -> a GGUF file that Hanashi and llama.cpp load.

    python export.py FOLDER [FOLDER ...] --out hanashi-mini.gguf

Of several folders of one shape it writes the mean of their weights.

FOLDER holds config.json, model.safetensors (f32, f16 or bf16) and tokenizer.json, as `hanashi tune` writes them. Matrices are Q8_0 (blocks
of 32), norms stay f32, and the output matrix is the embedding where they are tied. Transformers turns the first half of a head against
its second half, GGUF's `llama` neighbours against each other: the rows of queries and keys are put in that order.
"""

import argparse
import json

import gguf
import numpy as np

from common import BEGIN, CHAT_TEMPLATE, END, PAD, SPECIALS, SYSTEM_PROMPT

NAMES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
ORDER = "attn_norm attn_q attn_k attn_v attn_output ffn_norm ffn_gate ffn_up ffn_down".split()
WHOLE = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}


def gguf_name(name):
    """model.layers.3.self_attn.q_proj.weight -> blk.3.attn_q.weight"""
    if name in WHOLE:
        return WHOLE[name]
    _, _, layer, part = name.removesuffix(".weight").split(".", 3)
    return f"blk.{layer}.{NAMES[part]}.weight"


def safetensors(path):
    """{name: f32 array} of a safetensors file."""
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    found = {}
    for name, about in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + size + place for place in about["data_offsets"])
        if about["dtype"] == "BF16":
            array = (np.frombuffer(data[start:end], "<u2").astype("<u4") << 16).view("<f4")
        else:
            array = np.frombuffer(data[start:end], {"F32": "<f4", "F16": "<f2"}[about["dtype"]])
        found[name] = array.astype(np.float32).reshape(about["shape"])
    return found


def interleaved(weight, heads):
    """Rows of queries or keys: of each head 0, half, 1, half + 1, ... instead of 0, 1, ..., half, half + 1, ..."""
    rows, width = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, width).swapaxes(1, 2).reshape(rows, width)


def rope_base(config):
    return (config.get("rope_parameters") or {}).get("rope_theta") or config.get("rope_theta") or 10000.0


def main():
    args = argparse.ArgumentParser()
    args.add_argument("folders", nargs="+")
    args.add_argument("--out", required=True)
    args.add_argument("--version", default="3.0")
    args = args.parse_args()
    folder = args.folders[0]
    config = json.load(open(f"{folder}/config.json", encoding="utf-8"))
    states = [safetensors(f"{folder}/model.safetensors") for folder in args.folders]
    state = {name: np.mean([state[name] for state in states], axis=0, dtype=np.float32) for name in states[0]}
    bpe = json.load(open(f"{folder}/tokenizer.json", encoding="utf-8"))["model"]
    tokens = sorted(bpe["vocab"], key=bpe["vocab"].get)
    heads, width = config["num_attention_heads"], config["hidden_size"]
    kv_heads = config.get("num_key_value_heads") or heads
    if config["model_type"] != "llama" or config.get("rope_scaling"):
        raise SystemExit("this writes plain Llama models only")
    if (config.get("head_dim") or width // heads) * heads != width:
        raise SystemExit("heads must divide the width")
    if tokens[: len(SPECIALS)] != SPECIALS or len(tokens) != len(state["model.embed_tokens.weight"]):
        raise SystemExit("the tokenizer is not this model's")
    if any(name.endswith(".bias") for name in state):
        raise SystemExit("a bias has no place in this file")
    if config.get("tie_word_embeddings", False):
        state.pop("lm_head.weight", None)
    writer = gguf.GGUFWriter(args.out, "llama")
    writer.add_name("Hanashi Mini")
    writer.add_author("The Hanashi authors")
    writer.add_version(args.version)
    writer.add_license("cc-by-4.0")
    writer.add_languages(["en"])
    writer.add_tags(["text-generation", "character", "visual-novel"])
    writer.add_description("A very small chat model for the two characters that come with Hanashi. See MODEL_CARD.md.")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_vocab_size(len(tokens))
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(width // heads)
    writer.add_rope_freq_base(rope_base(config))
    writer.add_string("hanashi.system_prompt", SYSTEM_PROMPT)

    kinds = [gguf.TokenType.CONTROL if t in SPECIALS else gguf.TokenType.NORMAL for t in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in bpe["merges"]])
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_eot_token_id(END)
    writer.add_pad_token_id(PAD)
    # The chat template writes <|begin|> itself, so that no engine adds a second one.
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)

    q8 = gguf.GGMLQuantizationType.Q8_0
    names = {name: gguf_name(name) for name in state}
    order = ["token_embd", *(f"blk.{n}.{part}" for n in range(config["num_hidden_layers"]) for part in ORDER), "output_norm", "output"]
    for name in sorted(state, key=lambda name: order.index(names[name].removesuffix(".weight"))):
        array = state[name]
        if name.endswith("q_proj.weight"):
            array = interleaved(array, heads)
        elif name.endswith("k_proj.weight"):
            array = interleaved(array, kv_heads)
        if array.ndim == 2:
            writer.add_tensor(names[name], gguf.quants.quantize(np.ascontiguousarray(array), q8), raw_dtype=q8)
        else:
            writer.add_tensor(names[name], np.ascontiguousarray(array))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
