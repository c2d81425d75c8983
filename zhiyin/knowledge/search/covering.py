"""How far a question and an entry cover each other, which says more than a score of whether the one answers the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.searchables import Hit
from zhiyin.knowledge.search.terms import is_common, terms_of

KINDS = "cwken"  # sounds, initials and pieces are ways to find something, not things that are said


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Shares from 0 to 1, each term counted by how much it tells."""

    whole: float  # of what the question says, what stands anywhere in the entry
    asked: float  # what stands in the entry's nearest way of asking
    of_way: float  # of that way of asking, what the question says too
    said: float  # how much the question says at all, each term by how much it tells; no share
    meant: float  # of the things the question names that have several words, those the entry names; 1 where it names none


def cover_of(hit: Hit, telling: Mapping[str, float], concepts: Concepts) -> Cover:
    """How far the hit covers a question whose terms tell so much each; see Index.telling."""
    said = {term: weight for term, weight in telling.items() if term[0] in KINDS and not is_common(term)}
    way = _terms(hit.matched, concepts)
    everything = way | _terms(hit.title, concepts) | _terms(hit.body, concepts)
    named = {term: weight for term, weight in said.items() if term[0] == "k"}
    return Cover(
        whole=_share(said, everything),
        asked=_share(said, way),
        of_way=len(way & said.keys()) / len(way) if way else 0.0,
        said=sum(said.values()),
        meant=_share(named, everything) if named else 1.0,
    )


def _terms(text: str, concepts: Concepts) -> set[str]:
    return {term for term in terms_of(text, concepts) if term[0] in KINDS and not is_common(term)}


def _share(weights: Mapping[str, float], there: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in there) / total if total else 0.0
