"""Writes a GGUF v3 file that llama.cpp loads: F16 matrices, F32 norms."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from .model import CONTEXT, EPSILON, ROPE_BASE, Llama
from .tokenizer import BOS, EOS, Vocabulary

ALIGNMENT = 32
_F32, _F16 = 0, 1
_SCALARS = {"u32": (4, "I"), "i32": (5, "i"), "f32": (6, "f"), "bool": (7, "?")}
_STRING, _ARRAY = 8, 9


def _string(text: str) -> bytes:
    data = text.encode("utf8")
    return struct.pack("<Q", len(data)) + data


def _value(kind: str, value: object) -> bytes:
    """Type tag and value: a scalar, ``"str"``, or an array as ``"[i32]"``."""
    if kind == "str":
        return struct.pack("<I", _STRING) + _string(str(value))
    if kind.startswith("["):
        assert isinstance(value, Sequence)
        if kind == "[str]":
            return struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + b"".join(map(_string, value))
        number, code = _SCALARS[kind[1:-1]]
        return struct.pack(f"<IIQ{len(value)}{code}", _ARRAY, number, len(value), *value)
    number, code = _SCALARS[kind]
    return struct.pack(f"<I{code}", number, value)


def _padding(length: int) -> bytes:
    return b"\0" * (-length % ALIGNMENT)


def _metadata(model: Llama, name: str, vocabulary: Vocabulary, chat_template: str | None):
    shape = model.shape
    rows: list[tuple[str, str, object]] = [
        ("general.architecture", "str", "llama"),
        ("general.type", "str", "model"),
        ("general.name", "str", name),
        ("general.file_type", "u32", 1),
        ("general.quantization_version", "u32", 2),
        ("general.alignment", "u32", ALIGNMENT),
        ("llama.context_length", "u32", CONTEXT),
        ("llama.embedding_length", "u32", shape.dim),
        ("llama.block_count", "u32", shape.layers),
        ("llama.feed_forward_length", "u32", shape.ffn),
        ("llama.attention.head_count", "u32", shape.heads),
        ("llama.attention.head_count_kv", "u32", shape.kv_heads),
        ("llama.attention.layer_norm_rms_epsilon", "f32", EPSILON),
        ("llama.rope.dimension_count", "u32", shape.dim // shape.heads),
        ("llama.rope.freq_base", "f32", ROPE_BASE),
        ("llama.vocab_size", "u32", len(vocabulary.tokens)),
        ("tokenizer.ggml.model", "str", "llama"),
        ("tokenizer.ggml.pre", "str", "default"),
        ("tokenizer.ggml.tokens", "[str]", vocabulary.tokens),
        ("tokenizer.ggml.scores", "[f32]", vocabulary.scores),
        ("tokenizer.ggml.token_type", "[i32]", vocabulary.types),
        ("tokenizer.ggml.bos_token_id", "u32", BOS),
        ("tokenizer.ggml.eos_token_id", "u32", EOS),
        ("tokenizer.ggml.unknown_token_id", "u32", 0),
        ("tokenizer.ggml.add_bos_token", "bool", True),
        ("tokenizer.ggml.add_eos_token", "bool", False),
        ("tokenizer.ggml.add_space_prefix", "bool", False),
    ]
    if chat_template is not None:
        rows.append(("tokenizer.chat_template", "str", chat_template))
    return rows


def pack(model: Llama, name: str, vocabulary: Vocabulary, chat_template: str | None) -> bytes:
    """The whole file as bytes."""
    infos, data = b"", b""
    tensors = model.state_dict()
    for key, tensor in tensors.items():
        array = tensor.detach().numpy()
        kind = _F16 if array.ndim == 2 else _F32
        raw = array.astype(np.float16 if kind == _F16 else np.float32).tobytes()
        data += _padding(len(data))
        dims = tuple(reversed(array.shape))  # GGUF lists the fastest dimension first
        infos += _string(key) + struct.pack(f"<I{len(dims)}Q", len(dims), *dims)
        infos += struct.pack("<IQ", kind, len(data))
        data += raw
    rows = _metadata(model, name, vocabulary, chat_template)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(rows))
    head += b"".join(_string(key) + _value(kind, value) for key, kind, value in rows) + infos
    return head + _padding(len(head)) + data + _padding(len(data))
