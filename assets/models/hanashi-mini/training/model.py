"""The Llama architecture, small: RMSNorm, grouped-query attention, interleaved RoPE, SwiGLU, tied embeddings.

RoPE turns neighbouring pairs (2i, 2i+1), which is what llama.cpp does for this architecture, so weights export as they are.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {
    "vocabulary": 4096, "context": 512, "width": 256, "layers": 6, "heads": 4, "kv_heads": 2,
    "feed_forward": 704, "rope_base": 10000.0, "epsilon": 1e-5,
}

# Of the tuning's targets. More of it makes a small model invent words where it is unsure.
SMOOTHING = 0.01

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
        return F.rms_norm(x.float(), x.shape[-1:], self.weight, self.epsilon)


def rotate(x, turn):
    """x: [batch, heads, time, head_width]; turn: [time, head_width / 2] complex. Each pair is one complex number."""
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turn).flatten(-2)


class Block(nn.Module):
    def __init__(self, c, dropout):
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
        self.dropout = dropout

    def forward(self, x, turn, mask, past):
        """past: this block's keys and values so far, grown in place; None while training."""
        batch, time, width = x.shape
        h = self.attn_norm(x)
        q = self.q(h).view(batch, time, self.heads, self.head_width).transpose(1, 2)
        k = self.k(h).view(batch, time, self.kv_heads, self.head_width).transpose(1, 2)
        v = self.v(h).view(batch, time, self.kv_heads, self.head_width).transpose(1, 2)
        q, k = rotate(q, turn).to(v.dtype), rotate(k, turn).to(v.dtype)
        if past is not None:
            past[:] = [torch.cat(pair, 2) for pair in zip(past, (k, v))] if past else [k, v]
            k, v = past
        groups = self.heads // self.kv_heads
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        # Written out: PyTorch's fused attention has a slow backward pass on the CPU at this size.
        scores = (q @ k.transpose(-2, -1)) * self.head_width**-0.5 + mask
        h = scores.float().softmax(-1).to(v.dtype) @ v
        h = self.o(h.transpose(1, 2).reshape(batch, time, width))
        x = x + F.dropout(h, self.dropout, self.training)
        h = self.ffn_norm(x)
        h = self.down(F.silu(self.gate(h)) * self.up(h))
        return x + F.dropout(h, self.dropout, self.training)


class Llama(nn.Module):
    def __init__(self, c=CONFIG, dropout=0.0):
        super().__init__()
        self.c, self.dropout = c, dropout
        self.embedding = nn.Embedding(c["vocabulary"], c["width"])
        self.blocks = nn.ModuleList(Block(c, dropout) for _ in range(c["layers"]))
        self.norm = RmsNorm(c["width"], c["epsilon"])
        half = c["width"] // c["heads"] // 2
        frequency = c["rope_base"] ** (-torch.arange(half) / half)
        angle = torch.outer(torch.arange(c["context"]), frequency)
        self.register_buffer("turn", torch.polar(torch.ones_like(angle), angle), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deep = name.endswith(("o.weight", "down.weight"))
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * c["layers"]) if deep else 0.02)

    def hidden(self, ids, cache=None):
        """ids: [batch, time] -> [batch, time, width]. cache: one list per block, empty at the beginning."""
        time = ids.shape[1]
        done = cache[0][0].shape[2] if cache and cache[0] else 0
        x = F.dropout(self.embedding(ids), self.dropout, self.training)
        mask = torch.full((time, done + time), float("-inf"), device=ids.device).triu(done + 1)
        for block, past in zip(self.blocks, cache or [None] * len(self.blocks)):
            x = block(x, self.turn[done : done + time], mask, past)
        return self.norm(x)

    def forward(self, ids, cache=None):
        """ids: [batch, time] -> logits [batch, time, vocabulary]."""
        return F.linear(self.hidden(ids, cache), self.embedding.weight)

    def loss(self, ids, targets, weights=None):
        """Mean cross-entropy where targets is not -100; the other rows never reach the vocabulary."""
        wanted = targets != -100
        logits = F.linear(self.hidden(ids)[wanted], self.embedding.weight).float()
        if weights is None:
            return F.cross_entropy(logits, targets[wanted])
        each = F.cross_entropy(logits, targets[wanted], reduction="none", label_smoothing=SMOOTHING) * weights[wanted]
        return each.sum() / weights[wanted].sum()
