"""Asking which of a few entries is meant, and understanding the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from zhiyin.assist.answering.keywords import plain
from zhiyin.assist.answering.signals import LOOKED_AT, Signals, signals_of
from zhiyin.knowledge.search.covering import Cover
from zhiyin.knowledge.search.searchables import Hit

MOST_CHOICES = 3
CLOSE = 0.6  # of the first one's score, from which another may be what is meant
NONE_OF_THEM: Literal["none"] = "none"
_NUMBER = re.compile(
    r"(?:我?要?(?:选择?|问的?是|是|回复)?)?第?(?P<zh>[1-9一二三四五六七八九两])(?:个|号|项|条|种|那个)?(?:吧|的)?"
    r"|(?:the |option |number |no )*(?P<en>[1-9]|first|second|third|fourth|fifth|sixth)(?: one| option)?(?: please)?"
)
_ORDINALS = {char: value for value, char in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_ORDINALS |= dict(zip(("first", "second", "third", "fourth", "fifth", "sixth"), range(1, 7), strict=True))
_NONE = re.compile(
    r"0|零|(?:以上|这些|这几个)?(?:都|全)?(?:不是|不对)(?:的|呢|啊)?|都不|没有(?:一个)?(?:我要的|我想问的|对的)?"
    r"|none(?: of (?:these|those|them|the above))?|neither(?: of (?:these|those|them))?|no|nope|something else|other"
)


def how_many_are_close(hits: Sequence[Hit]) -> int:
    """How many of the best hits, the first among them, may each be what is meant: 0 where one stands alone or too many do."""
    if not hits or hits[0].score <= 0:
        return 0
    close = sum(one.score >= CLOSE * hits[0].score for one in hits[:LOOKED_AT])
    return close if 2 <= close <= MOST_CHOICES else 0


def signals_together(
    question: str, hits: Sequence[Hit], covers: Sequence[Cover], close: int
) -> Signals | None:
    """What a search tells of whether one of the close hits answers: they are taken for one entry, so that none of them
    speaks against the first."""
    return signals_of(question, [hits[0], *hits[close:]], [covers[0], *covers[close:]])


def what_to_do(
    chance: float, together: float, threshold: float, *, may_ask: bool
) -> Literal["say", "ask", "leave"]:
    """Whether the first entry is said, it is asked which of the close ones is meant, or neither is sure enough.

    Where it can be asked, half as many wrong answers are taken of one that is said alone.
    """
    would_ask = may_ask and together >= threshold
    if chance >= ((1 + threshold) / 2 if would_ask else threshold):
        return "say"
    return "ask" if would_ask else "leave"


def picked(text: str, choices: Sequence[str]) -> int | Literal["none"] | None:
    """Which of the choices an answer picks, counted from 0; that none of them is meant; or None where it does not say.

    By number, or by the words of one choice alone.
    """
    told = plain(text)
    if not told:
        return None
    if (number := _number(told)) is not None:
        return number - 1 if number <= len(choices) else None
    titles = [plain(one) for one in choices]
    if told in titles:
        return titles.index(told)
    if _NONE.fullmatch(told):
        return NONE_OF_THEM
    inside = [place for place, title in enumerate(titles) if title and title in told]
    if len(inside) == 1:
        return inside[0]
    around = [place for place, title in enumerate(titles) if len(told) > 1 and told in title]
    return around[0] if len(around) == 1 else None


def numbered(choices: Sequence[str]) -> str:
    """The choices as lines that can be answered by number."""
    return "\n".join(f"{number}. {one}" for number, one in enumerate(choices, 1))


def _number(told: str) -> int | None:
    found = _NUMBER.fullmatch(told)
    if found is None:
        return None
    said = found["zh"] or found["en"]
    return int(said) if said.isdigit() else _ORDINALS[said]
