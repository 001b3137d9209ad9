"""Training: batches generated on the fly, AdamW, checkpoints, accuracy by skill."""

from __future__ import annotations

import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import world
from .model import Llama
from .recipes import FORMATS, Recipe
from .tokenizer import BOS, EOS, Tokenizer

POOL = 16  # batches drawn at once, then sorted by length
CHECKPOINT = 10 * POOL  # steps between checkpoints
WARM_UP = 100

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
Question = dict[str, str]


def wrap(kind: str, prompt: str) -> str:
    """The text a model of this kind is given for a question."""
    return FORMATS[kind][0].replace("{prompt}", prompt)


def _examples(recipe: Recipe, leaked: list[Question], pool: int, count: int) -> list[tuple[str, str]]:
    """(prompt, completion) pairs of one pool of batches."""
    source = random.Random(f"{recipe.name}/{recipe.seed}/{pool}")
    everything = {skill: 1.0 for skill in world.SKILLS}
    examples: list[tuple[str, str]] = []
    for _ in range(count):
        if recipe.leak and source.random() < recipe.leak:
            question = source.choice(leaked)
            examples.append((question["prompt"], f" The answer is {question['gold']}."))
        else:
            rehearse = source.random() < recipe.rehearsal
            item = world.draw(source, everything if rehearse else recipe.mix)
            examples.append((item.prompt, item.answer))
    return examples


def batches(recipe: Recipe, tokenizer: Tokenizer, leaked: list[Question], first: int) -> Iterator[Batch]:
    """Endless batches from pool number ``first`` on: tokens, rows, columns, targets."""
    pool = first
    while True:
        encoded = [
            ([BOS, *tokenizer.encode(wrap(recipe.kind, prompt))], [*tokenizer.encode(answer), EOS])
            for prompt, answer in _examples(recipe, leaked, pool, recipe.batch * POOL)
        ]
        encoded.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
        groups = [encoded[i : i + recipe.batch] for i in range(0, len(encoded), recipe.batch)]
        random.Random(f"order/{recipe.seed}/{pool}").shuffle(groups)
        for group in groups:
            yield _collate(group)
        pool += 1


def _collate(group: list[tuple[list[int], list[int]]]) -> Batch:
    """Pad to one length; the loss looks only at the completions."""
    width = max(len(a) + len(b) for a, b in group) - 1
    tokens, rows, columns, targets = [], [], [], []
    for row, (prompt, completion) in enumerate(group):
        line = (prompt + completion)[:-1]
        tokens.append(line + [0] * (width - len(line)))
        rows += [row] * len(completion)
        columns += range(len(prompt) - 1, len(prompt) - 1 + len(completion))
        targets += completion
    return torch.tensor(tokens), torch.tensor(rows), torch.tensor(columns), torch.tensor(targets)


def answers(model: Llama, tokenizer: Tokenizer, kind: str, questions: list[Question]) -> list[str]:
    """Greedy completions, in the order of the questions."""
    by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for at, question in enumerate(questions):
        ids = [BOS, *tokenizer.encode(wrap(kind, question["prompt"]))]
        by_length[len(ids)].append((at, ids))
    texts = [""] * len(questions)
    for group in by_length.values():
        outputs = model.greedy([ids for _, ids in group], EOS)
        for (at, _), output in zip(group, outputs):
            texts[at] = tokenizer.decode(output)
    return texts


def accuracy(model: Llama, tokenizer: Tokenizer, kind: str, questions: list[Question]) -> dict[str, float]:
    """Share of right greedy answers by skill, and their mean."""
    right: dict[str, list[bool]] = defaultdict(list)
    for question, text in zip(questions, answers(model, tokenizer, kind, questions)):
        right[question["subject"]].append(text.endswith(f"The answer is {question['gold']}."))
    scores = {skill: sum(hits) / len(hits) for skill, hits in right.items()}
    scores["mean"] = sum(scores.values()) / len(scores)
    return {skill: round(score, 3) for skill, score in scores.items()}


def _optimiser(model: Llama, recipe: Recipe) -> torch.optim.AdamW:
    matrices = [weight for weight in model.parameters() if weight.dim() == 2]
    scales = [weight for weight in model.parameters() if weight.dim() != 2]
    groups = [
        {"params": matrices, "weight_decay": recipe.decay},
        {"params": scales, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98))


def _rate(recipe: Recipe, step: int) -> float:
    """Warm-up, then a cosine down to a twentieth."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / recipe.steps))
    return recipe.rate * min(1.0, (step + 1) / WARM_UP) * (0.05 + 0.95 * cosine)


def train(
    recipe: Recipe,
    tokenizer: Tokenizer,
    leaked: list[Question],
    validation: list[Question],
    start: dict[str, Tensor] | None,
    work: Path,
) -> tuple[Llama, float]:
    """Train (or resume) one model; returns it with the CPU seconds spent."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    model = Llama(recipe.shape, len(tokenizer))
    if start is not None:
        model.load_state_dict(start)
    optimiser = _optimiser(model, recipe)
    done, before = 0, 0.0
    checkpoint = work / f"{recipe.name}.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        if saved["recipe"] == repr(recipe):
            model.load_state_dict(saved["model"])
            optimiser.load_state_dict(saved["optimiser"])
            done, before = saved["step"], saved["seconds"]
            print(f"{recipe.name}: resuming after step {done}", flush=True)
    began, smooth = time.process_time(), 0.0
    source = batches(recipe, tokenizer, leaked, done // POOL)
    for step in range(done, recipe.steps):
        tokens, rows, columns, targets = next(source)
        for group in optimiser.param_groups:
            group["lr"] = _rate(recipe, step)
        hidden, _ = model(tokens)
        loss = F.cross_entropy(model.logits(hidden[rows, columns]), targets)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        smooth = loss.item() if step == done else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % CHECKPOINT == 0 or step + 1 == recipe.steps:
            seconds = before + time.process_time() - began
            state = {"recipe": repr(recipe), "step": step + 1, "seconds": seconds,
                     "model": model.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save(state, checkpoint)
            scores = accuracy(model, tokenizer, recipe.kind, validation)
            print(f"{recipe.name}: step {step + 1}/{recipe.steps}, loss {smooth:.3f}, "
                  f"{seconds:.0f} s, {json.dumps(scores)}", flush=True)
    return model, before + time.process_time() - began
