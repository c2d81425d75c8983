"""The entry that answers a question best, with the chance that it does: only what this customer may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.assist.answering.choosing import how_many_are_close, signals_together
from zhiyin.assist.answering.passages import beginning_of, passage_of
from zhiyin.assist.answering.signals import LOOKED_AT, Signals, signals_of
from zhiyin.assist.answering.sureness import chance_of
from zhiyin.assist.queries.answer_outcomes import scalings_in_force
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.knowledge.search.finding import (
    FoundEdition,
    IndexNotReady,
    covers,
    for_customers,
    is_for,
    search,
    telling_of,
)
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
    """An entry, what of it would be said, and the chance that it answers; None where it was not found but named."""

    edition: PublishedEdition
    text: str
    chance: float | None
    signals: Signals | None
    close: tuple[
        PublishedEdition, ...
    ] = ()  # itself and others that may be what is meant, where none stands alone
    together: float = 0.0  # the chance that one of them answers
    fit: str = ""  # that told the chance
    uncorrected: float | None = None  # the chance before the centre's own outcomes set it right

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
        for one in search(question, wanted, limit=LOOKED_AT * 3, now=now, fitted=True)
        if depth_in(asker.region, one.edition.region) is not None
    ]
    found = _once(hits)[:LOOKED_AT]
    covered = covers(question, found)
    signals = signals_of(question, [one.hit for one in found], covered)
    if signals is None:
        return None
    editions = [_nearest(hits, one.edition.entry_id, asker.region) for one in found]
    telling, concepts = telling_of(question)
    close = how_many_are_close([one.hit for one in found])
    together = signals_together(question, [one.hit for one in found], covered, close) if close else None
    told, scalings = chance_of(signals, asker.language), scalings_in_force()
    return Candidate(
        edition=editions[0],
        text=passage_of(editions[0].text, telling, concepts),
        chance=told.set_right(scalings),
        signals=signals,
        close=tuple(editions[:close]),
        together=chance_of(together, asker.language).set_right(scalings) if close else 0.0,
        fit=told.fit,
        uncorrected=told.chance if told.fit else None,
    )


def named_answer(entry_id: int, asker: Asker, *, now: datetime, question: str = "") -> Candidate | None:
    """An entry that was named rather than found, in the edition nearest to who asks; None where they may not read it now.

    Their language comes first; where the entry has no edition in it, one in another is said. Of a long entry it is the passage
    for the question, or its beginning.
    """
    wanted = for_customers(signed_in=asker.is_signed_in)
    editions = [
        one
        for one in published_editions(entry_ids=[entry_id])
        if one.is_valid_at(now) and is_for(wanted, one) and depth_in(asker.region, one.region) is not None
    ]
    if not editions:
        return None
    best = max(
        editions,
        key=lambda one: (one.language[:2] == asker.language[:2], depth_in(asker.region, one.region) or 0),
    )
    return Candidate(edition=best, text=_said_of(best.text, question), chance=None, signals=None)


def _said_of(text: str, question: str) -> str:
    try:
        telling, concepts = telling_of(question)
    except IndexNotReady:
        return beginning_of(text)
    return passage_of(text, telling, concepts) if telling else beginning_of(text)


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
