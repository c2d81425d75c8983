"""The order of what was found: by words, and by meaning where there are sentence vectors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import tantivy

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.schema import TEXT_FIELDS
from zhiyin.knowledge.search.searchables import Hit
from zhiyin.knowledge.search.terms import terms_of
from zhiyin.knowledge.search.vectors import CannotEncode, Encoder, unpack

MEANING = 0.6  # of likeness of meaning (the best way of asking, and the body) beside coverage by words


@dataclass(frozen=True)
class Found:
    """A candidate as it is kept in the index."""

    score: float
    shown: dict[str, Any]
    vectors: bytes

    def fits(self, marks: list[list[str]], moment: float) -> bool:
        """Whether it has one of each list of marks, and is valid at the moment (seconds since 1970)."""
        own, begins, ends = set(self.shown["marks"]), self.shown["from"], self.shown["until"]
        return all(own.intersection(any_of) for any_of in marks) and (
            (begins is None or begins <= moment) and (ends is None or moment < ends)
        )


def ranked(
    found: list[Found],
    text: str,
    terms: dict[str, float],
    *,
    reach: float,
    concepts: Concepts,
    encoder: Encoder | None,
    limit: int,
) -> list[Hit]:
    """The best of these, best first."""
    by_words = {place: one.score / reach for place, one in enumerate(found)}
    meaning = _meanings(found, text, encoder) if encoder is not None and found else {}
    order = sorted(by_words, key=lambda place: -(by_words[place] + MEANING * meaning.get(place, 0.0)))
    return [
        _hit(found[place], terms, concepts, likeness=min(by_words[place], 1.0), meaning=meaning.get(place))
        for place in order[:limit]
    ]


def most_to_reach(terms: dict[str, float], searcher: tantivy.Searcher) -> float:
    """About what an entry would score that has every term in every field."""
    count, shares = searcher.num_docs, sum(TEXT_FIELDS.values())
    most = sum(weight * rarity(searcher.doc_freq("whole", term), count) for term, weight in terms.items())
    return max(most * shares, 1e-6)


def rarity(documents: int, of: int) -> float:
    """How much a term tells that this many documents have (idf of BM25)."""
    return math.log(1 + (of - documents + 0.5) / (documents + 0.5))


def _meanings(found: list[Found], text: str, encoder: Encoder) -> dict[int, float]:
    try:
        asked = encoder.encode([text])[0]
    except CannotEncode:  # who asks does not wait: words alone have to do
        return {}
    alike = {}
    for place, one in enumerate(found):
        if one.vectors and len(one.vectors) % len(asked) == 0:
            body, *ways = unpack(one.vectors, len(asked)) @ asked
            alike[place] = float(body) + float(max(ways))
    return alike


def _hit(
    found: Found, terms: dict[str, float], concepts: Concepts, *, likeness: float, meaning: float | None
) -> Hit:
    ways = [found.shown["title"], *found.shown["questions"]]
    covered = [_covered(terms, set(terms_of(way, concepts))) for way in ways] if len(ways) > 1 else [0.0]
    return Hit(
        edition_id=found.shown["edition"],
        entry_id=found.shown["entry"],
        version_id=found.shown["version"],
        score=found.score,
        likeness=likeness,
        meaning=meaning,
        title=found.shown["title"],
        matched=ways[max(range(len(ways)), key=covered.__getitem__)],
        body=found.shown["body"],
    )


def _covered(terms: dict[str, float], there: set[str]) -> float:
    return sum(weight for term, weight in terms.items() if term in there) / math.sqrt(len(there) + 4)
