"""The model in PyTorch, read from the GGUF file: for checks only, the training is `hanashi tune`.

Llama: RMSNorm, grouped-query attention, interleaved RoPE (neighbouring pairs, as llama.cpp turns them), SwiGLU, tied embeddings.
"""

import gguf
import torch
import torch.nn.functional as F
from torch import nn

# What GGUF calls the parts of a block.
PARTS = {
    "attn_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}


def gguf_name(name):
    """blocks.3.q.weight -> blk.3.attn_q.weight"""
    if name.startswith("blocks."):
        _, layer, part, _ = name.split(".")
        return f"blk.{layer}.{PARTS[part]}.weight"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


class RmsNorm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


def rotate(x, turn):
    """x: [batch, heads, time, head_width]; turn: [time, head_width / 2] complex. Each pair is one complex number."""
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turn).flatten(-2)


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        width, self.heads, self.kv_heads = c["width"], c["heads"], c["kv_heads"]
        self.head_width = width // self.heads
        self.attn_norm = RmsNorm(width, c["epsilon"])
        self.q = nn.Linear(width, width, bias=False)
        self.k = nn.Linear(width, self.kv_heads * self.head_width, bias=False)
        self.v = nn.Linear(width, self.kv_heads * self.head_width, bias=False)
        self.o = nn.Linear(width, width, bias=False)
        self.ffn_norm = RmsNorm(width, c["epsilon"])
        self.gate = nn.Linear(width, c["feed_forward"], bias=False)
        self.up = nn.Linear(width, c["feed_forward"], bias=False)
        self.down = nn.Linear(c["feed_forward"], width, bias=False)

    def forward(self, x, turn, mask, past):
        """past: this block's keys and values so far, grown in place; None where a text is read at once."""
        batch, time, width = x.shape
        h = self.attn_norm(x)
        q = self.q(h).view(batch, time, self.heads, self.head_width).transpose(1, 2)
        k = self.k(h).view(batch, time, self.kv_heads, self.head_width).transpose(1, 2)
        v = self.v(h).view(batch, time, self.kv_heads, self.head_width).transpose(1, 2)
        q, k = rotate(q, turn), rotate(k, turn)
        if past is not None:
            past[:] = [torch.cat(pair, 2) for pair in zip(past, (k, v))] if past else [k, v]
            k, v = past
        groups = self.heads // self.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        h = F.scaled_dot_product_attention(q, k, v, mask)
        x = x + self.o(h.transpose(1, 2).reshape(batch, time, width))
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embedding = nn.Embedding(c["vocabulary"], c["width"])
        self.blocks = nn.ModuleList(Block(c) for _ in range(c["layers"]))
        self.norm = RmsNorm(c["width"], c["epsilon"])
        half = c["width"] // c["heads"] // 2
        frequency = c["rope_base"] ** (-torch.arange(half) / half)
        angle = torch.outer(torch.arange(c["context"]), frequency)
        self.register_buffer("turn", torch.polar(torch.ones_like(angle), angle), persistent=False)

    def forward(self, ids, cache=None):
        """ids: [batch, time] -> logits [batch, time, vocabulary]. cache: one list per block, empty at the beginning."""
        time = ids.shape[1]
        done = cache[0][0].shape[2] if cache and cache[0] else 0
        x = self.embedding(ids)
        mask = torch.full((time, done + time), float("-inf")).triu(done + 1)
        for block, past in zip(self.blocks, cache or [None] * len(self.blocks)):
            x = block(x, self.turn[done : done + time], mask, past)
        return F.linear(self.norm(x), self.embedding.weight)


def load(path):
    """The model as the file holds it, Q8_0 blocks read back to f32."""
    reader = gguf.GGUFReader(path)
    about = lambda key: reader.fields[f"llama.{key}"].contents()
    tensors = {t.name: t for t in reader.tensors}
    model = Llama({
        "vocabulary": int(tensors["token_embd.weight"].shape[1]), "context": about("context_length"), "width": about("embedding_length"),
        "layers": about("block_count"), "heads": about("attention.head_count"), "kv_heads": about("attention.head_count_kv"),
        "feed_forward": about("feed_forward_length"), "rope_base": about("rope.freq_base"),
        "epsilon": about("attention.layer_norm_rms_epsilon"),
    })
    state = {}
    for name, parameter in model.state_dict().items():
        tensor = tensors[gguf_name(name)]
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        state[name] = torch.from_numpy(values.copy()).view_as(parameter)
    model.load_state_dict(state)
    return model.eval()
