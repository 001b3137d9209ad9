"""A SentencePiece-style tokenizer whose encoder agrees with llama.cpp's.

Vocabulary: three specials, 256 byte tokens, merges learned inside the words of
the toy world, single characters. Merges never cross a word boundary and never
join digits, so no pre-tokenizer is needed; any other text falls back to bytes.
"""

from __future__ import annotations

import collections
import random
import re
import string
from typing import NamedTuple

from . import world

BOS, EOS = 1, 2
SPECIALS = ["<unk>", "<s>", "</s>"]
FIRST_TEXT = len(SPECIALS) + 256
SPACE = "\u2581"
_PIECE = re.compile(rf"{SPACE}?[A-Za-z]+|{SPACE}?[^A-Za-z{SPACE}\n]|.", re.DOTALL)


class Vocabulary(NamedTuple):
    """What the GGUF file stores about the tokenizer."""

    tokens: list[str]
    scores: list[float]
    types: list[int]


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text.replace(" ", SPACE))


def _corpus() -> list[str]:
    """Every piece of text the models will meet."""
    source = random.Random("vocabulary")
    texts = ["Question: ", "\nAnswer:", "User:\n", "\nAssistant:"]
    for skill in world.SKILLS:
        for _ in range(1500):
            item = world.draw(source, {skill: 1}, lambda _: True)
            texts += [item.prompt, " " + item.prompt, item.answer]
    return [piece for text in texts for piece in _pieces(text) if piece != "\n"]


def build() -> Vocabulary:
    """Learn merges until every word of the world is a single token."""
    corpus = _corpus()
    words = {word: list(word) for word in sorted(set(corpus))}
    merges: dict[str, None] = {}
    while True:
        counts: collections.Counter[tuple[str, str]] = collections.Counter()
        for parts in words.values():
            counts.update(zip(parts, parts[1:]))
        if not counts:
            break
        left, right = min(counts, key=lambda pair: (-counts[pair], pair))
        merges[left + right] = None
        for parts in words.values():
            at = 0
            while at < len(parts) - 1:
                if parts[at] == left and parts[at + 1] == right:
                    parts[at : at + 2] = [left + right]
                at += 1
    letters = set(string.ascii_letters + string.digits).union(*words)
    text_tokens = list(merges) + sorted(letters)
    tokens = SPECIALS + [f"<0x{byte:02X}>" for byte in range(256)] + text_tokens
    scores = [0.0] * FIRST_TEXT + [-float(rank) for rank in range(len(text_tokens))]
    types = [2, 3, 3] + [6] * 256 + [1] * len(text_tokens)
    return Vocabulary(tokens, scores, types)


class Tokenizer:
    """Encodes like llama.cpp: repeatedly join the neighbours with the best score."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._ids = {token: i for i, token in enumerate(vocabulary.tokens) if i >= FIRST_TEXT}
        self._cache: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.vocabulary.tokens)

    def _encode_piece(self, piece: str) -> list[int]:
        parts = list(piece)
        while True:
            joins = [
                (self._ids[parts[i] + parts[i + 1]], i)
                for i in range(len(parts) - 1)
                if parts[i] + parts[i + 1] in self._ids
            ]
            if not joins:
                break
            at = min(joins)[1]  # a lower id is a better score
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        ids: list[int] = []
        for part in parts:
            known = self._ids.get(part)
            ids += [known] if known is not None else [len(SPECIALS) + b for b in part.encode()]
        return ids

    def encode(self, text: str) -> list[int]:
        """Token ids without BOS."""
        ids: list[int] = []
        for piece in _pieces(text):
            if piece not in self._cache:
                self._cache[piece] = self._encode_piece(piece)
            ids += self._cache[piece]
        return ids

    def decode(self, ids: list[int]) -> str:
        """Text of the ids; specials vanish."""
        data = b""
        for i in ids:
            if i >= FIRST_TEXT:
                data += self.vocabulary.tokens[i].replace(SPACE, " ").encode()
            elif i >= len(SPECIALS):
                data += bytes([i - len(SPECIALS)])
        return data.decode("utf8", "replace")
