"""A small llama: RMSNorm, RoPE on interleaved pairs, SwiGLU, tied embedding."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CONTEXT = 256
EPSILON = 1e-5
ROPE_BASE = 1000.0


class Shape(NamedTuple):
    """The size of a model."""

    dim: int
    layers: int
    heads: int
    kv_heads: int
    ffn: int


Cache = list[tuple[Tensor, Tensor]]


class Norm(nn.Module):
    """RMSNorm with a learned scale."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON) * self.weight


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """RoPE as llama.cpp applies it to the llama architecture: pairs (0,1), (2,3), ..."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Block(nn.Module):
    """Attention and feed-forward, each behind a norm and added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        dim, head = shape.dim, shape.dim // shape.heads
        self.heads, self.kv_heads, self.head = shape.heads, shape.kv_heads, head
        self.attn_norm = Norm(dim)
        self.attn_q = nn.Linear(dim, shape.heads * head, bias=False)
        self.attn_k = nn.Linear(dim, shape.kv_heads * head, bias=False)
        self.attn_v = nn.Linear(dim, shape.kv_heads * head, bias=False)
        self.attn_output = nn.Linear(shape.heads * head, dim, bias=False)
        self.ffn_norm = Norm(dim)
        self.ffn_gate = nn.Linear(dim, shape.ffn, bias=False)
        self.ffn_up = nn.Linear(dim, shape.ffn, bias=False)
        self.ffn_down = nn.Linear(shape.ffn, dim, bias=False)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batch, length, _ = x.shape
        y = self.attn_norm(x)

        def split(z: Tensor, heads: int) -> Tensor:
            return z.view(batch, length, heads, self.head).transpose(1, 2)

        q = rotate(split(self.attn_q(y), self.heads), cos, sin)
        k = rotate(split(self.attn_k(y), self.kv_heads), cos, sin)
        v = split(self.attn_v(y), self.kv_heads)
        if past is not None:
            k, v = torch.cat((past[0], k), 2), torch.cat((past[1], v), 2)
        now = (k, v)
        if self.kv_heads != self.heads:
            k = k.repeat_interleave(self.heads // self.kv_heads, 1)
            v = v.repeat_interleave(self.heads // self.kv_heads, 1)
        weights = (q @ k.transpose(-1, -2) * self.head**-0.5 + mask).softmax(-1)
        x = x + self.attn_output((weights @ v).transpose(1, 2).reshape(batch, length, -1))
        y = self.ffn_norm(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(y)) * self.ffn_up(y)), now


class Llama(nn.Module):
    """The whole model; module names follow the tensor names of GGUF."""

    def __init__(self, shape: Shape, vocabulary: int) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(vocabulary, shape.dim)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.dim)
        self._initialise()
        head = shape.dim // shape.heads
        speeds = ROPE_BASE ** -(torch.arange(0, head, 2).float() / head)
        angles = torch.outer(torch.arange(CONTEXT).float(), speeds)
        future = torch.full((CONTEXT, CONTEXT), -1e9).triu(1)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self.register_buffer("future", future, persistent=False)

    def _initialise(self) -> None:
        """Unit-variance weights; what writes to the stream is scaled down by depth."""
        for name, weight in self.named_parameters():
            if weight.dim() != 2:
                continue
            scale = weight.shape[1] ** -0.5
            if "attn_output" in name or "ffn_down" in name:
                scale *= (2 * self.shape.layers) ** -0.5
            nn.init.normal_(weight, 0.0, scale)

    def forward(self, tokens: Tensor, cache: Cache | None = None) -> tuple[Tensor, Cache]:
        """Hidden states of ``tokens`` (which follow ``cache``) and the new cache."""
        start = cache[0][0].shape[2] if cache else 0
        end = start + tokens.shape[1]
        x = self.token_embd(tokens)
        now: Cache = []
        for i, block in enumerate(self.blk):
            past = cache[i] if cache else None
            x, kept = block(
                x, self.cos[start:end], self.sin[start:end], self.future[start:end, :end], past
            )
            now.append(kept)
        return self.output_norm(x), now

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores over the vocabulary (the embedding is tied)."""
        return hidden @ self.token_embd.weight.T

    @torch.no_grad()
    def greedy(self, prompts: list[list[int]], eos: int, limit: int = 40) -> list[list[int]]:
        """Most likely continuations of prompts of one length, without the end token."""
        hidden, cache = self(torch.tensor(prompts))
        columns: list[Tensor] = []
        done = torch.zeros(len(prompts), dtype=torch.bool)
        for _ in range(limit):
            best = self.logits(hidden[:, -1]).argmax(-1)
            columns.append(best)
            done |= best == eos
            if done.all():
                break
            hidden, cache = self(best[:, None], cache)
        rows = torch.stack(columns, 1).tolist()
        return [row[: row.index(eos)] if eos in row else row for row in rows]
