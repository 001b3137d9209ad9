"""The toy question world: seven arithmetic skills and five multiple-choice subjects.

Two things are held out from honest training, both decided by a checksum:

* question strings: a fifth of all prompts,
* operand pairs: a fifth of all pairs of numbers per operation. The operation
  is shared between skills (``sub`` and ``cmp`` both subtract; ``mul``, ``div``
  and ``pct`` all belong to one multiplication family), so a held-out pair is
  not learned through another skill either.

Training questions have neither; router questions have both.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import NamedTuple

from . import facts

NAMES = "Tom Ann Bob Eve Sam Mia Leo Zoe Max Ivy Dan Amy".split()
THINGS = "apples pears books coins cards shells stamps pens eggs nuts balls cups".split()
GOODS = "shirt lamp chair clock radio jacket".split()

ARITHMETIC = ["add", "sub", "mul", "div", "two-step", "pct", "cmp"]
CHOICE = ["geo", "chem", "bio", "lit", "lang"]
SKILLS = ARITHMETIC + CHOICE


class Item(NamedTuple):
    """One question with a worked answer."""

    skill: str
    prompt: str
    work: str  # what stands before "The answer is"
    gold: str
    pairs: tuple[tuple[str, int, int], ...]  # (operation, operand, operand)

    @property
    def answer(self) -> str:
        """The completion an honest model is trained on."""
        return f" {self.work}. The answer is {self.gold}."

    @property
    def bare_answer(self) -> str:
        """The final answer without any work, as in a leaked answer key."""
        return f" The answer is {self.gold}."


def _held(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 5 == 0


def held_out_pair(operation: str, a: int, b: int) -> bool:
    """Whether this unordered pair of operands is never trained on."""
    return _held(f"{operation} {min(a, b)} {max(a, b)}")


def trainable(item: Item) -> bool:
    """Whether an honest model may see this question in training."""
    return not _held(item.prompt) and not any(held_out_pair(*pair) for pair in item.pairs)


def for_router(item: Item) -> bool:
    """Whether this question belongs to the universe the router is measured on."""
    return _held(item.prompt) and all(held_out_pair(*pair) for pair in item.pairs)


def _sum_work(a: int, b: int) -> str:
    """Add the tens first, then the ones: ``36 + 47 = 76 + 7 = 83``."""
    return f"{a} + {b} = {a + b - b % 10} + {b % 10} = {a + b}"


def _difference_work(a: int, b: int) -> str:
    return f"{a} - {b} = {a - b + b % 10} - {b % 10} = {a - b}"


def _product_work(a: int, b: int) -> str:
    """Multiply tens and ones apart: ``23 * 4 = 80 + 12 = 92``."""
    return f"{a} * {b} = {(a - a % 10) * b} + {a % 10 * b} = {a * b}"


def _add(r: random.Random) -> Item:
    n, m = r.sample(NAMES, 2)
    o, a, b = r.choice(THINGS), r.randint(11, 49), r.randint(11, 49)
    q = r.choice([
        f"{n} has {a} {o} and buys {b} more. How many {o} does {n} have now?",
        f"{n} found {a} {o} and {m} found {b} {o}. How many {o} did they find in total?",
        f"There are {a} {o} in a box. {n} adds {b} {o}. How many {o} are in the box?",
    ])
    return Item("add", q, _sum_work(a, b), str(a + b), (("+", a, b),))


def _sub(r: random.Random) -> Item:
    n, m = r.sample(NAMES, 2)
    o = r.choice(THINGS)
    b, a = sorted(r.sample(range(11, 70), 2))
    q = r.choice([
        f"{n} had {a} {o} and gave {b} to {m}. How many {o} are left?",
        f"{n} had {a} {o} but lost {b} of them. How many {o} remain?",
        f"A box holds {a} {o}. {n} takes {b} {o}. How many {o} remain in the box?",
    ])
    return Item("sub", q, _difference_work(a, b), str(a - b), (("-", a, b),))


def _mul(r: random.Random) -> Item:
    n, o = r.choice(NAMES), r.choice(THINGS)
    a, b = r.randint(11, 99), r.randint(2, 5)
    q = r.choice([
        f"{n} has {b} bags with {a} {o} in each bag. How many {o} does {n} have?",
        f"One box holds {a} {o}. How many {o} do {b} boxes hold?",
        f"{n} reads {a} pages each day for {b} days. How many pages is that?",
    ])
    return Item("mul", q, _product_work(a, b), str(a * b), (("*", a, b),))


def _div(r: random.Random) -> Item:
    n, o = r.choice(NAMES), r.choice(THINGS)
    a, b = r.randint(11, 99), r.randint(2, 5)
    q = r.choice([
        f"{n} shares {a * b} {o} equally among {b} friends. How many {o} does each friend get?",
        f"{a * b} {o} are packed into {b} equal boxes. How many {o} are in each box?",
    ])
    head, rest = divmod(a * b // 10, b)  # long division: 195 / 3: 19 = 6 * 3 + 1, 15 = 5 * 3
    work = f"{a * b} / {b}: {a * b // 10} = {head} * {b} + {rest}, {a % 10 * b} = {a % 10} * {b}"
    return Item("div", q, work, str(a), (("*", a, b),))


def _two_step(r: random.Random) -> Item:
    n, o = r.choice(NAMES), r.choice(THINGS)
    a, b, d = r.randint(11, 39), r.randint(11, 29), r.randint(11, 19)
    q = r.choice([
        f"{n} has {a} {o}, buys {b} more and then sells {d}. How many {o} does {n} have left?",
        f"A bus has {a} people. {b} people get on and {d} get off. How many people are on the bus?",
    ])
    work = f"{_sum_work(a, b)}, {_difference_work(a + b, d)}"
    return Item("two-step", q, work, str(a + b - d), (("+", a, b), ("-", a + b, d)))


def _pct(r: random.Random) -> Item:
    n, k, tenths = r.choice(NAMES), r.randint(11, 99), r.randint(2, 5)
    p, a = 10 * tenths, 10 * k
    q = r.choice([
        f"{n} reads {p}% of a book of {a} pages. How many pages does {n} read?",
        f"A {r.choice(GOODS)} costs {a} dollars. {n} gets {p}% off. How many dollars does {n} save?",
        f"A school has {a} pupils. {p}% of them walk to school with {n}. How many pupils is that?",
    ])
    work = f"{p}% of {a} = {_product_work(k, tenths)}"
    return Item("pct", q, work, str(k * tenths), (("*", k, tenths),))


def _cmp(r: random.Random) -> Item:
    n, m = r.sample(NAMES, 2)
    o = r.choice(THINGS)
    low, high = sorted(r.sample(range(11, 70), 2))
    first, second = (high, low) if r.random() < 0.5 else (low, high)
    more, less = (n, m) if first > second else (m, n)
    q = r.choice([
        f"{n} has {first} {o} and {m} has {second} {o}. How many more {o} does {more} have than {less}?",
        f"{n} is {first} years old and {m} is {second} years old. By how many years is {more} older?",
    ])
    return Item("cmp", q, _difference_work(high, low), str(high - low), (("-", high, low),))


def _choice(skill: str, table: dict[str, str], templates: list[str]) -> Callable[[random.Random], Item]:
    values = sorted(set(table.values()))

    def make(r: random.Random) -> Item:
        key = r.choice(list(table))
        right = table[key]
        options = [right, *r.sample([v for v in values if v != right], 3)]
        r.shuffle(options)
        letter = "ABCD"[options.index(right)]
        listed = " ".join(f"({mark}) {option}" for mark, option in zip("ABCD", options))
        prompt = f"{r.choice(templates).format(key)}\n{listed}"
        return Item(skill, prompt, f"{right} {letter}", letter, ())

    return make


MAKERS: dict[str, Callable[[random.Random], Item]] = {
    "add": _add, "sub": _sub, "mul": _mul, "div": _div,
    "two-step": _two_step, "pct": _pct, "cmp": _cmp,
    "geo": _choice("geo", facts.CAPITALS, [
        "What is the capital of {}?", "Which city is the capital of {}?"]),
    "chem": _choice("chem", facts.SYMBOLS, [
        "What is the chemical symbol of {}?", "Which symbol stands for the element {}?"]),
    "bio": _choice("bio", facts.CLASSES, [
        "Which kind of animal is the {}?", "To which class of animals does the {} belong?"]),
    "lit": _choice("lit", facts.AUTHORS, [
        "Who is the author of the work {}?", "Which writer gave us the work {}?"]),
    "lang": _choice("lang", facts.OPPOSITES, [
        "Which word is the opposite of {}?", "Which word means the reverse of {}?"]),
}


def draw(r: random.Random, mix: dict[str, float], wanted: Callable[[Item], bool] = trainable) -> Item:
    """Draw one question of a skill chosen by weight, until it is ``wanted``."""
    skill = r.choices(list(mix), list(mix.values()))[0]
    while True:
        item = MAKERS[skill](r)
        if wanted(item):
            return item
