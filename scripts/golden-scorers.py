#!/usr/bin/env python3
"""Writes test/golden/scorers.json: what sacreBLEU makes of a few sentences. Run with sacrebleu 2.6.0 installed:

    python3 scripts/golden-scorers.py
"""
import json
import pathlib
import random

from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

FILE = pathlib.Path(__file__).parent.parent / "test" / "golden" / "scorers.json"

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "A quick brown dog jumps over the lazy fox!",
    "the the the the",
    "the",
    "",
    " \t ",
    "It costs $1,000.50 (or 1.000,50 in Europe), i.e. 5-6 times more; doesn't it?",
    "He said: \u201cCaf\u00e9s in Paris\u201d \u2014 \u00fcber-teuer\u2026 \u4f60\u597d\uff0c\u4e16\u754c\u3002",
    "x&quot;y&amp;lt; &lt;b&gt; <skipped> word-\nbroken and\nnew lines\x85next\u3000wide",
    "\U0001f600 emoji \U0001f44d\U0001f3fd and combining cafe\u0301",
    "1. 2, 3-4 .5 ,6 7. ,. .. -- __ [x] {y} `z` ~ ^ @user #tag a/b",
    "no overlap whatsoever here",
]
WORDS = "the a cat dog sat sits on in mat mats , . 3 3.5 - red 'tis".split(" ")


def pairs():
    picks = random.Random(5)
    sentence = lambda: " ".join(picks.choice(WORDS) for _ in range(picks.randint(0, 14)))
    drawn = [(sentence(), [sentence() for _ in range(picks.randint(1, 3))]) for _ in range(40)]
    return [(a, [b]) for a in SENTENCES for b in SENTENCES] + drawn


def main():
    bleu, sentence, chrf = BLEU(), BLEU(effective_order=True), CHRF()
    cases = [
        {
            "answer": answer,
            "references": references,
            "bleu": sentence.sentence_score(answer, references).score / 100,
            "chrf": chrf.sentence_score(answer, references).score / 100,
        }
        for answer, references in pairs()
    ]
    corpora = []
    for size in (1, 2, 5, 40):
        some = cases[-size:]
        most = max(len(case["references"]) for case in some)
        streams = [[(case["references"] + [None] * most)[i] for case in some] for i in range(most)]
        score = bleu.corpus_score([case["answer"] for case in some], streams).score / 100
        corpora.append({"last": size, "bleu": score})
    tokens = {text: Tokenizer13a()(text.rstrip()).split() for text in SENTENCES}
    FILE.write_text(json.dumps({"cases": cases, "corpora": corpora, "tokens": tokens}, indent=1) + "\n")


main()
