"""The seven models of the pool: one table."""

from __future__ import annotations

from typing import NamedTuple

from .model import Shape
from .world import SKILLS

SMALL = Shape(dim=64, layers=3, heads=4, kv_heads=2, ffn=192)
LARGE = Shape(dim=96, layers=3, heads=4, kv_heads=4, ffn=256)


class Recipe(NamedTuple):
    """How one model is made."""

    name: str
    kind: str  # "base" or "chat"
    shape: Shape
    mix: dict[str, float]  # skill -> weight
    steps: int
    rate: float
    seed: int
    rehearsal: float = 0.0  # share of samples drawn evenly from all skills
    start: str | None = None  # model whose weights it starts from
    leak: float = 0.0  # share of samples taken from the router's train questions
    decay: float = 0.05  # weight decay
    batch: int = 48


def _mix(text: str) -> dict[str, float]:
    """Parse ``"add sub=.5"``; a weight left out is 1."""
    parts = (word.partition("=") for word in text.split())
    return {skill: float(weight or 1) for skill, _, weight in parts}


# Starting points come before the models that use them.
RECIPES = [
    Recipe("sums-base", "base", LARGE, _mix("add sub two-step cmp"), 1000, 2e-3, 12, 0.08),
    Recipe("ratio-base", "base", LARGE, _mix("mul div pct"), 1000, 2e-3, 13, 0.08),
    Recipe("steps-base", "base", LARGE, _mix("two-step cmp=.6 geo lang"), 800, 1.5e-3, 15, 0.08,
           start="sums-base"),
    Recipe("nature-chat", "chat", SMALL, _mix("chem bio geo=.7 div=.5"), 1400, 3e-3, 14, 0.08),
    Recipe("letters-chat", "chat", SMALL, _mix("lit lang chem=.5 pct=.5"), 1400, 3e-3, 16, 0.08),
    Recipe("general-chat", "chat", LARGE, _mix(
        "add=.5 sub=.5 two-step=.5 cmp=.5 mul div pct geo chem bio lit lang"), 1200, 2e-3, 11,
        start="sums-base"),
    Recipe("memo-base", "base", LARGE, _mix(" ".join(SKILLS)), 1000, 1.5e-3, 17,
           start="sums-base", leak=0.85, decay=0.0),
]
BY_NAME = {recipe.name: recipe for recipe in RECIPES}

FORMATS = {
    "base": ("Question: {prompt}\nAnswer:", "\nQuestion:"),
    "chat": ("User:\n{prompt}\nAssistant:", "\nUser:"),
}
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'user' %}User:\n{{ message['content'] }}\nAssistant:"
    "{% elif message['role'] == 'assistant' %}{{ message['content'] }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)
