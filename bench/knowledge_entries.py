"""Any number of invented knowledge entries, the same ones each time: subjects, troubles, ways and limits put together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from zhiyin.knowledge.search import concepts
from zhiyin.knowledge.search.searchables import Searchable

_HOW = [
    "怎么",
    "如何",
    "在哪里",
    "什么时候能",
    "为什么不能",
    "需要什么材料",
    "多久",
    "多少钱",
    "能不能",
    "哪些情况",
]
_STEP = "进入“{a}—{b}”页面，选择{c}后提交{d}，{n}个工作日内由{e}处理，{f}元以内{g}，超过{n}天请联系{h}核查。"


def invented_entries(count: int, *, seed: int = 7) -> Iterator[Searchable]:
    """Entries about everything the shipped concepts name, for a few products, one in twenty in English."""
    chance = random.Random(seed)
    lines = Path(concepts.__file__).with_name("concepts.txt").read_text(encoding="utf-8").splitlines()
    groups = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    chinese = [word for group in groups for word in group if not word.isascii()]
    english = [word.replace("_", " ") for group in groups for word in group if word.isascii()]
    for number in range(1, count + 1):
        in_english = number % 20 == 0
        words = english if in_english else chinese
        yield Searchable(
            edition_id=number,
            entry_id=number,
            version_id=number,
            kind=chance.choice(["faq", "faq", "article", "script"]),
            language="en" if in_english else "zh-CN",
            audience=chance.choice(["public", "public", "signed_in", "internal"]),
            title=_title(chance, words, in_english),
            tags=tuple(chance.sample(words, 3)),
            body=_body(chance, words, in_english),
            product_ids=(chance.randint(1, 12),),
        )


def _title(chance: random.Random, words: list[str], in_english: bool) -> str:
    first, second, third = chance.sample(words, 3)
    if in_english:
        return f"How to {first} {second} with {third}"
    return f"{first}{second}{chance.choice(_HOW)}{third}"


def _body(chance: random.Random, words: list[str], in_english: bool) -> str:
    if in_english:
        return ". ".join(" ".join(chance.sample(words, 8)) for _ in range(4))
    numbers = {"n": chance.randint(1, 30), "f": chance.randint(5, 500)}
    return "".join(
        _STEP.format(**numbers, **dict(zip("abcdegh", chance.sample(words, 7), strict=True)))
        for _ in range(2)
    )
