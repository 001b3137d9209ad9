"""Forges models into GGUF files with their cards, and writes ``pool.json``."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from . import questions, tokenizer
from .gguf import pack
from .model import CONTEXT
from .recipes import BY_NAME, CHAT_TEMPLATE, FORMATS, RECIPES, Recipe
from .train import accuracy, train

SAMPLING = {"temperature": 0.7, "topK": 40, "topP": 1, "maxTokens": 40}


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf8")


def forge(folder: Path, name: str | None = None, force: bool = False) -> None:
    """Forge all models, or one and what it starts from; existing ones are skipped."""
    if name is not None and name not in BY_NAME:
        sys.exit(f"Unknown model {name!r}; there are {', '.join(BY_NAME)}.")
    if not (folder / "questions" / "test.jsonl").exists():
        questions.write(folder / "questions")
    coder = tokenizer.Tokenizer(tokenizer.build())
    for recipe in RECIPES if name is None else [BY_NAME[name]]:
        _forge_one(folder, recipe, coder, force)
    write_pool(folder)


def _forge_one(folder: Path, recipe: Recipe, coder: tokenizer.Tokenizer, force: bool) -> None:
    import torch

    work = folder / "forge" / ".work"
    work.mkdir(exist_ok=True)
    if (folder / f"{recipe.name}.gguf").exists() and not force:
        print(f"{recipe.name}: exists, skipped")
        return
    if force:
        (work / f"{recipe.name}.pt").unlink(missing_ok=True)
    start = None
    if recipe.start is not None:
        weights = work / f"{recipe.start}.pt"
        if not weights.exists():
            _forge_one(folder, BY_NAME[recipe.start], coder, force=True)
        start = torch.load(weights)["model"]
    splits = {split: questions.read(folder / "questions", split) for split in questions.SPLITS}
    model, seconds = train(recipe, coder, splits["train"], splits["validation"], start, work)
    template = CHAT_TEMPLATE if recipe.kind == "chat" else None
    data = pack(model, recipe.name, coder.vocabulary, template)
    (folder / f"{recipe.name}.gguf").write_bytes(data)
    _dump(folder / f"{recipe.name}.json", {
        "name": recipe.name,
        "kind": recipe.kind,
        "startedFrom": recipe.start,
        "mix": recipe.mix,
        "rehearsal": recipe.rehearsal,
        "leakedTrainQuestions": recipe.leak,
        "shape": {**recipe.shape._asdict(), "vocabulary": len(coder), "context": CONTEXT},
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "steps": recipe.steps,
        "batch": recipe.batch,
        "learningRate": recipe.rate,
        "weightDecay": recipe.decay,
        "seed": recipe.seed,
        "trainingCpuSeconds": round(seconds),
        "greedyAccuracy": {
            split: accuracy(model, coder, recipe.kind, rows) for split, rows in splits.items()
        },
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    })
    print(f"{recipe.name}: {len(data)} bytes, {seconds:.0f} CPU seconds", flush=True)


def write_pool(folder: Path) -> None:
    """List the models that exist, in the order of the recipes."""
    models = []
    for recipe in RECIPES:
        card = folder / f"{recipe.name}.json"
        if not card.exists():
            continue
        template, stop = FORMATS[recipe.kind]
        entry = {
            "name": recipe.name,
            "file": f"{recipe.name}.gguf",
            "sha256": json.loads(card.read_text(encoding="utf8"))["sha256"],
            "kind": recipe.kind,
            "template": template,
            "stop": [stop],
            "contextSize": CONTEXT,
            "sampling": SAMPLING,
        }
        if recipe.kind == "chat":
            # The GGUF has the chat template; the model was trained on the question alone.
            entry["template"] = "{prompt}"
        models.append(entry)
    _dump(folder / "pool.json", {"$schema": "./pool.schema.json", "name": "toy", "models": models})
