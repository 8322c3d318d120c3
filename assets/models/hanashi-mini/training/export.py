"""A checkpoint -> a GGUF file that Hanashi and llama.cpp load.

    python export.py --checkpoint DIR/tune.pt --tokenizer DIR/tokenizer.json --out hanashi-mini.gguf

Matrices are Q8_0 (blocks of 32), norms stay f32, the output matrix is the embedding (tied).
"""

import argparse
import json

import gguf
import torch

from common import BEGIN, CHAT_TEMPLATE, END, PAD, SPECIALS, SYSTEM_PROMPT
from model import CONFIG

NAMES = {
    "attn_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}


def gguf_name(name):
    """blocks.3.q.weight -> blk.3.attn_q.weight"""
    if name.startswith("blocks."):
        _, layer, part, _ = name.split(".")
        return f"blk.{layer}.{NAMES[part]}.weight"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--checkpoint", required=True)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--out", required=True)
    args.add_argument("--version", default="1.0")
    args = args.parse_args()
    c = CONFIG
    bpe = json.load(open(args.tokenizer, encoding="utf-8"))["model"]
    tokens = sorted(bpe["vocab"], key=bpe["vocab"].get)
    state = torch.load(args.checkpoint)["model"]
    assert tokens[: len(SPECIALS)] == SPECIALS and len(tokens) == len(state["embedding.weight"])
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
    writer.add_context_length(c["context"])
    writer.add_embedding_length(c["width"])
    writer.add_block_count(c["layers"])
    writer.add_feed_forward_length(c["feed_forward"])
    writer.add_head_count(c["heads"])
    writer.add_head_count_kv(c["kv_heads"])
    writer.add_layer_norm_rms_eps(c["epsilon"])
    writer.add_rope_dimension_count(c["width"] // c["heads"])
    writer.add_rope_freq_base(c["rope_base"])
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
    for name, weight in state.items():
        array = weight.float().contiguous().numpy()
        if array.ndim == 2:
            writer.add_tensor(gguf_name(name), gguf.quants.quantize(array, q8), raw_dtype=q8)
        else:
            writer.add_tensor(gguf_name(name), array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
