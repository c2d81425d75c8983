"""What a search tells of whether the first entry it found answers the question. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Literal

from zhiyin.knowledge.search.covering import Cover
from zhiyin.knowledge.search.searchables import Hit

Way = Literal[
    "words", "vectors", "retrieval"
]  # by words, with vectors, and with those of a model made for retrieval too
LOOKED_AT = 5  # hits
NEAR = 0.1  # of meaning: who is so near the first is a rival


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Of the first entry found, against the others looked at."""

    likeness: float  # its share of the score that could be reached
    lead: float  # how far the second is behind it, of its own score
    field: float  # how far the mean of all others looked at is behind
    whole: float  # of what the question says, what the entry holds
    asked: float  # what its nearest way of asking holds
    of_way: float  # of that way, what the question says
    meant: float  # of the concepts the question names, those the entry names
    ahead: float  # how much more the entry holds of the question than the best of the others, -1 to 1
    asked_ahead: float  # the same of the nearest ways of asking
    of_way_ahead: float
    told: float  # how much of the question it holds, by how much each term tells
    untold: float  # and how much it doesn't
    length: float  # logarithm of the number of characters
    score: float  # logarithm of BM25
    meaning: float | None = None  # nearness of the vectors, where there are any, -2 to 2
    meaning_lead: float | None = None  # before the nearest of the others
    both_lead: float | None = (
        None  # of words and meaning as the ranking takes them together, before the second
    )
    both_field: float | None = None  # before the mean of the next three
    words_first: float | None = None  # 1 where it is the best by words alone
    rivals: float | None = None  # of the others, those about as near in meaning, or nearer
    retrieval: float | None = None  # nearness by the model made for retrieval, where there is one, -2 to 2
    retrieval_lead: float | None = None  # before the nearest of the others
    retrieval_field: float | None = None  # before the mean of the others
    firsts: float | None = None  # by how many of words, meaning and that model it is the best

    def vector(self) -> tuple[float, ...]:
        """The numbers in the order of the names of its way."""
        return tuple(one for one in astuple(self) if one is not None)

    @property
    def way(self) -> Way:
        """By what it was found."""
        if self.retrieval is not None:
            return "retrieval"
        return "words" if self.meaning is None else "vectors"


_ALL = tuple(one.name for one in fields(Signals))
NAMES: dict[Way, tuple[str, ...]] = {
    "words": tuple(one.name for one in fields(Signals) if one.default is not None),
    "vectors": _ALL[: _ALL.index("retrieval")],
    "retrieval": _ALL,
}


def signals_of(question: str, hits: Sequence[Hit], covers: Sequence[Cover]) -> Signals | None:
    """Of the best hits and their covers, best first; None where nothing was found."""
    if not hits:
        return None
    (first, *others), (cover, *rest) = hits[:LOOKED_AT], covers[:LOOKED_AT]
    scores = [one.score for one in others]
    by_words = Signals(
        likeness=first.likeness,
        lead=_behind(max(scores, default=0.0), first.score),
        field=_behind(_mean(scores), first.score),
        whole=cover.whole,
        asked=cover.asked,
        of_way=cover.of_way,
        meant=cover.meant,
        ahead=cover.whole - max((one.whole for one in rest), default=0.0),
        asked_ahead=cover.asked - max((one.asked for one in rest), default=0.0),
        of_way_ahead=cover.of_way - max((one.of_way for one in rest), default=0.0),
        told=cover.said * cover.whole,
        untold=cover.said * (1 - cover.whole),
        length=math.log1p(len(question.strip())),
        score=math.log1p(first.score),
    )
    if first.meaning is None:
        return by_words
    by_vectors = replace(by_words, **_by_meaning(first, others))
    return by_vectors if first.retrieval is None else replace(by_vectors, **_by_retrieval(first, others))


def _by_meaning(first: Hit, others: Sequence[Hit]) -> dict[str, float]:
    own = first.meaning or 0.0
    meanings = [one.meaning for one in others if one.meaning is not None]
    both = [one.total for one in (first, *others)]
    return {
        "meaning": own,
        "meaning_lead": own - max(meanings, default=0.0),
        "both_lead": both[0] - max(both[1:], default=0.0),
        "both_field": both[0] - _mean(both[1:4]),
        "words_first": float(all(one.score <= first.score for one in others)),
        "rivals": float(sum(one > own - NEAR for one in meanings)),
    }


def _by_retrieval(first: Hit, others: Sequence[Hit]) -> dict[str, float]:
    own, meaning = first.retrieval or 0.0, first.meaning or 0.0
    nearest = [one.retrieval for one in others if one.retrieval is not None]
    meanings = [one.meaning for one in others if one.meaning is not None]
    is_first = (
        all(one.score <= first.score for one in others),
        all(one <= meaning for one in meanings),
        all(one <= own for one in nearest),
    )
    return {
        "retrieval": own,
        "retrieval_lead": own - max(nearest, default=0.0),
        "retrieval_field": own - _mean(nearest),
        "firsts": float(sum(is_first)),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _behind(other: float, first: float) -> float:
    return max(-1.0, 1 - other / first) if first > 0 else 0.0
