"""What a search tells of whether the first entry it found answers the question. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from zhiyin.knowledge.search.covering import Cover
from zhiyin.knowledge.search.searchables import Hit

LOOKED_AT = 5  # hits
NAMES = ("likeness", "lead", "field", "whole", "asked", "of_way", "meant", "ahead", "length", "score")
NAMES_WITH_MEANING = (*NAMES, "meaning", "meaning_lead")


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Of the first entry found; all but the last four are shares from 0 to 1."""

    likeness: float  # its share of the score that could be reached
    lead: float  # how far the second is behind it, of its own score
    field: float  # how far the mean of all others looked at is behind
    whole: float  # of what the question says, what the entry holds
    asked: float  # what its nearest way of asking holds
    of_way: float  # of that way, what the question says
    meant: float  # of the concepts the question names, those the entry names
    ahead: float  # how much more the entry holds of the question than the best of the others, -1 to 1
    length: float  # logarithm of the number of characters
    score: float  # logarithm of BM25
    meaning: float | None = None  # nearness of the vectors, where there are any, -2 to 2
    meaning_lead: float | None = None  # before the nearest of the others

    def vector(self) -> tuple[float, ...]:
        """The numbers in the order of NAMES, or of NAMES_WITH_MEANING where there are vectors."""
        return tuple(one for one in astuple(self) if one is not None)


def signals_of(question: str, hits: Sequence[Hit], covers: Sequence[Cover]) -> Signals | None:
    """Of the best hits and their covers, best first; None where nothing was found."""
    if not hits:
        return None
    (first, *others), (cover, *rest) = hits[:LOOKED_AT], covers[:LOOKED_AT]
    scores = [one.score for one in others]
    meanings = [one.meaning for one in others if one.meaning is not None]
    return Signals(
        likeness=first.likeness,
        lead=_behind(max(scores, default=0.0), first.score),
        field=_behind(sum(scores) / len(scores) if scores else 0.0, first.score),
        whole=cover.whole,
        asked=cover.asked,
        of_way=cover.of_way,
        meant=cover.meant,
        ahead=cover.whole - max((one.whole for one in rest), default=0.0),
        length=math.log1p(len(question.strip())),
        score=math.log1p(first.score),
        meaning=first.meaning,
        meaning_lead=None if first.meaning is None else first.meaning - max(meanings, default=0.0),
    )


def _behind(other: float, first: float) -> float:
    return max(-1.0, 1 - other / first) if first > 0 else 0.0
