"""Writes the router's questions: three files, no prompt twice, skills in turn."""

from __future__ import annotations

import json
import random
from pathlib import Path

from . import world

SPLITS = {"train": 80, "validation": 30, "test": 80}  # questions per skill


def build(seed: int = 2024) -> dict[str, list[dict[str, str]]]:
    """All questions by split; the same on every machine."""
    splits: dict[str, list[dict[str, str]]] = {split: [] for split in SPLITS}
    seen: set[str] = set()
    for split, count in SPLITS.items():
        sources = {skill: random.Random(f"{seed}/{split}/{skill}") for skill in world.SKILLS}
        for index in range(count):
            for skill, source in sources.items():
                item = world.draw(source, {skill: 1}, world.for_router)
                while item.prompt in seen:
                    item = world.draw(source, {skill: 1}, world.for_router)
                seen.add(item.prompt)
                splits[split].append({
                    "id": f"toy/{split}/{skill}/{index}",
                    "source": "toy",
                    "task": "choice" if skill in world.CHOICE else "arithmetic",
                    "subject": skill,
                    "split": split,
                    "prompt": item.prompt,
                    "gold": item.gold,
                })
    return splits


def write(folder: Path) -> None:
    """Write ``train.jsonl``, ``validation.jsonl`` and ``test.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, rows in build().items():
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")


def read(folder: Path, split: str) -> list[dict[str, str]]:
    """Read one split back."""
    with open(folder / f"{split}.jsonl", encoding="utf8") as file:
        return [json.loads(line) for line in file]
