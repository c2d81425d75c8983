"""The entry that answers a question best, with the chance that it does: only what this customer may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.assist.answering.passages import passage_of
from zhiyin.assist.answering.signals import LOOKED_AT, Signals, signals_of
from zhiyin.assist.answering.sureness import chance_of
from zhiyin.knowledge.queries.published import PublishedEdition
from zhiyin.knowledge.search.finding import FoundEdition, covers, for_customers, search, telling_of
from zhiyin.platform.text.regions import depth_in

LANGUAGES_OF_HELP = ("zh", "en")


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks: in which language, where ('' where that is not known), and whether we know who they are."""

    language: str  # zh, en
    region: str = ""
    is_signed_in: bool = False


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The best entry for a question, what of it would be said, and the chance that it answers."""

    edition: PublishedEdition
    text: str
    chance: float
    signals: Signals

    @property
    def link(self) -> str:
        """Where customers read it in the help centre; '' where only those signed in may."""
        language = self.edition.language[:2]
        shown = self.edition.audience == "public" and language in LANGUAGES_OF_HELP
        return f"/help/{language}/a/{self.edition.key}" if shown else ""


def best_answer(question: str, asker: Asker, *, now: datetime) -> Candidate | None:
    """The first entry found, in its edition for the region nearest to who asks; None where nothing is.

    What holds only elsewhere is never said, nor what holds in one region only where theirs is not known. Raises IndexNotReady.
    """
    wanted = for_customers(signed_in=asker.is_signed_in, language=asker.language)
    hits = [
        one
        for one in search(question, wanted, limit=LOOKED_AT * 3, now=now)
        if depth_in(asker.region, one.edition.region) is not None
    ]
    found = _once(hits)[:LOOKED_AT]
    signals = signals_of(question, [one.hit for one in found], covers(question, found))
    if signals is None:
        return None
    edition = _nearest(hits, found[0].edition.entry_id, asker.region)
    telling, concepts = telling_of(question)
    return Candidate(
        edition=edition,
        text=passage_of(edition.text, telling, concepts),
        chance=chance_of(signals, asker.language),
        signals=signals,
    )


def _once(found: Sequence[FoundEdition]) -> list[FoundEdition]:
    """The best edition of each entry."""
    first: dict[int, FoundEdition] = {}
    for one in found:
        first.setdefault(one.edition.entry_id, one)
    return list(first.values())


def _nearest(found: Sequence[FoundEdition], entry_id: int, region: str) -> PublishedEdition:
    """Of the editions of an entry that hold there, the one for the narrowest region."""
    editions = [one.edition for one in found if one.edition.entry_id == entry_id]
    return max(editions, key=lambda one: depth_in(region, one.region) or 0)
