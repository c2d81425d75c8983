"""What is wrong with a procedure, and where: a place is the way through its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One fault, in both languages."""

    place: str
    zh: str
    en: str


def misshapen(error: Any) -> Problem:
    """What pydantic says of a shape, in words that say what to do."""
    place = ".".join(str(part) for part in error["loc"])
    words = {
        "missing": ("请填写。", "Fill this in."),
        "string_too_short": ("请填写。", "Fill this in."),
        "string_pattern_mismatch": (
            "请填写；标识只能用小写字母、数字和下划线。",
            "Fill this in; keys are lower-case letters, digits and underscores.",
        ),
        "extra_forbidden": ("没有这一项。", "There is no such item."),
        "too_short": ("至少要有一项。", "There must be at least one."),
        "too_long": ("太多了，请减少。", "There are too many; take some away."),
    }
    zh, en = words.get(error["type"], ("填写有误。", f"This does not fit: {error['msg']}."))
    return Problem(place, zh, en)


def no_field(key: str, place: str) -> Problem:
    """A question is named that nobody asks."""
    return Problem(place, f"流程里没有问题“{key}”。", f"The procedure has no question {key}.")


def twice(keyed: Iterable[tuple[str, str]], zh: str, en: str) -> Iterator[Problem]:
    """Keys, each with its place, that have been there before."""
    seen: set[str] = set()
    for key, place in keyed:
        if key in seen:
            yield Problem(
                place,
                f"已有{zh}“{key}”，请换一个标识。",
                f"There is a {en} {key} already; choose another key.",
            )
        seen.add(key)
